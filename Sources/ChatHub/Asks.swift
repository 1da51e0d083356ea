public import ChatDomain
import ChatStore

/// Stands for one question until its answer comes.
public struct Ticket: Hashable, Sendable, Codable {
    public let rawValue: UInt64

    public init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// Whom an answer is for.
public struct Asker: Hashable, Sendable, Codable {
    public let loop: Int
    public let ticket: Ticket
}

/// What one loop answers another.
public enum Answer: Sendable, Codable {
    /// It is done.
    case done
    /// It cannot be done just now.
    case unavailable
    /// How many connections a loop has brought a publication to.
    case delivered(receivers: Int)
    /// Too much was published: try again in so many milliseconds.
    case refused(waitMs: Int64)
    case located(TopicLocation)
    /// nil where the user may go on, else how long until then.
    case token(waitMs: Int64?)
    /// Whether there may be one socket more.
    case admitted(Bool)
    case attempt(AttemptAnswer)
    /// Of the users asked about, those that are connected.
    case presence([UserID: PresenceSnapshot])
    /// What is known of a client of the relay; nil where there is none.
    case registration(RelayRegistration?)
    case feed(FeedAnswer)
    case metrics(LoopMetrics)

    /// Whether whoever gathers the answers of several waits for no more.
    fileprivate var endsGathering: Bool {
        switch self {
        case .unavailable, .refused: true
        default: false
        }
    }
}

/// Every question that one loop has asked and that is not answered: of the writer, the readers and the workers, and of
/// other loops. One that nobody answers in time fails, so that whoever waits behind it hears of it.
///
/// While there is a question, the loop has not settled.
struct Asks {
    /// Of whom something was asked, and what is done with what comes.
    enum Use {
        case writer((Hub, Outcome) -> Void)
        case reader((Hub, StoreAnswer) -> Void)
        case worker((Hub, WorkAnswer) -> Void)
        case loops((Hub, Answer) -> Void)
    }

    private struct Question {
        let until: Instant
        /// How many answers are to come.
        var missing: Int
        let use: Use
    }

    private var questions: [Ticket: Question] = [:]
    private var lastTicket: UInt64 = 0
    private(set) var readerCount = 0
    private(set) var workerCount = 0
    /// No question is due before. Where what it was set for has been answered, the next look finds the right time.
    private(set) var nextDeadline: Instant?

    /// Deadlines are rounded up to this, so that many that are due one after the other are looked for at once.
    private static let precisionMs: Int64 = 256

    var isEmpty: Bool { questions.isEmpty }

    /// Enters a question.
    ///
    /// - Parameters:
    ///   - until: when it fails.
    ///   - answers: how many are to come.
    mutating func ask(until: Instant, answers: Int = 1, then use: Use) -> Ticket {
        lastTicket += 1
        let ticket = Ticket(rawValue: lastTicket)
        let rounded = (until.milliseconds / Self.precisionMs + 1) * Self.precisionMs
        let until = Instant(milliseconds: rounded)
        questions[ticket] = Question(until: until, missing: answers, use: use)
        count(use, 1)
        nextDeadline = min(nextDeadline ?? until, until)
        return ticket
    }

    mutating func answer(_ ticket: Ticket, with outcome: Outcome) -> ((Hub, Outcome) -> Void)? {
        guard case .writer(let use)? = take(ticket, isLast: true) else { return nil }
        return use
    }

    mutating func answer(_ ticket: Ticket, with answer: StoreAnswer) -> ((Hub, StoreAnswer) -> Void)? {
        guard case .reader(let use)? = take(ticket, isLast: true) else { return nil }
        return use
    }

    mutating func answer(_ ticket: Ticket, with answer: WorkAnswer) -> ((Hub, WorkAnswer) -> Void)? {
        guard case .worker(let use)? = take(ticket, isLast: true) else { return nil }
        return use
    }

    mutating func answer(_ ticket: Ticket, with answer: Answer) -> ((Hub, Answer) -> Void)? {
        guard case .loops(let use)? = take(ticket, isLast: answer.endsGathering) else { return nil }
        return use
    }

    /// Takes out what has not been answered in time.
    mutating func expire(at now: Instant) -> [Use] {
        guard let nextDeadline, nextDeadline <= now else { return [] }
        let due = questions.filter { $0.value.until <= now }.sorted { $0.key.rawValue < $1.key.rawValue }
        for (ticket, question) in due {
            questions[ticket] = nil
            count(question.use, -1)
        }
        self.nextDeadline = questions.values.lazy.map(\.until).min()
        return due.map(\.value.use)
    }

    private mutating func take(_ ticket: Ticket, isLast: Bool) -> Use? {
        guard var question = questions[ticket] else { return nil }
        question.missing -= 1
        guard question.missing <= 0 || isLast else {
            questions[ticket] = question
            return question.use
        }
        questions[ticket] = nil
        count(question.use, -1)
        if questions.isEmpty { nextDeadline = nil }
        return question.use
    }

    private mutating func count(_ use: Use, _ change: Int) {
        switch use {
        case .reader: readerCount += change
        case .worker: workerCount += change
        case .writer, .loops: break
        }
    }
}
