/// The ranges that a `Range` field asks for (RFC 9110 §14). All arithmetic is within the bounds of the content.
enum ByteRanges {
    enum Selection: Equatable {
        /// Send everything, 200: there is no such field, or it is malformed, of another unit, or asks for too much.
        case whole
        /// 206; at least one, each not empty and within the content.
        case ranges([Range<Int>])
        /// 416: none of them is within the content.
        case unsatisfiable
    }

    /// Clients that read a document in pieces ask for a few. More, or so many overlapping ones that the answer would be
    /// larger than the content, are an attack (RFC 9110 §17.15), and get the content once.
    private static let rangesMax = 16

    /// - Parameters:
    ///   - value: of the `Range` field.
    ///   - count: the content's bytes.
    static func parse(_ value: String, count: Int) -> Selection {
        let bytes = value.utf8.span
        guard bytes.count > 6, bytes.equalsCaseless(0..<6, "bytes=".utf8.span) else { return .whole }
        var (ranges, total, asked, start) = ([Range<Int>](), 0, 0, 6)
        while start <= bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != ASCII.comma { end += 1 }
            let part = bytes.trimmed(start..<end)
            start = end + 1
            // RFC 9110 §5.6.1: empty members of a list are skipped.
            if part.isEmpty { continue }
            asked += 1
            guard asked <= rangesMax, let range = range(bytes, part, count: count) else { return .whole }
            if range.isEmpty { continue }
            ranges.append(range)
            total += range.count
            guard total <= count else { return .whole }
        }
        if asked == 0 { return .whole }
        return ranges.isEmpty ? .unsatisfiable : .ranges(ranges)
    }

    /// `first-[last]` or `-suffix`; empty: valid, but outside of the content; nil: malformed.
    private static func range(_ bytes: Span<UInt8>, _ part: Range<Int>, count: Int) -> Range<Int>? {
        var dash = part.lowerBound
        while dash < part.upperBound, bytes[dash] != ASCII.hyphen { dash += 1 }
        guard dash < part.upperBound else { return nil }
        let (firstText, lastText) = (part.lowerBound..<dash, dash + 1..<part.upperBound)
        if firstText.isEmpty {
            guard let suffix = bytes.decimal(lastText) else { return nil }
            return count - Int(min(suffix, UInt64(count)))..<count
        }
        guard let first = bytes.decimal(firstText) else { return nil }
        var last = UInt64.max
        if !lastText.isEmpty {
            guard let given = bytes.decimal(lastText), given >= first else { return nil }
            last = given
        }
        guard first < UInt64(count) else { return 0..<0 }
        // `last` is less than `count` from here on, so one more does not overflow.
        return Int(first)..<Int(min(last, UInt64(count) - 1)) + 1
    }
}
