import ChatDomain
import ChatStore
import HTTPCore

/// One REST request of the native protocol on its way to an answer. It is answered once: by `reply`, `replyNoContent`
/// or `fail`, in this turn or a later one. If the connection goes before, nobody is answered.
final class NativeCall {
    let parameters: Parameters
    let request: Request
    let context: RequestContext
    let connection: Connection
    let hub: Hub
    /// Set with the answer, whatever it is.
    private var cookies: [SetCookie] = []

    init(parameters: Parameters, request: Request, context: RequestContext, connection: Connection, hub: Hub) {
        self.parameters = parameters
        self.request = request
        self.context = context
        self.connection = connection
        self.hub = hub
    }

    /// Runs `body`, and answers with what it throws.
    func attempt(_ body: () throws(NativeProblem) -> Void) {
        do throws(NativeProblem) { try body() } catch { fail(error) }
    }

    // MARK: Asking

    /// What the path has in the place of `{name}`.
    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The identifier in the place of `{name}`. What is none names nothing.
    func id(_ name: String) throws(NativeProblem) -> Int64 {
        guard let id = WireID.parse(parameter(name)) else { throw .notFound }
        return id
    }

    func userID(_ name: String) throws(NativeProblem) -> UserID { UserID(try id(name)) }

    func roomID(_ name: String = "id") throws(NativeProblem) -> RoomID { RoomID(try id(name)) }

    /// The query of the request.
    func query() throws(NativeProblem) -> Query {
        let query = Query(request.query)
        guard !query.isMalformed else { throw NativeProblem(.badRequest, "The query of the address is malformed.") }
        return query
    }

    /// The number of entries that `limit` in the query asks for.
    func limit(in query: Query, default usual: Int = 50, max: Int = 300) throws(NativeProblem) -> Int {
        guard query.contains("limit") else { return usual }
        guard let limit = query.int("limit") else { throw NativeProblem(.badRequest, "'limit' takes a whole number.") }
        guard (1...max).contains(limit) else {
            throw NativeProblem(.unprocessable, "'limit' takes a number from 1 to \(max).")
        }
        return limit
    }

    /// The body as a JSON object.
    func body() throws(NativeProblem) -> NativeBody { try NativeBody(parsing: request.body) }

    // MARK: Answering

    func reply(_ status: Status = .ok, _ write: (inout JSONWriter) -> Void) {
        var json = JSONWriter(reserving: 512)
        write(&json)
        finish(.json(json.takeBytes(), status: status))
    }

    func replyNoContent() { finish(Response(status: .noContent)) }

    func fail(_ problem: NativeProblem) {
        hub.counters.errorCode = problem.code
        finish(problem.response)
        hub.counters.errorCode = nil
    }

    func setCookie(_ cookie: SetCookie) { cookies.append(cookie) }

    private func finish(_ response: Response) {
        var response = response
        for cookie in cookies { response.setCookie(cookie) }
        // What one user may see must not be kept for another.
        response.headers.set("Cache-Control", "no-store")
        hub.reply(response, to: connection)
    }

    // MARK: Waiting

    /// Asks the store whatever `body` asks the reader; `use` gets what it returned.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (borrowing any ChatStoreReader) throws(StoreError) -> T,
        then use: @escaping (T) throws(NativeProblem) -> Void
    ) {
        hub.read(body) { _, result in
            self.attempt { () throws(NativeProblem) in
                guard case .success(let value) = result else { throw .unavailable }
                try use(value)
            }
        }
    }

    /// Hands a draft to the store; `use` gets its outcome. `refused` says what to answer to a refusal: where it returns
    /// nil, the usual.
    func submit(
        _ draft: Draft, refused: @escaping (Refusal) -> NativeProblem? = { _ in nil },
        then use: @escaping (Outcome) throws(NativeProblem) -> Void
    ) {
        guard !hub.isStoreBehind else { return fail(.unavailable) }
        hub.submit(draft) { _, outcome in
            self.attempt { () throws(NativeProblem) in
                if case .refused(let refusal) = outcome { throw refused(refusal) ?? NativeProblem(refusal) }
                try use(outcome)
            }
        }
    }

    /// Hands a draft to the store, and answers 204 when it is done.
    func submitForNoContent(_ draft: Draft) { submit(draft) { _ in self.replyNoContent() } }

    /// Has a worker do something slow.
    func perform(_ work: Work, then use: @escaping (WorkAnswer) throws(NativeProblem) -> Void) {
        hub.perform(work) { _, answer in
            self.attempt { () throws(NativeProblem) in
                if case .unavailable = answer { throw .unavailable }
                try use(answer)
            }
        }
    }
}
