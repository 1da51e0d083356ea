/// How we would like to use permessage-deflate (RFC 7692), as a server or as a client.
///
/// The defaults compress best. What memory a connection keeps between messages is `…NoContextTakeover` to decide:
/// with it none, without it 2^(bits + 2) bytes + 128 KiB for what is sent, and 2^bits bytes for what is received (40 KiB
/// where bits is 15).
public struct DeflateOptions: Hashable, Sendable {
    /// The server forgets after each message: needed to share one compressed frame among receivers.
    public var serverNoContextTakeover: Bool
    /// The client forgets after each message.
    public var clientNoContextTakeover: Bool
    /// The base-two logarithm of how far back the server's compressor may look, 8 to 15.
    public var serverMaxWindowBits: Int
    /// The same for the client's. A server with less than 15 here declines an offer that does not let it say so.
    public var clientMaxWindowBits: Int
    /// What is spent on compressing, 1 (fast) to 9 (small).
    public var level: Int

    public init(
        serverNoContextTakeover: Bool = false, clientNoContextTakeover: Bool = false, serverMaxWindowBits: Int = 15,
        clientMaxWindowBits: Int = 15, level: Int = 6
    ) {
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
        self.serverMaxWindowBits = min(max(serverMaxWindowBits, 8), 15)
        self.clientMaxWindowBits = min(max(clientMaxWindowBits, 8), 15)
        self.level = min(max(level, 1), 9)
    }
}

/// What both sides agreed on for permessage-deflate (RFC 7692 §7.1): the four parameters, and our own level.
public struct DeflateAgreement: Hashable, Sendable {
    public let serverNoContextTakeover: Bool
    public let clientNoContextTakeover: Bool
    /// 8 to 15.
    public var serverMaxWindowBits: Int { Int(serverBits) }
    /// 8 to 15.
    public var clientMaxWindowBits: Int { Int(clientBits) }
    /// 1 to 9.
    public var level: Int { Int(compressionLevel) }

    // Each connection has its agreement with it, so it is kept small.
    private let serverBits: UInt8
    private let clientBits: UInt8
    private let compressionLevel: UInt8

    init(
        serverNoContextTakeover: Bool, clientNoContextTakeover: Bool, serverMaxWindowBits: Int,
        clientMaxWindowBits: Int, level: Int
    ) {
        self.serverNoContextTakeover = serverNoContextTakeover
        self.clientNoContextTakeover = clientNoContextTakeover
        serverBits = UInt8(clamping: serverMaxWindowBits)
        clientBits = UInt8(clamping: clientMaxWindowBits)
        compressionLevel = UInt8(clamping: level)
    }

    /// How the `role` compresses what it sends.
    func sending(_ role: Role) -> (windowBits: Int, keepsContext: Bool) {
        role == .server
            ? (serverMaxWindowBits, !serverNoContextTakeover) : (clientMaxWindowBits, !clientNoContextTakeover)
    }

    /// How the `role`'s peer compresses what the role receives.
    func receiving(_ role: Role) -> (windowBits: Int, keepsContext: Bool) {
        sending(role == .server ? .client : .server)
    }

    /// Whether a server may send the client frames of `FrameEncoder.appendCompressed(_:_:windowBits:level:to:)` made
    /// with a window of this size.
    public func allowsSharedFrames(windowBits: Int) -> Bool {
        serverNoContextTakeover && serverMaxWindowBits >= windowBits
    }
}
