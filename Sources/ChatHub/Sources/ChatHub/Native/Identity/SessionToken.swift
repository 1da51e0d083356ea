import HTTPCore

/// What a client shows to be let in: 256 random bits as 43 characters of base64url (RFC 4648 §5). Only its SHA-256 is
/// stored, so that a stolen database lets nobody in.
struct SessionToken {
    let text: String

    private static let byteCount = 32
    private static let characterCount = 43

    /// A new one.
    init(using cryptography: Cryptography) { text = Base64URL.encode(cryptography.randomBytes(Self.byteCount)) }

    /// What somebody has shown; nil for a text that no token can be.
    init?(_ text: String) {
        guard text.utf8.count == Self.characterCount, text.utf8.allSatisfy(Base64URL.isCharacter) else { return nil }
        self.text = text
    }

    /// What is stored in its place.
    func hash(using cryptography: Cryptography) -> [UInt8] { cryptography.digest(Array(text.utf8)) }
}

/// The alphabet that needs no escape in URLs and cookies, without padding (RFC 4648 §5).
enum Base64URL {
    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var word: UInt32 = 0
            for place in 0..<3 { word = word << 8 | (place < count ? UInt32(bytes[index + place]) : 0) }
            for place in 0...count {
                text.append(character(UInt8(truncatingIfNeeded: word >> UInt32(18 - 6 * place)) & 63))
            }
            index += 3
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func isCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func character(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + (value - 26)
        case 52..<62: UInt8(ascii: "0") + (value - 52)
        case 62: UInt8(ascii: "-")
        default: UInt8(ascii: "_")
        }
    }
}
