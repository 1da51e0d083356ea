import ChatDomain
import HTTPCore

/// Something that whoever runs the server may want to know. What peers have sent is in it as it came.
public enum HubEvent: Sendable, Equatable {
    /// A page was refused what pages of its origin may not do.
    ///
    /// - Parameters:
    ///   - origin: as the request says it: its Origin, or the page that it names in its stead.
    ///   - host: what this server is called by the request, or by the proxy in front.
    ///   - scheme: by which it was asked, where that is known.
    ///   - remedy: which flags would let it in; nil: none.
    case originRefused(origin: String, host: String, scheme: String?, remedy: String?)
}

extension Hub {
    /// Says in the log that the request's page was refused, and what would let it in.
    ///
    /// - Parameter flag: that which allows pages of other servers; nil: nothing does.
    func refusedOrigin(of request: Request, _ context: RequestContext, otherwise flag: String?) {
        guard let said = context.origin ?? request.headers["Referer"], originEvents.take(at: now) == nil else { return }
        let page = context.origin.map { Origin($0) } ?? Origin(ofURL: said)
        var remedies: [String] = []
        if let page {
            if page != .null { remedies.append("--public-url \(page) if that is this server") }
            if let flag { remedies.append("\(flag) \(page) if it is another") }
        }
        turn.events.append(
            .originRefused(
                origin: cut(said), host: cut(context.host ?? ""), scheme: context.scheme,
                remedy: remedies.isEmpty ? nil : cut(remedies.joined(separator: ", "))))
    }

    /// A peer may say much.
    private func cut(_ text: String) -> String { text.utf8.count > 512 ? String(text.prefix(128)) + "…" : text }
}
