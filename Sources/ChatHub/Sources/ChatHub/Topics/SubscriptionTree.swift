/// The patterns that somebody is subscribed to, as a tree of segments: a topic finds those that match it by walking
/// down, however many others there are. Exact names are kept beside it, by `TopicHub`.
struct SubscriptionTree {
    private var root = Node()
    private(set) var count = 0

    /// A place in the tree: what the segments so far have in common.
    private final class Node {
        var literals: [String: Node] = [:]
        var one: Node?
        /// Those whose pattern ends here, and those whose pattern ends here with `>`.
        var here: TopicSubscribers?
        var rest: TopicSubscribers?

        var isEmpty: Bool { literals.isEmpty && one == nil && here == nil && rest == nil }
    }

    /// The subscribers of a pattern; made if there are none.
    mutating func subscribers(of pattern: TopicPattern) -> TopicSubscribers {
        var node = root
        for segment in pattern.segments {
            switch segment {
            case .literal(let literal):
                let next = node.literals[literal] ?? Node()
                node.literals[literal] = next
                node = next
            case .one:
                let next = node.one ?? Node()
                node.one = next
                node = next
            case .rest:
                if let rest = node.rest { return rest }
                let rest = TopicSubscribers(pattern)
                node.rest = rest
                count += 1
                return rest
            }
        }
        if let here = node.here { return here }
        let here = TopicSubscribers(pattern)
        node.here = here
        count += 1
        return here
    }

    /// Forgets a pattern that nobody is subscribed to any more.
    mutating func remove(_ pattern: TopicPattern) {
        if remove(pattern.segments[...], from: root) { count -= 1 }
    }

    /// As deep as a pattern has segments, which is at most `TopicPattern.segmentsMax`.
    private func remove(_ segments: ArraySlice<TopicPattern.Segment>, from node: Node) -> Bool {
        switch segments.first {
        case nil:
            defer { node.here = nil }
            return node.here != nil
        case .rest:
            defer { node.rest = nil }
            return node.rest != nil
        case .one:
            guard let next = node.one else { return false }
            defer { if next.isEmpty { node.one = nil } }
            return remove(segments.dropFirst(), from: next)
        case .literal(let literal):
            guard let next = node.literals[literal] else { return false }
            defer { if next.isEmpty { node.literals[literal] = nil } }
            return remove(segments.dropFirst(), from: next)
        }
    }

    /// Calls `body` with the subscribers of each pattern that matches the topic.
    func forEachMatch(_ topic: TopicName, _ body: (TopicSubscribers) -> Void) {
        guard count > 0 else { return }
        visit(root, topic.segments[...], body)
    }

    private func visit(_ node: Node, _ segments: ArraySlice<Substring>, _ body: (TopicSubscribers) -> Void) {
        guard let segment = segments.first else {
            if let here = node.here { body(here) }
            return
        }
        if let rest = node.rest { body(rest) }
        if let next = node.one { visit(next, segments.dropFirst(), body) }
        if !node.literals.isEmpty, let next = node.literals[String(segment)] {
            visit(next, segments.dropFirst(), body)
        }
    }
}
