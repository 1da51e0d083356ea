"""The protocol's client on its own, with a socket and a clock that the test holds; and its types."""

import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from member import Member
from server import ROOT

WEB = ROOT / "Sources/ChatServerApp/Web"

# `client` talks to `FakeSocket`s; `log` has what it handed out.
PRELUDE = """
  const m = await import('/assets/protocol/chat-client.js');
  const tick = () => new Promise((resolve) => { setTimeout(resolve); });
  const sockets = [];
  class FakeSocket {
    sent = [];
    constructor(url, protocol) { Object.assign(this, { url, protocol }); sockets.push(this); }
    send(data) { this.sent.push(JSON.parse(data)); }
    close(code) { this.closed = code; }
    say(frame) { this.onmessage({ data: JSON.stringify(frame) }); }
    welcome(streams) { this.onopen(); this.say({ type: 'welcome', user_id: '1', ping_ms: 25000, pong_timeout_ms: 8000,
      limits: { subscriptions: 128 }, streams }); }
    event(stream, offset, event = 'message.created', epoch = 'e') { this.say({ type: 'event', stream, room: stream, epoch, offset, event }); }
    get last() { return this.sent.at(-1); }
  }
  const client = new m.ChatClient({ url: 'http://server.example', WebSocket: FakeSocket, random: () => 0 });
  const log = [];
  client.addEventListener('event', ({ detail }) => log.push(`${detail.stream} ${detail.offset}`));
  client.addEventListener('reset', ({ detail }) => log.push(`reset ${detail.stream} ${detail.code ?? ''}`.trim()));
  client.addEventListener('state', ({ detail }) => log.push(detail.state));
  const go = (positions = { r: { epoch: 'e', offset: 5 } }) => { client.connect(positions); return sockets.at(-1); };
  const recovered = { me: { recovered: true, epoch: 'm', offset: 1 }, r: { recovered: true, epoch: 'e', offset: 5 } };
"""


@pytest.fixture(scope="module")
def page(browser, url):
    one = Member(browser, url, "Nobody").open()
    expect(one.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    yield one.page
    assert one.problems == []
    one.context.close()


@pytest.fixture
def run(page):
    """Runs a body of JavaScript with a client and its sockets of its own."""
    return lambda body: page.evaluate(f"async () => {{ {PRELUDE} {body} }}")


def test_hello_names_what_is_known(run):
    assert run("""
      const socket = go();
      socket.onopen();
      return [socket.url, socket.protocol, socket.sent[0]];
    """) == ["ws://server.example/v1/ws", "chat.v1.json", {
        "type": "hello", "id": "hello", "client": "chat-client/1.0", "resume": {"r": {"epoch": "e", "offset": 5}}}]


def test_events_once_in_order_and_resume_from_the_last(run):
    assert run("""
      const first = go();
      first.welcome(recovered);
      for (const offset of [6, 7, 7, 6]) first.event('r', offset);
      first.onclose({ code: 1006 });
      await tick();
      const second = sockets.at(-1);
      second.onopen();
      return [log, second.sent[0].resume, sockets.length];
    """) == [["connecting", "open", "r 6", "r 7", "waiting", "connecting"], {"r": {"epoch": "e", "offset": 7}}, 2]


def test_a_gap_is_asked_for_and_nothing_is_skipped(run):
    assert run("""
      const socket = go();
      socket.welcome(recovered);
      socket.event('r', 6);
      socket.event('r', 9);
      socket.event('r', 10);
      const { type, room, epoch, offset, id } = socket.last;
      const asked = socket.sent.filter((frame) => frame.type === 'subscribe').length;
      socket.say({ type: 'ack', id, room: 'r', epoch: 'e', offset: 10, recovered: true });
      for (const n of [7, 8, 9, 10, 11]) socket.event('r', n);
      return [type, room, epoch, offset, asked, log.filter((entry) => entry.startsWith('r '))];
    """) == ["subscribe", "r", "e", 6, 1, ["r 6", "r 7", "r 8", "r 9", "r 10", "r 11"]]


def test_a_gap_of_ones_own_stream_opens_a_new_connection(run):
    assert run("""
      const socket = go();
      socket.welcome({ me: { recovered: false, epoch: 'm', offset: 1 }, r: recovered.r });
      socket.event('me', 2, 'room.joined', 'm');
      socket.event('me', 4, 'room.joined', 'm');
      await tick();
      sockets.at(-1).onopen();
      return [sockets.length, sockets.at(-1).sent[0].resume.me, log.filter((entry) => entry.includes('me '))];
    """) == [2, {"epoch": "m", "offset": 2}, ["me 2"]]


@pytest.mark.parametrize(("answer", "expected"), [
    ("{ recovered: false, epoch: 'f', offset: 90 }", ["reset r", "r 91"]),
    ("{ recovered: false, code: 'not_found' }", ["reset r not_found"]),
])
def test_what_cannot_be_resumed_is_told(run, answer, expected):
    assert run(f"""
      const socket = go();
      socket.welcome({{ ...recovered, r: {answer} }});
      socket.event('r', 91, 'message.created', 'f');
      return log.slice(2);
    """) == expected


def test_another_epoch_is_a_reset(run):
    assert run("""
      const socket = go();
      socket.welcome(recovered);
      socket.event('r', 50, 'message.created', 'new');
      socket.event('r', 51, 'message.created', 'new');
      return log.slice(2);
    """) == ["reset r", "r 51"]


def test_subscribe_without_a_position_goes_on_from_the_acknowledgement(run):
    assert run("""
      const socket = go();
      socket.welcome(recovered);
      client.subscribe('s');
      client.subscribe('s');
      const { id, ...frame } = socket.last;
      socket.say({ type: 'ack', id, room: 's', epoch: 'x', offset: 3 });
      await tick();
      socket.event('s', 3, 'message.created', 'x');
      socket.event('s', 4, 'message.created', 'x');
      return [frame, socket.sent.length, log.slice(2)];
    """) == [{"type": "subscribe", "room": "s"}, 2, ["s 4"]]


def test_backoff(run):
    assert run("return [0, 1, 2, 6, 7, 50, 5000].map(m.backoffMaxMs);") == [250, 500, 1000, 16000, 30000, 30000, 30000]
    assert run("return [m.backoffMs(3, () => 0), m.backoffMs(3, () => 0.5), m.backoffMs(99, () => 1)];") == [
        0, 1000, 30000]


@pytest.mark.parametrize(("code", "state"), [
    (1001, "waiting"), (1006, "waiting"), (1011, "waiting"), (1012, "waiting"), (4100, "waiting"), (4101, "waiting"),
    (4104, "waiting"), (4500, "stopped"), (4503, "stopped"), (4505, "stopped"), (4506, "stopped"),
])
def test_close_codes(run, code, state):
    assert run(f"const s = go(); s.welcome(recovered); s.onclose({{ code: {code} }}); return client.state;") == state


WAKING = """
  // A hundredth of the time, so that nobody waits for it.
  const { setTimeout: real } = globalThis;
  globalThis.setTimeout = (work, ms) => real(work, (ms ?? 0) / 100);
  const after = (ms) => new Promise((resolve) => { real(resolve, ms / 100); });
  const socket = go();
  socket.welcome(recovered);
"""


@pytest.mark.parametrize("event", ["focus", "pageshow", "online"])
def test_a_connection_that_has_slept_is_found_out(run, event):
    assert run(WAKING + f"""
      dispatchEvent(new Event('{event}'));
      const asked = socket.last.type;
      await after(4000);
      globalThis.setTimeout = real;
      return [asked, socket.onmessage === null, sockets.length, sockets.at(-1) !== socket];
    """) == ["ping", True, 2, True]


def test_a_connection_that_answers_stays(run):
    assert run(WAKING + """
      dispatchEvent(new Event('focus'));
      const pings = () => socket.sent.filter(({ type }) => type === 'ping');
      dispatchEvent(new Event('pageshow'));
      socket.say({ type: 'ack', id: pings()[0].id });
      await after(4000);
      globalThis.setTimeout = real;
      return [pings().length, sockets.length, client.state];
    """) == [1, 1, "open"]


def test_draining_says_when_to_come_back(run):
    assert run("""
      const at = [];
      client.addEventListener('state', ({ detail }) => { if (detail.retryAt) at.push(detail.retryAt - Date.now()); });
      const socket = go();
      socket.welcome(recovered);
      socket.say({ type: 'draining', reconnect_in_ms: 3400 });
      socket.onclose({ code: 1012 });
      return at[0] > 3300 && at[0] <= 3400;
    """) is True


def test_commands_have_answers(run):
    assert run("""
      const results = [];
      const note = (promise) => promise.then((ack) => results.push(ack.seq), (error) => results.push(
        [error.code, error.isTemporary, error.retryAfterMs]));
      note(client.command('ping'));
      const socket = go();
      socket.welcome(recovered);
      for (let n = 0; n < 3; n += 1) note(client.command('message.send', { n }));
      const [a, b] = socket.sent.slice(-3);
      socket.say({ type: 'ack', id: b.id, seq: 2 });
      socket.say({ type: 'error', id: a.id, code: 'rate_limited', retry_after_ms: 1200, temporary: true });
      socket.say({ type: 'ack', id: 'unknown', seq: 9 });
      socket.onclose({ code: 1006 });
      await tick();
      return results;
    """) == [["disconnected", False, 0], 2, ["rate_limited", True, 1200], ["disconnected", False, 0]]


def test_the_outbox_sends_in_order_and_again_with_the_same_id(run):
    assert run("""
      const storage = new m.MemoryStorage();
      const outbox = new m.Outbox({ client, userId: '1', storage });
      const first = go();
      outbox.add({ room: 'r', text: 'a' });
      outbox.add({ room: 'r', text: 'b' });
      first.welcome(recovered);
      const sent = (socket) => socket.sent.filter(({ type }) => type === 'message.send');
      const one = sent(first).length;
      first.onclose({ code: 1006 });
      await tick(); await tick();
      const second = sockets.at(-1);
      second.welcome(recovered);
      await tick();
      const again = sent(second)[0];
      second.say({ type: 'ack', id: again.id, seq: 1, duplicate: true });
      await tick();
      const next = sent(second)[1];
      second.say({ type: 'error', id: next.id, code: 'forbidden' });
      await tick();
      const failed = outbox.in('r').map(({ text, state, code }) => [text, state, code]);
      outbox.retry(outbox.in('r')[0]);
      second.say({ type: 'ack', id: second.last.id, seq: 2 });
      await tick();
      return [one, again.client_msg_id === sent(first)[0].client_msg_id, again.text, next.text, failed, outbox.count,
        (await storage.all('1')).length];
    """) == [1, True, "a", "b", [["b", "failed", "forbidden"]], 0, 0]


def test_the_outbox_waits_when_it_is_told_to(run):
    assert run("""
      const outbox = new m.Outbox({ client, userId: '1' });
      const socket = go();
      socket.welcome(recovered);
      outbox.add({ room: 'r', text: 'a' });
      outbox.add({ room: 's', text: 'elsewhere' });
      const before = socket.sent.length;
      socket.say({ type: 'error', id: socket.sent.find(({ text }) => text === 'a').id, code: 'rate_limited', retry_after_ms: 60 });
      await tick();
      const meanwhile = socket.sent.length;
      await new Promise((resolve) => { setTimeout(resolve, 120); });
      return [meanwhile - before, socket.last.text, socket.sent.filter(({ text }) => text === 'a').length];
    """) == [0, "a", 2]


def test_rest_errors(run):
    assert run("""
      const answers = [
        new Response('{"error":{"code":"rate_limited","message":"Slow","retry_after_ms":1500}}', { status: 429 }),
        new Response('<html>', { status: 502, headers: { 'Retry-After': '3' } }),
        new Response(null, { status: 204 }),
        new Response('{"a":1}', { status: 200 })];
      const asked = [];
      const rest = new m.Rest({ url: 'http://server.example/', token: 'x', fetch: async (url, options) => {
        asked.push([options.method, url, options.headers.Authorization]);
        if (answers.length === 0) throw new TypeError('network');
        return answers.shift();
      } });
      const results = [];
      for (let n = 0; n < 5; n += 1) {
        try { results.push(await rest.delete(m.path`/rooms/${'a/b'}`)); } catch (error) { results.push([error.code, error.status, error.retryAfterMs]); }
      }
      return [results, asked[0]];
    """) == [[["rate_limited", 429, 1500], ["unavailable", 502, 3000], None, {"a": 1}, ["offline", 0, 0]],
             ["DELETE", "http://server.example/v1/rooms/a%2Fb", "Bearer x"]]


def test_uuids_also_on_plain_http(run):
    ids = run("""
      const made = [m.uuid()];
      Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
      made.push(m.uuid(), m.uuid());
      delete crypto.randomUUID;
      return made;
    """)
    assert len(set(ids)) == 3
    assert all(len(id) == 36 and id[14] == "4" and id[19] in "89ab" for id in ids)


def test_types():
    compiler = shutil.which("tsc")
    assert compiler, "apt-get install node-typescript"
    result = subprocess.run(
        [compiler, "--noEmit", "--checkJs", "--allowJs", "--strict", "--target", "es2022", "--module", "es2022",
         "--lib", "esnext,dom,dom.iterable", WEB / "protocol/chat-client.js", WEB / "model/chat.js"],
        capture_output=True, text=True)
    assert result.stdout == "" and result.returncode == 0
