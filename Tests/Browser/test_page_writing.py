"""What one writes stays one's own: drafts, edits, replies, undoing, other tabs, other keyboards."""

import re

from playwright.sync_api import expect

from test_page_chat import pair, trio

REPLY = re.compile("Reply to")


def composer_of(page):
    return page.locator(".room-column").get_by_role("textbox", name=re.compile("^Message"))


def test_an_edit_stays_while_one_looks_elsewhere(member):
    ada, ben, _ = trio(member)
    ada.send("With a mistkae")
    ada.start_chat(ben)
    ada.open_room("Hike")
    ada.composer.press("ArrowUp")
    expect(ada.composer).to_have_value("With a mistkae")
    ada.composer.fill("With a mistake, half")
    ada.open_room(ben.name)
    expect(ada.composer).to_have_value("")
    ada.composer.fill("A draft")
    ada.open_room("Hike")
    expect(ada.composer).to_have_value("With a mistake, half")
    ada.composer.press("Enter")
    expect(ben.message("With a mistake, half")).to_be_visible()
    expect(ben.messages).to_have_count(1)


def test_a_reply_stays_while_one_looks_elsewhere(member):
    ada, ben, _ = trio(member)
    ada.send("Who comes?")
    ben.start_chat(ada)
    ben.open_room("Hike")
    ben.act("Who comes?", "Reply")
    ben.composer.fill("I")
    ben.open_room(ada.name)
    expect(ben.page.get_by_text(REPLY)).to_have_count(0)
    ben.open_room("Hike")
    expect(ben.page.get_by_text(REPLY)).to_be_visible()
    ben.composer.press("Enter")
    expect(ada.message("I").last.get_by_role("button", name=re.compile("Jump there"))).to_contain_text("Who comes?")


def test_what_is_put_in_can_be_undone(member):
    ada, ben, _ = trio(member)
    ada.composer.press_sequentially("Hm ")
    ada.page.locator(".composer").get_by_role("button", name="Emoji").click()
    ada.page.get_by_role("searchbox", name="Find an emoji").fill("party")
    ada.page.keyboard.press("Enter")
    expect(ada.composer).to_have_value(re.compile("^Hm .+$"))
    ada.composer.press("Control+z")
    expect(ada.composer).to_have_value("Hm ")
    ada.composer.press_sequentially("@ben")
    expect(ada.page.get_by_role("option")).to_have_count(1)
    ada.composer.press("Enter")
    expect(ada.composer).to_have_value(f"Hm @{ben.username} ")
    ada.composer.press("Control+z")
    expect(ada.composer).to_have_value("Hm @ben")
    ada.composer.press("Control+z")
    expect(ada.composer).not_to_have_value("Hm @ben")


def test_emoji_are_offered_by_their_names(member):
    ada, ben = pair(member)
    ada.composer.press_sequentially("Well done :troph")
    offer = ada.page.get_by_role("option")
    expect(offer.first).to_contain_text("trophy")
    ada.composer.press("Enter")
    expect(ada.composer).to_have_value("Well done 🏆")
    ada.composer.press("Enter")
    expect(ben.texts.last).to_have_text("Well done 🏆")
    # A time of day, or an address, is none.
    ada.composer.press_sequentially("At 10:30 http://x")
    expect(offer).to_have_count(0)


def test_what_was_deleted_cannot_be_edited(member):
    ada, ben = pair(member)
    ada.send("A secret")
    ada.composer.press("ArrowUp")
    expect(ada.composer).to_have_value("A secret")
    ada.composer.fill("A secret, told better")
    expect(ada.page.get_by_text("Editing")).to_be_visible()
    ada.api("DELETE", f"/rooms/{ada.room_id}/messages/by-seq/2?scope=all")
    expect(ada.page.get_by_text("Editing")).to_be_hidden()
    # What was written is not lost: it is a message to come.
    expect(ada.composer).to_have_value("A secret, told better")
    ben.act("Hello", "Reply")
    expect(ben.page.get_by_text(REPLY)).to_be_visible()
    ada.api("DELETE", f"/rooms/{ada.room_id}/messages/by-seq/1?scope=all")
    expect(ben.page.get_by_text(REPLY)).to_be_hidden()


def test_a_draft_is_the_same_in_all_tabs(member):
    ada, ben = pair(member)
    other = ada.new_page()
    other.goto(ada.page.url)
    expect(composer_of(other)).to_be_visible()
    ada.composer.fill("Half a sen")
    expect(composer_of(other)).to_have_value("Half a sen")
    ada.composer.fill("Half a sentence")
    ada.composer.press("Enter")
    expect(ben.message("Half a sentence")).to_be_visible()
    expect(composer_of(other)).to_have_value("")


def test_keys_of_an_input_method_are_its_own(member):
    ada, _ = pair(member)
    ada.composer.fill("にほ")
    handled = ada.composer.evaluate("""element => !element.dispatchEvent(new KeyboardEvent('keydown', {
      key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }))""")
    assert not handled
    expect(ada.composer).to_have_value("にほ")
    expect(ada.messages).to_have_count(1)


def test_enter_makes_a_line_on_a_touch_screen(member):
    ada = member("Ada", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True).register()
    ben = member("Ben").register()
    ben.start_chat(ada)
    ben.send("Hello")
    ada.room(ben.name).tap()
    ada.composer.press_sequentially("One")
    ada.composer.press("Enter")
    ada.composer.press_sequentially("two")
    ada.page.get_by_role("button", name="Send", exact=True).tap()
    expect(ben.texts.last).to_have_text("One\ntwo")
    assert ben.texts.last.inner_text() == "One\ntwo"


def test_who_is_muted_is_told(member):
    ada, ben, cleo = trio(member)
    expect(cleo.composer).to_be_visible()
    ada.api("PUT", f"/rooms/{ada.room_id}/mutes/{cleo.user_id}", {})
    # There is no event of it: whoever is refused finds out, and who opens the room knows.
    cleo.composer.fill("Can you hear me?")
    cleo.composer.press("Enter")
    notice = cleo.page.get_by_text("You may not write here")
    expect(notice).to_be_visible()
    expect(cleo.composer).to_have_count(0)
    cleo.page.reload()
    expect(notice).to_be_visible()
    ada.api("DELETE", f"/rooms/{ada.room_id}/mutes/{cleo.user_id}")
    cleo.page.get_by_role("button", name="Try again").click()
    expect(ben.message("Can you hear me?")).to_be_visible()
    expect(cleo.composer).to_be_visible()


def test_earlier_versions_are_earlier(member):
    ada, _ = pair(member)
    ada.send("First words")
    for text in ("Second words", "Third words"):
        ada.composer.press("ArrowUp")
        expect(ada.composer).not_to_have_value("")
        ada.composer.fill(text)
        ada.composer.press("Enter")
        expect(ada.message(text)).to_be_visible()
    ada.act("Third words", "Message details")
    expect(ada.page.get_by_role("dialog").locator(".versions .body")).to_have_text(["First words", "Second words"])


def test_a_file_that_is_dropped_takes_no_page_away(member):
    ada, _ = pair(member)
    handled = ada.page.evaluate("""() => ['dragover', 'drop'].map((type) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'x.txt'));
      return !document.querySelector('.rooms-nav').dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    })""")
    assert handled == [True, True]
    expect(ada.page.get_by_text("Files cannot be sent here.")).to_be_visible()
