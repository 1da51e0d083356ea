import ChatDomain
import ChatStore

/// What decides about typing and markers in a room.
struct RoomStanding: Sendable {
    let member: Member
    let memberCount: Int
    /// The number of the newest message.
    let headSeq: Int64
    /// In a direct room, that the other one has blocked the user: what lasts only a moment is dropped then.
    let isBlocked: Bool

    /// The store's answer. `standing` is nil for who is no member.
    struct Look: Sendable {
        let access: RoomAccess
        let standing: RoomStanding?
    }

    /// Asks the store; `use` gets the answer in a later turn.
    static func ask(
        of user: UserID, in room: RoomID, hub: Hub, then use: @escaping (Hub, Result<Look, StoreError>) -> Void
    ) {
        hub.read(
            { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Look in
                let access = try RoomAccess.find(room, for: user, reader)
                guard let member = access.member else { return Look(access: access, standing: nil) }
                let standing = RoomStanding(
                    member: member, memberCount: try reader.memberCount(of: room),
                    headSeq: try reader.head(of: room).seq,
                    isBlocked: access.isDirect ? try reader.isBlocked(user, in: room) : false)
                return Look(access: access, standing: standing)
            }, then: use)
    }

    /// Whether others hear at once of what the user does that lasts only a moment.
    func isHeard(of settings: UserSettings, membersMax: Int) -> Bool {
        !isBlocked && settings.availability != .invisible && memberCount <= membersMax
    }

    /// Refuses who may not do that.
    static func require(
        _ action: RoomAction, _ result: Result<Look, StoreError>, at now: WallTime
    ) throws(Problem) -> RoomStanding {
        guard case .success(let look) = result else { throw .unavailable }
        try look.access.require(action, at: now)
        // Who is no member may do nothing that this is asked for.
        guard let standing = look.standing else { throw .notFound }
        return standing
    }
}
