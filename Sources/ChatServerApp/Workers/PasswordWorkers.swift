import ChatHub

/// A few threads that hash passwords, which takes half a second and 128 MiB each time, within a budget that all share. The
/// queue is bounded: who comes beyond it is told to try again.
final class PasswordWorkers: Sendable {
    private let queue = WorkQueue<(loop: Int, Ticket, Work)>(countMax: 64)
    private let loops: [LoopMailbox]
    let desk: PasswordDesk

    init(loops: [LoopMailbox], parameters: Scrypt, budget: HashBudget) {
        self.loops = loops
        desk = PasswordDesk(parameters: parameters, cryptography: .openSSL, budget: budget)
    }

    func post(_ work: [(Ticket, Work)], from loop: Int) {
        let taken = queue.append(work.map { (loop: loop, $0.0, $0.1) })
        loops[loop].post(work.dropFirst(taken).map { .hub(.service(.worked($0.0, .unavailable))) })
    }

    func stop(threadCount: Int) { queue.end(threadCount: threadCount) }

    /// Serves until told to stop. Event loops go before passwords: on a patient thread.
    func run() {
        while let (loop, ticket, work) = queue.next() {
            loops[loop].post(.hub(.service(.worked(ticket, desk.perform(work)))))
        }
    }
}

/// Hashes and checks passwords with the parameters of the day.
struct PasswordDesk: Sendable {
    let parameters: Scrypt
    let cryptography: Cryptography
    /// nil where this is the only one at work.
    var budget: HashBudget?

    /// Blocks for as long as the parameters say, and until there is memory for it.
    func perform(_ work: Work) -> WorkAnswer {
        switch work {
        case .hashPassword(var password):
            defer { password.wipe() }
            let salt = cryptography.randomBytes(PasswordHash.saltBytes)
            let made = within(parameters) { PasswordHash(password, salt: salt, parameters: parameters) }
            guard let hash = made else { return .unavailable }
            return .hash(hash.description)
        case .verifyPassword(var password, let text):
            defer { password.wipe() }
            guard let stored = text.flatMap({ PasswordHash($0) }) else {
                // As long as if there were one, and wrong whatever the password is.
                let salt = [UInt8](repeating: 0, count: PasswordHash.saltBytes)
                let made = within(parameters) { PasswordHash(password, salt: salt, parameters: parameters) }
                guard made != nil else { return .unavailable }
                return .checked(isRight: false, isOutdated: false)
            }
            guard let isRight = within(stored.parameters, { stored.isOf(password) }) else { return .unavailable }
            return .checked(isRight: isRight, isOutdated: stored.parameters != parameters)
        }
    }

    private func within<Result>(_ parameters: Scrypt, _ body: () -> Result) -> Result {
        guard let budget else { return body() }
        return budget.use(bytes: parameters.memoryBytes, body)
    }
}
