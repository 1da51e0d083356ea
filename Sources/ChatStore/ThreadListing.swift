public import ChatDomain

/// A thread as the list of those that somebody follows shows it.
public struct ThreadListing: Sendable, Equatable {
    /// The message that it began with, as it reads now.
    public var root: Message
    /// How many answers by others the user has not read; what they have hidden is not among them.
    public var unread: Int

    public init(root: Message, unread: Int) {
        self.root = root
        self.unread = unread
    }
}
