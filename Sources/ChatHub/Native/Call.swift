import ChatDomain
import ChatStore

/// Something that is wanted of the native protocol, on its way to an answer: a command of a socket, or a request by
/// REST. It is answered once. What both may want is in `MessageOperations`; each words its answers itself.
protocol Call {
    var hub: Hub { get }
    /// Whether anything more is done for it; not so for a socket that has gone in the meantime.
    var isWelcome: Bool { get }
    /// Whether somebody is told what comes of it.
    var isAwaited: Bool { get }

    func fail(_ problem: Problem)
    /// It is done, and there is nothing more to say about it.
    func answerDone()
    /// The message has been sent.
    func answer(_ receipt: MessageReceipt, in room: RoomID)
    /// The message has been changed.
    func answer(_ change: MessageChange)
}

/// What became of a draft that changes a message.
struct MessageChange {
    let draft: PostDraft
    let outcome: Outcome
}

extension Call {
    /// Runs `body`, and answers with what it throws.
    func attempt(_ body: () throws(Problem) -> Void) {
        do throws(Problem) { try body() } catch { fail(error) }
    }

    /// Asks the store whatever `body` asks the reader; `use` gets what it returned.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (borrowing any ChatStoreReader) throws(StoreError) -> T,
        then use: @escaping (T) throws(Problem) -> Void
    ) {
        hub.read(body) { _, result in
            guard isWelcome else { return }
            attempt { () throws(Problem) in
                guard case .success(let value) = result else { throw .unavailable }
                try use(value)
            }
        }
    }

    /// Hands a draft to the store; `use` gets its outcome. `refused` says what to answer to a refusal: where it returns
    /// nil, the usual.
    func submit(
        _ draft: Draft, refused: @escaping (Refusal) -> Problem? = { _ in nil },
        then use: @escaping (Outcome) throws(Problem) -> Void
    ) {
        guard !hub.isStoreBehind else { return fail(.unavailable) }
        hub.submit(draft) { _, outcome in
            guard isWelcome else { return }
            attempt { () throws(Problem) in
                if case .refused(let refusal) = outcome { throw refused(refusal) ?? Problem(refusal) }
                try use(outcome)
            }
        }
    }

    /// Hands a draft to the store, and says no more than that it is done.
    func submitForNoContent(_ draft: Draft) { submit(draft) { _ in answerDone() } }

    /// Goes on when the user may say one more thing: sockets and requests share the rate.
    func atRate(of user: UserID, _ use: @escaping () -> Void) {
        hub.native.takeToken(of: user, hub: hub) { _, waitMs in
            guard isWelcome else { return }
            if let waitMs { fail(.tooMuch(waitMs)) } else { use() }
        }
    }
}
