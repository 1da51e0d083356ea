public import ChatStore

/// What reaches a hub from outside its loop, through the loop's mailbox.
public enum Mail: Sendable {
    case service(ServiceMail)
    case post(Post)
}

/// What those say that work for a hub: the store's writer and readers, the workers, and whoever runs the server.
public enum ServiceMail: Sendable {
    /// What the writer has committed, in order, for every loop.
    case committed([Event])
    /// What became of this loop's own drafts; comes before the events of the same commit.
    case written(WriteReport)
    case answer(Ticket, StoreAnswer)
    /// What a commit did to users, for every loop; comes after its events.
    case noticed([Notice])
    case worked(Ticket, WorkAnswer)
    /// A draft of whoever runs the server. `answer` is called on the loop's thread.
    case order(Draft, answer: @Sendable (Outcome) -> Void)
    /// The process asks for the figures of all loops, as `/metrics` has them. `answer` is called on the loop's thread.
    case figures(answer: @Sendable (String) -> Void)
}

/// Who has sent some mail.
public enum Sender: Sendable {
    case loop(Int)
    case writer
    /// Readers, workers, and whoever is not waited for when the process ends.
    case other
}
