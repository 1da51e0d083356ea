import ChatDomain
import ChatStore

/// What a user may see and do in a room, as the store knows it: the one question that is asked of a room before anything
/// else, by both doors and for streams alike.
struct RoomAccess: Sendable {
    /// Nil where there is no such room.
    private let room: Room?
    /// Nil for who is no member.
    let member: Member?

    /// Asks the store.
    static func find(
        _ room: RoomID, for user: UserID, _ reader: borrowing any ChatStoreReader
    ) throws(StoreError) -> RoomAccess {
        guard let stored = try reader.room(room) else { return RoomAccess(room: nil, member: nil) }
        return RoomAccess(room: stored, member: try reader.member(user, of: room))
    }

    /// Whether the user may do that. To who may not even read it a hidden room does not exist, and nor does one of a
    /// dialect's.
    func verdict(on action: RoomAction, at now: WallTime) -> Verdict {
        guard let room else { return .notFound }
        guard let member else {
            return room.isOpen ? .notFound : Permissions.check(action, by: Standing(role: nil), in: room.rules)
        }
        return Permissions.check(action, by: member.standing(at: now), in: room.rules)
    }

    /// Refuses who may not do that.
    func require(_ action: RoomAction, at now: WallTime) throws(Problem) {
        switch verdict(on: action, at: now) {
        case .allowed: break
        case .notFound: throw .notFound
        case .forbidden where action == .read: throw .notMember
        case .forbidden: throw Problem(.forbidden, "You may not do this.")
        }
    }

    /// What is answered to the user once they are taken out of the room.
    var problemWithoutMembership: Problem {
        let access = RoomAccess(room: room, member: nil)
        // It is the same at whatever time: mutes are of members.
        return access.verdict(on: .read, at: WallTime(milliseconds: 0)) == .forbidden ? .notMember : .notFound
    }

    var isDirect: Bool { room?.kind == .direct }

    /// Where the room stood when the user joined.
    var joining: Sight { member?.joining ?? .whole }

    /// Nil where there is no room.
    var history: RoomHistory? { room?.history }

    /// From where on the user sees the room.
    var sight: Sight { history?.sight(from: joining) ?? .whole }

    /// Of the room's stream; nil where there is no room.
    var epoch: Epoch? { room.map { Epoch($0.epoch) } }
}

extension Call {
    /// Asks the reader, if the user may do `action` in the room.
    func read<T: Sendable>(
        in room: RoomID, for user: UserID, whoMay action: RoomAction = .read,
        _ body: @escaping @Sendable (borrowing any ChatStoreReader) throws(StoreError) -> T,
        then use: @escaping (T) throws(Problem) -> Void
    ) {
        let now = hub.wallTime
        read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> (RoomAccess, T?) in
            let access = try RoomAccess.find(room, for: user, reader)
            guard access.verdict(on: action, at: now) == .allowed else { return (access, nil) }
            return (access, try body(reader))
        } then: { access, value throws(Problem) in
            try access.require(action, at: now)
            guard let value else { throw .unavailable }
            try use(value)
        }
    }
}
