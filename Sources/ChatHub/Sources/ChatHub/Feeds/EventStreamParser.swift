/// Reads a stream of the type `text/event-stream`, however it comes in pieces (the HTML standard, §9.2.6).
struct EventStreamParser {
    /// What one step through the stream gives.
    enum Step: Equatable {
        /// The data of an event.
        case event([UInt8])
        /// An event that is longer than allowed: it is not kept.
        case tooLong
        /// How long to wait before coming again.
        case retry(milliseconds: Int64)
    }

    /// What to send as `Last-Event-ID` when coming again; nil for nothing.
    private(set) var lastEventID: String?

    /// A longer id would not fit into the head of a request, and is left out.
    private static let idBytesMax = 1_024
    private let eventBytesMax: Int
    private var line: [UInt8] = []
    /// The last byte was a CR: an LF behind it belongs to the same line's end.
    private var isBehindReturn = false
    private var isFirstLine = true
    private var data: [UInt8] = []
    private var hasData = false
    /// The id takes effect when its event is whole.
    private var pendingID: String?
    private var isTooLong = false

    /// - Parameter lastEventID: from the connection before this one.
    init(eventBytesMax: Int, lastEventID: String?) {
        self.eventBytesMax = eventBytesMax
        self.lastEventID = lastEventID
    }

    /// The next step; nil where `bytes` are used up.
    mutating func next(in bytes: Span<UInt8>, at offset: inout Int) -> Step? {
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if isBehindReturn {
                isBehindReturn = false
                if byte == UInt8(ascii: "\n") { continue }
            }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                isBehindReturn = byte == UInt8(ascii: "\r")
                if let step = endLine() { return step }
            } else if line.count + data.count < eventBytesMax {
                line.append(byte)
            } else {
                isTooLong = true
            }
        }
        return nil
    }

    private mutating func endLine() -> Step? {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine {
            isFirstLine = false
            // A mark of the byte order may stand before everything.
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        guard !line.isEmpty else { return dispatch() }
        // Of a line that was cut, or is a comment, nothing is used.
        guard !isTooLong, line[0] != UInt8(ascii: ":") else { return nil }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.count
        var start = min(colon + 1, line.count)
        if start < line.count, line[start] == UInt8(ascii: " ") { start += 1 }
        return take(field: line[..<colon], value: line[start...])
    }

    private mutating func take(field: ArraySlice<UInt8>, value: ArraySlice<UInt8>) -> Step? {
        if field.elementsEqual("data".utf8) {
            if hasData { data.append(UInt8(ascii: "\n")) }
            hasData = true
            data.append(contentsOf: value)
        } else if field.elementsEqual("id".utf8) {
            if !value.contains(0), value.count <= Self.idBytesMax { pendingID = String(decoding: value, as: UTF8.self) }
        } else if field.elementsEqual("retry".utf8) {
            let digits = String(decoding: value, as: UTF8.self)
            guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return .retry(milliseconds: Int64(digits) ?? .max)
        }
        return nil
    }

    private mutating func dispatch() -> Step? {
        if let pendingID { lastEventID = pendingID.isEmpty ? nil : pendingID }
        pendingID = nil
        defer { hasData = false }
        if isTooLong {
            isTooLong = false
            data = []
            return .tooLong
        }
        guard hasData else { return nil }
        var event: [UInt8] = []
        swap(&event, &data)
        return .event(event)
    }
}
