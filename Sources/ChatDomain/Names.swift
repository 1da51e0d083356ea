/// What people may be called, and what they may say: the rules of the dialects for what clients send.
///
/// Each function returns the text as it should be kept, or throws an error with a sentence for the user.
public enum Names {
    /// How many characters, as people count them, a name has at most.
    public static let nameCharactersMax = 64
    /// How many bytes of UTF-8 a name has at most: a single character can be made of any number of code points.
    public static let nameBytesMax = 1_024
    public static let phoneCharactersMax = 32
    public static let textBytesMax = 16_384
    public static let loginCharactersMax = 32
    public static let statusCharactersMax = 140
    public static let topicBytesMax = 512

    /// The name of a user, without the white space around it.
    public static func userName(_ text: String) throws(NameError) -> String { try name(text, of: .userName) }

    /// The name by which an account signs in: 2 to 32 of ASCII letters, digits, `.`, `_` and `-`, as they were typed. Two
    /// that differ in case only are the same.
    public static func login(_ text: String) throws(NameError) -> String {
        guard text.utf8.count <= loginCharactersMax else { throw .tooLong(.login) }
        guard text.utf8.allSatisfy(isLoginByte) else { throw .notAllowed(.login) }
        guard text.utf8.count >= 2 else { throw .tooShort(.login) }
        return text
    }

    /// The name of an account that others see, without the white space around it.
    public static func displayName(_ text: String) throws(NameError) -> String { try name(text, of: .displayName) }

    /// What somebody says of how they are, without the white space around it; may be empty.
    public static func statusText(_ text: String) throws(NameError) -> String {
        guard text.utf8.count <= nameBytesMax, text.count <= statusCharactersMax else { throw .tooLong(.statusText) }
        for scalar in text.unicodeScalars where !isAllowed(scalar) { throw .notAllowed(.statusText) }
        if !isVisible(text) { return "" }
        return try trimmed(text, of: .statusText, bytesMax: nameBytesMax)
    }

    /// What a room is about, on one line, without the white space around it; may be empty.
    public static func topic(_ text: String) throws(NameError) -> String {
        guard text.utf8.count <= topicBytesMax else { throw .tooLong(.topic) }
        for scalar in text.unicodeScalars where !isAllowed(scalar) { throw .notAllowed(.topic) }
        if !isVisible(text) { return "" }
        return try trimmed(text, of: .topic, bytesMax: topicBytesMax)
    }

    /// The name of a room, without the white space around it.
    public static func roomName(_ text: String) throws(NameError) -> String { try name(text, of: .roomName) }

    /// A phone number as somebody writes it, without the white space around it: digits, at least one, and any of
    /// `+ - ( ) .` and the space.
    public static func phone(_ text: String) throws(NameError) -> String {
        let phone = try trimmed(text, of: .phone, bytesMax: nameBytesMax)
        for byte in phone.utf8 where !isPhoneByte(byte) { throw .notAllowed(.phone) }
        guard phone.utf8.count <= phoneCharactersMax else { throw .tooLong(.phone) }
        guard phone.utf8.contains(where: isDigit) else { throw .notAllowed(.phone) }
        return phone
    }

    /// The text of a message, as it is: 1 to `textBytesMax` bytes of UTF-8, any character but U+0000.
    public static func text(_ text: String) throws(NameError) -> String {
        guard text.utf8.count <= textBytesMax else { throw .tooLong(.text) }
        guard !text.utf8.isEmpty else { throw .empty(.text) }
        guard !text.utf8.contains(0) else { throw .notAllowed(.text) }
        return text
    }

    /// Whether there is anything in a text that can be seen: white space, controls, format characters and blanks alone
    /// look like nothing.
    public static func isVisible(_ text: String) -> Bool {
        // Nearly every text begins with a letter.
        if let first = text.utf8.first, 0x21...0x7E ~= first { return true }
        return text.unicodeScalars.contains(where: isVisibleScalar)
    }

    private static func name(_ text: String, of field: NameError.Field) throws(NameError) -> String {
        let name = try trimmed(text, of: field, bytesMax: nameBytesMax)
        guard name.count <= nameCharactersMax else { throw .tooLong(field) }
        for scalar in name.unicodeScalars where !isAllowed(scalar) { throw .notAllowed(field) }
        // A name of joiners and fillers alone would look empty.
        guard isVisible(name) else { throw .empty(field) }
        return name
    }

    /// Looks at no more than `bytesMax` bytes before it gives up.
    private static func trimmed(
        _ text: String, of field: NameError.Field, bytesMax: Int
    ) throws(NameError) -> String {
        guard text.utf8.count <= bytesMax else { throw .tooLong(field) }
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { throw .empty(field) }
        return String(scalars[first...last])
    }
}

/// Why a name, a phone number or a text is refused. `description` is a sentence for the user.
public enum NameError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty(Field)
    case tooShort(Field)
    case tooLong(Field)
    /// It holds something that does not belong in it.
    case notAllowed(Field)

    public enum Field: Equatable, Sendable {
        case userName, roomName, phone, text, login, displayName, statusText, topic
    }

    public var field: Field {
        switch self {
        case .empty(let field), .tooShort(let field), .tooLong(let field), .notAllowed(let field): field
        }
    }

    public var description: String {
        switch self {
        case .empty(.userName): "The user name is empty."
        case .empty(.roomName): "The room name is empty."
        case .empty(.phone): "The phone number is empty."
        case .empty(.text): "The message is empty."
        case .empty(.login): "The user name is empty."
        case .empty(.displayName): "The display name is empty."
        case .empty(.statusText): "The status is empty."
        case .empty(.topic): "The topic is empty."
        case .tooShort: "The user name is shorter than 2 characters."
        case .tooLong(.userName): "The user name is longer than \(Names.nameCharactersMax) characters."
        case .tooLong(.roomName): "The room name is longer than \(Names.nameCharactersMax) characters."
        case .tooLong(.phone): "The phone number is longer than \(Names.phoneCharactersMax) characters."
        case .tooLong(.text): "The message is longer than \(Names.textBytesMax) bytes."
        case .tooLong(.login): "The user name is longer than \(Names.loginCharactersMax) characters."
        case .tooLong(.displayName): "The display name is longer than \(Names.nameCharactersMax) characters."
        case .tooLong(.statusText): "The status is longer than \(Names.statusCharactersMax) characters."
        case .tooLong(.topic): "The topic is longer than \(Names.topicBytesMax) bytes."
        case .notAllowed(.topic): "The topic holds a character that is not allowed in it."
        case .notAllowed(.login): "A user name consists of the letters a to z, digits, '.', '_' and '-' only."
        case .notAllowed(.displayName): "The display name holds a character that is not allowed in names."
        case .notAllowed(.statusText): "The status holds a character that is not allowed in it."
        case .notAllowed(.userName): "The user name holds a character that is not allowed in names."
        case .notAllowed(.roomName): "The room name holds a character that is not allowed in names."
        case .notAllowed(.phone): "A phone number consists of digits, spaces and + - ( ) . only."
        case .notAllowed(.text): "The message holds the character NUL, which is not allowed."
        }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

private func isLoginByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
    default: isDigit(byte)
    }
}

private func isPhoneByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "."),
        UInt8(ascii: " "):
        true
    default: isDigit(byte)
    }
}

/// No controls, no line breaks, and nothing that turns the direction of what is written after the name.
private func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: return false
    default: return true
    }
}

private func isVisibleScalar(_ scalar: Unicode.Scalar) -> Bool {
    // Blank Braille, which no category tells from a symbol.
    if scalar.value == 0x2800 { return false }
    switch scalar.properties.generalCategory {
    case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .format, .surrogate, .privateUse, .unassigned:
        return false
    default: return !scalar.properties.isDefaultIgnorableCodePoint
    }
}
