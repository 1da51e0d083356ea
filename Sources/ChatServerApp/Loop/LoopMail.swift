import ChatHub

/// What other threads tell an event loop.
enum LoopMail: Sendable {
    case hub(Mail, from: Sender = .other)
    /// The host of a feed's source was looked up.
    case feedAddresses(FeedLink, ResolvedHost)
    /// Stop accepting, and take nothing new.
    ///
    /// - Parameter settleMs: how long what was taken may take; nil for as long as is usual.
    case drain(settleMs: Int64?)
    /// Count once more: whoever asks wants to know whether the loop turns.
    case pulse(LoopPulse)
    /// Return at once, whatever is open: for a loop that has nothing to lose.
    case end
    /// All loops have come to rest and everything is stored: close all connections, and return.
    case close
}

typealias LoopMailbox = Mailbox<LoopMail>
