"""What is unread, and what counts as read."""

import re

import pytest
from playwright.sync_api import expect

from filling import fill
from member import Member
from test_page_chat import pair, trio

BLUR = "document.hasFocus = () => false; dispatchEvent(new Event('blur'))"
FOCUS = "document.hasFocus = () => true; dispatchEvent(new Event('focus'))"


@pytest.fixture(scope="module")
def run(browser, url):
    """Runs a body of JavaScript in a page that nobody is signed in to."""
    one = Member(browser, url, "Nobody").open()
    expect(one.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    yield lambda body: one.page.evaluate(f"async () => {{ {body} }}")
    assert one.problems == []
    one.context.close()


def test_a_room_opens_where_what_is_new_begins(member):
    ada, ben = pair(member)
    ben.page.goto(f"{ben.url}/#/")
    fill(ada, ada.room_id, 80)
    badge = ben.room(ada.name).locator(".badge")
    expect(badge).to_have_text("80")
    ben.open_room(ada.name)
    expect(ben.page.locator(".separator.is-new + .message")).to_contain_text(re.compile("Filling"))
    expect(ben.page.locator(".separator.is-new + .message")).to_be_in_viewport()
    assert ben.page.locator(".separator.is-new + .message").get_attribute("data-seq") == "2"
    # What nobody has seen is not read.
    expect(badge).not_to_have_text("80")
    # Who looks elsewhere, and comes back, finds the rest where it was.
    ben.page.goto(f"{ben.url}/#/")
    left = badge.inner_text()
    assert 40 < int(left) < 80
    ben.page.reload()
    expect(badge).to_have_text(left)


def test_read_is_what_was_on_the_screen_for_a_second(member):
    ada, ben = pair(member)
    ben.page.goto(f"{ben.url}/#/")
    ada.send("A glance")
    badge = ben.room(ada.name).locator(".badge")
    expect(badge).to_have_text("1")
    ben.page.clock.install()
    ben.page.clock.pause_at(ben.page.evaluate("Date.now()") / 1000 + 60)
    ben.open_room(ada.name)
    expect(ben.message("A glance")).to_be_in_viewport()
    ben.page.clock.run_for(900)
    expect(badge).to_have_text("1")
    ben.page.clock.run_for(200)
    expect(badge).to_have_count(0)


def test_what_comes_while_nobody_looks_is_new(member):
    ada, ben = pair(member)
    ben.page.evaluate(BLUR)
    ada.send("Where are you?")
    ada.send("Hello?")
    expect(ben.page.locator(".separator.is-new + .message")).to_contain_text("Where are you?")
    expect(ben.room(ada.name).get_by_role("img", name="2 unread")).to_be_visible()
    ben.page.evaluate(FOCUS)
    expect(ada.tick("Hello?")).to_have_attribute("aria-label", "Read")
    expect(ben.room(ada.name).locator(".badge")).to_have_count(0)


def test_what_was_read_offline_is_told_later(member):
    ada, ben = pair(member)
    ben.page.goto(f"{ben.url}/#/")
    ada.send("Read me on the train")
    badge = ben.room(ada.name).locator(".badge")
    expect(badge).to_have_text("1")
    ben.context.set_offline(True)
    expect(ben.banner).to_be_visible()
    ben.open_room(ada.name)
    expect(badge).to_have_count(0)
    expect(ada.tick("Read me")).to_have_attribute("aria-label", "Sent")
    ben.context.set_offline(False)
    expect(ada.tick("Read me")).to_have_attribute("aria-label", "Read")


READING = """
  const { Reading } = await import('/assets/model/reading.js');
  const { RoomState } = await import('/assets/model/room-state.js');
  const { Changes } = await import('/assets/model/changes.js');
  const sent = [];
  let answer = async () => ({});
  const client = { command: (type, { room, seq }) => { sent.push(`${type} ${room} ${seq}`); return answer(); } };
  const rooms = new Map(['a', 'b'].map((id) => {
    const room = new RoomState(id);
    room.take({ id, role: 'member', seq: 9, read: 1, unread: 8, mentions: 0 });
    return [id, room];
  }));
  let asked = { rooms: null };
  const rest = { get: async () => asked };
  const make = () => new Reading({ rest, client, changes: new Changes(), rooms, me: 'me' });
  localStorage.removeItem('chat.reading.me');
  const reading = make();
"""


def test_markers_wait_for_each_room(run):
    assert run(READING + """
      reading.mark(rooms.get('a'), 9);
      reading.mark(rooms.get('b'), 9);
      answer = async () => { throw Object.assign(new Error(), { isUnanswered: true }); };
      reading.flush();
      await Promise.resolve();
      const first = sent.splice(0);
      answer = async () => ({});
      reading.flush();
      await new Promise((resolve) => { setTimeout(resolve); });
      const second = sent.splice(0);
      reading.flush();
      return [first, second, sent];
    """) == [["receipt a 9", "receipt b 9"]] * 2 + [[]]


def test_markers_outlast_the_page(run):
    """Until a list of the server's shows that it counts from there."""
    assert run(READING + """
      answer = () => new Promise(() => {});
      reading.mark(rooms.get('a'), 9);
      const next = make();
      const room = new RoomState('a');
      room.take({ id: 'a', role: 'member', seq: 9, read: 1, unread: 8, mentions: 0 });
      next.taken(room);
      const { read, unread } = room;
      next.flush();
      const told = sent.splice(0);
      room.take({ id: 'a', role: 'member', seq: 9, read: 9, unread: 0, mentions: 0 });
      next.taken(room);
      return [read, unread, told, localStorage.getItem('chat.reading.me')];
    """) == [9, 0, ["receipt a 9"], None]


def test_counts_are_compared_with_the_servers(run):
    assert run(READING + """
      asked = { rooms: { a: { seq: 9, read: 1, unread: 5, mentions: 2 }, b: { seq: 8, read: 1, unread: 3, mentions: 0 } } };
      await reading.compare();
      // What the server says of b is older than what is known.
      return [rooms.get('a').unread, rooms.get('a').mentions, rooms.get('b').unread];
    """) == [5, 2, 8]


def test_what_a_message_adds_its_going_takes_away(run):
    """For each kind of message: counted and gone again, the counts are what they were."""
    assert run("""
      const { counted } = await import('/assets/model/counts.js');
      const before = { read: 3, unread: 4, mentions: 2 };
      const kinds = [
        { seq: 9, user_id: 'you' }, { seq: 9, user_id: 'you', mentions: ['me'] }, { seq: 9, user_id: 'me', mentions: ['me'] },
        { seq: 9, user_id: 'you', deleted: true }, { seq: 3, user_id: 'you', mentions: ['me'] }];
      return kinds.map((message) => {
        const after = counted(before, message, 'me', 1);
        const again = counted(after, message, 'me', -1);
        return [after.unread, after.mentions, again.unread === 4 && again.mentions === 2];
      });
    """) == [[5, 2, True], [5, 3, True], [4, 2, True], [4, 2, True], [4, 2, True]]


def test_a_mention_that_is_deleted_mentions_nobody(member):
    ada, ben, _ = trio(member)
    ben.page.goto(f"{ben.url}/#/")
    ada.send(f"Look, @{ben.username}", "Never mind")
    row = ben.room("Hike")
    expect(row.get_by_role("img", name="1 mention")).to_be_visible()
    ada.act("Look", "Delete")
    ada.page.get_by_role("button", name="Delete for all").click()
    expect(row.get_by_role("img", name="1 mention")).to_have_count(0)
    expect(row.get_by_role("img", name="1 unread")).to_be_visible()


def test_after_a_break_the_counts_are_the_servers(member):
    ada, ben = pair(member)
    ben.page.goto(f"{ben.url}/#/")
    ada.send("One")
    badge = ben.room(ada.name).locator(".badge")
    expect(badge).to_have_text("1")
    room = ada.room_id
    ben.context.route("**/v1/unread", lambda route: route.fulfill(
        json={"rooms": {room: {"seq": 99, "read": 1, "unread": 7, "mentions": 0}}}))
    ben.context.set_offline(True)
    expect(ben.banner).to_be_visible()
    ben.context.set_offline(False)
    expect(badge).to_have_text("7")
