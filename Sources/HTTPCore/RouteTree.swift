/// The patterns of a router as a tree of segments. It is apart from `Router` because it is not generic: code that is
/// generic over another module's type is slow.
struct RouteTree: Sendable {
    enum Result {
        case found(index: Int, Parameters)
        case methodNotAllowed([Method])
        case notFound
    }

    private struct Endpoint: Sendable {
        var method: Method
        var index: Int
        /// Of the parameters, in the order of the path.
        var names: [String]
    }

    private struct Node: Sendable {
        var literals: [(segment: [UInt8], node: Int)] = []
        var parameter: Int?
        var endpoints: [Endpoint] = []
        /// Of a pattern that goes on from here with `{rest…}`.
        var restEndpoints: [Endpoint] = []
    }

    /// What a walk has seen: parameters' places so far, and methods of the path that were not the one looked for.
    private struct Walk {
        let method: Method
        var captures: [Range<Int>] = []
        var rest: Range<Int>?
        var allowed: [Method] = []
    }

    private var nodes = [Node()]

    // MARK: Building

    mutating func add(_ method: Method, _ pattern: String, index: Int) {
        precondition(pattern.hasPrefix("/"), "a pattern begins with a slash")
        var (node, names, hasRest) = (0, [String](), false)
        for segment in pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            precondition(!hasRest, "the rest is the end of a pattern")
            guard segment.hasPrefix("{"), segment.hasSuffix("}") else {
                node = child(of: node, literal: Array(segment.utf8))
                continue
            }
            let name = segment.dropFirst().dropLast()
            hasRest = name.hasSuffix("…") || name.hasSuffix("...")
            names.append(String(name.hasSuffix("…") ? name.dropLast() : hasRest ? name.dropLast(3) : name))
            if !hasRest { node = parameterChild(of: node) }
        }
        let endpoint = Endpoint(method: method, index: index, names: names)
        let others = hasRest ? nodes[node].restEndpoints : nodes[node].endpoints
        precondition(!others.contains { $0.method == method }, "a method and a pattern have one route")
        if hasRest { nodes[node].restEndpoints.append(endpoint) } else { nodes[node].endpoints.append(endpoint) }
    }

    private mutating func child(of node: Int, literal: [UInt8]) -> Int {
        if let found = nodes[node].literals.first(where: { $0.segment == literal }) { return found.node }
        nodes.append(Node())
        nodes[node].literals.append((literal, nodes.count - 1))
        return nodes.count - 1
    }

    private mutating func parameterChild(of node: Int) -> Int {
        if let found = nodes[node].parameter { return found }
        nodes.append(Node())
        nodes[node].parameter = nodes.count - 1
        return nodes.count - 1
    }

    // MARK: Finding

    func find(_ method: Method, _ path: Span<UInt8>) -> Result {
        guard path.count > 0, path[0] == ASCII.slash else { return .notFound }
        var walk = Walk(method: method)
        if let endpoint = descend(path, from: 1, node: 0, &walk) {
            guard let parameters = Self.parameters(path, endpoint, walk) else { return .notFound }
            return .found(index: endpoint.index, parameters)
        }
        if walk.allowed.isEmpty { return .notFound }
        let isHeadAllowed = walk.allowed.contains(.get)
        return .methodNotAllowed(
            Method.all.filter { walk.allowed.contains($0) || $0 == .head && isHeadAllowed })
    }

    /// Depth first, in the order of precedence. Each node is met at most once, at the one depth it has: a path costs
    /// its length, times at most the number of patterns that it fits so far.
    private func descend(_ path: Span<UInt8>, from start: Int, node: Int, _ walk: inout Walk) -> Endpoint? {
        // Behind the last segment the position is past the end: "/a" is one segment, "/a/" are two.
        guard start <= path.count else { return endpoint(in: nodes[node].endpoints, &walk) }
        var end = start
        while end < path.count, path[end] != ASCII.slash { end += 1 }
        let segment = start..<end
        for (literal, child) in nodes[node].literals where Self.equals(path, segment, literal) {
            if let found = descend(path, from: end + 1, node: child, &walk) { return found }
        }
        if let child = nodes[node].parameter, !segment.isEmpty {
            walk.captures.append(segment)
            if let found = descend(path, from: end + 1, node: child, &walk) { return found }
            walk.captures.removeLast()
        }
        guard let found = endpoint(in: nodes[node].restEndpoints, &walk) else { return nil }
        walk.rest = start..<path.count
        return found
    }

    private func endpoint(in endpoints: [Endpoint], _ walk: inout Walk) -> Endpoint? {
        let method = walk.method
        if let found = endpoints.first(where: { $0.method == method }) { return found }
        if method == .head, let found = endpoints.first(where: { $0.method == .get }) { return found }
        walk.allowed.append(contentsOf: endpoints.map(\.method))
        return nil
    }

    private static func equals(_ path: Span<UInt8>, _ segment: Range<Int>, _ literal: [UInt8]) -> Bool {
        if path.equals(segment, literal.span) { return true }
        guard segment.count > literal.count else { return false }
        for index in segment where path[index] == ASCII.percent {
            return PercentCoding.decodedBytes(path, segment) == literal
        }
        return false
    }

    // MARK: Decoding

    private static func parameters(_ path: Span<UInt8>, _ endpoint: Endpoint, _ walk: Walk) -> Parameters? {
        var pairs: [(name: String, value: String)] = []
        for (name, range) in zip(endpoint.names, walk.captures) {
            guard let value = PercentCoding.decode(path, range), value != ".", value != ".." else { return nil }
            pairs.append((name, value))
        }
        if let rest = walk.rest, let name = endpoint.names.last {
            guard let value = decodedRest(path, rest) else { return nil }
            pairs.append((name, value))
        }
        return Parameters(pairs)
    }

    /// The segments decoded one by one and joined again, none of which may climb or hide a separator.
    private static func decodedRest(_ path: Span<UInt8>, _ range: Range<Int>) -> String? {
        var (decoded, start) = ("", range.lowerBound)
        while start <= range.upperBound {
            var end = start
            while end < range.upperBound, path[end] != ASCII.slash { end += 1 }
            guard let segment = PercentCoding.decode(path, start..<end), segment != ".", segment != "..",
                !segment.utf8.contains(ASCII.slash), !segment.utf8.contains(ASCII.backslash)
            else { return nil }
            if start > range.lowerBound { decoded += "/" }
            decoded += segment
            start = end + 1
        }
        return decoded
    }
}
