"""What people do: sign up and in, talk in twos and in groups, see who types and who is there."""

import re

from playwright.sync_api import expect



def test_two_people_talk(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ada.send("Hello Ben")

    # Ben learns of the room, which did not exist when he came, by the message.
    expect(ben.room(ada.name)).to_contain_text("Hello Ben")
    ben.open_room(ada.name)
    ben.expect_texts("Hello Ben")
    ben.send("Hi Ada")
    ada.expect_texts("Hello Ben", "Hi Ada")
    expect(ada.message("Hello Ben")).to_have_class(re.compile("mine"))
    expect(ada.message("Hi Ada")).to_have_class(re.compile("theirs"))
    expect(ben.message("Hi Ada")).to_have_class(re.compile("mine"))
    expect(ada.page.get_by_role("log").get_by_text("Today")).to_be_visible()
    expect(ada.message("Hi Ada").get_by_role("time")).to_have_text(re.compile(r"^\d\d:\d\d$"))


def test_room_appears_for_the_other_before_any_message(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    expect(ben.room(ada.name)).to_contain_text("No messages yet")
    expect(ada.subtitle).to_have_text("Online")


def test_starting_a_chat_again_opens_the_same_one(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ada.send("One")
    ada.page.keyboard.press("Escape")
    ada.start_chat(ben)
    ada.expect_texts("One")
    expect(ada.room(ben.name)).to_have_count(1)


def test_typing_appears_and_goes(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ben.open_room(ada.name)

    ada.composer.press_sequentially("Well")
    expect(ben.subtitle).to_have_text(f"{ada.name} is typing…")
    expect(ben.room(ada.name)).to_contain_text("is typing…")
    # Three seconds without a key end it.
    expect(ben.subtitle).to_have_text("Online", timeout=10_000)

    ada.composer.press_sequentially(", hello")
    expect(ben.subtitle).to_have_text(f"{ada.name} is typing…")
    ada.composer.press("Enter")
    ben.expect_texts("Well, hello")
    expect(ben.subtitle).to_have_text("Online")

    ada.composer.press_sequentially("x")
    expect(ben.subtitle).to_have_text(f"{ada.name} is typing…")
    ada.composer.blur()
    expect(ben.subtitle).to_have_text("Online")


def test_typing_is_sent_sparingly(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    frames = []
    ada.page.on("websocket", lambda socket: socket.on("framesent", lambda payload: frames.append(payload)))
    ada.page.reload()
    expect(ada.heading).to_have_text(ben.name)
    ada.composer.press_sequentially("twenty keys in a row")
    ada.composer.press("Enter")
    expect(ada.message("twenty keys in a row")).to_be_visible()
    typing = [re.search(r'"value":\["(\w+)"\]', frame)[1] for frame in frames if '"TYPING"' in frame]
    assert typing == ["IN", "OUT"]


def test_presence_appears_and_goes(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    expect(ada.subtitle).to_have_text("Online")
    expect(ada.room(ben.name)).to_contain_text("(online)")

    ben.page.close()
    expect(ada.subtitle).to_have_text("Offline")
    expect(ada.room(ben.name)).not_to_contain_text("(online)")

    ben.page = ben.new_page()
    ben.open()
    expect(ada.subtitle).to_have_text("Online")
    # Who comes later sees who is there already.
    ben.open_room(ada.name)
    expect(ben.subtitle).to_have_text("Online")


def test_reload_keeps_session_conversation_and_history(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ada.send("Remember this")
    ben.open_room(ada.name)
    ben.send("I do")
    ada.expect_texts("Remember this", "I do")

    ada.page.reload()
    expect(ada.heading).to_have_text(ben.name)
    ada.expect_texts("Remember this", "I do")
    ada.send("Good")
    ben.expect_texts("Remember this", "I do", "Good")


def test_sign_in_by_phone_in_another_browser(person, browser, url):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ada.send("Seen everywhere")
    ben.open_room(ada.name)
    ben.expect_texts("Seen everywhere")

    elsewhere = person("Elsewhere")
    elsewhere.sign_in(ada.phone)
    expect(elsewhere.room(ben.name)).to_contain_text("You: Seen everywhere")
    # What is written on one device shows on the other, once.
    elsewhere.open_room(ben.name)
    ada.send("From here")
    elsewhere.expect_texts("Seen everywhere", "From here")
    elsewhere.send("And from there")
    ada.expect_texts("Seen everywhere", "From here", "And from there")
    expect(ada.message("And from there")).to_have_class(re.compile("mine"))


def test_sign_in_tells_what_is_wrong(person):
    ada = person("Ada")
    ada.open()
    error = ada.page.get_by_role("alert").filter(visible=True)
    ada.page.get_by_role("button", name="Sign in").click()
    expect(error).to_have_text("Enter your phone number.")
    ada.page.get_by_role("textbox", name="Phone number").fill("+1 555 nobody")
    ada.page.get_by_role("button", name="Sign in").click()
    expect(error).to_contain_text("No user found with phone: +1 555 nobody")


def test_a_phone_number_makes_one_account(person):
    ada, ben = person("Ada").sign_up(), person("Ben")
    ben.open()
    page = ben.page
    page.get_by_role("button", name="Create an account").click()
    page.get_by_role("textbox", name="Name").fill(ben.name)
    page.get_by_role("textbox", name="Phone number").fill(ada.phone)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("alert").filter(visible=True)).to_contain_text(re.compile(r"\w+ \w+"))
    expect(page.get_by_role("textbox", name="Phone number")).to_have_attribute("aria-invalid", "true")


def test_group_of_three(person):
    ada, ben, cleo = (person(name).sign_up() for name in ("Ada", "Ben", "Cleo"))
    group = f"Hike {ada.name}"
    ada.start_group(group, ben, cleo)
    ada.send("Who is in?")
    for other in (ben, cleo):
        expect(other.room(group)).to_contain_text(f"{ada.name}: Who is in?")
        other.open_room(group)
    ben.send("Me")
    cleo.expect_texts("Who is in?", "Me")
    cleo.send("Me too")
    for one in (ada, ben, cleo):
        one.expect_texts("Who is in?", "Me", "Me too")
    # In a group, others' messages say whose they are.
    expect(ada.message("Me").get_by_text(ben.name)).to_be_visible()
    expect(ada.subtitle).to_contain_text("2 online")

    ben.composer.press_sequentially("hm")
    expect(ada.subtitle).to_have_text(f"{ben.name} is typing…")
    cleo.composer.press_sequentially("oh")
    expect(ada.subtitle).to_have_text(f"{ben.name} and {cleo.name} are typing…")


def test_unread_messages_are_counted_until_seen(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ada.send("One")
    ada.send("Two")
    badge = ben.room(ada.name).get_by_role("img", name="2 unread")
    expect(badge).to_be_visible()
    expect(ben.page).to_have_title("(2) Chat")
    # Unread is unread, also after coming back.
    ben.page.reload()
    expect(badge).to_be_visible()
    ben.open_room(ada.name)
    expect(badge).to_be_hidden()
    expect(ben.page).to_have_title(f"{ada.name} – Chat")
    ben.page.reload()
    ben.expect_texts("One", "Two")
    expect(badge).to_be_hidden()


def test_rooms_come_in_order_of_activity_and_can_be_searched(person):
    ada, ben, cleo = (person(name).sign_up() for name in ("Ada", "Ben", "Cleo"))
    ada.start_chat(ben)
    ada.send("First")
    ada.start_chat(cleo)
    ada.send("Second")
    rooms = ada.page.get_by_role("navigation", name="Your conversations").get_by_role("link")
    expect(rooms).to_contain_text([cleo.name, ben.name])
    ben.open_room(ada.name)
    ben.send("Me first")
    expect(rooms).to_contain_text([ben.name, cleo.name])
    ada.page.get_by_role("searchbox", name="Search conversations").fill(cleo.name.upper())
    expect(rooms).to_contain_text([cleo.name])
    expect(rooms).to_have_count(1)


def test_markup_is_text(person):
    markup = '<img src=x onerror="document.title=1"><script>alert(1)</script>&amp;<b>bold</b>'
    ada = person("Ada <i>i</i>").sign_up()
    ben = person("Ben").sign_up()
    ben.start_group('<u>"Group"</u>', ada)
    ben.send(markup)
    expect(ada.room('<u>"Group"</u>')).to_contain_text(markup)
    ada.open_room('<u>"Group"</u>')
    ada.expect_texts(markup)
    ada.send("javascript:alert(1) https://example.org/?a=<b>")
    expect(ben.message("javascript:alert(1) https://example.org/?a=<b>")).to_be_visible()
    assert ben.message("javascript:alert(1) https://example.org/?a=<b>").get_by_role("link").all_inner_texts() == [
        "https://example.org/?a="]
    for one in (ada, ben):
        expect(one.page.locator(".messages :is(img, script, b, i, u)")).to_have_count(0)


def test_line_breaks_emoji_and_long_words(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    text = "Two\nlines 👩‍👩‍👧 שלום " + "w" * 400
    ada.composer.fill(text)
    ada.composer.press("Enter")
    ben.open_room(ada.name)
    expect(ben.texts).to_have_count(1)
    assert ben.texts.first.inner_text() == text
    assert ben.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_too_long_a_message_is_refused_and_kept(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ada.composer.fill("ü" * 8193)
    ada.composer.press("Enter")
    expect(ada.page.get_by_role("alert").filter(visible=True)).to_contain_text("too long")
    expect(ada.composer).to_have_value("ü" * 8193)
    ada.send("ü" * 8192)
    ben.open_room(ada.name)
    ben.expect_texts("ü" * 8192)


def test_drafts_stay_with_their_conversation(person):
    ada, ben, cleo = (person(name).sign_up() for name in ("Ada", "Ben", "Cleo"))
    ada.start_chat(ben)
    ada.composer.fill("For Ben")
    ada.start_chat(cleo)
    expect(ada.composer).to_have_value("")
    ada.open_room(ben.name)
    expect(ada.composer).to_have_value("For Ben")
    ada.page.keyboard.press("Escape")
    ada.open_room(ben.name)
    expect(ada.composer).to_have_value("For Ben")
    # They are nobody else's.
    ada.log_out()
    ada.sign_in(cleo.phone)
    ada.open_room(ada.name)
    expect(ada.composer).to_have_value("")


def test_log_out_ends_the_session(person):
    ada = person("Ada").sign_up()
    ada.log_out()
    ada.page.reload()
    expect(ada.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    ada.sign_in(ada.phone)
    ada.expect_signed_in()


def test_two_tabs(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    first, second = ada.page, ada.new_page()
    second.goto(first.url)
    ada.send("In both")
    ada.page = second
    ada.expect_texts("In both")
    ada.send("Back again")
    ada.page = first
    ada.expect_texts("In both", "Back again")
    ada.log_out()
    expect(second.get_by_role("status").filter(has_text="logged out in another tab")).to_be_visible()


def test_scrolling_up_shows_older_messages(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    room_id = ada.page.url.rsplit("/", 1)[1]
    history = [
        {"id": f"m{n}", "room_id": room_id, "user_id": f"u{n % 7 // 4}", "content": f"Message {n}",
         "created_at": f"2024-03-{1 + n // 200:02}T{n % 200 // 10:02}:{n % 10:02}:00.000Z"}
        for n in range(3000)]
    ada.context.route("**/conversations/*", lambda route: route.fulfill(json=history))
    ada.page.reload()
    expect(ada.message("Message 2999")).to_be_in_viewport()
    assert ada.messages.count() < 200, "only the end of a long history becomes elements"

    scroller = ada.page.get_by_role("log")
    scroller.hover()
    seen = ada.message("Message 2900")
    while seen.count() == 0:
        count = ada.messages.count()
        ada.page.mouse.wheel(0, -100_000)
        expect(ada.messages).not_to_have_count(count)
    # What was in view stays where it is while older ones come in above.
    place = "element => element.getBoundingClientRect().top"
    seen.scroll_into_view_if_needed()
    before = seen.evaluate(place)
    ada.page.evaluate("document.getElementById('scroller').dispatchEvent(new Event('scroll'))")
    assert abs(seen.evaluate(place) - before) < 2
    expect(ada.page.get_by_role("log").get_by_text("15 March 2024")).to_have_count(1)


def test_new_message_does_not_pull_a_reader_down(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ada.send("\n".join(str(line) for line in range(80)))
    ben.open_room(ada.name)
    expect(ben.texts).to_have_count(1)
    scroller = ben.page.get_by_role("log")
    scroller.evaluate("element => { element.scrollTop = 0; }")
    ada.send("Are you there?")
    pill = ben.page.get_by_role("button", name="New messages")
    expect(pill).to_be_visible()
    expect(ben.message("Are you there?")).not_to_be_in_viewport()
    assert scroller.evaluate("element => element.scrollTop") < 50
    expect(ben.room(ada.name).get_by_role("img", name="1 unread")).to_be_visible()
    pill.click()
    expect(ben.message("Are you there?")).to_be_in_viewport()
    expect(pill).to_be_hidden()
    expect(ben.room(ada.name).get_by_role("img", name="1 unread")).to_be_hidden()


def test_a_flood_does_not_move_what_a_reader_reads(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    flood(ada, [f"Early {n}" for n in range(60)])
    ben.open_room(ada.name)
    expect(ben.message("Early 59")).to_be_visible()
    scroller = ben.page.get_by_role("log")
    scroller.evaluate("element => { element.scrollTop = 300; }")
    expect(ben.message("Early 8")).to_be_in_viewport()
    place = "element => element.getBoundingClientRect().top"
    before = ben.message("Early 8").evaluate(place)
    flood(ada, [f"Late {n}" for n in range(100)])
    expect(ben.message("Late 99")).to_be_attached()
    assert ben.message("Early 8").evaluate(place) == before
    # Who follows the end keeps no more elements than it takes.
    ben.page.reload()
    expect(ben.message("Late 99")).to_be_in_viewport()
    count = ben.messages.count()
    flood(ada, [f"More {n}" for n in range(100)])
    expect(ben.message("More 99")).to_be_in_viewport()
    assert ben.messages.count() == count


def flood(one, texts):
    """Sends texts to the open room by a connection of its own, faster than anybody types.

    It stays open until the last is stored: one that ends at once may take with it what the server has not read.
    """
    one.page.evaluate("""texts => new Promise((resolve, reject) => {
      const socket = new WebSocket(location.origin.replace('http', 'ws') + '/ws');
      const user = JSON.parse(localStorage.getItem('chat.session')).id;
      const room = decodeURIComponent(location.hash.slice(2));
      const isStored = async () => {
        const answer = await fetch(`/conversations/${encodeURIComponent(room)}`);
        return answer.ok && (await answer.json()).some(({ content }) => content === texts.at(-1));
      };
      socket.onopen = async () => {
        for (const text of texts) {
          socket.send(JSON.stringify({ chat_type: 'TEXT', value: [text], room_id: room, user_id: user, id: 0 }));
        }
        const end = Date.now() + 15_000;
        while (!await isStored() && Date.now() < end) await new Promise((next) => { setTimeout(next, 20); });
        if (Date.now() < end) resolve();
        socket.close();
      };
      socket.onclose = ({ code }) => reject(new Error(`not all were stored; ended with ${code}`));
    })""", texts)


def test_back_and_forward(person):
    ada, ben = person("Ada").sign_up(), person("Ben").sign_up()
    ada.start_chat(ben)
    ada.page.go_back()
    expect(ada.page.get_by_text("Choose a conversation")).to_be_visible()
    ada.page.go_forward()
    expect(ada.heading).to_have_text(ben.name)


def test_unknown_conversation_in_the_address(person):
    ada = person("Ada").sign_up()
    ada.page.goto("about:blank")
    ada.page.goto(f"{ada.url}/demo/chat#/no-such-room")
    expect(ada.page.get_by_text("Choose a conversation")).to_be_visible()
    expect(ada.page.get_by_text("No conversations yet.")).to_be_visible()
