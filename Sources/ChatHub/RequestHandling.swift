import ChatDomain
import HTTPCore
import WSProtocol

/// HTTP: from requests to answers, and to sockets.
extension Hub {
    func receiveHTTP(
        _ bytes: inout MutableSpan<UInt8>, at offset: inout Int, _ exchange: HTTPExchange, on connection: Connection
    ) {
        guard exchange.awaiting == nil, !connection.isChoked else {
            hold(bytes.span.extracting(offset..<bytes.count), exchange, connection)
            offset = bytes.count
            return
        }
        let request: Request?
        do throws(HTTPError) {
            request = try exchange.parser.next(in: bytes.span, at: &offset)
        } catch {
            refuse(error.status, error.description, exchange, connection)
            return
        }
        guard let request else {
            expectRest(of: exchange, on: connection)
            return
        }
        exchange.progress = .idle
        exchange.requestCount += 1
        counters.requests += 1
        handle(request, exchange, connection)
    }

    /// Keeps the bytes behind a request that is still being answered; no more are read meanwhile, so this is at most
    /// what one read has brought.
    private func hold(_ bytes: Span<UInt8>, _ exchange: HTTPExchange, _ connection: Connection) {
        for index in bytes.indices { exchange.heldBytes.append(bytes[index]) }
        pauseReading(connection)
    }

    // MARK: Time

    /// A new connection has `headMsMax` for its first head.
    func expectHead(on connection: Connection) {
        setDeadline(of: connection, at: now.advanced(byMs: Int64(limits.headMsMax)))
    }

    /// More of a request must come: for the whole head, and then for the whole body, there is one time each.
    private func expectRest(of exchange: HTTPExchange, on connection: Connection) {
        if exchange.parser.isReadingBody {
            guard exchange.progress != .body else { return }
            exchange.progress = .body
            setDeadline(of: connection, at: now.advanced(byMs: Int64(limits.bodyMsMax)))
            if exchange.parser.wantsContinue {
                connection.outbox.append { $0 += Array("HTTP/1.1 100 Continue\r\n\r\n".utf8) }
                list(connection)
            }
        } else if exchange.progress == .idle, !exchange.parser.isIdle {
            exchange.progress = .head
            if exchange.requestCount > 0 { expectHead(on: connection) }
        }
    }

    func exchangeDeadlineCame(_ exchange: HTTPExchange, on connection: Connection) {
        if exchange.streamed != nil { return streamDeadlineCame(exchange, on: connection) }
        guard exchange.awaiting == nil else { return }
        if exchange.progress == .idle {
            end(connection, .close)
        } else {
            refuse(.requestTimeout, "The request did not come in time.", exchange, connection)
        }
    }

    // MARK: Routing

    private func handle(_ request: Request, _ exchange: HTTPExchange, _ connection: Connection) {
        if site.looksAtDoors, answerAtDoor(request, exchange, connection) { return }
        // Asked for all the time, and the same for everybody: no need to find out who asks.
        if request.hasTarget("/health"), request.method == .get, connection.door == .plain, !request.isHTTP10,
            keepsAlive(request, exchange)
        {
            let ready = readyHealth.bytes(date, ofSecond: dateSecond)
            if connection.outbox.isEmpty {
                connection.outbox.append(ready)
            } else {
                connection.outbox.append { $0 += ready }
            }
            list(connection)
            answered(exchange, connection)
            return
        }
        var context = site.context(of: request, on: connection, keepsAlive: keepsAlive(request, exchange))
        switch site.match(request, isLocal: context.isLocal) {
        case .route(let route, let parameters, let scope):
            context.scope = scope
            serve(route, parameters, request, context, exchange, connection)
        case .file(let response): write(response, context, connection)
        case .methodNotAllowed(let allowed, let scope):
            context.scope = scope
            if request.method == .options, let preflight = site.preflight(request, scope) {
                reply(preflight, context, connection)
            } else if request.method == .options {
                var response = Response(status: .noContent)
                response.headers.set("Allow", allow(allowed))
                reply(response, context, connection)
            } else {
                var response = Response.error(.methodNotAllowed, "The method is not allowed here.", context.scope)
                response.headers.set("Allow", allow(allowed))
                reply(response, context, connection)
            }
        case .notFound:
            // Asked of the server as a whole (RFC 9110 §9.3.7), as proxies do to see whether it is there.
            if request.method == .options, request.path == "*" {
                var response = Response(status: .noContent)
                response.headers.set("Allow", allow([.get, .head, .post, .put, .patch, .delete, .options]))
                reply(response, context, connection)
            } else {
                reply(.error(.notFound, "There is nothing at this path.", .site), context, connection)
            }
        }
    }

    private func allow(_ methods: [Method]) -> String { methods.map(\.name).joined(separator: ", ") }

    private func keepsAlive(_ request: Request, _ exchange: HTTPExchange) -> Bool {
        let max = limits.requestsPerConnectionMax
        return request.keepsAlive && !isDraining && (max == 0 || exchange.requestCount < max)
    }

    private func serve(
        _ route: Route, _ parameters: Parameters, _ request: Request, _ context: RequestContext,
        _ exchange: HTTPExchange, _ connection: Connection
    ) {
        if case .health = route.begin { return write(site.health, context, connection) }
        exchange.awaiting = context
        let call = RESTCall(route, parameters, request, context, connection, hub: self)
        call.attempt { () throws(Problem) in
            if context.scope == .chatApp, request.method.changesState {
                // A page of a foreign origin can send simple requests without asking first: they must do nothing.
                try call.refuseForeignPages("Pages of this origin may not change anything.")
            }
            switch route.begin {
            case .everybody(let begin): try begin(call)
            case .signedIn(let begin): call.authenticated { principal throws(Problem) in try begin(call, principal) }
            case .operators(let key, let begin):
                call.forOperators(key: key) { call.attempt { () throws(Problem) in try begin(call) } }
            case .feedKeepers(let begin):
                try call.forFeedKeepers { call.attempt { () throws(Problem) in try begin(call) } }
            case .health: break
            }
        }
    }

    // MARK: Answers

    /// Answers the request that is being answered on the connection; nothing, if it has gone.
    func reply(_ response: Response, to connection: Connection) {
        guard case .http(let exchange) = connection.phase, let context = exchange.awaiting else { return }
        exchange.awaiting = nil
        var response = response
        site.finish(&response, for: context)
        write(response, context, connection)
        if case .http = connection.phase { resumeReading(connection) }
    }

    func reply(_ response: Response, _ context: RequestContext, _ connection: Connection) {
        var response = response
        site.finish(&response, for: context)
        write(response, context, connection)
    }

    private func write(_ response: Response, _ context: RequestContext, _ connection: Connection) {
        counters.count(response.status)
        var response = response
        if connection.door == .tls, let strictTransport = site.strictTransport {
            response.headers.set("Strict-Transport-Security", strictTransport)
        }
        let keepsAlive = context.keepsAlive && !isDraining
        connection.outbox.append {
            response.encode(
                into: &$0, for: context.method, keepAlive: keepsAlive, isHTTP10: context.isHTTP10, date: date)
        }
        list(connection)
        guard keepsAlive else {
            end(connection, .linger)
            return
        }
        if case .http(let exchange) = connection.phase {
            answered(exchange, connection)
        } else {
            chokeIfFull(connection)
        }
    }

    /// The answer is on its way, and another request may come.
    func answered(_ exchange: HTTPExchange, _ connection: Connection) {
        chokeIfFull(connection)
        exchange.progress = .idle
        setDeadline(of: connection, at: now.advanced(byMs: Int64(limits.keepAliveMs)))
    }

    /// Answers what is no request, and ends the connection: where the next one would begin is not known. As far as its
    /// head is known, the answer may be read by the pages that may use what it was for.
    private func refuse(_ status: Status, _ sentence: String, _ exchange: HTTPExchange, _ connection: Connection) {
        guard let request = exchange.parser.unfinishedRequest else {
            let context = RequestContext(method: .get, keepsAlive: false, isHTTP10: false, origin: nil, scope: .site)
            var response = Response.error(status, sentence, .site)
            site.openToPages(&response)
            reply(response, context, connection)
            return
        }
        var context = site.context(of: request, on: connection, keepsAlive: false)
        switch site.match(request, isLocal: context.isLocal) {
        case .route(_, _, let scope), .methodNotAllowed(_, let scope): context.scope = scope
        case .file, .notFound: break
        }
        reply(.error(status, sentence, .site), context, connection)
    }

    // MARK: Upgrade

    /// Makes the connection whose request is being answered a socket, and reads on; or says why it becomes none.
    ///
    /// - Parameter subprotocol: the only one that is spoken; who offers others, and not this, is refused.
    func upgrade(
        _ request: Request, _ connection: Connection, deflate: DeflateOptions?, subprotocol: String?,
        to endpoint: (DeflateAgreement?) -> any Endpoint
    ) {
        guard case .http(let exchange) = connection.phase, let context = exchange.awaiting else { return }
        let acceptance: HandshakeAcceptance
        do throws(HandshakeRefusal) {
            acceptance = try ServerHandshake.accept(HandshakeFields(request), deflate: deflate)
        } catch {
            var response = Response.error(Status(code: error.status), error.description, context.scope)
            for (name, value) in error.extraHeaders { response.headers.set(name, value) }
            return reply(response, to: connection)
        }
        if let subprotocol, !acceptance.protocols.isEmpty, !acceptance.protocols.contains(subprotocol) {
            return reply(.error(.badRequest, "The subprotocol is \(subprotocol).", context.scope), to: connection)
        }
        guard !isDraining else {
            return reply(.error(.unavailable, "The server is shutting down.", context.scope), to: connection)
        }
        connection.outbox.append { ServerHandshake.appendResponse(acceptance, subprotocol: subprotocol, to: &$0) }
        enter(endpoint(acceptance.deflate), acceptance.deflate, connection)
        guard case .webSocket = connection.phase, !connection.wantsBytes else { return }
        // Somebody had to be asked first.
        connection.wantsBytes = true
        var held = exchange.heldBytes
        var bytes = held.mutableSpan
        receive(&bytes, from: connection)
    }

    private func enter(_ endpoint: any Endpoint, _ deflate: DeflateAgreement?, _ connection: Connection) {
        var wsLimits = WSLimits()
        wsLimits.messageBytesMax = limits.messageBytesMax
        wsLimits.frameBytesMax = limits.messageBytesMax
        wsLimits.fragmentsMax = limits.fragmentsMax
        wsLimits.controlFramesPerSecondMax = limits.controlFramesPerSecondMax
        let nextPing = now.advanced(byMs: Int64(limits.pingIntervalMs))
        let socket = Socket(endpoint: endpoint, limits: wsLimits, deflate: deflate, nextPing: nextPing)
        connection.phase = .webSocket(socket)
        setDeadline(of: connection, at: nextPing)
        list(connection)
        endpoint.entered(connection, hub: self)
    }
}

extension HandshakeFields {
    init(_ request: Request) {
        self.init(
            method: request.method.name, isHTTP11OrLater: !request.isHTTP10, upgrade: request.headers["Upgrade"],
            connection: request.headers["Connection"], key: request.headers["Sec-WebSocket-Key"],
            version: request.headers["Sec-WebSocket-Version"], protocols: request.headers["Sec-WebSocket-Protocol"],
            extensions: request.headers["Sec-WebSocket-Extensions"],
            keyCount: request.headers.count(of: "Sec-WebSocket-Key"))
    }
}
