public import ChatDomain

/// What the loops tell each other of the relay's clients.
public enum RelayMail: Sendable {
    /// To the home: somebody asks for the client's socket, or (`takes` is false) whether there is such a client.
    case claim(RelayID, RelaySeat, takes: Bool)
    /// To the home: the client's socket has gone.
    case left(RelayID, ConnectionID)
    /// To the home: the client is to be forgotten.
    case remove(RelayID, asker: RelaySeat)
    /// To whoever has claimed: what is known of the client; nil where there is none.
    case claimed(RelayID, ConnectionID, RelayRegistration?)
    /// To whoever wanted a client to be forgotten: it is.
    case removed(ConnectionID)
    /// To the loop of a socket: the client has come again, elsewhere.
    case handOver(RelayID, ConnectionID, to: RelaySeat)
    /// To the loop of a socket: the client is to be forgotten.
    case close(ConnectionID, asker: RelaySeat)
    /// To every loop: a frame for those of one user's clients that have the topic.
    case frame([UInt8], topic: String, user: Int64)
}

/// A connection, and the loop that it is on.
public struct RelaySeat: Hashable, Sendable {
    var loop: Int
    var connection: ConnectionID
}

/// What is known of a client.
public struct RelayRegistration: Equatable, Sendable {
    var user: Int64
    var topics: Set<String>
}
