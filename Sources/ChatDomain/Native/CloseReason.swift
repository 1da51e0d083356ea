/// Why a socket of the native protocol ends: the one table of close codes that clients see.
public enum CloseReason: UInt16, CaseIterable, Sendable {
    case normal = 1000
    case goingAway = 1001
    case protocolError = 1002
    case binaryNotSupported = 1003
    case badUTF8 = 1007
    case tooBig = 1009
    case internalError = 1011
    case restart = 1012
    case overload = 1013
    case heartbeatTimeout = 4100
    case slowConsumer = 4101
    case insufficientState = 4102
    case tokenExpired = 4103
    case rateLimited = 4104
    case invalidToken = 4500
    case noHello = 4501
    case unsupportedVersion = 4502
    case kicked = 4503
    case suspended = 4504
    case tooManyConnections = 4505
    case sessionRevoked = 4506

    /// What a client should do after it.
    public enum Remedy: Sendable {
        /// Come back, with growing pauses and full jitter.
        case reconnect
        /// Come back after the time that `draining` has told, or else a random one.
        case reconnectSpread
        /// Come back with a fresh token.
        case signInAndReconnect
        /// Do not come back by itself: the same would happen again.
        case stop
    }

    public var remedy: Remedy { row.remedy }
    /// A phrase for the close frame.
    public var phrase: String { row.phrase }

    private var row: (remedy: Remedy, phrase: String) {
        switch self {
        case .normal: (.stop, "")
        case .goingAway: (.reconnect, "going away")
        case .protocolError: (.stop, "protocol error")
        case .binaryNotSupported: (.stop, "binary messages are not supported")
        case .badUTF8: (.stop, "a text message must be UTF-8")
        case .tooBig: (.stop, "the message is too big")
        case .internalError: (.reconnect, "the server made a mistake")
        case .restart: (.reconnectSpread, "the server restarts")
        case .overload: (.reconnect, "the server cannot take more just now")
        case .heartbeatTimeout: (.reconnect, "no answer to a ping")
        case .slowConsumer: (.reconnect, "too slow")
        case .insufficientState: (.reconnect, "the position is lost")
        case .tokenExpired: (.signInAndReconnect, "the session has expired")
        case .rateLimited: (.reconnect, "too many messages")
        case .invalidToken: (.stop, "the token is not valid")
        case .noHello: (.stop, "no hello")
        case .unsupportedVersion: (.stop, "the version is not supported")
        case .kicked: (.stop, "removed from the server")
        case .suspended: (.stop, "the account is suspended")
        case .tooManyConnections: (.stop, "too many connections")
        case .sessionRevoked: (.stop, "the session has ended")
        }
    }
}
