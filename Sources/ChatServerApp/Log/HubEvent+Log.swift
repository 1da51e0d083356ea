import ChatHub

extension HubEvent {
    /// As the log has it.
    var logEvent: LogEvent {
        switch self {
        case .originRefused(let origin, let host, let scheme, let remedy):
            var fields: [LogEvent.Field] = [.init("origin", origin), .init("host", host)]
            if let scheme { fields.append(.init("scheme", scheme)) }
            if let remedy { fields.append(.init("set", remedy)) }
            return LogEvent("origin.refused", .warning, fields)
        }
    }
}
