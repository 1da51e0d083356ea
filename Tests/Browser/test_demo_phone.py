"""At a phone's width, the list and a conversation are two views."""

from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def test_list_conversation_and_back(person):
    ada, ben = person("Ada", **PHONE).sign_up(), person("Ben").sign_up()
    ben.start_chat(ada)
    ben.send("On the phone?")
    page = ada.page
    rooms = page.get_by_role("complementary", name="Conversations")
    expect(rooms).to_be_visible()
    expect(ada.heading).to_be_hidden()

    ada.room(ben.name).tap()
    expect(ada.heading).to_have_text(ben.name)
    expect(rooms).to_be_hidden()
    # The keyboard comes when it is asked for.
    expect(ada.composer).not_to_be_focused()
    ada.composer.fill("Yes")
    page.get_by_role("button", name="Send").tap()
    ben.expect_texts("On the phone?", "Yes")

    page.get_by_role("button", name="Back to conversations").tap()
    expect(rooms).to_be_visible()
    expect(ada.heading).to_be_hidden()
    expect(ada.room(ben.name)).to_contain_text("You: Yes")
    # The phone's own back button leads out of a conversation, too.
    ada.room(ben.name).tap()
    expect(ada.heading).to_have_text(ben.name)
    page.go_back()
    expect(rooms).to_be_visible()


def test_back_after_a_reload(person):
    ada, ben = person("Ada", **PHONE).sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ada.page.reload()
    expect(ada.heading).to_have_text(ben.name)
    ada.page.get_by_role("button", name="Back to conversations").tap()
    expect(ada.page.get_by_role("complementary", name="Conversations")).to_be_visible()


def test_nothing_is_wider_than_the_screen_and_targets_are_large(person):
    ada, ben = person("Ada " + "N" * 40, **PHONE).sign_up(), person("Ben " + "n" * 40).sign_up()
    ada.start_chat(ben)
    ada.send("w" * 200)
    page = ada.page
    fits = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
    for label in ("Back to conversations", "Send"):
        box = page.get_by_role("button", name=label).bounding_box()
        assert min(box["width"], box["height"]) >= 40, label
    page.get_by_role("button", name="Back to conversations").tap()
    expect(ada.room(ben.name)).to_be_visible()
    assert page.evaluate(fits)
    page.get_by_role("button", name="New chat").tap()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(fits)


def test_320_pixels(person):
    ada = person("Ada", viewport={"width": 320, "height": 568}).sign_up()
    ben = person("Ben").sign_up()
    ada.start_chat(ben)
    ada.send("Narrow")
    expect(ada.message("Narrow")).to_be_in_viewport()
    assert ada.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
