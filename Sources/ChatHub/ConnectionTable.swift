import ChatDomain

/// The connections of one loop: by slot, and when each has to be looked after.
struct ConnectionTable {
    private var slots: [Connection?] = []
    private(set) var count = 0
    private var wheel: TimerWheel

    init(now: Instant) { wheel = TimerWheel(now: now) }

    /// Enters a connection. Its slot must be free.
    mutating func add(_ connection: Connection) {
        let slot = connection.id.slot
        if slot >= slots.count { slots.append(contentsOf: repeatElement(nil, count: slot + 1 - slots.count)) }
        slots[slot] = connection
        count += 1
    }

    /// The connection of that name; nil once it has gone, whoever has its slot now.
    subscript(id: ConnectionID) -> Connection? {
        guard id.slot < slots.count, let connection = slots[id.slot], connection.id == id else { return nil }
        return connection
    }

    mutating func remove(_ connection: Connection) {
        wheel.cancel(connection.id.slot)
        slots[connection.id.slot] = nil
        connection.isGone = true
        count -= 1
    }

    /// Has the connection looked after at that time, and not before.
    mutating func setDeadline(of connection: Connection, at instant: Instant) {
        wheel.schedule(connection.id.slot, at: instant)
    }

    /// Those whose time has come.
    mutating func takeDue(at now: Instant) -> [Connection] {
        wheel.takeDue(at: now).compactMap { $0 < slots.count ? slots[$0] : nil }
    }

    /// When the next connection has to be looked after.
    var nextDeadline: Instant? { wheel.nextDeadline }

    func forEach(_ body: (Connection) -> Void) {
        for case let connection? in slots { body(connection) }
    }
}
