"""The server goes away and comes back, the network too: nothing is lost, nothing comes twice."""

import pytest
from playwright.sync_api import expect

from filling import fill


@pytest.fixture
def both(member, own_server):
    ada, ben = (member(name, at=own_server.url).register() for name in ("Ada", "Ben"))
    ada.start_chat(ben)
    ada.send("Before")
    ben.open_room(ada.name)
    ben.expect_texts("Before")
    return ada, ben, own_server


def waiting(one, count):
    expect(one.page.locator(".tick.is-queued, .tick.is-sending")).to_have_count(count)


def test_restart(both):
    ada, ben, server = both
    server.stop()
    for one in (ada, ben):
        expect(one.banner).to_contain_text("Reconnecting…")
    server.start()
    for one in (ada, ben):
        expect(one.banner).to_be_hidden(timeout=40_000)
        one.expect_texts("Before")
    ada.send("After")
    ben.expect_texts("Before", "After")
    ben.send("Indeed")
    ada.expect_texts("Before", "After", "Indeed")


def test_what_is_written_meanwhile_arrives_in_order(both):
    ada, ben, server = both
    server.kill()
    texts = [f"Queued {n}" for n in range(12)]
    ada.send(*texts)
    waiting(ada, 12)
    server.start()
    ben.expect_texts("Before", *texts)
    ada.expect_texts("Before", *texts)
    waiting(ada, 0)
    ada.page.reload()
    ada.expect_texts("Before", *texts)


def test_the_outbox_survives_a_reload(both):
    ada, ben, server = both
    ada.context.set_offline(True)
    expect(ada.banner).to_contain_text("You are offline")
    ada.send("Not lost", "Nor this")
    waiting(ada, 2)
    ada.context.set_offline(False)
    ada.page.reload()
    ben.expect_texts("Before", "Not lost", "Nor this")
    ada.expect_texts("Before", "Not lost", "Nor this")


def test_killed_again_and_again_in_mid_conversation(both):
    ada, ben, server = both
    expected = ["Before"]
    for number, end in enumerate([server.kill, server.stop, server.kill]):
        for part in ("up", "down"):
            for one in (ada, ben):
                for n in range(3):
                    text = f"{one.name} {number} {part} {n}"
                    one.send(text)
                    expected.append(text)
            # No waiting here: what is on its way when the server goes is what could be lost or doubled.
            if part == "up":
                end()
        server.start()
    for one in (ada, ben):
        expect(one.texts).to_have_count(len(expected), timeout=60_000)
        waiting(one, 0)
    order = ada.texts.all_inner_texts()
    assert sorted(order) == sorted(expected)
    assert order == ben.texts.all_inner_texts(), "one order for both"
    for one in (ada, ben):
        mine = [text for text in order if text.startswith(one.name)]
        assert mine == [text for text in expected if text.startswith(one.name)], "and each in the order of writing"


def test_missed_while_offline(both):
    ada, ben, _ = both
    ben.context.set_offline(True)
    expect(ben.banner).to_contain_text("You are offline")
    ada.send("You missed this")
    ada.act("Before", "Edit")
    ada.send("Before, edited")
    ada.react("You missed this", "👍")
    ben.send("I was away")
    ben.context.set_offline(False)
    for one in (ada, ben):
        one.expect_texts("Before, edited", "You missed this", "I was away")
    expect(ben.message("You missed this").locator(".reaction")).to_have_text("👍1")
    expect(ben.banner).to_be_hidden()


def test_more_missed_than_the_server_replays(both):
    ada, ben, _ = both
    ben.context.set_offline(True)
    expect(ben.banner).to_be_visible()
    fill(ada, ada.room_id, 310, "Missed")
    ben.context.set_offline(False)
    expect(ben.message("Missed 309")).to_be_in_viewport(timeout=30_000)
    ada.send("And on")
    expect(ben.message("And on")).to_be_in_viewport()


def test_a_room_made_meanwhile_appears(member, own_server):
    ada, ben = (member(name, at=own_server.url).register() for name in ("Ada", "Ben"))
    ben.context.set_offline(True)
    expect(ben.banner).to_be_visible()
    ada.start_chat(ben)
    ada.send("Surprise")
    ben.context.set_offline(False)
    expect(ben.room(ada.name)).to_contain_text("Surprise", timeout=30_000)
    expect(ben.room(ada.name).get_by_role("img", name="1 unread")).to_be_visible()


def test_a_page_that_opens_without_a_server_starts_when_it_is_there(both):
    ada, _, _ = both
    ada.context.route("**/v1/**", lambda route: route.abort("connectionrefused"))
    ada.page.reload()
    expect(ada.page.get_by_text("The server is not there")).to_be_visible()
    ada.context.unroute_all()
    ada.expect_texts("Before")


def test_what_the_server_refuses_can_be_tried_again_or_dropped(both):
    ada, ben, _ = both
    refusing = True

    def relay(socket):
        server = socket.connect_to_server()

        def from_page(data):
            if refusing and '"message.send"' in data:
                number = data.split('"id":"')[1].split('"')[0]
                socket.send('{"type":"error","id":"%s","code":"forbidden","message":"No."}' % number)
            else:
                server.send(data)

        socket.on_message(from_page)

    ada.context.route_web_socket("**/v1/ws", relay)
    ada.page.reload()
    ada.expect_texts("Before")
    ada.send("Once", "Twice", "Thrice", "Again")
    failed = ada.page.get_by_text("You may not do that here.")
    expect(failed).to_have_count(4)
    # What was refused can go back to where one writes.
    menu = ada.page.get_by_role("menu")
    ada.message("Again").locator(".bubble").click(button="right")
    menu.get_by_role("menuitem", name="Edit").click()
    expect(ada.composer).to_have_value("Again")
    ada.composer.fill("")
    refusing = False
    ada.message("Thrice").locator(".bubble").click(button="right")
    menu.get_by_role("menuitem", name="Try again").click()
    expect(failed).to_have_count(2)
    ada.message("Once").get_by_role("button", name="Try again").click()
    expect(failed).to_have_count(1)
    ada.message("Twice").get_by_role("button", name="Discard").click()
    ben.expect_texts("Before", "Thrice", "Once")
    ada.expect_texts("Before", "Thrice", "Once")
