import ChatStore
import HTTPCore

/// By which of the server's doors a connection has come in.
public enum Door: Sendable {
    case plain
    /// Plain, and whoever asks for something is sent to https.
    case redirecting
    /// By TLS, which this server ends.
    case tls
}

/// What is answered at the door, whatever is asked for.
extension Hub {
    private static let challengePrefix = "/.well-known/acme-challenge/"

    /// - Returns: whether the request has been seen to.
    func answerAtDoor(_ request: Request, _ exchange: HTTPExchange, _ connection: Connection) -> Bool {
        let isReading = request.method == .get || request.method == .head
        if isReading, let read = configuration.readChallenge, let name = challengeName(request) {
            exchange.awaiting = site.context(of: request, on: connection, keepsAlive: request.keepsAlive)
            self.read({ (_) throws(StoreError) in read(name) }) { hub, result in
                guard case .success(let bytes?) = result else {
                    return hub.reply(.error(.notFound, "There is no such challenge.", .site), to: connection)
                }
                var response = Response(status: .ok, body: bytes)
                response.headers.set("Content-Type", "text/plain")
                hub.reply(response, to: connection)
            }
            return true
        }
        guard connection.door == .redirecting else { return false }
        let context = site.context(of: request, on: connection, keepsAlive: request.keepsAlive)
        guard isReading, request.headers["Upgrade"] == nil, let address = secureAddress(request) else {
            reply(.error(.forbidden, "This is to be had by https only.", .site), context, connection)
            return true
        }
        var response = Response(status: .permanentRedirect)
        response.headers.set("Location", address + request.path + (request.query.map { "?" + $0 } ?? ""))
        reply(response, context, connection)
        return true
    }

    /// The name of a challenge that somebody asks for, for a certificate: of letters that lead nowhere else.
    private func challengeName(_ request: Request) -> String? {
        let path = request.path
        guard path.hasPrefix(Self.challengePrefix) else { return nil }
        let name = path.dropFirst(Self.challengePrefix.count)
        let isGood =
            (1...256).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isGood ? String(name) : nil
    }

    /// Where the same is to be had by https: under the public address, or under the name that was asked.
    private func secureAddress(_ request: Request) -> String? {
        if let publicURL = configuration.publicURL, publicURL.scheme == "https" { return publicURL.description }
        guard let host = request.host, !host.isEmpty, let port = configuration.securePort else { return nil }
        // Without its port; an IPv6 address has colons within its brackets.
        let name: Substring
        if let bracket = host.lastIndex(of: "]") {
            name = host[...bracket]
        } else {
            name = host.prefix { $0 != ":" }
        }
        return name.isEmpty ? nil : "https://\(name)" + (port == 443 ? "" : ":\(port)")
    }
}
