import ChatDomain

/// A message as it reads now, with the log ids of the events that hold its first and its newest text.
struct VersionedMessage: Sendable, Equatable {
    var message: Message
    var createdLogID: Int64
    var newestLogID: Int64
}
