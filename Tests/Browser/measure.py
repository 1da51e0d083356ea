"""Measures the page in the real browser with the real server, and prints the table of docs/performance.md:

    Tests/Browser/run --only-install && .build/browser/bin/python Tests/Browser/measure.py

Method. Transfer: what the network reports for every answer of a first visit, heads included. Usable: from the start of
the navigation to the list of 30 rooms and a room of 100,000 messages being on the screen, cache empty, processor
throttled 4-fold. Message: from Enter in one page to the text in the document of the other, on one clock. Room: from
the click in the list to the last message in the document. Frames: between animation frames while a wheel turns through
some 2,000 messages.
"""

import http.client
import statistics
import threading
import uuid
import json

from playwright.sync_api import expect, sync_playwright

from chromium import launch
from member import Member, PASSWORD
from server import Server

ROOMS = 30
LONG_ROOM = 100_000
SENT = 200
THREADS = 8


def fill(url: str, token: str, room: str, count: int):
    """Stores messages as quickly as the server takes them."""
    def some(number: int):
        connection = http.client.HTTPConnection(url.removeprefix("http://"))
        for n in range(number, count, THREADS):
            text = f"Message {n} " + "and a few more words " * (n % 9)
            connection.request("PUT", f"/v1/rooms/{room}/messages/{uuid.uuid4()}", json.dumps({"text": text}),
                               {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
            response = connection.getresponse()
            assert response.status == 201, response.read()
            response.read()
    threads = [threading.Thread(target=some, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main():
    with Server("--set", "message_rate=0", "--set", "password_cost=10") as server, sync_playwright() as playwright:
        browser = launch(playwright)
        ada, ben = (Member(browser, server.url, name).register() for name in ("Ada", "Ben"))
        for n in range(ROOMS - 1):
            ada.api("POST", "/rooms", {"kind": "group", "name": f"Room {n}"})
        room = ada.api("POST", "/rooms", {"kind": "group", "name": "Long", "members": [ben.user_id]})["room"]["id"]
        token = ada.api("POST", "/auth/login", {"username": ada.username, "password": PASSWORD})["token"]
        fill(server.url, token, room, LONG_ROOM)
        first_view(browser, server.url, ada, room)
        latency(ada, ben)
        long_room(ada)
        browser.close()


def first_view(browser, url, ada, room):
    times, sizes = [], []
    for _ in range(5):
        context = browser.new_context(storage_state=ada.context.storage_state())
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        bytes_by_request = {}
        session.on("Network.loadingFinished", lambda e: bytes_by_request.update({e["requestId"]: e["encodedDataLength"]}))
        page.goto(f"{url}/#/r/{room}")
        page.wait_for_function("performance.getEntriesByName('usable').length > 0")
        expect(page.locator(".message").last).to_be_visible()
        times.append(page.evaluate("performance.getEntriesByName('usable')[0].startTime"))
        page.wait_for_timeout(300)
        sizes.append(sum(bytes_by_request.values()))
        context.close()
    print(f"| transfer for the first view, compressed | {statistics.median(sizes) / 1024:.1f} KiB |")
    print(f"| first view to usable, 4-fold throttle, median of 5 | {statistics.median(times):.0f} ms |")


def latency(ada, ben):
    for one in (ada, ben):
        one.open_room("Long")
    ben.page.evaluate("""() => {
      window.seen = {};
      new MutationObserver(() => {
        for (const body of [...document.querySelectorAll('.message .body')].slice(-3)) {
          const match = /^Timed (\\d+)$/.exec(body.textContent);
          if (match) window.seen[match[1]] ??= Date.now() + (performance.now() % 1);
        }
      }).observe(document.body, { childList: true, subtree: true });
    }""")
    sent = {}
    for n in range(SENT):
        ada.composer.fill(f"Timed {n}")
        sent[n] = ada.page.evaluate("""() => {
          const textarea = document.querySelector('.room-column textarea');
          const at = Date.now() + (performance.now() % 1);
          textarea.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
          return at;
        }""")
        ben.page.wait_for_function(f"window.seen[{n}]")
    seen = ben.page.evaluate("window.seen")
    delays = sorted(seen[str(n)] - at for n, at in sent.items())
    print(f"| a message from one browser to the other's document, p50 / p95 of {SENT} "
          f"| {delays[SENT // 2]:.0f} / {delays[SENT * 95 // 100]:.0f} ms |")


def long_room(ada):
    page = ada.page
    times = []
    for _ in range(5):
        page.goto(f"{ada.url}/#/")
        page.reload()
        ada.expect_signed_in()
        times.append(page.evaluate("""() => new Promise((resolve) => {
          const row = [...document.querySelectorAll('.row')].find((one) => one.textContent.includes('Long'));
          const start = performance.now();
          new MutationObserver((_, observer) => {
            if (!document.querySelector('.message')) return;
            observer.disconnect();
            resolve(performance.now() - start);
          }).observe(document.body, { childList: true, subtree: true });
          row.click();
        })"""))
    print(f"| a room of {LONG_ROOM:,} messages: click to its end on the screen, median of 5 "
          f"| {statistics.median(times):.0f} ms |")
    page.evaluate("""() => {
      window.frames = [];
      let last = performance.now();
      const frame = (now) => { window.frames.push(now - last); last = now; requestAnimationFrame(frame); };
      requestAnimationFrame(frame);
    }""")
    page.get_by_role("log").hover()
    first = "Number(document.querySelector('.message').dataset.seq)"
    start = page.evaluate(first)
    for _ in range(400):
        page.mouse.wheel(0, -700)
    end = page.evaluate(first)
    frames = sorted(page.evaluate("window.frames.slice(5)"))
    print(f"| scrolling back through {start - end:,} of them: frames p50 / p99 / longest "
          f"| {frames[len(frames) // 2]:.0f} / {frames[len(frames) * 99 // 100]:.0f} / {frames[-1]:.0f} ms |")


if __name__ == "__main__":
    main()
