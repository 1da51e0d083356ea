/// The connections of this loop that are subscribed to one pattern, and what was published to them in this turn.
///
/// However many publications a turn brings, each member costs one reference and one write, as with `Listeners`.
final class TopicSubscribers {
    let pattern: TopicPattern
    private(set) var members: [Connection] = []
    private var batch = Gathered()

    /// Publications that wait for the end of the turn.
    struct Gathered {
        /// The frames, one after another.
        fileprivate(set) var bytes: [UInt8] = []
        /// Where each of them ends, and of which topic it is.
        fileprivate(set) var ends: [(topic: TopicName, end: Int)] = []
        /// Who wants to know to how many they went: one for each.
        fileprivate(set) var askers: [Asker] = []

        /// Calls `body` with each frame.
        func forEachFrame(_ body: (TopicName, [UInt8]) -> Void) {
            var start = 0
            for (topic, end) in ends {
                body(topic, Array(bytes[start..<end]))
                start = end
            }
        }
    }

    init(_ pattern: TopicPattern) { self.pattern = pattern }

    /// Adds a connection that is no member yet.
    func add(_ connection: Connection, _ session: TopicSession) {
        session.subscriptions[pattern] = TopicSession.Place(subscribers: self, index: members.count)
        members.append(connection)
    }

    /// Removes a member; the last one takes its place.
    func remove(_ session: TopicSession) {
        guard let index = session.subscriptions.removeValue(forKey: pattern)?.index else { return }
        let last = members.removeLast()
        guard index < members.count else { return }
        members[index] = last
        last.topicSession?.subscriptions[pattern]?.index = index
    }

    /// Keeps a publication until `takeGathered`.
    ///
    /// - Returns: whether it is the first.
    func gather(_ publication: TopicPublication, asker: Asker) -> Bool {
        batch.bytes += publication.frame
        batch.ends.append((publication.topic, batch.bytes.count))
        batch.askers.append(asker)
        return batch.askers.count == 1
    }

    /// What has gathered; nil for nothing.
    func takeGathered() -> Gathered? {
        guard !batch.askers.isEmpty else { return nil }
        defer { batch = Gathered() }
        return batch
    }
}
