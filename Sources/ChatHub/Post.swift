public import ChatDomain

/// What one hub says to another, by the feature that it is about. It is data and nothing else, so that it can be written
/// as bytes for a hub of another process.
public enum Post: Sendable, Codable {
    /// What was asked is answered.
    case answered(Ticket, Answer)
    /// Whoever has sent this wants to know that all that was sent before has been dealt with.
    case fence(Asker)
    /// Somebody asks for figures.
    case metrics(Asker)
    /// About attempts to sign in.
    case identity(SignInPost)
    case feeds(FeedPost)
    /// Published on another loop.
    case batch(FrameBatch, Audience)
    /// For the home of a user, of a room, or of the chat-app lobby.
    case home(ChatAppPost)
    /// A user came online or went offline; every loop keeps count.
    case presence(UserID, handle: String, isOnline: Bool)
    /// A deleted account: nobody is this user any more.
    case userGone(UserID, handle: String)
    /// About the relay's clients.
    case relay(RelayPost)
    /// About topics of the native protocol.
    case topic(TopicPost)
    /// About the users of the native protocol.
    case native(GatePost)
    case nativeHome(NativeHomePost)
    /// What has changed of those who are watched from this loop.
    case watched([UserID: PresenceSnapshot])
    /// A frame for one connection of this loop.
    case frame([UInt8], ConnectionID)
}

extension Post {
    /// As bytes, for a hub of another process.
    func encoded() throws -> [UInt8] { try PostEncoder.encode(self) }

    /// Reads what `encoded` has written; any other bytes are malformed.
    init(decoding bytes: [UInt8]) throws(PostDecoder.Malformed) {
        self = try PostDecoder.decode(Post.self, from: bytes)
    }
}
