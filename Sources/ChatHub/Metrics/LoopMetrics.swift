import ChatDomain
import ChatStore
import HTTPCore

/// What a loop has counted since it began.
struct LoopCounters: Sendable, Codable {
    var accepted = 0
    var requests = 0
    /// Committed events, which every loop sees.
    var events = 0
    var messages = 0
    /// What clients were answered with, by REST and on sockets.
    var errors: [ErrorCode: Int] = [:]
    /// More particular than the status of the answer that is being made; nil where there is nothing more.
    var errorCode: ErrorCode?

    /// Counts an answer, if it is an error.
    mutating func count(_ status: Status) {
        guard status.code >= 400 else { return }
        errors[errorCode ?? ErrorCode(status: status.code), default: 0] += 1
    }

    mutating func count(_ event: Event) {
        events += 1
        if case .messageCreated = event.kind { messages += 1 }
    }
}

/// The figures of one loop.
public struct LoopMetrics: Sendable, Codable {
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

/// Gathers the figures of all loops, for whoever asks one of them.
final class MetricsGathering {
    private var questionCount = 0
    /// Beyond these, whoever asks waits in vain for nobody: it is told to come again.
    private static let questionsMax = 100

    /// - Parameter use: gets the figures of all loops; nil where too many ask, or a loop does not answer.
    func ask(hub: Hub, then use: @escaping ([LoopMetrics]?) -> Void) {
        guard questionCount < Self.questionsMax else { return use(nil) }
        questionCount += 1
        var gathered: [LoopMetrics] = []
        let loopCount = hub.configuration.loopCount
        let asker = hub.askLoops(answers: loopCount) { _, answer in
            if case .metrics(let metrics) = answer {
                gathered.append(metrics)
                guard gathered.count == loopCount else { return }
            }
            self.questionCount -= 1
            use(gathered.count == loopCount ? gathered.sorted { $0.loop < $1.loop } : nil)
        }
        hub.tellAll(.metrics(asker))
    }
}
