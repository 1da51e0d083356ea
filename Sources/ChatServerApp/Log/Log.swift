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

/// Lines for whoever runs the server, each with a time and a level. Writing one never waits: it goes into a queue, and a
/// thread of its own brings it out.
struct Log: Sendable {
    let level: LogLevel
    let sink: LogSink

    init(level: LogLevel, sink: LogSink = .standardError) {
        self.level = level
        self.sink = sink
    }

    func error(_ text: @autoclosure () -> String) { write(.error, text) }
    func warning(_ text: @autoclosure () -> String) { write(.warning, text) }
    func info(_ text: @autoclosure () -> String) { write(.info, text) }
    func debug(_ text: @autoclosure () -> String) { write(.debug, text) }

    /// Something that programs look for in the log.
    func event(_ event: @autoclosure () -> LogEvent) {
        let event = event()
        guard event.level <= level else { return }
        sink.write(event.line(at: Clock.wallTime()))
    }

    private func write(_ lineLevel: LogLevel, _ text: () -> String) {
        guard lineLevel <= level else { return }
        sink.write("\(Clock.wallTime()) \(lineLevel.rawValue): \(escaped(text()))\n")
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
