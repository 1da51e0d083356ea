public import ChatDomain

/// Whom something is published to. The same on every loop, and in every process.
public enum Audience: Hashable, Sendable, Codable {
    /// A room of the broadcast dialect, by name.
    case broadcast(String)
    /// Those who take part in a room.
    case room(RoomID)
    /// All sockets of the chat-app dialect.
    case chatApp
    /// The sockets of the chat-app dialect that have not named a room yet.
    case chatAppUnplaced
    /// The sockets of the native protocol that are subscribed to a room.
    case nativeRoom(RoomID)
    /// A user's sockets of the native protocol.
    case nativeUser(UserID)
    /// The relay's clients with a topic.
    case relay(String)
}

/// The connections of this loop that form an audience, and what was published to them in this turn.
///
/// Publishing appends a frame to ONE batch of bytes; the end of the turn hands that batch to every member. So however
/// many frames a room says in a turn, each member costs one reference and one write.
final class Listeners {
    let audience: Audience
    private(set) var members: [Connection] = []
    /// How many of them take compressed frames.
    private(set) var packedCount = 0
    /// Where in its member's `memberships` each membership stands.
    private var places: [Int] = []
    var batch = FrameBatch()

    init(_ audience: Audience) { self.audience = audience }

    var isEmpty: Bool { members.isEmpty }

    func contains(_ connection: Connection) -> Bool {
        connection.memberships.contains { $0.topic === self }
    }

    /// Adds a connection that is no member yet.
    func add(_ connection: Connection) {
        places.append(connection.memberships.count)
        connection.memberships.append(ListenerPlace(topic: self, index: members.count))
        members.append(connection)
        if connection.takesPacked { packedCount += 1 }
    }

    /// The number of the newest message there was when a member joined what this is the audience of.
    func joinedAfter(of connection: Connection) -> Int64 {
        connection.memberships.first { $0.topic === self }?.joinedAfter ?? 0
    }

    func note(joinedAfter seq: Int64, of connection: Connection) {
        guard let place = connection.memberships.firstIndex(where: { $0.topic === self }) else { return }
        connection.memberships[place].joinedAfter = seq
    }

    /// Removes a member; the last one takes its place.
    func remove(_ connection: Connection) {
        // From the end: whoever leaves everything leaves the last one first.
        guard let place = connection.memberships.lastIndex(where: { $0.topic === self }) else { return }
        Self.removeMembership(at: place, of: connection)
    }

    /// Takes a connection out of the topic that it has at `place` of its memberships, at the same cost however many
    /// members or memberships there are: in both lists the last one takes the free place.
    static func removeMembership(at place: Int, of connection: Connection) {
        let membership = connection.memberships[place]
        let moved = connection.memberships.removeLast()
        if place < connection.memberships.count {
            connection.memberships[place] = moved
            moved.topic.places[moved.index] = place
        }
        membership.topic.removeMember(at: membership.index)
    }

    private func removeMember(at index: Int) {
        let last = members.removeLast()
        let place = places.removeLast()
        guard index < members.count else { return }
        members[index] = last
        places[index] = place
        last.memberships[place].index = index
    }
}

/// Frames published to one audience within one turn, ready to be written.
public struct FrameBatch: Sendable, Codable {
    /// The frames, one after another, as they go over the wire.
    private(set) var bytes: [UInt8] = []
    /// The same for those who take compressed frames; nil while there is no difference.
    private(set) var packed: [UInt8]?
    private(set) var entries: [Entry] = []
    private(set) var hasEphemeral = false
    private(set) var hasExclusions = false
    /// Whether the other loops get it too; not so for what each loop makes from a committed event itself.
    var reachesOtherLoops = false

    var isEmpty: Bool { entries.isEmpty }

    /// One frame of the batch.
    struct Entry: Sendable, Codable {
        var end: Int
        var exclusion: Exclusion
        /// May be left out where the receiver is slow.
        var isEphemeral: Bool
    }

    /// Who does not get a frame that its audience gets.
    public enum Exclusion: Sendable, Codable {
        case nobody
        case connection(ConnectionID)
        case user(UserID)
    }

    /// Appends one frame, as `write` appends it to the bytes it is given.
    mutating func append(excluding exclusion: Exclusion, isEphemeral: Bool, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        packed?.append(contentsOf: bytes[start...])
        entries.append(Entry(end: bytes.count, exclusion: exclusion, isEphemeral: isEphemeral))
        if isEphemeral { hasEphemeral = true }
        if case .nobody = exclusion {} else { hasExclusions = true }
    }

    /// Gives the last frame another form for those who take compressed frames.
    mutating func packLast(_ write: (inout [UInt8]) -> Void) {
        let start = entries.count > 1 ? entries[entries.count - 2].end : 0
        packed?.removeLast(bytes.count - start)
        var packed = packed ?? Array(bytes[..<start])
        self.packed = nil
        write(&packed)
        self.packed = packed
    }

    /// The bytes of the frames for one receiver.
    func bytes(for connection: ConnectionID, of user: UserID?, withEphemeral: Bool) -> [UInt8] {
        var selected: [UInt8] = []
        var start = 0
        for entry in entries {
            let isExcluded =
                switch entry.exclusion {
                case .nobody: false
                case .connection(let excluded): excluded == connection
                case .user(let excluded): excluded == user
                }
            if !isExcluded && (withEphemeral || !entry.isEphemeral) { selected += bytes[start..<entry.end] }
            start = entry.end
        }
        return selected
    }

    /// Whoever is excluded from something.
    var exclusions: some Sequence<Exclusion> { entries.lazy.map(\.exclusion) }
}
