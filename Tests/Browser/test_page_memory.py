"""A page that is left open for long: what has come and gone takes no room."""

from playwright.sync_api import expect

from filling import fill

RECEIVED = 10_000
# What a heap may differ by from one moment to the next, in bytes: 10,000 messages that were kept are twice that.
HEAP_NOISE = 1 << 20


def usage(session):
    """Bytes of the heap that are in use, and nodes of documents, after everything that can be collected was."""
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    counters = session.send("Memory.getDOMCounters")
    return session.send("Runtime.getHeapUsage")["usedSize"], counters["nodes"], counters["jsEventListeners"]


def test_memory_does_not_grow_with_what_is_received(member):
    ada, ben = member("Ada").register(), member("Ben").register()
    ada.start_chat(ben)
    room = ada.room_id
    ben.open_room(ada.name)
    # Ada's page is not what is measured.
    ada.page.close()
    session = ben.context.new_cdp_session(ben.page)
    last = ben.messages.last.locator(".body")
    # The window of messages is full after 300 of them.
    fill(ada, room, 1_000, "Early")
    expect(last).to_have_text("Early 999", timeout=60_000)
    heap, nodes, listeners = usage(session)
    fill(ada, room, RECEIVED, "Later")
    expect(last).to_have_text(f"Later {RECEIVED - 1}", timeout=60_000)
    heap_after, nodes_after, listeners_after = usage(session)
    # The window has more or fewer messages, by where in its cycle it is; each is some 20 nodes.
    assert ben.messages.count() <= 300
    assert nodes_after < nodes + 300 * 25
    assert listeners_after < listeners + 300 * 10
    assert heap_after < heap + HEAP_NOISE
