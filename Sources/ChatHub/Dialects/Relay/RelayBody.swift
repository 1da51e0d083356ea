import ChatDomain

/// The JSON that the relay's clients send: an object of which these members are known, and others ignored.
struct RelayBody {
    private(set) var user: Int64?
    /// Of `topics`, or of `topic` alone; nil where there is neither.
    private(set) var topics: Set<String>?
    private(set) var topic: String?
    private(set) var message: [UInt8]?

    private let limits: HubLimits
    private var problem: Problem?

    init(parsing bytes: Span<UInt8>, limits: HubLimits) throws(Problem) {
        self.limits = limits
        do throws(JSONError) {
            try read(bytes)
        } catch {
            throw Problem(.badRequest, "The body is not valid JSON: \(error.description)")
        }
        if let problem { throw problem }
        if topics == nil, let topic { topics = [topic] }
    }

    private mutating func read(_ bytes: Span<UInt8>) throws(JSONError) {
        var reader = JSONReader()
        guard try reader.next(in: bytes) == .beginObject else {
            note(.badRequest, "The body is not a JSON object.")
            return
        }
        while let token = try reader.next(in: bytes) {
            guard case .key(let key) = token else { continue }
            if key.equals("topic", in: bytes) {
                topic = try string("topic", &reader, bytes).map { $0.string(in: bytes) }
                checkLength(of: topic)
            } else if key.equals("message", in: bytes) {
                message = try string("message", &reader, bytes).map { text in
                    var decoded: [UInt8] = []
                    text.append(to: &decoded, from: bytes)
                    return decoded
                }
            } else if key.equals("user_id", in: bytes) {
                try readUser(&reader, bytes)
            } else if key.equals("topics", in: bytes) {
                try readTopics(&reader, bytes)
            } else {
                try reader.skipValue(in: bytes)
            }
        }
    }

    private mutating func readUser(_ reader: inout JSONReader, _ bytes: Span<UInt8>) throws(JSONError) {
        let before = reader
        switch try reader.next(in: bytes) {
        case .number(let range):
            user = JSONReader.integer(range, in: bytes)
            if user == nil { note(.badRequest, "The field 'user_id' is not a whole number.") }
        case .null: user = nil
        default:
            reader = before
            try reader.skipValue(in: bytes)
            note(.badRequest, "The field 'user_id' is not a number.")
        }
    }

    private mutating func readTopics(_ reader: inout JSONReader, _ bytes: Span<UInt8>) throws(JSONError) {
        let before = reader
        switch try reader.next(in: bytes) {
        case .beginArray: break
        case .null: return
        default:
            reader = before
            try reader.skipValue(in: bytes)
            note(.badRequest, "The field 'topics' is not an array.")
            return
        }
        var list: Set<String> = []
        while let token = try reader.next(in: bytes), token != .endArray {
            guard case .string(let text) = token else {
                note(.badRequest, "The field 'topics' holds more than strings.")
                // Whatever the rest of it is, the array has to be got over.
                if token == .beginArray || token == .beginObject { try reader.skipToEnd(in: bytes) }
                continue
            }
            guard problem == nil else { continue }
            let topic = text.string(in: bytes)
            checkLength(of: topic)
            list.insert(topic)
            if list.count > limits.clientTopicsMax {
                note(.unprocessable, "A client has at most \(limits.clientTopicsMax) topics.")
            }
        }
        topics = list
    }

    private mutating func string(
        _ name: String, _ reader: inout JSONReader, _ bytes: Span<UInt8>
    ) throws(JSONError) -> JSONText? {
        let before = reader
        switch try reader.next(in: bytes) {
        case .string(let text): return text
        case .null: return nil
        default:
            reader = before
            try reader.skipValue(in: bytes)
            note(.badRequest, "The field '\(name)' is not a string.")
            return nil
        }
    }

    private mutating func checkLength(of topic: String?) {
        if let topic, topic.utf8.count > limits.topicBytesMax {
            note(.unprocessable, "A topic has at most \(limits.topicBytesMax) bytes.")
        }
    }

    /// The first problem is the one to be told of.
    private mutating func note(_ code: ErrorCode, _ sentence: String) {
        if problem == nil { problem = Problem(code, sentence) }
    }
}
