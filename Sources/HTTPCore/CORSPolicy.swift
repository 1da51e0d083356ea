/// Which pages of other origins may read our answers (the Fetch standard, §3.2). It protects their users' data, not us:
/// what must not happen for a foreign origin must be refused by the handler, by `isAllowed`.
public struct CORSPolicy: Sendable {
    public enum Origins: Sendable, ExpressibleByArrayLiteral {
        /// Every origin, and none with its user's cookies.
        case any
        /// These, each as a browser sends it: `https://chat.example`, with a port if it is not the scheme's own.
        case list([String])

        public init(arrayLiteral elements: String...) { self = .list(elements) }
    }

    private let origins: Origins
    private let methods: String
    private let headers: String
    private let maxAgeSeconds: Int
    private let allowsCredentials: Bool

    /// - Parameters:
    ///   - methods: besides those that need no permission.
    ///   - headers: request fields besides those that need no permission, such as "Content-Type".
    ///   - maxAgeSeconds: how long a browser may keep a preflight's answer.
    ///   - allowsCredentials: whether pages may send cookies; never with `.any`.
    public init(
        origins: Origins, methods: [Method], headers: [String] = [], maxAgeSeconds: Int = 600,
        allowsCredentials: Bool = false
    ) {
        self.origins = origins
        self.methods = methods.map(\.name).joined(separator: ", ")
        self.headers = headers.joined(separator: ", ")
        self.maxAgeSeconds = max(maxAgeSeconds, 0)
        self.allowsCredentials = allowsCredentials
    }

    /// Whether pages of `origin` may read our answers. The comparison is exact, but for the case of ASCII letters:
    /// no wildcard, no suffix. "null" is an origin only to `.any`.
    public func isAllowed(origin: String) -> Bool {
        switch origins {
        case .any: return true
        case .list(let list):
            let bytes = origin.utf8.span
            if bytes.equalsCaseless(0..<bytes.count, "null".utf8.span) { return false }
            return list.contains { bytes.equalsCaseless(0..<bytes.count, $0.utf8.span) }
        }
    }

    /// The answer to a preflight: 204, with permission or without; nil if `request` is none. No route needs to know
    /// of it, and its path need not exist.
    public func preflightResponse(for request: Request) -> Response? {
        guard request.method == .options, let origin = request.headers["Origin"],
            request.headers.contains("Access-Control-Request-Method")
        else { return nil }
        var response = Response(status: .noContent)
        addHeaders(to: &response, origin: origin)
        guard isAllowed(origin: origin) else { return response }
        response.headers.append("Access-Control-Allow-Methods", methods)
        if !headers.isEmpty { response.headers.append("Access-Control-Allow-Headers", headers) }
        response.headers.append("Access-Control-Max-Age", String(maxAgeSeconds))
        return response
    }

    /// Adds what lets the origin's page read `response`. Where the answer depends on the origin it says so to caches,
    /// also if there is none, or one without permission.
    ///
    /// - Parameter origin: the request's `Origin`; nil: none, nothing to permit.
    public func addHeaders(to response: inout Response, origin: String?) {
        if case .any = origins {
            if origin != nil { response.headers.set("Access-Control-Allow-Origin", "*") }
            return
        }
        response.headers.add("Origin", toList: "Vary")
        guard let origin, isAllowed(origin: origin) else { return }
        response.headers.set("Access-Control-Allow-Origin", origin)
        if allowsCredentials { response.headers.set("Access-Control-Allow-Credentials", "true") }
    }
}
