/// What somebody may want to do in a room.
public enum RoomAction: CaseIterable, Sendable {
    case read, react, unreact, type, mark, pin
    case send, editOwn, deleteOwn, deleteOthers, editOthers
    case invite, kick, ban, mute
    case rename, archive, unarchive, setVisibility, assignRole
    case deleteRoom, transferOwnership
    case join, leave
}

/// Who asks: what a room knows of a user.
public struct Standing: Hashable, Sendable {
    /// Nil for who is no member.
    public var role: Role?
    public var isMuted: Bool
    public var isBanned: Bool

    public init(role: Role?, isMuted: Bool = false, isBanned: Bool = false) {
        self.role = role
        self.isMuted = isMuted
        self.isBanned = isBanned
    }
}

/// Of a room, what decides who may do what in it.
public struct RoomRules: Hashable, Sendable {
    public var kind: RoomKind
    public var visibility: Visibility
    public var isArchived: Bool
    /// What of the room's past a member may see.
    public var history: RoomHistory

    public init(kind: RoomKind, visibility: Visibility, isArchived: Bool, history: RoomHistory = .all) {
        self.kind = kind
        self.visibility = visibility
        self.isArchived = isArchived
        self.history = history
    }
}

/// Whether something may be done.
public enum Verdict: Hashable, Sendable {
    case allowed
    case forbidden
    /// The room is hidden from who asks: it does not exist for them.
    case notFound
}

/// Who may do what in a room: the one place where this is decided.
public enum Permissions {
    /// Whether `standing` may do `action` in a room with these rules.
    ///
    /// - Parameter target: for what is done to a member, or to a member's message: their role, nil where they are none.
    ///   For `assignRole` also `newRole`.
    public static func check(
        _ action: RoomAction, by standing: Standing, in room: RoomRules, target: Role? = nil, newRole: Role? = nil
    ) -> Verdict {
        guard let role = standing.role else {
            guard room.visibility == .public, room.kind != .direct else { return .notFound }
            return action == .join && !standing.isBanned && !room.isArchived ? .allowed : .forbidden
        }
        if room.isArchived, !isAllowedInArchive(action) { return .forbidden }
        let isAllowed =
            room.kind == .direct
            ? isAllowedInDirect(action)
            : isAllowed(action, role, standing, room, target: target, newRole: newRole)
        return isAllowed ? .allowed : .forbidden
    }

    private static func isAllowedInArchive(_ action: RoomAction) -> Bool {
        switch action {
        case .read, .mark, .leave, .unarchive, .deleteRoom: true
        default: false
        }
    }

    /// Two members with equal rights, and nothing that is done to members.
    private static func isAllowedInDirect(_ action: RoomAction) -> Bool {
        switch action {
        case .read, .react, .unreact, .type, .mark, .pin, .send, .editOwn, .deleteOwn: true
        default: false
        }
    }

    private static func isAllowed(
        _ action: RoomAction, _ role: Role, _ standing: Standing, _ room: RoomRules, target: Role?, newRole: Role?
    ) -> Bool {
        let isManager = role == .owner || role == .admin
        switch action {
        // Who is muted can take back what they chose before.
        case .read, .unreact, .mark: return true
        case .react: return role == .owner || !standing.isMuted
        case .type: return role != .reader
        // A mute that ownership was handed over to ends with that.
        case .send, .editOwn: return role == .owner || role != .reader && !standing.isMuted
        case .deleteOwn: return role != .reader
        case .deleteOthers: return role == .owner || role == .admin && target != .owner
        case .editOthers: return false
        case .invite: return isManager || role == .member && room.kind == .group
        case .kick, .ban, .mute: return isManager && target.map { role.isAbove($0) } ?? true
        case .pin, .rename, .archive, .unarchive, .setVisibility: return isManager
        case .assignRole: return isAllowedToAssign(role, to: target, newRole)
        case .deleteRoom, .transferOwnership: return role == .owner
        case .join: return false
        case .leave: return role != .owner
        }
    }

    /// Ownership is handed over, not assigned; an admin moves others between member and reader.
    private static func isAllowedToAssign(_ role: Role, to target: Role?, _ newRole: Role?) -> Bool {
        guard newRole != .owner, target != .owner else { return false }
        if role == .owner { return true }
        return role == .admin && target != .admin && newRole != .admin
    }

    /// The role of who joins a public room by themselves, or is added without one being named.
    public static func roleOnJoining(_ kind: RoomKind) -> Role { kind == .channel ? .reader : .member }
}
