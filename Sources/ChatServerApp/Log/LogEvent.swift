import ChatDomain

/// Something that happened, with a name that stays the same and with fields, for people and for programs that watch the
/// log. The names are listed in `docs/operations.md`.
struct LogEvent: Sendable, Equatable {
    /// `store.failed`: what it is about, then what became of it.
    let name: String
    let level: LogLevel
    /// In the order in which they are written.
    let fields: [Field]

    struct Field: Sendable, Equatable {
        let name: String
        let value: Value
    }

    enum Value: Sendable, Equatable {
        case text(String)
        case number(Int64)
    }

    init(_ name: String, _ level: LogLevel, _ fields: [Field] = []) {
        self.name = name
        self.level = level
        self.fields = fields
    }

    /// As a line of text: `TIME level: event key="value" …`. Nothing in a value can end it, or the line.
    func line(at time: WallTime) -> String {
        var line = "\(time) \(level.rawValue): \(name)"
        for field in fields {
            line += " \(field.name)=\""
            switch field.value {
            case .text(let text): line += Self.quoted(text)
            case .number(let number): line += "\(number)"
            }
            line += "\""
        }
        return line + "\n"
    }

    private static func quoted(_ text: String) -> String {
        var marked = ""
        for character in text.unicodeScalars {
            if character == "\"" || character == "\\" { marked += "\\" }
            marked.unicodeScalars.append(character)
        }
        return escaped(marked)
    }
}

extension LogEvent.Field {
    init(_ name: String, _ text: String) { self.init(name: name, value: .text(text)) }

    init(_ name: String, _ number: some BinaryInteger) {
        self.init(name: name, value: .number(Int64(clamping: number)))
    }
}
