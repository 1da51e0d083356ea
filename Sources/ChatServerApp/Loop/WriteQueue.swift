import ChatHub

/// Connections that wait for their write, in the order in which they came to have something to say.
///
/// A turn that reaches many connections does not write to all of them before it looks at the world again: it writes a
/// slice, reads what has come meanwhile, and what that adds for those still waiting goes out in the same write. So the
/// more there is to do, the fewer writes a message costs, while everybody still gets a turn in order.
struct WriteQueue {
    private var connections: [Connection] = []
    private var head = 0
    var count: Int { connections.count - head }
    var first: Connection? { head < connections.count ? connections[head] : nil }

    /// Adds a connection at the end, unless it waits already.
    mutating func append(_ connection: Connection) {
        guard !connection.isQueued else { return }
        connection.isQueued = true
        connections.append(connection)
    }

    mutating func popFirst() -> Connection? {
        guard let connection = first else { return nil }
        head += 1
        connection.isQueued = false
        if head == connections.count {
            connections.removeAll(keepingCapacity: connections.count <= 1_024)
            head = 0
        } else if head >= 1_024, head * 2 >= connections.count {
            connections.removeFirst(head)
            head = 0
        }
        return connection
    }
}
