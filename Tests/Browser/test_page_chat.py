"""What people do with one another on the page: each test has two or three of them at once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from filling import fill
from member import PASSWORD
from rules import expect_accessible


def pair(member, **options):
    """Ada and Ben in a direct conversation, both looking at it and Ben having read it."""
    ada, ben = member("Ada", **options).register(), member("Ben").register()
    ada.start_chat(ben)
    ada.send("Hello")
    ben.open_room(ada.name)
    ben.expect_texts("Hello")
    expect(ada.tick("Hello")).to_have_attribute("aria-label", "Read")
    return ada, ben


def trio(member, kind="group", name="Hike"):
    ada, ben, cleo = (member(one).register() for one in ("Ada", "Ben", "Cleo"))
    ada.start_room(kind, name, ben, cleo)
    for one in (ben, cleo):
        one.open_room(name)
    return ada, ben, cleo


def test_sign_up_in_and_out(member):
    ada = member("Ada").open()
    page = ada.page
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("Enter your user name.")
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("textbox", name="User name").fill("a b")
    page.get_by_role("textbox", name="Password").fill("short")
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("alert")).to_contain_text("2 to 32 letters")
    page.get_by_role("textbox", name="User name").fill(ada.username)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("alert")).to_contain_text("at least 8")
    ada.fill_account()
    ada.expect_signed_in()
    page.reload()
    ada.expect_signed_in()
    ada.menu("Sign out")
    expect(page.get_by_role("heading", name="Welcome back")).to_be_visible()
    ada.sign_in(ada.username, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    ada.sign_in(ada.username)
    ada.expect_signed_in()
    # Who signs out in one tab is out in all.
    second = ada.new_page()
    second.goto(ada.url)
    expect(second.get_by_role("heading", name="Rooms")).to_be_visible()
    ada.menu("Sign out")
    expect(second.get_by_role("heading", name="Welcome back")).to_be_visible()
    other = member("Other").open()
    other.page.get_by_role("button", name="Create account").click()
    other.username = ada.username.upper()
    other.fill_account()
    expect(other.page.get_by_role("alert")).to_have_text("This user name is taken.")


def test_direct_conversation(member):
    ada, ben = pair(member)
    expect(ben.room(ada.name)).to_contain_text("Hello")
    ben.send("Hi Ada", "How are you?")
    ada.expect_texts("Hello", "Hi Ada", "How are you?")
    # Both find the one conversation again, whoever asks for it.
    ben.start_chat(ada)
    ben.expect_texts("Hello", "Hi Ada", "How are you?")
    ada.page.reload()
    ada.expect_texts("Hello", "Hi Ada", "How are you?")
    # What follows one another by the same person stands together, under a line for the day.
    expect(ada.messages.nth(2)).not_to_have_class(re.compile("is-first"))
    expect(ada.page.locator(".separator.is-day")).to_have_text(["Today"])


def test_ticks(member):
    ada, ben = pair(member)
    ben.page.goto(f"{ben.url}/#/")
    ada.send("Unseen")
    expect(ada.tick("Unseen")).to_have_attribute("aria-label", "Sent")
    ben.open_room(ada.name)
    expect(ada.tick("Unseen")).to_have_attribute("aria-label", "Read")
    ada.act("Unseen", "Message details")
    expect(ada.page.get_by_role("dialog")).to_contain_text("Read by 1")
    expect(ada.page.get_by_role("dialog").get_by_text(ben.name)).to_be_visible()


def test_unread_and_first_unread(member):
    ada, ben = pair(member)
    ben.page.goto(f"{ben.url}/#/")
    expect(ben.page.get_by_text("No room open")).to_be_visible()
    ada.send(*[f"Message {n}\n{'line ' * 30}" for n in range(12)])
    row = ben.room(ada.name)
    expect(row.get_by_role("img", name="12 unread")).to_be_visible()
    expect(ben.page).to_have_title(re.compile(r"^\(1\) "))
    # Reading begins where one has left off.
    ben.open_room(ada.name)
    expect(ben.page.locator(".separator.is-new")).to_be_in_viewport()
    expect(ben.message("Message 0")).to_be_in_viewport()
    expect(ben.message("Message 11")).not_to_be_in_viewport()
    # What was on the screen is read, and no more.
    expect(ada.tick("Message 0")).to_have_attribute("aria-label", "Read")
    expect(ada.tick("Message 11")).to_have_attribute("aria-label", "Sent")
    expect(row.locator(".badge")).not_to_have_text("12")
    ben.page.get_by_role("button", name=re.compile("new message")).click()
    expect(ben.message("Message 11")).to_be_in_viewport()
    expect(row.locator(".badge")).to_have_count(0)
    expect(ada.tick("Message 11")).to_have_attribute("aria-label", "Read")
    # A second device of Ben's knows that he has read it.
    second = ben.new_page()
    second.goto(ben.url)
    expect(second.get_by_role("navigation").get_by_role("link").first).to_contain_text(ada.name)
    expect(second.get_by_role("img", name=re.compile("unread"))).to_have_count(0)


def test_what_was_read_stays_read_over_a_reload(member):
    """The server does not hear of it before the page is left: the page says it again."""
    ada, ben = pair(member)
    ben.page.goto(f"{ben.url}/#/")
    receives = False

    def relay(socket):
        server = socket.connect_to_server()
        socket.on_message(lambda data: server.send(data) if receives or '"receipt"' not in data else None)

    ben.context.route_web_socket("**/v1/ws", relay)
    ben.page.reload()
    row = ben.room(ada.name)
    expect(row).to_be_visible()
    ada.send("One", "Two")
    expect(row.get_by_role("img", name="2 unread")).to_be_visible()
    ben.open_room(ada.name)
    ben.expect_texts("Hello", "One", "Two")
    expect(row.get_by_role("img", name="2 unread")).to_be_hidden()
    # Read is what was looked at for a second.
    ben.page.wait_for_function("() => Object.keys(localStorage).some((key) => key.startsWith('chat.reading.'))")
    receives = True
    ben.page.reload()
    ben.expect_texts("Hello", "One", "Two")
    expect(ben.page.locator(".separator.is-new")).to_have_count(0)
    expect(row.get_by_role("img", name=re.compile("unread"))).to_have_count(0)
    # And now the server knows, and with it who wrote.
    expect(ada.tick("Two")).to_have_attribute("aria-label", "Read")


def test_rooms_are_listed_by_what_came_last(member):
    """Not by the times of the messages: one that was sent while the server's clock was a day ahead stays on top of nothing."""
    ada, ben = pair(member)
    ada.start_room("group", "Hike", ben)
    expect(ben.room("Hike")).to_be_visible()
    ada.open_room(ben.name)
    ada.send("Then")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000Z")

    def relay(socket):
        server = socket.connect_to_server()
        server.on_message(lambda data: socket.send(
            re.sub(r'"ts":"[^"]*"', f'"ts":"{tomorrow}"', data) if "Ahead" in data else data))

    ben.context.route_web_socket("**/v1/ws", relay)
    ben.page.reload()
    titles = ben.page.get_by_role("navigation", name="Your rooms").locator(".row-title")
    expect(titles).to_have_text([ada.name, "Hike"])
    ada.open_room("Hike")
    ada.send("Ahead")
    expect(ben.room("Hike")).to_contain_text("Ahead")
    expect(titles).to_have_text(["Hike", ada.name])
    ada.open_room(ben.name)
    ada.send("Later")
    expect(ben.room(ada.name)).to_contain_text("Later")
    expect(titles).to_have_text([ada.name, "Hike"])


def test_typing(member):
    ada, ben, cleo = trio(member)
    ben.composer.press_sequentially("hm")
    typing = ada.page.locator(".typing")
    expect(typing).to_contain_text(f"{ben.name} is typing…")
    cleo.composer.press_sequentially("well")
    expect(typing).to_contain_text("are typing…")
    expect(typing).to_contain_text(cleo.name)
    expect(ada.room("Hike")).to_contain_text("are typing…")
    ben.send("hm")
    expect(typing).to_contain_text(f"{cleo.name} is typing…")
    cleo.composer.fill("")
    expect(typing).to_have_text("")


def test_presence(member):
    ada, ben = pair(member)
    expect(ada.subtitle).to_have_text("Online")
    ben.page.locator(".me").click()
    ben.page.get_by_role("menuitemradio", name="Do not disturb").click()
    expect(ada.subtitle).to_have_text("Do not disturb")
    ben.page.locator(".me").click()
    ben.page.get_by_role("menuitemradio", name="Invisible").click()
    expect(ada.subtitle).to_have_text(re.compile("Offline|Last seen"))
    ben.page.locator(".me").click()
    ben.page.get_by_role("menuitemradio", name="Online").click()
    expect(ada.subtitle).to_have_text("Online")
    ben.page.close()
    expect(ada.subtitle).to_contain_text("Last seen")


def test_presence_is_shown_however_late_the_members_come(member):
    ada, _, _ = trio(member)
    held, watched = [], []

    def sent(data):
        if "presence.watch" in str(data):
            watched.append(data)
            while held:
                held.pop().continue_()

    # Who is there is answered only after the page has said for the first time whose presence it wants.
    ada.page.on("websocket", lambda socket: socket.on("framesent", sent))
    ada.context.route("**/members?*", lambda route: route.continue_() if watched else held.append(route))
    ada.page.reload()
    expect(ada.subtitle).to_have_text("3 members · 3 online")


def test_edit_and_delete(member):
    ada, ben = pair(member)
    ada.send("Second")
    ada.composer.press("ArrowUp")
    expect(ada.composer).to_have_value("Second")
    ada.send("Second, mended")
    ben.expect_texts("Hello", "Second, mended")
    expect(ben.message("mended").get_by_text("edited")).to_be_visible()
    # Who edits, and at once again, goes on from the first edit.
    ada.composer.press("ArrowUp")
    ada.composer.press("End")
    ada.composer.type("!")
    ada.composer.press("Enter")
    ada.composer.press("ArrowUp")
    expect(ada.composer).to_have_value("Second, mended!")
    ada.composer.press("Escape")
    ben.expect_texts("Hello", "Second, mended!")
    ada.act("mended", "Message details")
    expect(ada.page.get_by_role("dialog").locator(".versions")).to_contain_text("Second")
    ada.page.keyboard.press("Escape")
    # An edit that is given up leaves what was being written before.
    ada.composer.fill("A draft")
    ada.act("mended", "Edit")
    expect(ada.composer).to_have_value("Second, mended!")
    ada.composer.press("Escape")
    expect(ada.composer).to_have_value("A draft")
    ada.act("Hello", "Delete")
    ada.page.get_by_role("button", name="Delete for all").click()
    for one in (ada, ben):
        expect(one.texts.first).to_contain_text("Message deleted")
    ben.act("mended", "Delete")
    ben.page.get_by_role("dialog").get_by_role("button", name="Delete for me").click()
    expect(ben.messages).to_have_count(1)
    ben.page.reload()
    expect(ben.messages).to_have_count(1)
    expect(ada.message("mended")).to_be_visible()


def test_reply_and_jump(member):
    ada, ben = pair(member)
    ada.send(*[f"Filling {n}\n" + "\n".join("line" for _ in range(12)) for n in range(8)])
    ben.messages.first.hover()
    ben.messages.first.get_by_role("button", name="Reply", exact=True).click()
    expect(ben.page.get_by_text(f"Reply to {ada.name}")).to_be_visible()
    ben.send("To your first")
    quote = ada.message("To your first").get_by_role("button", name=re.compile("Jump there"))
    expect(quote).to_contain_text("Hello")
    expect(ada.message("Hello")).not_to_be_in_viewport()
    quote.click()
    expect(ada.message("Hello")).to_be_in_viewport()


def test_thread(member):
    ada, ben, cleo = trio(member)
    ada.send("Where shall we go?")
    expect(ben.message("Where")).to_be_visible()
    ben.message("Where").hover()
    ben.message("Where").get_by_role("button", name="Thread").click()
    thread = ben.panel.get_by_role("textbox", name="Reply in the thread")
    thread.fill("To the ridge")
    thread.press("Enter")
    expect(ben.panel.locator(".message .body")).to_have_text(["Where shall we go?", "To the ridge"])
    ada.page.get_by_role("button", name="1 reply").click()
    expect(ada.panel.locator(".message .body")).to_have_text(["Where shall we go?", "To the ridge"])
    ada.panel.get_by_role("textbox").fill("Fine")
    ada.panel.get_by_role("textbox").press("Enter")
    expect(ben.panel.locator(".message .body").last).to_have_text("Fine")
    expect(cleo.page.get_by_role("button", name="2 replies")).to_be_visible()
    cleo.page.get_by_role("button", name="In a thread").first.click()
    expect(cleo.panel.locator(".message")).to_have_count(3)
    ada.page.keyboard.press("Escape")
    expect(ada.panel).to_have_count(0)


def test_reactions(member):
    ada, ben, cleo = trio(member)
    ada.send("Cake!")
    expect(ben.message("Cake!")).to_be_visible()
    ben.react("Cake!", "👍")
    reaction = ada.message("Cake!").locator(".reaction")
    expect(reaction).to_have_text("👍1")
    cleo.react("Cake!", "👍")
    expect(reaction).to_have_text("👍2")
    reaction.click()
    expect(ben.message("Cake!").locator(".reaction")).to_have_text("👍3")
    reaction.click()
    expect(ben.message("Cake!").locator(".reaction")).to_have_text("👍2")
    ada.message("Cake!").hover()
    ada.message("Cake!").get_by_role("button", name="React", exact=True).click()
    picker = ada.page.get_by_role("dialog", name="React")
    picker.get_by_role("searchbox").fill("birthday")
    picker.get_by_role("searchbox").press("Enter")
    expect(ben.message("Cake!").locator(".reaction")).to_have_text(["👍2", "🎂1"])


def test_mentions(member):
    ada, ben, cleo = trio(member)
    ben.page.goto(f"{ben.url}/#/")
    ada.composer.press_sequentially("Ask @ben")
    offer = ada.page.get_by_role("option")
    expect(offer).to_have_count(1)
    expect(offer).to_contain_text(ben.name)
    ada.composer.press("Enter")
    expect(ada.composer).to_have_value(f"Ask @{ben.username} ")
    ada.composer.press_sequentially("please")
    ada.composer.press("Enter")
    expect(ben.room("Hike").get_by_role("img", name="1 mention")).to_be_visible()
    expect(cleo.page.get_by_role("img", name="1 mention")).to_have_count(0)
    ben.open_room("Hike")
    expect(ben.page.locator(".mention.is-me")).to_have_text(f"@{ben.username}")
    cleo.page.get_by_role("button", name=f"@{ben.username}").click()
    expect(cleo.page.get_by_role("dialog", name="Profile")).to_contain_text(ben.name)


def test_links_code_and_lines(member):
    ada, ben = pair(member)
    ada.send("One\ntwo, see https://example.org/a?b=c. And `x < y` too\n```js\nlet a = 1;\n  a += 1;\n```\ndone 👍")
    body = ben.messages.last.locator(".body")
    expect(body.get_by_role("link")).to_have_attribute("href", "https://example.org/a?b=c")
    expect(body.get_by_role("link")).to_have_attribute("rel", re.compile("noopener"))
    expect(body.locator("> code")).to_have_text("x < y")
    assert body.locator("pre").inner_text() == "let a = 1;\n  a += 1;"
    assert body.inner_text().startswith("One\ntwo, see")
    ada.send("🎉")
    expect(ben.messages.last.locator(".is-jumbo")).to_have_text("🎉")


def test_groups_roles_and_removal(member):
    ada, ben, cleo = trio(member)
    ada.page.get_by_role("button", name="Details", exact=True).last.click()
    expect(ada.panel.locator(".member")).to_have_count(3)
    expect(ada.subtitle).to_have_text("3 members · 3 online")
    ada.panel.get_by_role("button", name=f"Manage {ben.name}").click()
    ada.page.get_by_role("menuitemradio", name="Make Admin").click()
    expect(ada.panel.get_by_role("button", name=ben.name, exact=False).first).to_contain_text("Admin")
    # Ben may now do what admins may: silence Cleo, and let her speak again.
    ben.page.get_by_role("button", name="Details", exact=True).last.click()
    ben.panel.get_by_role("button", name=f"Manage {cleo.name}").click()
    ben.page.get_by_role("menuitem", name="Mute", exact=True).click()
    expect(ben.page.get_by_text(f"{cleo.name} may no longer write here.")).to_be_visible()
    cleo.composer.fill("Can you hear me?")
    cleo.composer.press("Enter")
    expect(cleo.page.get_by_text("You may not do that here.")).to_be_visible()
    ben.page.get_by_role("button", name="Undo").click()
    expect(ben.page.get_by_text(f"{cleo.name} may no longer write here.")).to_have_count(0)
    cleo.page.get_by_role("button", name="Try again").click()
    expect(ada.message("Can you hear me?")).to_be_visible()
    ben.panel.get_by_role("button", name=f"Manage {cleo.name}").click()
    ben.page.get_by_role("menuitem", name="Remove").click()
    ben.page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(cleo.page.get_by_text("You were removed from Hike.")).to_be_visible()
    expect(cleo.room("Hike")).to_have_count(0)
    expect(ada.panel.locator(".member")).to_have_count(2)
    # And Ada, whose group it is, renames, archives and deletes it.
    ada.panel.get_by_role("button", name="Edit").click()
    dialog = ada.page.get_by_role("dialog", name="Edit")
    dialog.get_by_role("textbox").fill("Ridge")
    dialog.get_by_role("button", name="Save").click()
    expect(ben.title).to_have_text("Ridge")
    ada.panel.get_by_role("button", name="Archive").click()
    expect(ben.page.get_by_text("This room is archived.")).to_be_visible()
    ada.panel.get_by_role("button", name="Unarchive").click()
    expect(ben.composer).to_be_visible()
    ada.panel.get_by_role("button", name="Delete").click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    for one in (ada, ben):
        expect(one.room("Ridge")).to_have_count(0)
        expect(one.page.get_by_role("heading", name="Welcome")).to_be_visible()


def test_ban_and_let_back(member):
    ada, ben, cleo = trio(member)
    ada.page.get_by_role("button", name="Details", exact=True).last.click()
    ada.panel.get_by_role("button", name=f"Manage {cleo.name}").click()
    ada.page.get_by_role("menuitem", name="Ban").click()
    ada.page.get_by_role("dialog").get_by_role("button", name="Ban", exact=True).click()
    expect(cleo.page.get_by_text("You were banned from Hike.")).to_be_visible()
    expect(ada.panel.locator(".member")).to_have_count(2)
    # An invitation does not help who is banned.
    ada.panel.get_by_role("button", name="Invite link").click()
    invitation = ada.page.get_by_role("dialog")
    link = invitation.get_by_role("textbox").input_value()
    invitation.get_by_role("button", name="Close").click()
    cleo.page.goto("about:blank")
    cleo.page.goto(link)
    cleo.page.get_by_role("dialog", name="Invitation").get_by_role("button", name="Join").click()
    expect(cleo.page.get_by_text("You may not do that here.")).to_be_visible()
    ada.panel.get_by_role("button", name="Banned people").click()
    dialog = ada.page.get_by_role("dialog", name="Banned people")
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    expect_accessible(ada.page, "banned people")
    dialog.get_by_role("button", name=f"Let {cleo.name} back").click()
    expect(dialog.get_by_text("Nobody is banned.")).to_be_visible()
    cleo.page.goto("about:blank")
    cleo.page.goto(link)
    cleo.page.get_by_role("dialog", name="Invitation").get_by_role("button", name="Join").click()
    expect(cleo.title).to_have_text("Hike")
    # Who is no more than a member does none of this.
    ben.page.get_by_role("button", name="Details", exact=True).last.click()
    expect(ben.panel.locator(".member")).to_have_count(3)
    expect(ben.panel.get_by_role("button", name="Banned people")).to_have_count(0)


def test_administration(member, own_server):
    ada = member("Ada", at=own_server.url).register()
    ada.menu("Settings")
    expect(ada.page.get_by_role("tab")).to_have_count(5)
    own_server.run("user", "admin", ada.username)
    ada.page.reload()
    ada.menu("Settings")
    ada.page.get_by_role("tab", name="Administration").click()
    dialog = ada.page.get_by_role("dialog", name="Settings")
    expect(dialog.locator(".facts")).to_contain_text("Ready")
    expect(dialog.locator(".facts")).to_contain_text("Connections")
    dialog.get_by_role("spinbutton", name="For how many people").fill("2")
    dialog.get_by_role("button", name="Make a link").click()
    link = dialog.get_by_role("textbox", name="Invite link")
    expect(link).to_have_value(re.compile(r"^http.*/#invite=\S+$"))
    expect(dialog).to_contain_text("For 2 people")
    expect_accessible(ada.page, "administration")
    ben = member("Ben", at=own_server.url)
    ben.page.goto(link.input_value())
    expect(ben.page.get_by_text("You have been invited.")).to_be_visible()
    expect_accessible(ben.page, "invitation")
    with ben.page.expect_request("**/auth/register") as request:
        ben.fill_account()
    assert request.value.post_data_json["invite"] == link.input_value().split("=")[1]
    ben.expect_signed_in()
    assert "invite" not in ben.page.url


def test_public_channel_browse_join_leave(member):
    ada, ben = member("Ada").register(), member("Ben").register()
    name = f"News {ada.username}"
    ada.start_room("channel", name, is_public=True)
    ada.send("Welcome")
    page = ben.page
    page.get_by_role("button", name="Browse public rooms").click()
    dialog = page.get_by_role("dialog", name="Browse public rooms")
    dialog.get_by_role("searchbox").fill(name)
    dialog.get_by_role("button", name=f"Join {name}").click()
    expect(ben.title).to_have_text(name)
    ben.expect_texts("Welcome")
    # In a channel most only read, and react.
    expect(page.get_by_text("Only some people can write here.")).to_be_visible()
    ben.react("Welcome", "👍")
    expect(ada.message("Welcome").locator(".reaction")).to_have_text("👍1")
    page.get_by_role("button", name="Details", exact=True).last.click()
    ben.panel.get_by_role("button", name="Leave").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave").click()
    expect(ben.room(name)).to_have_count(0)


def test_invite_link(member):
    ada = member("Ada").register()
    ada.start_room("group", "Secret garden")
    ada.send("Come in")
    ada.page.get_by_role("button", name="Details", exact=True).last.click()
    ada.panel.get_by_role("button", name="Invite link").click()
    link = ada.page.get_by_role("dialog").get_by_role("textbox").input_value()
    ben = member("Ben")
    ben.page.goto(link)
    expect(ben.page.get_by_text(f"{ada.name} invites you to “Secret garden”.")).to_be_visible()
    ben.fill_account()
    # Nobody joins without being asked.
    dialog = ben.page.get_by_role("dialog", name="Invitation")
    expect(dialog).to_be_visible()
    expect_accessible(ben.page, "invitation to a room")
    assert ada.api("GET", f"/rooms/{ada.room_id}")["room"]["members"] == 1
    dialog.get_by_role("button", name="Join").click()
    expect(ben.title).to_have_text("Secret garden")
    ben.expect_texts("Come in")
    expect(ada.panel.locator(".member")).to_have_count(2)


def test_search(member):
    ada, ben = pair(member)
    ada.send("The quick brown fox", "jumps over", "the lazy dog")
    ada.send(*[f"Filler {n}\n" + "\n".join("x" for _ in range(20)) for n in range(6)])
    ben.page.keyboard.press("Control+k")
    dialog = ben.page.get_by_role("dialog", name="Search")
    dialog.get_by_role("searchbox").fill("brown fox")
    result = dialog.get_by_role("region", name="Messages").get_by_role("button").first
    expect(result).to_contain_text("The quick brown fox", timeout=20_000)
    expect(result.locator("mark").first).to_have_text("brown")
    result.click()
    expect(ben.message("The quick brown fox")).to_be_in_viewport()
    ben.page.keyboard.press("Control+f")
    dialog = ben.page.get_by_role("dialog", name="Search")
    dialog.get_by_role("searchbox").fill("nothing like it")
    expect(dialog.get_by_text("Nothing found.")).to_be_visible()
    dialog.get_by_role("searchbox").fill("lazy")
    expect(dialog.get_by_role("region", name="Messages").get_by_role("button")).to_have_count(1)
    # The same field finds rooms and people.
    ben.page.keyboard.press("Escape")
    ben.page.keyboard.press("Control+k")
    dialog = ben.page.get_by_role("dialog", name="Search")
    dialog.get_by_role("searchbox").fill(ada.name)
    expect(dialog.get_by_role("region", name="Rooms").get_by_role("button")).to_have_count(1)


def test_profile_password_and_devices(member):
    ada, ben = pair(member)
    ada.menu("Settings")
    dialog = ada.page.get_by_role("dialog", name="Settings")
    dialog.get_by_role("textbox", name="Display name").fill("Countess")
    dialog.get_by_role("button", name="Save").click()
    expect(ada.page.locator(".me")).to_contain_text("Countess")
    phone = member("Phone")
    phone.name, phone.username = "Countess", ada.username
    phone.sign_in(ada.username).expect_signed_in()
    dialog.get_by_role("tab", name="Devices").click()
    expect(dialog.get_by_role("listitem")).to_have_count(2)
    dialog.get_by_role("button", name=re.compile("Sign out the session")).click()
    expect(phone.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    expect(dialog.get_by_role("listitem")).to_have_count(1)
    dialog.get_by_role("tab", name="Account").click()
    dialog.get_by_role("textbox", name="Current password").fill("wrong one")
    dialog.get_by_role("textbox", name="New password").fill("another horse")
    dialog.get_by_role("button", name="Change password").click()
    expect(dialog.get_by_role("alert")).to_have_text("The password is not right.")
    dialog.get_by_role("textbox", name="Current password").fill(PASSWORD)
    with ada.page.expect_response("**/v1/auth/password"):
        dialog.get_by_role("button", name="Change password").click()
    expect(ada.page.get_by_text("Saved")).to_be_visible()
    phone.sign_in(ada.username, "another horse").expect_signed_in()


def test_theme_and_language_stay(member):
    ada = member("Ada").register()
    ada.menu("Settings")
    dialog = ada.page.get_by_role("dialog", name="Settings")
    dialog.get_by_role("tab", name="Appearance").click()
    color = "getComputedStyle(document.querySelector('.sidebar')).backgroundColor"
    light = ada.page.evaluate(color)
    dialog.get_by_role("radio", name="Dark").check()
    assert ada.page.evaluate(color) != light
    # The dialog is another one as soon as the words are there.
    dialog.get_by_role("radio", name="Deutsch").click()
    expect(ada.page.get_by_role("dialog", name="Einstellungen")).to_be_visible()
    ada.page.reload()
    expect(ada.page.get_by_text("Noch keine Räume.")).to_be_visible()
    expect(ada.page.locator("html")).to_have_attribute("lang", "de")
    assert ada.page.evaluate(color) != light


def test_delete_account(member):
    ada, ben = pair(member)
    ada.menu("Settings")
    ada.page.get_by_role("tab", name="Account").click()
    ada.page.get_by_role("button", name="Delete account").click()
    ada.page.get_by_role("dialog", name="Delete account").get_by_role("button", name="Delete account").click()
    dialog = ada.page.get_by_role("dialog", name="Delete account")
    dialog.get_by_role("textbox").fill(PASSWORD)
    dialog.get_by_role("button", name="Delete account").click()
    expect(ada.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    ben.page.reload()
    expect(ben.title).to_have_text("Deleted user")
    ben.expect_texts("Hello")


def test_blocking(member):
    ada, ben = pair(member)
    ben.page.get_by_role("button", name="Details", exact=True).last.click()
    ben.page.get_by_role("dialog", name="Profile").get_by_role("button", name="Block").click()
    expect(ben.page.get_by_text("can no longer write to you")).to_be_visible()
    ada.send("Are you there?")
    expect(ada.page.get_by_text("You may not do that here.")).to_be_visible()
    ben.expect_texts("Hello")
    ben.menu("Settings")
    ben.page.get_by_role("button", name=f"Unblock {ada.name}").click()
    expect(ben.page.get_by_text("Blocked people")).to_be_hidden()
    ada.page.get_by_role("button", name="Try again").click()
    ben.expect_texts("Hello", "Are you there?")


def test_notifications(member):
    ada, ben = pair(member)
    ben.context.grant_permissions(["notifications"])
    ben.page.add_init_script("""
      window.shown = [];
      window.Notification = class { static permission = 'granted'; static requestPermission = async () => 'granted';
        constructor(title, options) { window.shown.push([title, options.body]); } close() {} };
    """)
    ben.page.reload()
    ben.menu("Settings")
    ben.page.get_by_role("tab", name="Notifications").click()
    ben.page.get_by_role("switch", name=re.compile("^Notifications")).check()
    ben.page.keyboard.press("Escape")
    # What is on the screen needs no notification; what is in another conversation does.
    ada.send("On the screen")
    expect(ben.message("On the screen")).to_be_visible()
    ben.page.goto(f"{ben.url}/#/")
    ada.send("Elsewhere")
    ben.page.wait_for_function("() => window.shown.length > 0")
    assert ben.page.evaluate("window.shown") == [[ada.name, "Elsewhere"]]


def test_history_scrolls_both_ways(member):
    ada, ben = pair(member)
    room = ada.room_id
    ben.page.goto("about:blank")
    fill(ada, room, 420)
    ben.page.goto(f"{ben.url}/#/r/{room}")
    # From the first that is new on, and to the end where one wants that.
    expect(ben.page.locator(".separator.is-new")).to_be_in_viewport()
    expect(ben.message("Filling 419")).to_have_count(0)
    ben.page.get_by_role("button", name=re.compile("new message")).click()
    expect(ben.message("Filling 419")).to_be_in_viewport()
    assert ben.messages.count() <= 60
    scroller = ben.page.get_by_role("log")
    for _ in range(20):
        oldest = ben.messages.first.get_attribute("data-seq")
        if oldest == "1":
            break
        scroller.evaluate("element => { element.scrollTop = 0; }")
        expect(ben.messages.first).not_to_have_attribute("data-seq", oldest)
    expect(ben.message("Hello")).to_be_attached()
    assert ben.messages.count() <= 320, "what is far away is let go"
    expect(ben.page.get_by_text("This is where it begins.")).to_be_visible()
    # What comes meanwhile pulls nobody away; a button leads back.
    ada.send("Still there?")
    ben.page.get_by_role("button", name=re.compile("To the newest|new message")).click()
    expect(ben.message("Still there?")).to_be_in_viewport()


def test_a_reader_is_not_moved(member):
    ada, ben = pair(member)
    fill(ada, ada.room_id, 50)
    expect(ben.message("Filling 49")).to_be_in_viewport()
    expect(ben.room(ada.name).locator(".badge")).to_have_count(0)
    ben.page.reload()
    expect(ben.message("Filling 49")).to_be_in_viewport()
    ben.page.get_by_role("log").evaluate("element => { element.scrollTop -= 200; }")
    place = "element => element.getBoundingClientRect().top"
    anchor = ben.page.locator(".message[data-seq='35']")
    # The rest of the history has come by now, above what is looked at.
    expect(ben.page.get_by_text("This is where it begins.")).to_be_attached()
    before = anchor.evaluate(place)
    ada.send("New at the end")
    expect(ben.message("New at the end")).to_be_attached()
    assert abs(anchor.evaluate(place) - before) < 2


def test_link_to_a_message(member):
    ada, ben = pair(member)
    fill(ada, ada.room_id, 200)
    ben.page.goto("about:blank")
    ben.page.goto(f"{ben.url}/#/r/{ada.room_id}/30")
    expect(ben.page.locator(".message[data-seq='30']")).to_be_in_viewport()
    ben.page.goto(f"{ben.url}/#/r/999999999")
    expect(ben.page.get_by_text("This room is not there, or not for you.")).to_be_visible()


@pytest.mark.parametrize("count", [1, 25])
def test_drafts_stay(member, count):
    ada, ben = pair(member)
    text = "\n".join(f"Line {n}" for n in range(count))
    ada.composer.fill(text)
    expect(ada.composer).to_have_value(text)
    ada.page.goto(f"{ada.url}/#/")
    expect(ada.room(ben.name)).to_contain_text("Draft:")
    ada.page.reload()
    ada.open_room(ben.name)
    expect(ada.composer).to_have_value(text)
    ada.composer.press("Enter")
    expect(ben.messages).to_have_count(2)
    ada.page.reload()
    expect(ada.composer).to_have_value("")
