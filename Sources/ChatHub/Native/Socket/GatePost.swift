public import ChatDomain

/// What the loops tell each other about the users of the native protocol. Each user has a home loop, which counts their
/// sockets and holds their rate.
public enum GatePost: Sendable, Codable {
    /// To the home: a socket wants in.
    case enter(UserID, ConnectionID, Asker)
    /// To the home: a socket that wanted in has gone.
    case left(UserID, ConnectionID)
    /// To the home: the user wants to say something.
    case takeToken(UserID, Asker)
    /// To the home: what the user said was a repeat.
    case giveTokenBack(UserID)
}
