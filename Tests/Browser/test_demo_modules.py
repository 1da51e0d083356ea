"""The demo pages' pure modules, each on its own, in the browser that runs them; and what all these pages have."""

import re

import pytest
from playwright.sync_api import expect

from modules import WEB
from person import Person


@pytest.fixture(scope="module")
def run(browser, url):
    """`run(module, body, argument)`: a function's body that sees the module as `m` and the argument as `x`."""
    one = Person(browser, url, "Nobody").open()
    expect(one.page.get_by_role("heading", name="Welcome back")).to_be_visible()

    def evaluate(module: str, body: str, argument=None):
        # The policy of the page forbids eval in the page, as it should: the code goes in with the debugger.
        return one.page.evaluate(
            f"async (x) => {{ const m = await import('/assets/demo/{module}'); {body} }}", argument)

    yield evaluate
    assert one.problems == []
    one.context.close()


# A history's messages are [id, user, text]; a step is ["live", user, text], ["mine", text, state, after?] or
# ["history", messages, age of the last message in ms]. The result is the texts shown, with the state where not stored.
TIMELINE = """
  const timeline = new m.Timeline([]);
  const log = [];
  for (const [kind, ...rest] of x) {
    if (kind === 'live') log.push(timeline.receive({ userId: rest[0], text: rest[1], at: 1 }));
    if (kind === 'mine') timeline.addOutgoing({
      key: `k${timeline.length}`, userId: 'me', text: rest[0], at: 1, state: rest[1],
      attempts: rest[1] === 'queued' ? 0 : 1, after: rest[2] ?? timeline.lastStoredId });
    if (kind === 'ask') timeline.asked = timeline.mark();
    if (kind === 'history') {
      const messages = rest[0].map(([id, userId, text]) => ({ id, userId, text, at: 1_000_000 }));
      const mark = timeline.asked ?? timeline.mark();
      timeline.asked = undefined;
      const { settled, lost } = timeline.merge(messages, mark, 1_000_000 + (rest[1] ?? 60_000));
      log.push([settled.map(({ text }) => text), lost.map(({ text }) => text)]);
    }
  }
  return [timeline.entries.map(({ text, state }) => (state === 'stored' ? text : `${text} (${state})`)), log];
"""


@pytest.mark.parametrize(("steps", "shown", "log"), [
    pytest.param([["live", "a", "one"]], ["one (live)"], [True], id="a live message shows at once"),
    pytest.param(
        [["live", "a", "one"], ["history", [["1", "a", "one"]]]], ["one"], [True, [[], []]],
        id="a live message that the history has shows once"),
    pytest.param(
        [["live", "a", "ok"], ["live", "a", "ok"], ["history", [["1", "a", "ok"], ["2", "a", "ok"]]]],
        ["ok", "ok"], [True, True, [[], []]], id="messages that look the same are two"),
    pytest.param(
        [["ask"], ["live", "a", "new"], ["history", [["1", "a", "old"]]]], ["old", "new (live)"], [True, [[], []]],
        id="what came after the question may not be in the answer"),
    pytest.param(
        [["live", "a", "deleted"], ["history", [["1", "a", "old"]]]], ["old"], [True, [[], []]],
        id="what came before the question and is not in the answer is gone"),
    pytest.param(
        [["history", [["1", "a", "x"]]], ["live", "a", "x"]], ["x", "x (live)"], [[[], []], True],
        id="an old message is no twin of a new one"),
    pytest.param(
        [["history", [["1", "a", "x"]], 100], ["live", "a", "x"]], ["x"], [[[], []], False],
        id="a message that overtook the connection is left to the history"),
    pytest.param(
        [["history", [["1", "a", "x"]], 100], ["live", "a", "x"], ["history", [["1", "a", "x"], ["2", "a", "x"]]]],
        ["x", "x"], [[[], []], False, [[], []]], id="and the history decides"),
    pytest.param(
        [["mine", "hi", "sent"], ["history", [["1", "me", "hi"]]]], ["hi"], [[["hi"], []]],
        id="what was sent and is stored is settled"),
    pytest.param(
        [["mine", "hi", "sent"], ["history", []]], ["hi (sent)"], [[[], []]],
        id="what was sent may still be on its way"),
    pytest.param(
        [["mine", "hi", "unsure"], ["history", []]], ["hi (unsure)"], [[[], ["hi"]]],
        id="what a broken connection took is lost unless stored"),
    pytest.param(
        [["mine", "hi", "unsure"], ["history", [["1", "me", "hi"]]]], ["hi"], [[["hi"], []]],
        id="and settled if stored"),
    pytest.param(
        [["mine", "hi", "queued"], ["history", [["1", "me", "hi"]]]], ["hi", "hi (queued)"], [[[], []]],
        id="what was never sent cannot be stored"),
    pytest.param(
        [["history", [["1", "me", "hi"]]], ["mine", "hi", "unsure"], ["history", [["1", "me", "hi"]]]],
        ["hi", "hi (unsure)"], [[[], []], [[], ["hi"]]], id="an older message of one's own is no twin"),
    pytest.param(
        [["mine", "hi", "unsure", "1"], ["history", [["0", "me", "hi"], ["1", "a", "x"]]]],
        ["hi", "x", "hi (unsure)"], [[[], ["hi"]]], id="nor one before the last that was known when it was written"),
    pytest.param(
        [["mine", "hi", "unsure", "1"], ["history", [["1", "a", "x"], ["2", "me", "hi"]]]],
        ["x", "hi"], [[["hi"], []]], id="but one after it"),
])
def test_timeline(run, steps, shown, log):
    assert run("demo-timeline.js", TIMELINE, steps) == [shown, log]


def test_timeline_keeps_keys(run):
    """A message's element stays the same when the history confirms it."""
    assert run("demo-timeline.js", """
      const timeline = new m.Timeline([]);
      timeline.receive({ userId: 'a', text: 'one', at: 1 });
      const before = timeline.entries[0].key;
      const history = [{ id: '1', userId: 'a', text: 'one', at: 1 }];
      timeline.merge(history, timeline.mark(), 1e6);
      const between = timeline.entries[0].key;
      timeline.merge(history, timeline.mark(), 1e6);
      return [before === between, between === timeline.entries[0].key];
    """) == [True, True]


def test_backoff_grows_to_its_limit(run):
    assert run("demo-socket.js", "return [0, 1, 2, 6, 7, 50, 5000].map(m.backoffMaxMs);") == [
        250, 500, 1000, 16000, 30000, 30000, 30000]


@pytest.mark.parametrize(("name", "initials"), [
    ("Ada Lovelace", "AL"), ("ada", "A"), ("  Ada   King Lovelace ", "AL"), ("", "?"), ("!!!", "?"),
    ("(Ada) [Lovelace]", "AL"), ("李 小龍", "李小"), ("𝒜da", "𝒜"), ("🎉", "?"), ("7 of 9", "79"),
])
def test_initials(run, name, initials):
    assert run("../ui/names.js", "return m.initials(x);", name) == initials


def test_colours_are_stable_and_spread(run):
    hues = run("../ui/names.js", "return Array.from({ length: 2400 }, (_, n) => m.hueOf(`user-${n}`));")
    assert set(hues) == set(range(0, 360, 15))
    assert max(hues.count(hue) for hue in set(hues)) < 200


def test_days(run):
    assert run("../ui/format.js", """
      const { takeWords } = await import('/assets/ui/texts.js');
      takeWords('en', [(await import('/assets/ui/words/en-chat.js')).default]);
      const now = new Date(2024, 4, 15, 12).getTime();
      const at = (day, hour = 9) => new Date(2024, 4, day, hour).getTime();
      return [at(15), at(14, 23), at(10), at(1), new Date(2023, 11, 31).getTime()].map(
        (time) => [m.shortTime(time, now), m.dayName(time, now)]);
    """) == [
        ["09:00", "Today"], ["Yesterday", "Yesterday"], ["Fri", "Friday 10 May"], ["1 May", "Wednesday 1 May"],
        ["31 Dec", "31 December 2023"]]


ADDRESSES = ["/demo/chat", "/demo/broadcast", "/dashboard", "/demo/components"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_german_is_german(person, path):
    """No word is missing, and none is English, in what a page shows first."""
    ada = person("Ada", locale="de-DE")
    ada.page.goto(f"{ada.url}{path}")
    ada.page.wait_for_function("() => document.documentElement.lang === 'de'")
    expect(ada.page.get_by_role("combobox", name="Sprache")).to_have_value("de")
    assert ada.page.evaluate("[...document.querySelectorAll('[data-t]')].filter((one) => one.textContent === one.dataset.t).length") == 0
    ada.page.get_by_role("combobox", name="Sprache").select_option("en")
    expect(ada.page.get_by_role("combobox", name="Language")).to_have_value("en")
    ada.page.get_by_role("combobox", name="Theme").select_option("dark")
    assert ada.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"


def test_words_are_there_in_both_languages():
    texts = {name: (WEB / f"ui/words/{name}-demo.js").read_text() for name in ("en", "de")}
    keys = {name: set(re.findall(r"\b(\w+): '", text)) for name, text in texts.items()}
    assert keys["en"] == keys["de"]
    pages = "".join(path.read_text() for path in (WEB / "demo").iterdir())
    unused = {key for key in keys["en"] if not re.search(rf"['\"]{key}\b", pages) and not key.startswith(("theme_", "signin_", "signup_"))}
    assert unused == set()


def test_each_icon_is_drawn_at_one_place_for_all_pages():
    drawn = [name for path in ("ui/sprite.js", "ui/icons.js")
             for name in re.findall(r"^  '?([\w-]+)'?: \[", (WEB / path).read_text(), re.MULTILINE)]
    assert len(set(drawn)) == len(drawn)
    pages = {path: path.read_text() for path in [WEB / "index.html", *(WEB / "demo").glob("*.html")]}
    assert [path.name for path, text in pages.items() if "<symbol" in text] == []
    used = {name for text in pages.values() for name in re.findall(r'href="#i-([\w-]+)"', text)}
    for path in WEB.rglob("*.js"):
        used.update(re.findall(r"\b(?:icon|iconButton|emptyArt)\('([\w-]+)'", path.read_text()))
    assert used - set(drawn) == set()


def test_rooms_come_by_what_came_last_and_not_by_clocks(run):
    assert run("demo-chat.js", """
      const rooms = ['a', 'b', 'c'].map((id, n) => ({ id, name: id, memberIds: ['me', 'you'], lastText: '', createdAt: 1000 - n }));
      const transport = Object.assign(new EventTarget(), {
        rooms: async () => ({ rooms, users: [] }), user: async () => ({ id: 'me', name: 'Me' }), sendPresence() {}, connect() {}, disconnect() {}, sendText: () => true, sendTyping() {},
        // A clock of somebody's is years ahead.
        history: async (id) => ({ messages: [{ id: `${id}1`, userId: 'you', text: id, at: id === 'b' ? 4e12 : 1e12 }], serverTimeMs: 1e12 }) });
      const chat = new m.Chat(transport, { id: 'me', name: 'Me' });
      const told = async (type, detail) => {
        transport.dispatchEvent(new CustomEvent(type, { detail }));
        await new Promise((resolve) => { setTimeout(resolve, 20); });
      };
      await chat.start();
      await told('connection', { state: 'open' });
      const order = () => chat.roomsByActivity.map(({ id }) => id).join('');
      const seen = [order()];
      await told('text', { roomId: 'c', userId: 'you', text: 'x' });
      seen.push(order());
      chat.send('a', 'y');
      seen.push(order());
      chat.stop({ isForgetting: true });
      return seen;
    """) == ["bac", "cba", "acb"]
