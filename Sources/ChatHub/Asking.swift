import ChatDomain
import ChatStore

/// What a hub asks of others: of the writer, the readers and the workers, and of other loops.
extension Hub {
    /// When what is asked now has failed.
    private var askedUntil: Instant { now.advanced(byMs: Int64(limits.questionMs)) }

    /// Hands a draft to the writer; `completion` gets its outcome in a later turn. Where there is none in time, it is
    /// refused as unavailable, and may be stored all the same.
    func submit(_ draft: Draft, then completion: @escaping (Hub, Outcome) -> Void) {
        let ticket = asks.ask(until: askedUntil, then: .writer(completion))
        turn.submissions.append(Submission(draft: draft, reply: .ticket(ticket)))
    }

    /// Hands a draft to the writer; the connection hears of it only by its events, or by `refused`.
    func submit(_ draft: Draft, from connection: Connection) {
        turn.submissions.append(Submission(draft: draft, reply: .connection(connection.id)))
    }

    /// Asks the store whatever `body` asks the reader; `completion` gets what it returned in a later turn.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (borrowing any ChatStoreReader) throws(StoreError) -> T,
        then completion: @escaping (Hub, Result<T, StoreError>) -> Void
    ) {
        let query = StoreQuery { (reader: borrowing any ChatStoreReader) throws(StoreError) -> any Sendable in
            try body(reader)
        }
        let use = { (hub: Hub, answer: StoreAnswer) in
            switch answer {
            case .failure(let error): completion(hub, .failure(error))
            case .success(let value as T): completion(hub, .success(value))
            case .success: completion(hub, .failure(.failed("an answer of the wrong kind")))
            }
        }
        turn.queries.append((asks.ask(until: askedUntil, then: .reader(use)), query))
    }

    /// Has a worker do something slow; `completion` gets what came of it in a later turn.
    func perform(_ work: Work, then completion: @escaping (Hub, WorkAnswer) -> Void) {
        // A line of those who wait moves on, however slowly.
        let until = now.advanced(byMs: Int64(limits.questionMs) * 10)
        let ticket = asks.ask(until: until, then: .worker(completion))
        turn.work.append((ticket, work))
    }

    /// The store is so far behind that no more may be handed to it: whoever wants to must wait.
    var isStoreBehind: Bool { store.unwrittenCount + turn.submissions.count >= limits.unwrittenMax }

    /// What was not answered in time has failed.
    func failOverdue() {
        for use in asks.expire(at: now) {
            switch use {
            case .writer(let use): use(self, .refused(.unavailable))
            case .reader(let use): use(self, .failure(.failed("no answer in time")))
            case .worker(let use): use(self, .unavailable)
            case .loops(let use): use(self, .unavailable)
            }
        }
    }

    // MARK: Other loops

    /// Enters a question to other loops. Whoever gets the asker by mail answers with `answer`.
    ///
    /// - Parameters:
    ///   - answers: how many loops will.
    ///   - use: gets each answer; `unavailable`, which may also stand for those that did not come in time, is the last.
    func askLoops(answers: Int = 1, then use: @escaping (Hub, Answer) -> Void) -> Asker {
        let ticket = asks.ask(until: askedUntil, answers: answers, then: .loops(use))
        return Asker(loop: configuration.loopIndex, ticket: ticket)
    }

    func answer(_ asker: Asker, _ answer: Answer) { tell(loop: asker.loop, .answered(asker.ticket, answer)) }

    /// Goes on once every loop has dealt with all that this one has told it and published so far.
    ///
    /// - Parameter use: gets `done`, or `unavailable` where a loop did not say so in time.
    func whenDelivered(then use: @escaping (Hub, Answer) -> Void) {
        if configuration.loopCount == 1 { use(self, .done) } else { correspondence.fenced.append(use) }
    }

    /// One question to each loop for all that wait, behind what this turn has published.
    func raiseFence() {
        let waiting = correspondence.takeFenced()
        guard !waiting.isEmpty else { return }
        var left = configuration.loopCount - 1
        let asker = askLoops(answers: left) { hub, answer in
            left -= 1
            if case .done = answer, left > 0 { return }
            for use in waiting { use(hub, answer) }
        }
        turn.mail.append((.others, .fence(asker)))
    }
}
