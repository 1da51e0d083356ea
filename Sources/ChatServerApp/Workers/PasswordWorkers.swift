import CEpoll
import ChatHub
import Glibc
import Synchronization

/// A few threads that hash passwords, which takes half a second and 128 MiB each time, within a budget that all share. The
/// queue is bounded: who comes beyond it is told to try again.
final class PasswordWorkers: Sendable {
    private let queue = Mutex<[Item]>([])
    /// Counts what is in the queue: a worker takes one.
    private let semaphore = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_SEMAPHORE))
    private let loops: [LoopMailbox]
    let desk: PasswordDesk

    private static let queueMax = 64

    private enum Item: Sendable {
        case work(loop: Int, Ticket, Work)
        case stop
    }

    init(loops: [LoopMailbox], parameters: Scrypt, budget: HashBudget) {
        self.loops = loops
        desk = PasswordDesk(parameters: parameters, cryptography: .openSSL, budget: budget)
    }

    deinit { close(semaphore) }

    func post(_ work: [(Ticket, Work)], from loop: Int) {
        let taken = queue.withLock { queue in
            let count = min(work.count, max(0, Self.queueMax - queue.count))
            for (ticket, work) in work.prefix(count) { queue.append(.work(loop: loop, ticket, work)) }
            return count
        }
        if taken > 0 { eventfd_write(semaphore, eventfd_t(taken)) }
        loops[loop].post(work.dropFirst(taken).map { .hub(.service(.worked($0.0, .unavailable))) })
    }

    func stop(threadCount: Int) {
        queue.withLock { $0.append(contentsOf: [Item](repeating: .stop, count: threadCount)) }
        eventfd_write(semaphore, eventfd_t(threadCount))
    }

    /// Serves until told to stop.
    func run() {
        // Of this thread only: event loops go before passwords.
        _ = nice(10)
        while case .work(let loop, let ticket, let work) = next() {
            loops[loop].post(.hub(.service(.worked(ticket, desk.perform(work)))))
        }
    }

    private func next() -> Item {
        while true {
            var count: eventfd_t = 0
            // The number lives for the call, which sleeps until there is something.
            guard unsafe eventfd_read(semaphore, &count) == 0 else { continue }
            if let item = queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return item }
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
                return .verdict(isRight: false, isOutdated: false)
            }
            guard let isRight = within(stored.parameters, { stored.isOf(password) }) else { return .unavailable }
            return .verdict(isRight: isRight, isOutdated: stored.parameters != parameters)
        }
    }

    private func within<Result>(_ parameters: Scrypt, _ body: () -> Result) -> Result {
        guard let budget else { return body() }
        return budget.use(bytes: parameters.memoryBytes, body)
    }
}
