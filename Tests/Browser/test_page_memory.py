"""A page that is left open does not grow."""

from playwright.sync_api import expect

COUNT = 10_000
BATCH = 2_000
GROWTH_BYTES_MAX = 3_000_000


def test_memory_over_10_000_received_messages(member, own_server):
    ada, ben = (member(name, at=own_server.url).register() for name in ("Ada", "Ben"))
    ada.start_chat(ben)
    ada.send("First")
    ben.open_room(ada.name)
    room = ada.room_id
    session = ben.context.new_cdp_session(ben.page)
    session.send("HeapProfiler.enable")

    def used() -> int:
        session.send("HeapProfiler.collectGarbage")
        return session.send("Runtime.getHeapUsage")["usedSize"]

    def flood(number: int):
        ada.page.evaluate("""async ([room, from, count]) => {
          const one = async (n) => {
            const answer = await fetch(`/v1/rooms/${room}/messages/${crypto.randomUUID()}`, {
              method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ text: `Message ${n} with a few words` }) });
            if (!answer.ok) throw new Error(`${answer.status}`);
          };
          for (let n = 0; n < count; n += 20) await Promise.all(Array.from({ length: 20 }, (_, m) => one(from + n + m)));
        }""", [room, number * BATCH, BATCH])
        expect(ben.message(f"Message {number * BATCH + BATCH - 1} ")).to_be_attached(timeout=60_000)

    # The first thousands fill what is kept; from then on nothing is added.
    flood(0)
    before = used()
    for number in range(1, COUNT // BATCH):
        flood(number)
    assert used() - before < GROWTH_BYTES_MAX
    assert ben.page.locator(".message").count() <= 320
