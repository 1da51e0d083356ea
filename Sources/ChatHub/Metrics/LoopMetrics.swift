import ChatDomain
import ChatStore

/// What a loop has counted since it began.
struct LoopCounters: Sendable {
    var accepted = 0
    var requests = 0
    /// Committed events, which every loop sees.
    var events = 0
    var messages = 0

    mutating func count(_ event: Event) {
        events += 1
        if case .messageCreated = event.kind { messages += 1 }
    }
}

/// The figures of one loop.
public struct LoopMetrics: Sendable {
    var loop: Int
    var counters: LoopCounters
    /// By what they speak, which is one of `kinds`.
    var connections: [String: Int]
    var queuedBytes: Int
    var unwritten: Int
    /// For how long the writer has owed a report.
    var unwrittenMs: Int64
    var questions: Int
    var passwords: Int
    var topics: Int
    var users: Int
    var rooms: Int
    /// On the first loop, which knows those of all.
    var feeds: [FeedStatus]

    static let kinds = ["http"] + Endpoints.all.map { $0.kind } + ["closing"]

    static func kind(of connection: Connection) -> String {
        switch connection.phase {
        case .proxyHead, .http: "http"
        case .webSocket(let socket): type(of: socket.endpoint).kind
        case .over: "closing"
        }
    }
}

/// What loops tell each other when somebody asks for figures.
public enum MetricsMail: Sendable {
    case ask(number: UInt64, loop: Int)
    case answer(number: UInt64, LoopMetrics)
}

/// Gathers the figures of all loops, for whoever asks one of them.
final class MetricsGathering {
    private struct Question {
        var answers: [LoopMetrics] = []
        var use: ([LoopMetrics]) -> Void
    }

    private var questions: [UInt64: Question] = [:]
    private var lastNumber: UInt64 = 0
    /// Beyond these, whoever asks waits in vain for nobody: it is told to come again.
    private static let questionsMax = 100

    /// - Returns: false where too many are being answered.
    func ask(hub: Hub, then use: @escaping ([LoopMetrics]) -> Void) -> Bool {
        guard questions.count < Self.questionsMax else { return false }
        lastNumber += 1
        questions[lastNumber] = Question(use: use)
        hub.tellAll(.metrics(.ask(number: lastNumber, loop: hub.configuration.loopIndex)))
        return true
    }

    func handle(_ mail: MetricsMail, hub: Hub) {
        switch mail {
        case .ask(let number, let loop): hub.tell(loop: loop, .metrics(.answer(number: number, hub.metrics())))
        case .answer(let number, let metrics):
            guard var question = questions[number] else { return }
            question.answers.append(metrics)
            guard question.answers.count == hub.configuration.loopCount else {
                questions[number] = question
                return
            }
            questions[number] = nil
            question.use(question.answers.sorted { $0.loop < $1.loop })
        }
    }
}
