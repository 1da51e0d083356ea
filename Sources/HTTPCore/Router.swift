/// What a router says of a method and a path.
public enum RouteMatch<Route> {
    case found(Route, parameters: Parameters)
    /// The path is there, the method is not: answer 405, with `Allow` (see `Response.methodNotAllowed`).
    case methodNotAllowed(allowed: [Method])
    case notFound
}

extension RouteMatch: Sendable where Route: Sendable {}

/// What a path had in the places of a pattern's parameters, percent-decoded once.
public struct Parameters: Sendable {
    private let pairs: [(name: String, value: String)]

    init(_ pairs: [(name: String, value: String)]) { self.pairs = pairs }

    public subscript(_ name: String) -> String? { pairs.first { $0.name == name }?.value }

    public var count: Int { pairs.count }
}

/// Finds the route of a request by its method and path.
///
/// A pattern is made of segments: `/rooms/{id}/messages`. A `{parameter}` stands for one segment that is not empty, a
/// `{rest…}` (or `{rest...}`) at the end for all that follows. A literal goes before a parameter, and that before the
/// rest. HEAD finds what GET finds, unless it has a route of its own.
///
/// A path is cut at its slashes first and decoded afterwards, once: `%2F` never makes a segment. What is malformed
/// when decoded is not found, nor is a path with a segment `.` or `..` in a parameter's place, however encoded; nor,
/// in a `{rest…}`, one with a slash or backslash in it. `/rooms` and `/rooms/` are two paths.
public struct Router<Route> {
    private var tree = RouteTree()
    private var routes: [Route] = []

    public init() {}

    /// Adds a route. A pattern that does not begin with "/", or has something behind its `{rest…}`, is a mistake of the
    /// program, and traps; so is a second route for the same method and pattern.
    public mutating func add(_ method: Method, _ pattern: String, _ route: Route) {
        tree.add(method, pattern, index: routes.count)
        routes.append(route)
    }

    /// - Parameter path: as `Request.path` gives it, percent-encoded and without a query.
    public func match(_ method: Method, _ path: String) -> RouteMatch<Route> {
        result(tree.find(method, path.utf8.span))
    }

    /// The same without making a `String` of the path.
    public func match(_ request: Request) -> RouteMatch<Route> {
        // Without a path of its own a target means "/", or nothing that a router knows.
        guard !request.pathRange.isEmpty else { return match(request.method, request.path) }
        return result(tree.find(request.method, request.headers.bytes.span.extracting(request.pathRange.range)))
    }

    private func result(_ found: RouteTree.Result) -> RouteMatch<Route> {
        switch found {
        case .found(let index, let parameters): .found(routes[index], parameters: parameters)
        case .methodNotAllowed(let allowed): .methodNotAllowed(allowed: allowed)
        case .notFound: .notFound
        }
    }
}

extension Router: Sendable where Route: Sendable {}

extension Response {
    /// 405 with the `Allow` that goes with it (RFC 9110 §15.5.6). The body is yours to set.
    public static func methodNotAllowed(allowed: [Method]) -> Response {
        var response = Response(status: .methodNotAllowed)
        response.headers.append("Allow", allowed.map(\.name).joined(separator: ", "))
        return response
    }
}
