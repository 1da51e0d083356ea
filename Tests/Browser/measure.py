"""Measures the page in the real browser with the real server, and prints the table of docs/performance.md:

    Tests/Browser/run --only-install && .build/browser/bin/python Tests/Browser/measure.py

Method. Transfer: what the network reports for the answers of a first visit, heads included, cache empty: of those that
were asked for before it was usable, and of all, with what is loaded when the page has nothing else to do. Usable: from
the start of the navigation until the page says so (`performance.mark('usable')`), the processor throttled 4-fold;
signed in, that is a list of 30 rooms and the end of a room of 100,000 messages. Message: from Enter in one browser to
the frame after the text was in the document of another, on the clock that both share. Room: from the click in the list
to the frame with its last message. Frames: times between animation frames while a wheel turns through the history. Shifts,
paint and tasks: what the browser itself reports of the visit (`layout-shift`, `largest-contentful-paint`, `longtask`).
"""

import statistics

from playwright.sync_api import expect, sync_playwright

from chromium import launch
from filling import fill
from member import Member
from server import Server

ROOMS = 30
LONG_ROOM = 100_000
VISITS = 9
IDLE_MS = 2_000
SENT = 300
TURNS = 600
TURN_PX = 500

# Calls back in the task after the next frame: what was changed until now is on the screen by then.
PAINTED = """(work) => requestAnimationFrame(() => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => work(performance.timeOrigin + performance.now());
  port2.postMessage(null);
})"""


# What the browser notes of a visit, from its start on.
NOTES = """
  window.notes = { shift: 0, paint: 0, task: 0 };
  const note = (type, take) => new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  note('layout-shift', (entry) => { if (!entry.hadRecentInput) window.notes.shift += entry.value; });
  note('largest-contentful-paint', (entry) => { window.notes.paint = entry.startTime; });
  note('longtask', (entry) => { window.notes.task = Math.max(window.notes.task, entry.duration); });
"""


def main():
    settings = ("--set", "message_rate=0", "--set", "password_cost=10")
    with Server(*settings) as server, sync_playwright() as playwright:
        browser = launch(playwright)
        ada, ben = (Member(browser, server.url, name).register() for name in ("Ada", "Ben"))
        for n in range(ROOMS - 1):
            ada.api("POST", "/rooms", {"kind": "group", "name": f"Room {n}"})
        room = ada.api("POST", "/rooms", {"kind": "group", "name": "Long", "members": [ben.user_id]})["room"]["id"]
        fill(ada, room, LONG_ROOM, "Message with a few more words, number")
        visit(browser, f"{server.url}/", "signed out")
        visit(browser, f"{server.url}/#/r/{room}", "signed in", storage_state=ada.context.storage_state())
        message(ada, ben)
        long_room(ada)
        browser.close()


def visit(browser, url, who, **options):
    times, sizes, all_sizes, notes = [], [], [], []
    for _ in range(VISITS):
        context = browser.new_context(**options)
        page = context.new_page()
        page.add_init_script(NOTES)
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        start_of, size_of = {}, {}
        session.on("Network.requestWillBeSent", lambda e: start_of.update({e["requestId"]: e["timestamp"]}))
        session.on("Network.loadingFinished", lambda e: size_of.update({e["requestId"]: e["encodedDataLength"]}))
        page.goto(url)
        times.append(page.evaluate("""() => new Promise((resolve) => {
          new PerformanceObserver((_, observer) => {
            const [mark] = performance.getEntriesByName('usable');
            if (!mark) return;
            observer.disconnect();
            resolve(mark.startTime);
          }).observe({ type: 'mark', buffered: true });
        })"""))
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(IDLE_MS)
        usable = min(start_of.values()) + times[-1] / 1000
        sizes.append(sum(size for request, size in size_of.items() if start_of[request] < usable))
        all_sizes.append(sum(size_of.values()))
        notes.append(page.evaluate("window.notes"))
        context.close()
    print(f"| first view, {who}: transfer | {statistics.median(sizes) / 1024:.1f} KiB |")
    print(f"| … with what is loaded later | {statistics.median(all_sizes) / 1024:.1f} KiB |")
    print(f"| first view, {who}: usable, 4-fold throttle, median and worst of {VISITS} "
          f"| {statistics.median(times):.0f} ms, {max(times):.0f} ms |")
    paint, task, shift = (statistics.median(note[name] for note in notes) for name in ("paint", "task", "shift"))
    print(f"| … largest paint, longest task, sum of layout shifts; medians | {paint:.0f} ms, {task:.0f} ms, {shift:.3f} |")


def message(ada, ben):
    for one in (ada, ben):
        one.open_room("Long")
    ben.page.evaluate(f"""() => {{
      const painted = {PAINTED};
      window.seen = new Map();
      window.waiting = new Map();
      new MutationObserver(() => {{
        const texts = [...document.querySelectorAll('.message .body')].slice(-3).map((body) => body.textContent);
        painted((at) => {{
          for (const text of texts) {{
            if (!window.seen.has(text)) window.seen.set(text, at);
            window.waiting.get(text)?.(at);
          }}
        }});
      }}).observe(document.querySelector('.messages'), {{ childList: true }});
    }}""")
    delays = []
    for n in range(SENT):
        ada.composer.fill(f"Timed {n}")
        sent = ada.page.evaluate("""() => {
          const textarea = document.querySelector('.room-column textarea');
          const at = performance.timeOrigin + performance.now();
          textarea.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
          return at;
        }""")
        seen = ben.page.evaluate(
            "(text) => window.seen.get(text) ?? new Promise((resolve) => window.waiting.set(text, resolve))", f"Timed {n}")
        delays.append(seen - sent)
    delays.sort()
    print(f"| a message, from one browser to another's screen, p50 and p95 of {SENT} "
          f"| {delays[SENT // 2]:.0f} ms, {delays[SENT * 95 // 100]:.0f} ms |")


def long_room(ada):
    page = ada.page
    times = []
    for _ in range(VISITS):
        page.goto(f"{ada.url}/#/")
        page.reload()
        ada.expect_signed_in()
        expect(ada.room("Long")).to_be_visible()
        times.append(page.evaluate(f"""() => new Promise((resolve) => {{
          const painted = {PAINTED};
          const row = [...document.querySelectorAll('.row')].find((one) => one.textContent.includes('Long'));
          const start = performance.timeOrigin + performance.now();
          new MutationObserver((_, observer) => {{
            if (!document.querySelector('.message')) return;
            observer.disconnect();
            painted((at) => resolve(at - start));
          }}).observe(document.body, {{ childList: true, subtree: true }});
          row.click();
        }})"""))
    print(f"| a room of {LONG_ROOM:,} messages: from the click to its end on the screen, median and worst of {VISITS} "
          f"| {statistics.median(times):.0f} ms, {max(times):.0f} ms |")
    page.evaluate("""() => {
      window.frames = [];
      let last = performance.now();
      const frame = (now) => { window.frames.push(now - last); last = now; requestAnimationFrame(frame); };
      requestAnimationFrame(frame);
    }""")
    page.get_by_role("log").hover()
    first = "Number(document.querySelector('.message').dataset.seq)"
    start = page.evaluate(first)
    for _ in range(TURNS):
        page.mouse.wheel(0, -TURN_PX)
    end = page.evaluate(first)
    frames = sorted(page.evaluate("window.frames.slice(5)"))
    print(f"| scrolling back through {start - end:,} of them: frames p50, p99 and longest "
          f"| {frames[len(frames) // 2]:.0f} ms, {frames[len(frames) * 99 // 100]:.0f} ms, {frames[-1]:.0f} ms |")


if __name__ == "__main__":
    main()
