public import ChatDomain
public import ChatStore

/// What a hub wants done at the end of a turn. The shell performs it, in the order of the fields.
public struct Turn {
    /// For the store's writer, as one batch.
    public var submissions: [Submission] = []
    /// For the store's readers.
    public var queries: [(Ticket, StoreQuery)] = []
    /// For the workers.
    public var work: [(Ticket, Work)] = []
    /// For feeds' connections.
    public var feedActions: [FeedAction] = []
    /// For other loops.
    public var mail: [(destination: Destination, mail: Post)] = []
    /// The connections with bytes to write, an end to make, or a change in `wantsBytes`.
    public var connections: [Connection] = []

    /// For the log.
    public var events: [HubEvent] = []

    public init() {}

    /// Which loops some mail is for.
    public enum Destination: Sendable {
        case loop(Int)
        case others

        func includes(_ loop: Int, from sender: Int) -> Bool {
            switch self {
            case .loop(let receiver): receiver == loop
            case .others: loop != sender
            }
        }
    }
}

/// A draft on its way to the writer.
public struct Submission: Sendable {
    public var draft: Draft
    public var reply: Reply

    public init(draft: Draft, reply: Reply) {
        self.draft = draft
        self.reply = reply
    }

    /// Who hears of the outcome.
    public enum Reply: Sendable {
        /// Whoever holds the ticket, in any case.
        case ticket(Ticket)
        /// The connection, if the draft is refused.
        case connection(ConnectionID)
    }
}

/// What became of the drafts of one loop.
public struct WriteReport: Sendable {
    /// How many drafts this is about.
    public var count = 0
    public var outcomes: [(Ticket, Outcome)] = []
    public var refusals: [(ConnectionID, Refusal)] = []

    public init() {}

    /// Adds what became of one draft.
    public mutating func add(_ outcome: Outcome, to reply: Submission.Reply) {
        count += 1
        switch reply {
        case .ticket(let ticket): outcomes.append((ticket, outcome))
        case .connection(let id): if case .refused(let refusal) = outcome { refusals.append((id, refusal)) }
        }
    }
}
