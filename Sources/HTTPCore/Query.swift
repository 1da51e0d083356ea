/// The names and values of a query, or of a body of the type `application/x-www-form-urlencoded`: "a=1&b=two+words".
///
/// A pair that is malformed (see `PercentCoding.decode`) is left out, and `isMalformed` says so.
public struct Query: Sendable {
    /// More pairs than these are not read, and count as malformed.
    public static let pairsMax = 1000

    public private(set) var pairs: [(name: String, value: String)] = []
    public private(set) var isMalformed = false

    /// - Parameter raw: as `Request.query` gives it; nil has no pairs.
    public init(_ raw: String?) {
        if let raw { read(raw.utf8.span) }
    }

    /// - Parameter body: of the type `application/x-www-form-urlencoded`.
    public init(form body: [UInt8]) { read(body.span) }

    /// The first value of that name.
    public subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    public func values(of name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }

    public func contains(_ name: String) -> Bool { pairs.contains { $0.name == name } }

    /// The first value of that name as a number: decimal digits, a "-" before them or not; else nil.
    public func int(_ name: String) -> Int? {
        guard let text = self[name], text.utf8.first != ASCII.plus else { return nil }
        return Int(text)
    }

    /// The same; nil also if it is not in `range`.
    public func int(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let number = int(name), range.contains(number) else { return nil }
        return number
    }

    private mutating func read(_ bytes: Span<UInt8>) {
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != ASCII.ampersand { end += 1 }
            if start < end { appendPair(bytes, start..<end) }
            start = end + 1
        }
    }

    private mutating func appendPair(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        var mark = range.lowerBound
        while mark < range.upperBound, bytes[mark] != ASCII.equals { mark += 1 }
        let value = min(mark + 1, range.upperBound)..<range.upperBound
        guard pairs.count < Self.pairsMax,
            let name = PercentCoding.decode(bytes, range.lowerBound..<mark, plusIsSpace: true),
            let text = PercentCoding.decode(bytes, value, plusIsSpace: true)
        else {
            isMalformed = true
            return
        }
        pairs.append((name, text))
    }
}

extension Request {
    /// The fields of a form; nil if the body is not of the type `application/x-www-form-urlencoded`.
    public var form: Query? {
        guard let type = headers["Content-Type"] else { return nil }
        let bytes = type.utf8.span
        var end = 0
        while end < bytes.count, bytes[end] != ASCII.semicolon { end += 1 }
        let name = "application/x-www-form-urlencoded"
        return bytes.equalsCaseless(bytes.trimmed(0..<end), name.utf8.span) ? Query(form: body) : nil
    }
}
