/// Unicode normalization (Unicode Standard Annex #15), as far as the search needs it: decomposing for compatibility, and
/// composing.
enum Normalization {
    /// Calls `body` with what a character is made of, for compatibility, down to the last; Hangul syllables stay.
    static func decompose(_ scalar: Unicode.Scalar, _ body: (Unicode.Scalar) -> Void) {
        guard scalar.value >= 0xA0, let run = tables.run(of: scalar.value) else { return body(scalar) }
        if run.count == 1 {
            body(Unicode.Scalar(tables.parts[run.start] + scalar.value - run.first) ?? scalar)
        } else {
            for part in tables.parts[run.start..<run.start + run.count] {
                if let scalar = Unicode.Scalar(part) { body(scalar) }
            }
        }
    }

    /// What two characters make that stand side by side; nil for nothing.
    static func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        if let syllable = syllable(first.value, second.value) { return syllable }
        guard let made = tables.composites[UInt64(first.value) << 32 | UInt64(second.value)] else { return nil }
        return Unicode.Scalar(made)
    }

    /// A leading consonant and a vowel, or such a syllable and a trailing consonant (The Unicode Standard, 3.12).
    private static func syllable(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
        if 0x1100...0x1112 ~= first, 0x1161...0x1175 ~= second {
            return Unicode.Scalar(0xAC00 + ((first - 0x1100) * 21 + second - 0x1161) * 28)
        }
        if 0xAC00...0xD7A3 ~= first, (first - 0xAC00) % 28 == 0, 0x11A8...0x11C2 ~= second {
            return Unicode.Scalar(first + second - 0x11A7)
        }
        return nil
    }

    private static let tables = Tables()

    private struct Tables {
        /// Characters that follow one another; of one part each the next, where that is one.
        struct Run {
            var first: UInt32
            var last: UInt32
            var start: Int
            var count: Int
        }

        /// Ascending.
        private var runs: [Run] = []
        private(set) var parts: [UInt32] = []
        private(set) var composites: [UInt64: UInt32] = [:]

        init() {
            var reading = NumberReading(NormalizationData.decompositions)
            var last: UInt32 = 0
            while let step = reading.next() {
                let first = last + step
                last = reading.skip(UInt8(ascii: "+")) ? first + (reading.next() ?? 0) : first
                let start = parts.count
                while reading.skip(UInt8(ascii: "=")) || reading.skip(UInt8(ascii: ",")) {
                    parts.append(reading.next() ?? 0)
                }
                runs.append(Run(first: first, last: last, start: start, count: parts.count - start))
            }
            reading = NumberReading(NormalizationData.compositions)
            last = 0
            while let step = reading.next() {
                last += step
                _ = reading.skip(UInt8(ascii: "="))
                let first = UInt64(reading.next() ?? 0)
                _ = reading.skip(UInt8(ascii: ","))
                composites[first << 32 | UInt64(reading.next() ?? 0)] = last
            }
        }

        func run(of value: UInt32) -> Run? {
            var low = 0
            var high = runs.count
            while low < high {
                let middle = low + (high - low) / 2
                if runs[middle].last < value { low = middle + 1 } else { high = middle }
            }
            guard low < runs.count, runs[low].first <= value else { return nil }
            return runs[low]
        }
    }

    /// Reads hexadecimal numbers with marks and white space between.
    private struct NumberReading {
        private let bytes: [UInt8]
        private var index = 0

        init(_ text: StaticString) { bytes = Array("\(text)".utf8) }

        /// Nil at the end.
        mutating func next() -> UInt32? {
            while index < bytes.count, bytes[index] <= UInt8(ascii: " ") { index += 1 }
            guard index < bytes.count else { return nil }
            var number: UInt32 = 0
            while index < bytes.count, let digit = Character(Unicode.Scalar(bytes[index])).hexDigitValue {
                number = number << 4 | UInt32(digit)
                index += 1
            }
            return number
        }

        mutating func skip(_ byte: UInt8) -> Bool {
            guard index < bytes.count, bytes[index] == byte else { return false }
            index += 1
            return true
        }
    }
}
