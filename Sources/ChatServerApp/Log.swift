import ChatDomain

/// How much the log says.
enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case error
    case warning
    case info
    case debug

    static func < (a: LogLevel, b: LogLevel) -> Bool { a.rank < b.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// Lines on standard error, each with a time and a level.
struct Log: Sendable {
    let level: LogLevel

    func error(_ text: @autoclosure () -> String) { write(.error, text) }
    func warning(_ text: @autoclosure () -> String) { write(.warning, text) }
    func info(_ text: @autoclosure () -> String) { write(.info, text) }
    func debug(_ text: @autoclosure () -> String) { write(.debug, text) }

    private func write(_ lineLevel: LogLevel, _ text: () -> String) {
        guard lineLevel <= level else { return }
        standardError("\(Clock.wallTime()) \(lineLevel.rawValue): \(escaped(text()))\n")
    }
}

/// Control characters as escapes: what a peer sent must not forge a line, or speak to a terminal.
func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            result += "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
