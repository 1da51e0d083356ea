/// The field lines of a message to be written, stored as they go on the wire.
///
/// A line that would break the message is not taken: a name that is no token, a value with a control character in it
/// (CR, LF and NUL above all; a tab within is fine), and the names whose lines the encoder writes itself
/// (`Content-Length`, `Transfer-Encoding`, `Date`). `append` and `set` say so by returning false. So nothing that a
/// peer sent, echoed in a field, can split a response (RFC 9110 §5.5).
public struct OutgoingHeaders: Sendable, Hashable {
    /// "Name: value CRLF" for each line.
    private(set) var lines: [UInt8] = []

    public init() {}

    public var isEmpty: Bool { lines.isEmpty }

    /// Adds a line, whether or not there is one of that name.
    @discardableResult
    public mutating func append(_ name: String, _ value: String) -> Bool {
        guard Self.isAllowed(name, value) else { return false }
        lines.append(name)
        lines.append(ASCII.colon)
        lines.append(ASCII.space)
        lines.append(value)
        lines.append(ASCII.carriageReturn)
        lines.append(ASCII.lineFeed)
        return true
    }

    /// Adds all lines of `other`.
    public mutating func append(contentsOf other: OutgoingHeaders) { lines.append(contentsOf: other.lines) }

    /// Replaces the lines of that name by one. If the line is not taken, those that are there stay.
    @discardableResult
    public mutating func set(_ name: String, _ value: String) -> Bool {
        guard Self.isAllowed(name, value) else { return false }
        remove(name)
        return append(name, value)
    }

    /// Adds `member` to the field's list, unless it is there already: for `Vary` and its like.
    public mutating func add(_ member: String, toList name: String) {
        for value in values(of: name) where value.utf8.span.listContains(member.utf8.span, in: 0..<value.utf8.count) {
            return
        }
        append(name, member)
    }

    public mutating func remove(_ name: String) {
        var kept: [UInt8] = []
        var isFound = false
        forEachLine { line, nameRange, _ in
            if lines.span.equalsCaseless(nameRange, name.utf8.span) {
                isFound = true
            } else {
                kept.append(copying: lines.span.extracting(line))
            }
        }
        if isFound { lines = kept }
    }

    /// The value; of a repeated field, the values joined by ", ".
    public subscript(_ name: String) -> String? {
        let found = values(of: name)
        return found.isEmpty ? nil : found.joined(separator: ", ")
    }

    public func contains(_ name: String) -> Bool { !values(of: name).isEmpty }

    public func values(of name: String) -> [String] {
        var found: [String] = []
        forEachLine { _, nameRange, value in
            if lines.span.equalsCaseless(nameRange, name.utf8.span) { found.append(lines.span.string(value)) }
        }
        return found
    }

    public func forEach(_ body: (_ name: String, _ value: String) -> Void) {
        forEachLine { _, name, value in body(lines.span.string(name), lines.span.string(value)) }
    }

    private func forEachLine(_ body: (_ line: Range<Int>, _ name: Range<Int>, _ value: Range<Int>) -> Void) {
        let bytes = lines.span
        var start = 0
        while let lineFeed = bytes.firstLineFeed(from: start, to: bytes.count) {
            var colon = start
            while bytes[colon] != ASCII.colon { colon += 1 }
            body(start..<lineFeed + 1, start..<colon, colon + 2..<lineFeed - 1)
            start = lineFeed + 1
        }
    }

    private static func isAllowed(_ name: String, _ value: String) -> Bool {
        let bytes = name.utf8.span
        guard bytes.count > 0 else { return false }
        for index in 0..<bytes.count where !ASCII.isToken(bytes[index]) { return false }
        if isOfEncoder(bytes) { return false }
        return isFieldValue(value.utf8.span)
    }

    private static func isOfEncoder(_ name: borrowing Span<UInt8>) -> Bool {
        switch name.count {
        case 4: name.equalsCaseless(0..<4, "date".utf8.span)
        case 14: name.equalsCaseless(0..<14, "content-length".utf8.span)
        case 17: name.equalsCaseless(0..<17, "transfer-encoding".utf8.span)
        default: false
        }
    }

    /// Whether `bytes` may stand as a field's value: no control character but tabs, no whitespace at its ends.
    static func isFieldValue(_ bytes: borrowing Span<UInt8>) -> Bool {
        let count = bytes.count
        guard count > 0 else { return true }
        guard !ASCII.isWhitespace(bytes[0]), !ASCII.isWhitespace(bytes[count - 1]) else { return false }
        var index = bytes.firstControl(from: 0, to: count)
        while index < count, bytes[index] == ASCII.tab { index = bytes.firstControl(from: index + 1, to: count) }
        return index == count
    }
}

/// The name that goes with `Response`.
public typealias ResponseHeaders = OutgoingHeaders
