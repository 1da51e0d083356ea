import ChatDomain

/// What a row of the log holds beside its position; the columns are described at the migrations.
struct EventRow {
    var code: EventCode
    var user: UserID?
    var text: String?
    var target: Int64?
    var previous: Int64?
    var version: Int?
    /// Nil: as in the row before; empty for none.
    var mentions: String?
    /// Of a room.
    var topic: String?

    /// - Parameter message: what the event concerns, as it was before.
    init(_ kind: EventKind, of message: VersionedMessage?) throws(StoreError) {
        switch kind {
        case .messageCreated: throw .failed("a message was appended as another event")
        case .messageEdited(let new, let by):
            self.init(
                code: .messageEdited, user: by, text: new.text, target: message?.createdLogID,
                previous: message?.newestLogID, version: new.version, mentions: MentionList.text(of: new.mentions))
        case .messageDeleted(_, let by): self.init(code: .messageDeleted, user: by, target: message?.createdLogID)
        case .memberJoined(let user, let role, let by):
            self.init(
                code: .memberJoined, user: by, target: user.rawValue,
                version: role == .member ? nil : Int(role.rawValue))
        case .memberLeft(let user, let by): self.init(code: .memberLeft, user: by, target: user.rawValue)
        case .memberKicked(let user, let by): self.init(code: .memberKicked, user: by, target: user.rawValue)
        case .memberBanned(let user, let by): self.init(code: .memberBanned, user: by, target: user.rawValue)
        case .memberRoleChanged(let user, let role, let by):
            self.init(code: .memberRoleChanged, user: by, target: user.rawValue, version: Int(role.rawValue))
        case .reactionAdded(_, let key, let by):
            self.init(code: .reactionAdded, user: by, text: key, target: message?.createdLogID)
        case .reactionRemoved(_, let key, let by):
            self.init(code: .reactionRemoved, user: by, text: key, target: message?.createdLogID)
        case .messagePinned(_, let by):
            self.init(code: .messagePinned, user: by, target: message?.createdLogID)
        case .messageUnpinned(_, let by):
            self.init(code: .messageUnpinned, user: by, target: message?.createdLogID)
        case .roomCreated(let room): self.init(.roomCreated, room, by: nil)
        case .roomUpdated(let room, let by): self.init(.roomUpdated, room, by: by)
        case .roomArchived(let room, let by): self.init(.roomArchived, room, by: by)
        case .roomDeleted(let by): self.init(code: .roomDeleted, user: by)
        case .messageConcealed: throw .failed("what somebody may not see was appended as an event")
        }
    }

    private init(
        code: EventCode, user: UserID?, text: String? = nil, target: Int64? = nil, previous: Int64? = nil,
        version: Int? = nil, mentions: String? = nil
    ) {
        self.code = code
        self.user = user
        self.text = text
        self.target = target
        self.previous = previous
        self.version = version
        self.mentions = mentions
    }

    /// Of an event that carries the room.
    private init(_ code: EventCode, _ room: Room, by: UserID?) {
        let flags = (room.visibility == .public ? 1 : 0) | (room.isArchived ? 2 : 0) | (room.history == .joined ? 4 : 0)
        self.init(code: code, user: by, text: room.name, version: flags)
        topic = room.topic
    }
}
