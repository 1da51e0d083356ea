/// What a payload begins with, so that a receiver knows who sent it, when, and as which in a row:
/// `@@SSSSSSSSTTTTTTTTTTTTPPPPPRRRR@@` with hexadecimal digits of a fixed width. A server may put anything around it
/// (JSON, a batch), as long as it leaves digits, letters and `@` alone.
struct Marker: Equatable {
    static let length = 33

    /// From 1, without gaps, by sender.
    var sequence: Int
    /// On the clock of `Clock.microseconds`.
    var sentAtUs: Int
    /// The number of the sending connection.
    var sender: Int
    /// The same for all of a run: markers of an earlier one, from a history, are not ours.
    var run: Int

    private static let fields = (sequence: 8, time: 12, sender: 5, run: 4)

    init(sequence: Int, sentAtUs: Int, sender: Int, run: Int) {
        self.sequence = sequence
        self.sentAtUs = sentAtUs
        self.sender = sender
        self.run = run
    }

    /// Reads the marker that begins at `offset`; nil if there is none.
    init?(in text: Span<UInt8>, at offset: Int) {
        guard offset >= 0, offset <= text.count - Self.length, text[offset] == Self.fence,
            text[offset + 1] == Self.fence, text[offset + Self.length - 2] == Self.fence,
            text[offset + Self.length - 1] == Self.fence
        else { return nil }
        var position = offset + 2
        let sequence = Self.number(in: text, at: &position, digits: Self.fields.sequence)
        let time = Self.number(in: text, at: &position, digits: Self.fields.time)
        let sender = Self.number(in: text, at: &position, digits: Self.fields.sender)
        let run = Self.number(in: text, at: &position, digits: Self.fields.run)
        guard sequence | time | sender | run >= 0 else { return nil }
        self.init(sequence: sequence, sentAtUs: time, sender: sender, run: run)
    }

    /// The offset of the first marker at or after `start`; nil if there is none.
    static func offset(in text: Span<UInt8>, from start: Int) -> Int? {
        var position = start
        while position <= text.count - length {
            if text[position] == fence, Marker(in: text, at: position) != nil { return position }
            position += 1
        }
        return nil
    }

    /// Writes the marker over the bytes from `offset` on, where there must be room for it.
    func write(into text: inout [UInt8], at offset: Int) {
        text[offset] = Self.fence
        text[offset + 1] = Self.fence
        var position = offset + 2
        Self.write(sequence, digits: Self.fields.sequence, into: &text, at: &position)
        Self.write(sentAtUs, digits: Self.fields.time, into: &text, at: &position)
        Self.write(sender, digits: Self.fields.sender, into: &text, at: &position)
        Self.write(run, digits: Self.fields.run, into: &text, at: &position)
        text[position] = Self.fence
        text[position + 1] = Self.fence
    }

    private static let fence = UInt8(ascii: "@")

    /// The value, or -1 if one of the bytes is no digit.
    private static func number(in text: Span<UInt8>, at position: inout Int, digits: Int) -> Int {
        var value = 0
        for index in position..<position + digits {
            let byte = Int(text[index])
            let digit = byte <= 0x39 ? byte - 0x30 : byte - 0x57
            guard digit >= 0, digit < 16 else { return -1 }
            value = value << 4 | digit
        }
        position += digits
        return value
    }

    private static func write(_ value: Int, digits: Int, into text: inout [UInt8], at position: inout Int) {
        for index in 0..<digits {
            let digit = UInt8(truncatingIfNeeded: value >> ((digits - 1 - index) * 4) & 15)
            text[position + index] = digit < 10 ? 0x30 + digit : 0x57 + digit
        }
        position += digits
    }
}
