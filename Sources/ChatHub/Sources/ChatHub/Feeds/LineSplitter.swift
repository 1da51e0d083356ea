/// Cuts a stream into lines, each of which ends with LF or CR LF, however it comes in pieces.
struct LineSplitter {
    /// A line without its end.
    enum Line: Equatable {
        /// In the bytes that were passed.
        case inBuffer(Range<Int>)
        /// It came in pieces.
        case owned([UInt8])
        /// It is longer than allowed: its bytes are not kept.
        case tooLong
    }

    private let lineBytesMax: Int
    private var partial: [UInt8] = []
    /// What comes up to the next line feed belongs to a line that was too long already.
    private var isSkipping = false

    init(lineBytesMax: Int) { self.lineBytesMax = lineBytesMax }

    /// The next line; nil where `bytes` are used up: then `offset` is at their end.
    mutating func next(in bytes: Span<UInt8>, at offset: inout Int) -> Line? {
        while offset < bytes.count {
            let start = offset
            var end = start
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            let hasEnd = end < bytes.count
            offset = hasEnd ? end + 1 : end
            if isSkipping {
                if hasEnd { isSkipping = false }
                continue
            }
            // One more for the CR, which belongs to the line's end.
            guard partial.count + (end - start) <= lineBytesMax + 1 else {
                partial = []
                isSkipping = !hasEnd
                return .tooLong
            }
            guard hasEnd else {
                partial.append(copying: bytes.extracting(start..<end))
                return nil
            }
            guard !partial.isEmpty else {
                let hasReturn = end > start && bytes[end - 1] == UInt8(ascii: "\r")
                return checked(.inBuffer(start..<(hasReturn ? end - 1 : end)))
            }
            partial.append(copying: bytes.extracting(start..<end))
            return checked(.owned(takePartial()))
        }
        return nil
    }

    /// The stream has ended: what stands behind the last line's end.
    mutating func takeRest() -> [UInt8]? {
        isSkipping = false
        return partial.isEmpty ? nil : takePartial()
    }

    private mutating func takePartial() -> [UInt8] {
        var line: [UInt8] = []
        swap(&line, &partial)
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }

    private func checked(_ line: Line) -> Line {
        switch line {
        case .inBuffer(let range): range.count <= lineBytesMax ? line : .tooLong
        case .owned(let bytes): bytes.count <= lineBytesMax ? line : .tooLong
        case .tooLong: line
        }
    }
}

extension [UInt8] {
    /// Appends all of `span` at once.
    mutating func append(copying span: Span<UInt8>) {
        // The pointer does not leave the closure.
        unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
