import ChatHub

/// What other threads tell an event loop.
enum LoopMail: Sendable {
    case hub(Mail)
    /// Stop accepting, let everything end, and return.
    case drain
}

typealias LoopMailbox = Mailbox<LoopMail>
