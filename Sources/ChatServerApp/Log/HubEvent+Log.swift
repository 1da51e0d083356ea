import ChatHub

extension HubEvent {
    /// As the log has it.
    var logEvent: LogEvent {
        switch self {
        case .originRefused(let refusal):
            var fields: [LogEvent.Field] = [.init("origin", refusal.origin), .init("host", refusal.host)]
            if let scheme = refusal.scheme { fields.append(.init("scheme", scheme)) }
            if let remedy = refusal.remedy { fields.append(.init("set", remedy)) }
            return LogEvent("origin.refused", .warning, fields)
        }
    }
}
