/// Which pages of other origins may read our answers (the Fetch standard, §3.2). It protects their users' data, not us:
/// what must not happen for a foreign origin must be refused by the handler, by `isAllowed`.
public struct CORSPolicy: Sendable {
    public enum Origins: Sendable {
        /// Every origin, and none with its user's cookies.
        case any
        /// These. `Origin.null` among them stands for every page that has no origin of its own.
        case list([Origin])
    }

    private let origins: Origins
    private let methods: String
    private let headers: String
    private let exposedHeaders: String
    private let maxAgeSeconds: Int
    private let allowsCredentials: Bool

    /// - Parameters:
    ///   - methods: besides those that need no permission.
    ///   - headers: request fields besides those that need no permission, such as "Content-Type".
    ///   - exposedHeaders: fields of answers that pages may read, besides those that they always may.
    ///   - maxAgeSeconds: how long a browser may keep a preflight's answer.
    ///   - allowsCredentials: whether pages may send cookies; never with `.any`.
    public init(
        origins: Origins, methods: [Method], headers: [String] = [], exposedHeaders: [String] = [],
        maxAgeSeconds: Int = 600, allowsCredentials: Bool = false
    ) {
        self.origins = origins
        self.methods = methods.map(\.name).joined(separator: ", ")
        self.headers = headers.joined(separator: ", ")
        self.exposedHeaders = exposedHeaders.joined(separator: ", ")
        self.maxAgeSeconds = max(maxAgeSeconds, 0)
        self.allowsCredentials = allowsCredentials
    }

    /// Whether pages of `origin`, the value of the field, may read our answers: no wildcard, no suffix.
    public func isAllowed(origin: String) -> Bool {
        switch origins {
        case .any: true
        case .list(let list): Origin(origin).map(list.contains) ?? false
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
            if origin != nil { allow("*", in: &response) }
            return
        }
        response.headers.add("Origin", toList: "Vary")
        guard let origin, isAllowed(origin: origin) else { return }
        allow(origin, in: &response)
        if allowsCredentials { response.headers.set("Access-Control-Allow-Credentials", "true") }
    }

    private func allow(_ origin: String, in response: inout Response) {
        response.headers.set("Access-Control-Allow-Origin", origin)
        if !exposedHeaders.isEmpty { response.headers.set("Access-Control-Expose-Headers", exposedHeaders) }
    }
}
