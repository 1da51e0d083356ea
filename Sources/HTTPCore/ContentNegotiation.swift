/// Which codings of a content a client takes (RFC 9110 §12.5.3).
enum ContentNegotiation {
    /// Whether to send gzip: it is named, or covered by "*", with a weight above zero, and not below that of the plain
    /// content. Without the field the plain content is sent: who wants less says so.
    static func prefersGzip(_ headers: Headers) -> Bool {
        guard let value = headers["Accept-Encoding"] else { return false }
        let gzip = weight(of: "gzip", in: value) ?? weight(of: "x-gzip", in: value) ?? weight(of: "*", in: value) ?? 0
        return gzip > 0 && gzip >= weight(of: "identity", in: value) ?? 0
    }

    /// The weight of a member in thousandths, 1000 if it has none; nil if it is not in the list. A malformed weight is
    /// none at all: the coding is not sent.
    static func weight(of coding: String, in list: String) -> Int? {
        let bytes = list.utf8.span
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != ASCII.comma { end += 1 }
            var mark = start
            while mark < end, bytes[mark] != ASCII.semicolon { mark += 1 }
            if bytes.equalsCaseless(bytes.trimmed(start..<mark), coding.utf8.span) {
                return mark == end ? 1000 : weight(bytes, bytes.trimmed(mark + 1..<end))
            }
            start = end + 1
        }
        return nil
    }

    /// `q=` and 0 to 1 with up to three decimals (RFC 9110 §12.4.2).
    private static func weight(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        guard range.count >= 3, range.count <= 7 else { return 0 }
        let start = range.lowerBound
        guard bytes.equalsCaseless(start..<start + 2, "q=".utf8.span) else { return 0 }
        let isOne = bytes[start + 2] == ASCII.zero + 1
        guard isOne || bytes[start + 2] == ASCII.zero else { return 0 }
        guard range.count > 3 else { return isOne ? 1000 : 0 }
        guard bytes[start + 3] == ASCII.dot else { return 0 }
        var (thousandths, place) = (isOne ? 1000 : 0, 100)
        for index in start + 4..<range.upperBound {
            guard ASCII.isDigit(bytes[index]) else { return 0 }
            thousandths += Int(bytes[index] &- ASCII.zero) * place
            place /= 10
        }
        return thousandths <= 1000 ? thousandths : 0
    }
}
