/// The fields that tell a browser what our pages never do, so that it stops whoever makes them try.
public struct SecurityHeaders: Sendable {
    /// Made once, and copied into each response.
    private let block: OutgoingHeaders

    /// The fields, for files that are to carry them: see `StaticFiles.addHeaders`.
    public var headers: OutgoingHeaders { block }

    /// - Parameters:
    ///   - connectSources: origins besides our own that pages may connect to. Our own includes WebSockets, `ws:` from
    ///     a page of `http:` and `wss:` from any (CSP Level 3 §6.7.2.8).
    ///   - imageSources: the same for images; "data:" to allow embedded ones.
    ///   - strictTransportSeconds: for how long browsers shall use TLS only; nil says nothing, and plain HTTP needs
    ///     that.
    public init(connectSources: [String] = [], imageSources: [String] = [], strictTransportSeconds: Int? = nil) {
        var policy = ["default-src 'self'"]
        if !connectSources.isEmpty { policy.append("connect-src 'self' " + connectSources.joined(separator: " ")) }
        if !imageSources.isEmpty { policy.append("img-src 'self' " + imageSources.joined(separator: " ")) }
        policy += ["object-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]

        var headers = OutgoingHeaders()
        headers.append("Content-Security-Policy", policy.joined(separator: "; "))
        headers.append("X-Content-Type-Options", "nosniff")
        headers.append("X-Frame-Options", "DENY")
        headers.append("Referrer-Policy", "same-origin")
        headers.append("Cross-Origin-Opener-Policy", "same-origin")
        headers.append("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if let seconds = strictTransportSeconds {
            headers.append("Strict-Transport-Security", "max-age=\(max(seconds, 0))")
        }
        block = headers
    }

    public func add(to response: inout Response) { response.headers.append(contentsOf: block) }
}
