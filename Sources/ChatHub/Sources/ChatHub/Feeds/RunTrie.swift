/// Finds which of many runs of characters stand anywhere in a text.
///
/// A trie that is walked from each character of the text. An automaton with failure links would need no second look at
/// a character, but would have to be made anew with each change, and people change what they follow all the time. What
/// the walks cost is bounded by the length of the runs, which is limited, and does not depend on how many there are.
struct RunTrie {
    private var nodes: [Node] = [Node()]
    private var edges = EdgeTable()
    private var free: [Int32] = []

    private struct Node {
        /// Of the run that ends here; -1 for none.
        var term: Int32 = -1
        var childCount: Int32 = 0
    }

    /// Which term the run is; nil for none.
    func term(of run: [UInt32]) -> Int32? {
        var node: Int32 = 0
        for scalar in run {
            guard let next = edges[node, scalar] else { return nil }
            node = next
        }
        let term = nodes[Int(node)].term
        return term >= 0 ? term : nil
    }

    mutating func insert(_ run: [UInt32], term: Int32) {
        var node: Int32 = 0
        for scalar in run {
            if let next = edges[node, scalar] {
                node = next
                continue
            }
            let next = makeNode()
            edges.insert(node, scalar, next)
            nodes[Int(node)].childCount += 1
            node = next
        }
        nodes[Int(node)].term = term
    }

    /// Takes out a run that was inserted, with the nodes that only it needs.
    mutating func remove(_ run: [UInt32]) {
        var path: [Int32] = [0]
        for scalar in run {
            guard let next = edges[path[path.count - 1], scalar] else { return }
            path.append(next)
        }
        nodes[Int(path[path.count - 1])].term = -1
        for depth in stride(from: run.count, to: 0, by: -1) {
            let node = path[depth]
            guard nodes[Int(node)].term < 0, nodes[Int(node)].childCount == 0 else { return }
            edges.remove(path[depth - 1], run[depth - 1])
            nodes[Int(path[depth - 1])].childCount -= 1
            free.append(node)
        }
    }

    /// Calls `body` with the term of each inserted run that stands in `text`, as often as it does.
    func find(in text: [UInt32], _ body: (Int32) -> Void) {
        guard nodes[0].childCount > 0 else { return }
        for start in text.indices {
            var node: Int32 = 0
            var index = start
            while index < text.count, let next = edges[node, text[index]] {
                node = next
                index += 1
                let term = nodes[Int(node)].term
                if term >= 0 { body(term) }
            }
        }
    }

    private mutating func makeNode() -> Int32 {
        if let node = free.popLast() {
            nodes[Int(node)] = Node()
            return node
        }
        nodes.append(Node())
        return Int32(truncatingIfNeeded: nodes.count - 1)
    }
}
