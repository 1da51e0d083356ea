import HTTPCore

/// One thing that can be asked for: by which method and path, who may, and what begins to answer. Every interface is a
/// table of these (`Site` has all of them). What is not found, or is not allowed by another method, HEAD and OPTIONS
/// follow from the tables, in `Hub.handle`.
struct Route: Sendable {
    let method: Method
    /// As `Router` takes it. What stands in the place of a `{name}` the call reads as what it is: `roomID`, `userID`,
    /// `id`, `parameter`.
    let pattern: String
    let begin: Begin
    /// How many values a body may hold. How many bytes it may have is one limit for all, kept while they come.
    let bodyValuesMax: Int

    /// Who may ask, and what begins to answer them: by the call, in this turn or a later one.
    enum Begin: Sendable {
        typealias Handler = @Sendable (RESTCall) throws(Problem) -> Void

        case everybody(Handler)
        /// Whoever is signed in: others get a 401, and the handler never hears of them.
        case signedIn(@Sendable (RESTCall, Principal) throws(Problem) -> Void)
        /// Who runs the server, or has a key that may; for others there is nothing at the path.
        case operators(key: (@Sendable (APIKey) -> Bool)?, Handler)
        /// Who may see and change feeds.
        case feedKeepers(Handler)
        /// The answer that stands ready.
        case health
    }

    private init(_ method: Method, _ pattern: String, _ begin: Begin, bodyValuesMax: Int = 10_000) {
        self.method = method
        self.pattern = pattern
        self.begin = begin
        self.bodyValuesMax = bodyValuesMax
    }

    /// For everybody, as far as the handler goes.
    static func open(
        _ method: Method, _ pattern: String, bodyValuesMax: Int = 10_000, _ begin: @escaping Begin.Handler
    ) -> Route {
        Route(method, pattern, .everybody(begin), bodyValuesMax: bodyValuesMax)
    }

    static func signedIn(
        _ method: Method, _ pattern: String,
        _ begin: @escaping @Sendable (RESTCall, Principal) throws(Problem) -> Void
    ) -> Route {
        Route(method, pattern, .signedIn(begin))
    }

    /// - Parameter key: which keys will do as well; none, where it is left out.
    static func operators(
        _ method: Method, _ pattern: String, key: (@Sendable (APIKey) -> Bool)? = nil, _ begin: @escaping Begin.Handler
    ) -> Route {
        Route(method, pattern, .operators(key: key, begin))
    }

    static func feedKeepers(_ method: Method, _ pattern: String, _ begin: @escaping Begin.Handler) -> Route {
        Route(method, pattern, .feedKeepers(begin), bodyValuesMax: 1_000)
    }

    static let health = Route(.get, "/health", .health)
}
