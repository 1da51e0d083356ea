import ChatHub

extension HubEvent {
    /// What the log says: the event's name and its fields.
    var line: String {
        switch self {
        case .originRefused(let refusal):
            var line = "origin.refused origin=\(quoted(refusal.origin)) host=\(quoted(refusal.host))"
            if let scheme = refusal.scheme { line += " scheme=\(quoted(scheme))" }
            if let remedy = refusal.remedy { line += " set=\(quoted(remedy))" }
            return line
        }
    }

    /// Nothing in a value can end it.
    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}
