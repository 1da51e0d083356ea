public import ChatDomain

/// What the loops tell each other of the relay's clients.
public enum RelayPost: Sendable, Codable {
    /// To the home: somebody asks for the client's socket, or (`takes` is false) whether there is such a client.
    case claim(RelayID, RelaySeat, takes: Bool, Asker)
    /// To the home: the client's socket has gone.
    case left(RelayID, ConnectionID)
    /// To the home: the client is to be forgotten.
    case remove(RelayID, Asker)
    /// To the loop of a socket: the client has come again, elsewhere; whoever has claimed it waits for what it had.
    case handOver(ConnectionID, Asker)
    /// To the loop of a socket: the client is to be forgotten.
    case close(ConnectionID, Asker)
    /// To every loop: a frame for those of one user's clients that have the topic.
    case frame([UInt8], topic: String, user: Int64)
}

/// A connection, and the loop that it is on.
public struct RelaySeat: Hashable, Sendable, Codable {
    var loop: Int
    var connection: ConnectionID
}

/// What is known of a client.
public struct RelayRegistration: Equatable, Sendable, Codable {
    var user: Int64
    var topics: Set<String>
}
