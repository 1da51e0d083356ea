import HTTPCore

/// What the server offers over HTTP, as far as it is decided when it starts: routes, pages, and who may use which.
struct Site {
    let httpLimits: HTTPLimits
    private let files: StaticFiles
    private let interfaces: [Interface]
    private let dialects: Set<Dialect>
    private let dialectAccess: DialectAccess
    private let cors: CORSPolicy
    private let relayCORS = CORSPolicy(
        origins: .any, methods: [.get, .post, .delete], headers: ["Authorization", "Accept", "Content-Type"],
        maxAgeSeconds: 3_600)
    /// For pages of other origins that may use the native interface.
    private let nativeCORS: CORSPolicy?
    private let publicURL: Origin?
    private let forwarding: Forwarding
    private let expectsProxyProtocol: Bool
    /// Something may be answered before it is looked at what is asked for.
    let looksAtDoors: Bool
    /// What browsers that came by TLS are told; nil for nothing.
    let strictTransport: String?
    /// What `/health` answers, ready made.
    let health: Response

    /// Routes that belong together.
    private struct Interface {
        let scope: RequestContext.Scope
        /// Whose clients use it, if it is none of the server's own.
        let dialect: Dialect?
        private(set) var router = Router<Route>()

        init(_ scope: RequestContext.Scope, of dialect: Dialect? = nil, _ routes: [Route]) {
            self.scope = scope
            self.dialect = dialect
            for route in routes { router.add(route.method, route.pattern, route) }
        }
    }

    /// What there is at a path.
    enum Match {
        case route(Route, Parameters, RequestContext.Scope)
        case file(Response)
        case methodNotAllowed([Method], RequestContext.Scope)
        case notFound
    }

    init(configuration: HubConfiguration) {
        var http = HTTPLimits()
        http.bodyBytesMax = configuration.limits.bodyBytesMax
        httpLimits = http
        var files = configuration.files
        files.addHeaders(SecurityHeaders().headers)
        self.files = files
        dialects = configuration.dialects
        dialectAccess = configuration.dialectAccess
        forwarding = Forwarding(trusted: configuration.trustedProxies, field: configuration.proxyFields)
        expectsProxyProtocol = configuration.expectsProxyProtocol
        cors = CORSPolicy(
            origins: .list(configuration.corsOrigins), methods: [.get, .post],
            headers: ["Authorization", "Accept", "Content-Type"], maxAgeSeconds: 3_600)

        if configuration.allowedOrigins.isEmpty {
            nativeCORS = nil
        } else {
            nativeCORS = CORSPolicy(
                origins: .list(configuration.allowedOrigins), methods: [.get, .post, .put, .patch, .delete],
                headers: ["Authorization", "Accept", "Content-Type"], exposedHeaders: ["Retry-After"],
                maxAgeSeconds: 3_600)
        }
        publicURL = configuration.publicURL
        strictTransport = configuration.strictTransportSeconds.map { "max-age=\($0)" }
        looksAtDoors = configuration.readChallenge != nil || configuration.redirects

        var health = Response.json(Array(#"{"status":"ok"}"#.utf8))
        finishInterface(&health)
        if !dialects.isDisjoint(with: [.relay, .stream]) { relayCORS.addHeaders(to: &health, origin: "*") }
        self.health = health

        if case .operations = configuration.offer {
            interfaces = [Interface(.site, [.health]), Interface(.native, Native.operationResources)]
            return
        }
        interfaces = [
            Interface(.site, configuration.enablesEcho ? [.health, EchoEndpoint.route] : [.health]),
            Interface(.native, [Native.socketRoute] + Feeds.routes + Native.routes),
            Interface(.site, of: .broadcast, BroadcastEndpoint.routes),
            Interface(.chatApp, of: .chatApp, ChatApp.routes),
            Interface(.relay, of: .relay, Relay.routes),
            // The stream's clients register with the relay.
            Interface(.relay, of: .stream, Relay.routes),
        ]
    }

    /// The routes of the server's own interface, which `docs/openapi.json` describes. Those of dialects are not ours.
    static var describedRoutes: [Route] { [.health] + Feeds.routes + Native.routes }

    /// What the request is for. A dialect that is not open to it does not exist.
    func match(_ request: Request, isLocal: Bool) -> Match {
        var allowed: ([Method], RequestContext.Scope)?
        for interface in interfaces {
            let match = interface.router.match(request)
            if case .notFound = match { continue }
            guard isOpen(interface.dialect, isLocal: isLocal) else { continue }
            switch match {
            case .found(let route, let parameters): return .route(route, parameters, interface.scope)
            case .methodNotAllowed(let methods): allowed = (methods, interface.scope)
            case .notFound: break
            }
        }
        if let response = files.response(for: request) { return .file(response) }
        if let allowed { return .methodNotAllowed(allowed.0, allowed.1) }
        return .notFound
    }

    private func isOpen(_ dialect: Dialect?, isLocal: Bool) -> Bool {
        guard let dialect else { return true }
        guard dialects.contains(dialect) else { return false }
        return dialectAccess == .everyone || isLocal
    }

    // MARK: Who asks

    /// What a new connection speaks first.
    func firstPhase(peer: IPAddress?) -> Connection.Phase {
        if expectsProxyProtocol, let peer, forwarding.isTrusted(peer) { return .proxyHead(ProxyHeadReader()) }
        return .http(HTTPExchange(limits: httpLimits))
    }

    /// What is known of a request and whoever has made it.
    func context(of request: Request, on connection: Connection, keepsAlive: Bool) -> RequestContext {
        var context = RequestContext(
            method: request.method, keepsAlive: keepsAlive, isHTTP10: request.isHTTP10,
            origin: request.headers["Origin"], scope: .site)
        context.clientAddress = connection.source
        context.host = request.host
        if connection.door == .tls { context.scheme = "https" }
        if let peer = connection.peer, forwarding.isTrusted(peer) {
            let client = forwarding.client(
                peer: peer, source: connection.source, isTLS: connection.isTLS, headers: request.headers)
            context.clientAddress = client.address
            context.scheme = client.scheme ?? context.scheme
            if let host = client.host { context.host = host }
        } else if connection.isLoopbackPeer {
            context.isLocal = isLocal(request, host: context.host)
        }
        if let publicURL { place(&context, request, under: publicURL) }
        return context
    }

    /// Where there is a public address, that is where the server is, whatever proxies make of the request: but for a
    /// page that was opened on this very machine by one of its own names.
    private func place(_ context: inout RequestContext, _ request: Request, under publicURL: Origin) {
        let page =
            if let origin = context.origin { Origin(origin) } else {
                request.headers["Referer"].flatMap { Origin(ofURL: $0) }
            }
        if context.isLocal, let page, isOwn(page, in: context) { return }
        context.host = publicURL.authority
        context.scheme = publicURL.scheme
        // Somebody else's browser: something in between has brought it here.
        if page == publicURL { context.isLocal = false }
    }

    /// Of a request from a loopback peer that is no proxy we know of: its Host is loopback too, and nothing says that
    /// a proxy stands between. Behind one, or under a name that was made to point here, the public's defaults hold.
    private func isLocal(_ request: Request, host: String?) -> Bool {
        guard let host, Loopback.isLoopbackHost(host) else { return false }
        return !Forwarding.isMarked(request.headers)
    }

    /// What kind of page a request comes from, for the native interface.
    enum Page {
        /// None that the request speaks of.
        case none
        /// One of this server.
        case own
        /// One of another origin that may use the interface with a token.
        case listed
        case foreign
    }

    func page(of context: RequestContext) -> Page {
        guard let text = context.origin else { return .none }
        if let origin = Origin(text), isOwn(origin, in: context) { return .own }
        return nativeCORS?.isAllowed(origin: text) == true ? .listed : .foreign
    }

    /// Whether the page that the request comes from may use the interface: the server's own, one of the list, or no page.
    func isAllowed(_ context: RequestContext) -> Bool {
        guard let text = context.origin else { return true }
        return Origin(text).map { isOwn($0, in: context) } == true
            || policy(of: context.scope)?.isAllowed(origin: text) == true
    }

    /// Whether the origin is that of this server, as the client has named it.
    func isOwn(_ origin: Origin, in context: RequestContext) -> Bool {
        guard let host = context.host else { return false }
        return origin.isOf(authority: host, scheme: context.scheme)
    }

    /// What pages of other origins may do; nil: nothing.
    private func policy(of scope: RequestContext.Scope) -> CORSPolicy? {
        switch scope {
        case .site: nil
        case .native: nativeCORS
        case .chatApp: cors
        case .relay: relayCORS
        }
    }

    /// The answer to a preflight request; nil where the request is none.
    func preflight(_ request: Request, _ scope: RequestContext.Scope) -> Response? {
        policy(of: scope)?.preflightResponse(for: request)
    }

    /// Adds what an answer of the interfaces carries. Pages have their own, stricter set.
    func finish(_ response: inout Response, for context: RequestContext) {
        finishInterface(&response)
        if context.scope == .site {
            openToPages(&response, context)
        } else {
            policy(of: context.scope)?.addHeaders(to: &response, origin: context.origin)
        }
    }

    /// What is of no interface, such as the answer to a path that does not exist, may be read by the pages that may use
    /// any: they are told what is wrong with their requests.
    private func openToPages(_ response: inout Response, _ context: RequestContext) {
        guard let origin = context.origin else { return }
        let policies = policies(isLocal: context.isLocal)
        guard let policy = policies.first(where: { $0.isAllowed(origin: origin) }) ?? policies.first else { return }
        policy.addHeaders(to: &response, origin: origin)
    }

    /// The same for an answer to what is no request, and whose origin is not known. It says nothing of anybody.
    func openToPages(_ response: inout Response) {
        guard !policies(isLocal: true).isEmpty else { return }
        relayCORS.addHeaders(to: &response, origin: "*")
    }

    /// Of the interfaces that pages of other origins may use, the widest first.
    private func policies(isLocal: Bool) -> [CORSPolicy] {
        var policies: [CORSPolicy] = []
        if isOpen(.relay, isLocal: isLocal) || isOpen(.stream, isLocal: isLocal) { policies.append(relayCORS) }
        if isOpen(.chatApp, isLocal: isLocal) { policies.append(cors) }
        if let nativeCORS { policies.append(nativeCORS) }
        return policies
    }
}

private func finishInterface(_ response: inout Response) {
    response.headers.append("X-Content-Type-Options", "nosniff")
}
