import Glibc

/// A connection that puts one message after another, each under a key of its own.
final class PutConnection {
    enum Answer: Equatable {
        case needsMore
        /// Under this number of its room.
        case stored(sequence: Int)
        /// The first line of the answer, as far as it is plain.
        case refused(String)
    }

    let socket: Int32
    private(set) var isWaiting = false
    private(set) var sentAtUs = 0
    /// Of the last message that was stored.
    var sequence = 0
    private var request: [UInt8]
    private let countOffset: Int
    private var count = 0
    private var answer: [UInt8] = []

    /// - Parameter number: below 65,536, as the keys have four digits for it.
    /// - Parameter series: the same for all of a run, so that another against the same server is no repeat.
    init(
        _ target: Target, room: String, token: String, number: Int, series: Int, payloadBytes: Int
    ) throws(LoadError) {
        let key = "\(Hex.digits(series, 8))-\(Hex.digits(number, 4))-4000-8000-"
        let start = "PUT /v1/rooms/\(room)/messages/\(key)"
        let body = #"{"text":""# + String(repeating: "x", count: payloadBytes) + #""}"#
        countOffset = start.utf8.count
        let head = """
            \(start)000000000000 HTTP/1.1\r
            Host: \(target.authority)\r
            Content-Type: application/json\r
            Authorization: Bearer \(token)\r
            Content-Length: \(body.utf8.count)\r
            \r

            """
        request = Array((head + body).utf8)
        socket = try Socket.connect(to: target, source: nil)
        // A request always fits into the kernel's buffer: there is one at a time.
        _ = fcntl(socket, F_SETFL, 0)
    }

    deinit { Socket.close(socket) }

    func put(atUs now: Int) {
        count += 1
        request.replaceSubrange(countOffset..<countOffset + 12, with: Hex.digits(count, 12).utf8)
        sentAtUs = now
        isWaiting = true
        _ = Socket.send(socket, request[...])
    }

    func take(_ bytes: ArraySlice<UInt8>) -> Answer {
        answer += bytes
        guard let length = HTTPAnswer.length(of: answer), answer.count >= length else { return .needsMore }
        defer { answer.removeAll(keepingCapacity: true) }
        isWaiting = false
        guard answer.count == length, answer.starts(with: Self.created), let sequence = Self.sequence(in: answer)
        else { return .refused(Self.firstLine(of: answer)) }
        return .stored(sequence: sequence)
    }

    private static let created = Array("HTTP/1.1 201".utf8)
    private static let name = Array(#""seq":"#.utf8)

    private static func sequence(in answer: [UInt8]) -> Int? {
        guard let range = answer.firstRange(of: name) else { return nil }
        let digits = answer[range.upperBound...].prefix { (0x30...0x39).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self))
    }

    private static func firstLine(of answer: [UInt8]) -> String {
        let line = answer.prefix { $0 != 13 }.prefix(60)
        // It goes into a line of JSON.
        return String(
            decoding: line.map { $0 < 0x20 || $0 > 0x7E || $0 == 0x22 || $0 == 0x5C ? 0x3F : $0 }, as: UTF8.self)
    }
}

/// Numbers with a fixed count of hexadecimal digits.
enum Hex {
    static func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, count - text.utf8.count)) + text.suffix(count)
    }
}
