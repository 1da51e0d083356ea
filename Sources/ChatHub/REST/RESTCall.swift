import ChatDomain
import ChatStore
import HTTPCore
import WSProtocol

/// One request on its way to an answer, of whichever interface. It is answered once: by `reply`, `replyNoContent` or
/// `fail`, in this turn or a later one. If the connection goes before, nobody is answered.
final class RESTCall: Call {
    private let parameters: Parameters
    private let bodyValuesMax: Int
    let request: Request
    let context: RequestContext
    let connection: Connection
    let hub: Hub
    /// Set with the answer, whatever it is.
    private var cookies: [SetCookie] = []

    init(
        _ route: Route, _ parameters: Parameters, _ request: Request, _ context: RequestContext,
        _ connection: Connection, hub: Hub
    ) {
        self.parameters = parameters
        bodyValuesMax = route.bodyValuesMax
        self.request = request
        self.context = context
        self.connection = connection
        self.hub = hub
    }

    /// A request whose connection has gone is carried out all the same.
    var isWelcome: Bool { true }
    var isAwaited: Bool { true }

    // MARK: Asking

    /// What the path has in the place of `{name}`, decoded.
    func parameter(_ name: String) -> String {
        let value = parameters[name]
        assert(value != nil, "the route has no {\(name)}")
        return value ?? ""
    }

    /// The same, of a route that others without it share their words with.
    func optionalParameter(_ name: String) -> String? { parameters[name] }

    /// The identifier in the place of `{name}`. What is none names nothing.
    func id(_ name: String) throws(Problem) -> Int64 {
        guard let id = WireID.parse(parameter(name)) else { throw .notFound }
        return id
    }

    func userID(_ name: String) throws(Problem) -> UserID { UserID(try id(name)) }

    func roomID(_ name: String = "id") throws(Problem) -> RoomID { RoomID(try id(name)) }

    /// The query of the request.
    func query() throws(Problem) -> Query {
        let query = Query(request.query)
        guard !query.isMalformed else { throw Problem(.badRequest, "The query of the address is malformed.") }
        return query
    }

    /// The number of entries that `limit` in the query asks for.
    func limit(in query: Query, default usual: Int = 50, max: Int = 300) throws(Problem) -> Int {
        guard query.contains("limit") else { return usual }
        guard let limit = query.int("limit") else { throw Problem(.badRequest, "'limit' takes a whole number.") }
        guard (1...max).contains(limit) else {
            throw Problem(.unprocessable, "'limit' takes a number from 1 to \(max).")
        }
        return limit
    }

    /// How many things a query can name.
    static let queriedIDsMax = 200

    /// The identifiers that the query names, with commas between, each once; nil where it names none.
    func ids(_ name: String, in query: Query) throws(Problem) -> [Int64]? {
        guard query.contains(name) else { return nil }
        var ids: [Int64] = []
        var known: Set<Int64> = []
        for text in (query[name] ?? "").split(separator: ",", omittingEmptySubsequences: false) {
            guard let id = WireID.parse(String(text)) else {
                throw Problem(.unprocessable, "'\(name)' holds something that is no identifier.")
            }
            if known.insert(id).inserted { ids.append(id) }
            guard ids.count <= Self.queriedIDsMax else {
                throw Problem(.unprocessable, "'\(name)' takes at most \(Self.queriedIDsMax) identifiers.")
            }
        }
        return ids
    }

    /// The body as a JSON object.
    func body() throws(Problem) -> JSONBody {
        try JSONBody(parsing: request.body, valuesMax: bodyValuesMax)
    }

    // MARK: Answering

    func reply(_ status: Status = .ok, _ write: (inout JSONWriter) -> Void) {
        var json = JSONWriter(reserving: 512)
        write(&json)
        reply(.json(json.takeBytes(), status: status))
    }

    func replyNoContent() { reply(Response(status: .noContent)) }

    func fail(_ problem: Problem) {
        hub.counters.errorCode = problem.code
        reply(problem.response(in: context.scope))
        hub.counters.errorCode = nil
    }

    func reply(_ response: Response) { hub.reply(completed(response), to: connection) }

    /// Makes the connection a socket, or says why it becomes none.
    ///
    /// - Parameter subprotocol: the only one that is spoken; who offers others, and not this, is refused.
    func upgrade(
        deflate: DeflateOptions? = nil, subprotocol: String? = nil,
        to endpoint: (DeflateAgreement?) -> any Endpoint
    ) {
        hub.upgrade(request, connection, deflate: deflate, subprotocol: subprotocol, to: endpoint)
    }

    func setCookie(_ cookie: SetCookie) { cookies.append(cookie) }

    /// With what every answer of the call carries.
    private func completed(_ response: Response) -> Response {
        var response = response
        for cookie in cookies { response.setCookie(cookie) }
        // What one user may see must not be kept for another.
        if context.scope == .native { response.headers.set("Cache-Control", "no-store") }
        return response
    }

    // MARK: Answers of what both doors do

    func answerDone() { replyNoContent() }

    func answer(_ receipt: MessageReceipt, in room: RoomID) {
        reply(receipt.isDuplicate ? .ok : .created) { json in
            json.beginObject()
            json.member("seq", receipt.seq)
            json.member("offset", receipt.offset)
            json.member("duplicate", receipt.isDuplicate)
            json.endObject()
        }
    }

    func answer(_ change: MessageChange) {
        guard case .edit = change.draft else { return replyNoContent() }
        guard case .changed(let message, let offset) = change.outcome else { return fail(.unavailable) }
        reply { json in
            json.beginObject()
            json.member("offset", offset)
            json.key("message")
            NativeJSON.append(message, to: &json)
            json.endObject()
        }
    }

    // MARK: Waiting

    /// Has a worker do something slow.
    func perform(_ work: Work, then use: @escaping (WorkAnswer) throws(Problem) -> Void) {
        hub.perform(work) { _, answer in
            self.attempt { () throws(Problem) in
                if case .unavailable = answer { throw .unavailable }
                try use(answer)
            }
        }
    }
}
