import ChatDomain

/// What the store remembers for ever of a message as first sent, to tell a repeat from another message under the same
/// key: FNV-1a, 64 bits, over the room, the text, and what it refers to. It is kept in files, so it may never change. It guards a sender
/// against its own mistakes only: who can make it collide gains nothing but an acknowledgement of its own message.
struct BodyHash: Hashable, Sendable {
    let rawValue: Int64

    init(rawValue: Int64) { self.rawValue = rawValue }

    init(room: RoomID, text: String) {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        var rest = UInt64(bitPattern: room.rawValue)
        for _ in 0..<8 {
            hash = (hash ^ (rest & 0xFF)) &* 0x100_0000_01B3
            rest >>= 8
        }
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        rawValue = Int64(bitPattern: hash)
    }

    /// Of a message with all that it refers to: that of room and text where it refers to nothing, else a hash that goes
    /// on from there.
    init(_ new: NewMessage) {
        let plain = BodyHash(room: new.room, text: new.text)
        guard !new.isPlain else {
            self = plain
            return
        }
        var hash = UInt64(bitPattern: plain.rawValue)
        let references = [new.replyTo ?? 0, new.thread ?? 0] + new.mentions.map(\.rawValue)
        for reference in references {
            var rest = UInt64(bitPattern: reference)
            for _ in 0..<8 {
                hash = (hash ^ (rest & 0xFF)) &* 0x100_0000_01B3
                rest >>= 8
            }
        }
        rawValue = Int64(bitPattern: hash)
    }
}

extension NewMessage {
    /// Whether room and text are all there is to it.
    var isPlain: Bool { replyTo == nil && thread == nil && mentions.isEmpty }
}
