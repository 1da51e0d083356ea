public import ChatDomain

/// A wish to change an account, its sessions or its settings. Where a user is named, one who is not deleted is meant:
/// any other is refused with `.unknownUser`. A token hash that is in use already is refused with `.conflict`.
public enum AccountDraft: Sendable, Equatable {
    /// A new account, and a first session with it where `session` is given. Answer: `.signedIn` (or `.user` without a
    /// session), or refused with `.loginTaken`, `.phoneTaken`, `.handleTaken` or `.unknownInvite` (the invite is used
    /// up or expired), the first of these that holds.
    case register(NewAccount, session: NewSession?, invite: [UInt8]?)
    /// A new session, if `credential` is still the account's stored hash: whoever has checked a password against it
    /// must lose against a change of password in between. Answer: `.signedIn`, or refused with `.unknownUser` or
    /// `.conflict`. Beyond 100 sessions of the account the one unused for longest is ended.
    case signIn(UserID, credential: String, NewSession)
    /// Ends sessions; those of others, or none at all, are passed over. Answer: `.done` with `.sessionsEnded` for those
    /// that there were, or refused with `.unknownSession` where there was none of them.
    case endSessions(UserID, [SessionID])
    /// Ends all other sessions than `keeping` (`.sessionsEnded` with their ids, ascending). Answer: `.done`, or refused
    /// with `.unknownUser` or `.conflict`, where `old` is given and is not the stored hash any more.
    case setCredential(UserID, old: String?, new: String, keeping: SessionID?)
    /// The hash of the same password made anew: nobody is signed out. Answer: `.done`, or refused with `.unknownUser` or
    /// `.conflict`, where `old` is not the stored hash any more.
    case renewCredential(UserID, old: String, new: String)
    /// What is nil stays. Answer: `.user`, or refused with `.unknownUser` or `.phoneTaken`. Changes of `settings` are
    /// an event of the user's own stream (`settings.updated`). Where anything is other than before, `.profileChanged`
    /// follows, and `.faceChanged` where others see it.
    case updateProfile(UserID, displayName: String?, phone: String??, settings: UserSettings?)
    /// As `Draft.deleteUser`; also ends all sessions, leaves every room (one whose owner it was is handed to the
    /// admin of longest standing, else to such a member, or archived where only readers are left, or nobody), and removes markers, blocks, hidden messages, mentions,
    /// settings and the user's own stream. The rooms go by their ids; the events of each: `memberLeft`, then
    /// `memberRoleChanged` of the new owner, or `roomArchived`, all by the account. A direct room
    /// stays with the other one, who sees a deleted user in it; the room of one's own notes is gone (`roomDeleted`).
    /// Notices: `.accountDeleted`, then `.faceChanged`, and no more. Answer:
    /// `.done`, or refused with `.unknownUser` or `.conflict` where `credential` is given and is not the stored hash
    /// any more.
    case delete(UserID, credential: String?)
    /// Answer: `.done`, with `.profileChanged` where it is other than before. The invitations to register of who may
    /// administer no more have ended.
    case setAdmin(UserID, Bool)
    /// Answer: `.done`, or refused with `.unknownUser`, or `.forbidden` (oneself). Twice is once, with one notice.
    case block(UserID, by: UserID)
    case unblock(UserID, by: UserID)
    /// An invitation to register, by an administrator, or (nil) by whoever runs the server. Answer: `.invited`.
    case inviteToRegister(NewInvite, by: UserID?)
    /// When sessions were last used, and when users were last seen; neither ever falls. Answer: `.done`; the unknown
    /// are passed over.
    case touch(sessions: [SessionID: WallTime], users: [UserID: WallTime])
}

/// An account to be.
public struct NewAccount: Sendable, Equatable {
    /// The identifier that dialects would see; unique. A UUID as a rule.
    public var handle: String
    /// As typed; compared caselessly (ASCII).
    public var login: String
    public var displayName: String
    public var phone: String?
    /// The hash of the password, with its parameters; nil for an account that cannot sign in by password.
    public var credential: String?
    public var isAdmin: Bool

    public init(
        handle: String, login: String, displayName: String, phone: String? = nil, credential: String?,
        isAdmin: Bool = false
    ) {
        self.handle = handle
        self.login = login
        self.displayName = displayName
        self.phone = phone
        self.credential = credential
        self.isAdmin = isAdmin
    }
}

/// A session to be.
public struct NewSession: Sendable, Equatable {
    /// The SHA-256 of the token: 32 bytes. The token itself is never stored.
    public var tokenHash: [UInt8]
    public var deviceID: String?
    public var expiresAt: WallTime

    public init(tokenHash: [UInt8], deviceID: String?, expiresAt: WallTime) {
        self.tokenHash = tokenHash
        self.deviceID = deviceID
        self.expiresAt = expiresAt
    }
}

/// A link that lets somebody in.
public struct NewInvite: Sendable, Equatable {
    /// The SHA-256 of the token: 32 bytes.
    public var tokenHash: [UInt8]
    public var expiresAt: WallTime?
    /// How often it can be used; nil for any number.
    public var uses: Int?

    public init(tokenHash: [UInt8], expiresAt: WallTime?, uses: Int?) {
        self.tokenHash = tokenHash
        self.expiresAt = expiresAt
        self.uses = uses
    }
}

/// A link that lets somebody in, as those see it who may.
public struct InviteRecord: Sendable, Equatable {
    public let id: InviteID
    /// Nil: to register.
    public let room: RoomID?
    /// Nil for whoever runs the server.
    public let by: UserID?
    public let createdAt: WallTime
    /// Nil for never.
    public let expiresAt: WallTime?
    /// How often it was used.
    public var uses: Int
    /// Nil for any number.
    public var usesLeft: Int?

    public init(
        id: InviteID, room: RoomID?, by: UserID?, createdAt: WallTime, expiresAt: WallTime?, uses: Int, usesLeft: Int?
    ) {
        self.id = id
        self.room = room
        self.by = by
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.uses = uses
        self.usesLeft = usesLeft
    }

    /// Whether it can be used, as far as it itself says.
    func isUsable(at now: WallTime) -> Bool {
        (expiresAt.map { now < $0 } ?? true) && (usesLeft.map { $0 > 0 } ?? true)
    }
}

/// An account with what only the server may know of it.
public struct Account: Sendable, Equatable {
    public var user: User
    public var credential: String?
    public var settings: UserSettings
    public var lastSeen: WallTime?
    /// The epoch of the user's own stream, and its newest offset. The epoch is random, made by `register`; of users who
    /// came through dialects it is 0.
    public var epoch: UInt64
    public var offset: Int64

    public init(
        user: User, credential: String?, settings: UserSettings, lastSeen: WallTime?, epoch: UInt64, offset: Int64
    ) {
        self.user = user
        self.credential = credential
        self.settings = settings
        self.lastSeen = lastSeen
        self.epoch = epoch
        self.offset = offset
    }
}

/// A stored session.
public struct SessionRecord: Sendable, Equatable {
    public var id: SessionID
    public var user: UserID
    public var deviceID: String?
    public var createdAt: WallTime
    public var lastSeenAt: WallTime
    public var expiresAt: WallTime

    public init(
        id: SessionID, user: UserID, deviceID: String?, createdAt: WallTime, lastSeenAt: WallTime, expiresAt: WallTime
    ) {
        self.id = id
        self.user = user
        self.deviceID = deviceID
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.expiresAt = expiresAt
    }
}
