import ChatDomain

/// The sockets that know more of a stream than this loop has heard of.
///
/// The store's answer to a reader may come before the news of the commit that it shows. A socket that has become live by
/// such an answer must not get, or be taken out by, what it already has; this is what it has. As a loop hears of a
/// stream's events in order, all of it is forgotten with the first event that is newer than any.
struct Floors {
    private var entries: [(connection: ConnectionID, offset: Int64)] = []
    /// Events above this are new to everybody.
    private(set) var max: Int64 = 0

    /// - Parameter isMember: whether a connection is still there; entries of others are dropped now and then.
    mutating func add(_ connection: ConnectionID, offset: Int64, isMember: (ConnectionID) -> Bool) {
        if entries.count >= 64, entries.count.nonzeroBitCount == 1 {
            entries.removeAll { !isMember($0.connection) }
        }
        entries.append((connection, offset))
        max = Swift.max(max, offset)
    }

    /// Takes note of an event of the stream.
    mutating func heard(_ offset: Int64) {
        guard offset > max, !entries.isEmpty else { return }
        entries = []
    }

    /// Whether the connection has that event already.
    func has(_ connection: ConnectionID, _ offset: Int64) -> Bool {
        guard offset <= max else { return false }
        return entries.contains { $0.connection == connection && $0.offset >= offset }
    }

    /// The newest event that the connection is known to have beyond what this loop has heard of; 0 for none.
    func offset(of connection: ConnectionID) -> Int64 {
        entries.lazy.filter { $0.connection == connection }.map(\.offset).max() ?? 0
    }

    /// Those that have that event already.
    func connections(with offset: Int64) -> Set<ConnectionID> {
        guard offset <= max else { return [] }
        return Set(entries.lazy.filter { $0.offset >= offset }.map(\.connection))
    }
}
