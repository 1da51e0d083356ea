/// A text with fields that are filled in for each connection: `{room}` and `{user}` (numbers from 0), `{room_id}` and
/// `{user_id}` (lines of a file, or else the numbers), `{token}` and `{position}` (lines of a file), `{uuid}` (another one
/// in each message) and `{payload}`. Other braces stay as they are, so that JSON needs no escaping.
struct Template {
    private enum Part {
        case literal([UInt8])
        case room, roomID, user, userID, token, position, uuid, payload
    }

    /// What the fields stand for.
    struct Values {
        var room: Int
        var user: Int
        var roomIDs: [String] = []
        var userIDs: [String] = []
        /// Taken in turn, where there are fewer than connections.
        var tokens: [String] = []
        /// By room.
        var positions: [String] = []
        var payload: [UInt8] = []
    }

    private static let fields: [(name: String, part: Part)] = [
        ("{room}", .room), ("{room_id}", .roomID), ("{user}", .user), ("{user_id}", .userID), ("{payload}", .payload),
        ("{token}", .token), ("{position}", .position), ("{uuid}", .uuid),
    ]

    private var parts: [Part] = []

    init(_ text: String) {
        var rest = text[...]
        var literal: [UInt8] = []
        while !rest.isEmpty {
            if let field = Self.fields.first(where: { rest.hasPrefix($0.name) }) {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = []
                parts.append(field.part)
                rest = rest.dropFirst(field.name.count)
            } else {
                literal.append(contentsOf: String(rest.removeFirst()).utf8)
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
    }

    func render(_ values: Values) -> [UInt8] {
        var text: [UInt8] = []
        for part in parts {
            switch part {
            case .literal(let bytes): text.append(contentsOf: bytes)
            case .room: text.append(contentsOf: String(values.room).utf8)
            case .user: text.append(contentsOf: String(values.user).utf8)
            case .roomID: text.append(contentsOf: Self.line(values.room, of: values.roomIDs).utf8)
            case .userID: text.append(contentsOf: Self.line(values.user, of: values.userIDs).utf8)
            case .token:
                if !values.tokens.isEmpty {
                    text.append(contentsOf: values.tokens[values.user % values.tokens.count].utf8)
                }
            case .position: text.append(contentsOf: Self.line(values.room, of: values.positions).utf8)
            case .uuid: text.append(contentsOf: "00000000-0000-4000-8000-000000000000".utf8)
            case .payload: text.append(contentsOf: values.payload)
            }
        }
        return text
    }

    /// Where the payload lies in a rendered text, if the template has one.
    func payloadOffset(_ values: Values) -> Int? {
        offset(values) { if case .payload = $0 { true } else { false } }
    }

    /// Where the UUID lies in a rendered text, if the template has one.
    func uuidOffset(_ values: Values) -> Int? {
        offset(values) { if case .uuid = $0 { true } else { false } }
    }

    private func offset(_ values: Values, of isWanted: (Part) -> Bool) -> Int? {
        var before = self
        guard let index = parts.firstIndex(where: isWanted) else { return nil }
        before.parts.removeSubrange(index...)
        return before.render(values).count
    }

    private static func line(_ index: Int, of lines: [String]) -> String {
        index < lines.count ? lines[index] : String(index)
    }
}
