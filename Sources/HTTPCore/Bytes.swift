/// Scanning and copying of byte spans.
///
/// The scans that see every byte of a head look at eight at a time, with a bit for each in the highest bit of its byte.
/// Where a byte may carry into the next, only the lowest hit is asked for, and that is exact.

extension Span<UInt8> {
    /// The first control character (a tab included) in `from ..< end`, or `end`.
    func firstControl(from: Int, to end: Int) -> Int {
        checkBounds(from, end)
        var index = from
        while end - index >= 8 {
            let word = word(at: index)
            let belowSpace = (word &- 0x2020_2020_2020_2020) & ~word
            let apart = word ^ 0x7F7F_7F7F_7F7F_7F7F
            let isDelete = (apart &- 0x0101_0101_0101_0101) & ~apart
            let hits = (belowSpace | isDelete) & 0x8080_8080_8080_8080
            if hits != 0 { return index + hits.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < end, !ASCII.isControl(self[index]) { index += 1 }
        return index
    }

    /// The first line feed in `from ..< end`, or nil.
    func firstLineFeed(from: Int, to end: Int) -> Int? {
        checkBounds(from, end)
        var index = from
        while end - index >= 8 {
            let apart = word(at: index) ^ 0x0A0A_0A0A_0A0A_0A0A
            let hits = (apart &- 0x0101_0101_0101_0101) & ~apart & 0x8080_8080_8080_8080
            if hits != 0 { return index + hits.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < end {
            if self[index] == ASCII.lineFeed { return index }
            index += 1
        }
        return nil
    }

    /// The first byte in `from ..< end` that is neither a letter nor a hyphen, or a place shortly before it: a start for
    /// who then looks closely. Nearly all field names are of these.
    func skippingName(from: Int, to end: Int) -> Int {
        checkBounds(from, end)
        var index = from
        while end - index >= 8 {
            let word = word(at: index)
            let folded = word | 0x2020_2020_2020_2020
            let low = folded & 0x7F7F_7F7F_7F7F_7F7F
            // From "a" on, and not behind "z".
            let isLetter = (low &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(low &+ 0x0505_0505_0505_0505) & ~folded
            let apart = word ^ 0x2D2D_2D2D_2D2D_2D2D
            let isHyphen = ~(((apart & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x7F7F_7F7F_7F7F_7F7F) | apart)
            let others = ~(isLetter | isHyphen) & 0x8080_8080_8080_8080
            if others != 0 { return index + others.trailingZeroBitCount >> 3 }
            index += 8
        }
        return index
    }

    /// The same for a request target: a start for who then looks closely at what `ASCII.isTarget` says.
    func skippingTarget(from: Int, to end: Int) -> Int {
        checkBounds(from, end)
        var index = from
        while end - index >= 8 {
            let word = word(at: index)
            let notAbove = word &- 0x2121_2121_2121_2121
            let isDelete = (word ^ 0x7F7F_7F7F_7F7F_7F7F) &- 0x0101_0101_0101_0101
            let isHash = (word ^ 0x2323_2323_2323_2323) &- 0x0101_0101_0101_0101
            let others = (notAbove | isDelete | isHash | word) & 0x8080_8080_8080_8080
            if others != 0 { return index + others.trailingZeroBitCount >> 3 }
            index += 8
        }
        return index
    }

    /// Eight bytes from `index`, the first in the lowest bits. The caller has checked the bounds of its whole scan.
    private func word(at index: Int) -> UInt64 {
        // The scans ask only for `index + 8 <= end`, and `checkBounds` has seen that `end` is within.
        unsafe UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
    }

    private func checkBounds(_ start: Int, _ end: Int) { precondition(start >= 0 && end <= count) }

    /// Whether the bytes in `range` are `text`, whatever the case of ASCII letters.
    func equalsCaseless(_ range: Range<Int>, _ text: borrowing Span<UInt8>) -> Bool {
        guard range.count == text.count else { return false }
        for index in 0..<text.count
        where ASCII.lowercased(self[range.lowerBound + index]) != ASCII.lowercased(text[index]) { return false }
        return true
    }

    func equals(_ range: Range<Int>, _ text: borrowing Span<UInt8>) -> Bool {
        guard range.count == text.count else { return false }
        for index in 0..<text.count where self[range.lowerBound + index] != text[index] { return false }
        return true
    }

    /// `range` without the optional whitespace at its ends (RFC 9110 §5.6.3).
    func trimmed(_ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, ASCII.isWhitespace(self[start]) { start += 1 }
        while end > start, ASCII.isWhitespace(self[end - 1]) { end -= 1 }
        return start..<end
    }

    /// The text of `range`; what is not UTF-8 becomes U+FFFD.
    func string(_ range: Range<Int>) -> String {
        // The pointer lives within the closure, and `extracting` checks the range.
        unsafe extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// The decimal number that `range` is, digits only; nil if it is not one, `UInt64.max` if it is too large to tell.
    func decimal(_ range: Range<Int>) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var value: UInt64 = 0
        for index in range {
            guard ASCII.isDigit(self[index]) else { return nil }
            let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = tens.addingReportingOverflow(UInt64(self[index] &- ASCII.zero))
            value = isTooLarge || isOver || value == .max ? .max : sum
        }
        return value
    }
}

extension [UInt8] {
    /// One copy, one allocation.
    init(copying span: Span<UInt8>) {
        // The pointer lives within the closure.
        self = unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
    }

    mutating func append(copying span: Span<UInt8>) {
        // The pointer lives within the closure.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }

    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    /// The decimal digits of `number`.
    mutating func append(decimal number: Int) {
        guard number >= 10 else { return append(ASCII.zero &+ UInt8(clamping: number)) }
        append(decimal: number / 10)
        append(ASCII.zero &+ UInt8(truncatingIfNeeded: number % 10))
    }

    /// The hexadecimal digits of `number`, which is not negative.
    mutating func append(hexadecimal number: Int) {
        if number >= 16 { append(hexadecimal: number >> 4) }
        append(PercentCoding.hexDigit(UInt8(truncatingIfNeeded: number & 15)))
    }
}

/// A range within the bytes of a head: 8 bytes instead of 16. Heads are far smaller than 4 GiB (see `HTTPLimits`).
struct ByteRange32: Sendable, Hashable {
    var start: UInt32
    var end: UInt32

    init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    var range: Range<Int> { Int(start)..<Int(Swift.max(start, end)) }
    var isEmpty: Bool { start >= end }
}
