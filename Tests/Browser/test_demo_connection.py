"""The server goes away and comes back, the network too: nothing is lost, nothing comes twice."""

import re

from playwright.sync_api import expect


def both_in_a_room(person, server):
    ada, ben = person("Ada", at=server.url).sign_up(), person("Ben", at=server.url).sign_up()
    ada.start_chat(ben)
    ada.send("Before")
    ben.open_room(ada.name)
    ben.expect_texts("Before")
    return ada, ben


def test_restart(person, own_server):
    ada, ben = both_in_a_room(person, own_server)
    ada.watch_banner()
    ben.watch_banner()
    own_server.stop()
    for one in (ada, ben):
        expect(one.page.get_by_text("Reconnecting…")).to_be_visible()
    own_server.start()
    for one in (ada, ben):
        one.expect_banner("Reconnecting…", "Back online", "")
        one.expect_texts("Before")
    ada.send("After")
    ben.expect_texts("Before", "After")
    ben.send("Indeed")
    ada.expect_texts("Before", "After", "Indeed")
    expect(ada.subtitle).to_have_text("Online")
    for one in (ada, ben):
        one.page.reload()
        one.expect_texts("Before", "After", "Indeed")
        expect(one.page.get_by_text("Reconnecting…")).to_be_hidden()


def test_messages_written_while_the_server_is_down_arrive(person, own_server):
    ada, ben = both_in_a_room(person, own_server)
    own_server.stop()
    expect(ada.page.get_by_text("Reconnecting…")).to_be_visible()
    texts = [f"Queued {n}" for n in range(25)]
    for text in texts:
        ada.send(text)
    expect(ada.messages.get_by_text("Sending…")).to_have_count(25)
    own_server.start()
    ben.expect_texts("Before", *texts)
    ada.expect_texts("Before", *texts)
    expect(ada.messages.get_by_text("Sending…")).to_have_count(0)
    ada.page.reload()
    ada.expect_texts("Before", *texts)


def test_queued_messages_survive_a_reload(person, own_server):
    ada, ben = both_in_a_room(person, own_server)
    own_server.stop()
    expect(ada.page.get_by_text("Reconnecting…")).to_be_visible()
    ada.send("Not lost")
    expect(ada.messages.get_by_text("Sending…")).to_have_count(1)
    own_server.start()
    ada.page.reload()
    ada.expect_texts("Before", "Not lost")
    ben.expect_texts("Before", "Not lost")


def test_kill_loses_nothing_that_was_seen(person, own_server):
    ada, ben = both_in_a_room(person, own_server)
    ada.send("Seen by Ben")
    ben.expect_texts("Before", "Seen by Ben")
    own_server.kill()
    ada.send("Said to nobody")
    own_server.start()
    for one in (ada, ben):
        one.expect_texts("Before", "Seen by Ben", "Said to nobody")


def test_both_write_while_the_server_comes_and_goes(person, own_server):
    ada, ben = both_in_a_room(person, own_server)
    expected = ["Before"]
    for number, end in enumerate([own_server.stop, own_server.kill, own_server.stop]):
        for part in ("up", "down"):
            for one in (ada, ben):
                for n in range(4):
                    text = f"{one.name} {number} {part} {n}"
                    one.send(text)
                    expected.append(text)
            # No waiting here: what is on its way when the server goes is what is to be lost or doubled.
            if part == "up":
                end()
        own_server.start()
    for one in (ada, ben):
        expect(one.texts).to_have_count(len(expected), timeout=60_000)
        expect(one.page.get_by_text("Sending…")).to_have_count(0, timeout=60_000)
        assert sorted(one.texts.all_inner_texts()) == sorted(expected)
    # What each has written is in the order in which they wrote it, and the order is the same for both.
    for one in (ada, ben):
        one.page.reload()
        expect(one.texts).to_have_count(len(expected))
    order = ada.texts.all_inner_texts()
    assert order == ben.texts.all_inner_texts()
    for one in (ada, ben):
        assert [text for text in order if text.startswith(one.name)] == [
            text for text in expected if text.startswith(one.name)]


def test_same_text_many_times(person, own_server):
    """Messages that look the same are told apart by their number."""
    ada, ben = both_in_a_room(person, own_server)
    ada.send("ok")
    ben.send("ok")
    ada.send("ok")
    ben.expect_texts("Before", "ok", "ok", "ok")
    own_server.stop()
    expect(ada.page.get_by_text("Reconnecting…")).to_be_visible()
    ada.send("ok")
    ada.send("ok")
    own_server.start()
    ben.expect_texts("Before", *["ok"] * 5)
    ada.expect_texts("Before", *["ok"] * 5)


def test_missed_messages_are_fetched(person, own_server):
    ada, ben = both_in_a_room(person, own_server)
    ben.watch_banner()
    ben.context.set_offline(True)
    expect(ben.page.get_by_text("Reconnecting…")).to_be_visible()
    ada.send("You missed this")
    ada.send("And this")
    ben.send("I was away")
    ben.context.set_offline(False)
    ben.expect_texts("Before", "You missed this", "And this", "I was away")
    ada.expect_texts("Before", "You missed this", "And this", "I was away")
    ben.expect_banner("Reconnecting…", "Back online", "")


def test_escape_twice_stays_in_the_page(person, own_server):
    ada, _ = both_in_a_room(person, own_server)
    ada.page.evaluate("""() => {
      for (let n = 0; n < 3; n += 1) dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
    }""")
    expect(ada.page.get_by_text("Choose a conversation")).to_be_visible()


def test_a_room_made_meanwhile_appears(person, own_server):
    ada, ben = (person(name, at=own_server.url).sign_up() for name in ("Ada", "Ben"))
    ben.context.set_offline(True)
    expect(ben.page.get_by_text("Reconnecting…")).to_be_visible()
    ada.start_chat(ben)
    ada.send("Surprise")
    ben.context.set_offline(False)
    expect(ben.room(ada.name)).to_contain_text("Surprise")
    expect(ben.room(ada.name).get_by_role("img", name="1 unread")).to_be_visible()


def test_a_page_that_opens_without_a_server_starts_when_it_is_there(person, own_server):
    ada, ben = both_in_a_room(person, own_server)
    # The page itself from the cache, the server not there: as when a machine wakes up before its network.
    ada.context.route(re.compile("//[^/]+/(rooms|users|conversations)"), lambda route: route.abort("connectionrefused"))
    ada.page.reload()
    expect(ada.page.get_by_role("heading", name="Chats")).to_be_visible()
    ada.context.unroute_all()
    ada.expect_texts("Before")


def test_an_account_that_is_gone_is_signed_out(person, own_server):
    ada = person("Ada", at=own_server.url).sign_up()
    # What this page still asks is not to be answered so: it is the next one that is to find nobody.
    ada.page.wait_for_load_state("networkidle")
    ada.context.route("**/users/*", lambda route: route.fulfill(
        status=404, json={"error": 404, "message": "No user found with id: x"}))
    ada.page.reload()
    expect(ada.page.get_by_text("This account is no longer there.")).to_be_visible()


def test_a_message_that_never_arrives_can_be_sent_again(person, own_server):
    """A server that hangs up whenever it gets it: after three attempts the page says so, and leaves the choice."""
    ada, ben = both_in_a_room(person, own_server)
    refused = []
    is_refusing = True

    def relay(socket):
        server = socket.connect_to_server()

        def from_page(data):
            if is_refusing and '"TEXT"' in data:
                refused.append(data)
                socket.close(code=1009)
            else:
                server.send(data)

        socket.on_message(from_page)

    ada.context.route_web_socket(re.compile("/ws$"), relay)
    ada.page.reload()
    ada.expect_texts("Before")
    ada.send("Into the void")
    failed = ada.page.get_by_text("Not delivered")
    expect(failed).to_be_visible(timeout=40_000)
    assert len(refused) == 3
    ben.expect_texts("Before")
    is_refusing = False
    ada.page.get_by_role("button", name="Try again").click()
    expect(failed).to_be_hidden()
    ben.expect_texts("Before", "Into the void")
    ada.page.reload()
    ada.expect_texts("Before", "Into the void")
