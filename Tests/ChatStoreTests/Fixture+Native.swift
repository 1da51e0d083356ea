import ChatDomain
import ChatStore
import Testing

/// Short words for what the native protocol does.
extension Fixture {
    /// An account with that login, and a handle and a credential made of it.
    @discardableResult
    func register(_ login: String, name: String? = nil, phone: String? = nil) throws -> User {
        guard
            case .user(let user) = try account(
                .register(
                    NewAccount(
                        handle: "h-\(login)", login: login, displayName: name ?? "Name of \(login)", phone: phone,
                        credential: "hash of \(login)"),
                    session: nil, invite: nil))
        else { throw Unexpected() }
        return user
    }

    static func hash(_ number: UInt8) -> [UInt8] { [UInt8](repeating: number, count: 32) }

    func session(_ number: UInt8, device: String? = nil) -> NewSession {
        NewSession(tokenHash: Self.hash(number), deviceID: device, expiresAt: WallTime(milliseconds: 90_000))
    }

    @discardableResult
    func signIn(_ user: User, _ number: UInt8, device: String? = nil) throws -> SessionRecord {
        let credential = "hash of \(user.login ?? "")"
        guard
            case .signedIn(_, let session) = try account(
                .signIn(user.id, credential: credential, session(number, device: device)))
        else { throw Unexpected() }
        return session
    }

    func account(_ draft: AccountDraft) throws -> Outcome { try apply(.account(draft)) }
    func room(_ draft: RoomDraft) throws -> Outcome { try apply(.room(draft)) }
    func post(_ draft: PostDraft) throws -> Outcome { try apply(.post(draft)) }

    /// A room whose owner is the first of the members.
    @discardableResult
    func makeNativeRoom(
        _ handle: String, kind: RoomKind = .group, visibility: Visibility = .private, members: [User]
    ) throws -> Room {
        let new = NewNativeRoom(
            handle: handle, kind: kind, name: "Room \(handle)", visibility: visibility,
            members: members.dropFirst().map(\.id))
        guard case .listing(let listing, true) = try room(.create(new, by: members[0].id)) else { throw Unexpected() }
        return listing.room
    }

    @discardableResult
    func makeDirect(_ one: User, _ other: User) throws -> Room {
        let handle = "direct \(one.id.rawValue) \(other.id.rawValue)"
        guard case .listing(let listing, _) = try room(.direct(other.id, handle: handle, by: one.id)) else {
            throw Unexpected()
        }
        return listing.room
    }

    func setRole(_ role: Role, of user: User, in room: Room, by: User) throws {
        guard try self.room(.addMembers(room.id, [user.id], role: role, by: by.id)) == .done else {
            throw Unexpected()
        }
    }

    /// A message that is checked.
    func says(
        _ text: String, in room: Room, by author: User, key: MessageKey? = nil, replyTo: Int64? = nil,
        thread: Int64? = nil, mentions: [User] = []
    ) -> Draft {
        .send(
            NewMessage(
                room: room.id, author: author.id, key: key ?? makeKey(), text: text, replyTo: replyTo, thread: thread,
                mentions: mentions.map(\.id), isChecked: true))
    }

    @discardableResult
    func say(
        _ text: String, in room: Room, by author: User, replyTo: Int64? = nil, thread: Int64? = nil,
        mentions: [User] = []
    ) throws -> Int64 {
        let draft = says(text, in: room, by: author, replyTo: replyTo, thread: thread, mentions: mentions)
        guard case .sent(let receipt) = try apply(draft) else { throw Unexpected() }
        return receipt.seq
    }

    /// Brings the search index, where there is one, up to date.
    func index() throws {
        guard let indexer = try store.makeSearchIndexer() else { return }
        while try indexer.advance(at: now) {}
        #expect(try indexer.lag(at: now) == SearchLag(entries: 0, ms: 0))
        indexer.close()
    }

    func unread(_ user: User, _ room: Room) throws -> [Int64] {
        guard let count = try reader.listing(of: room.id, for: user.id)?.unread else { throw Unexpected() }
        return [Int64(count.unread), Int64(count.mentions), count.read, count.seq]
    }

    func roles(_ room: Room) throws -> [UserID: Role] {
        let members = try reader.members(of: room.id, after: nil, limit: 100).rows
        return Dictionary(uniqueKeysWithValues: members.map { ($0.user, $0.role) })
    }

    func page(_ room: Room, _ range: MessageRange, limit: Int = 50, for viewer: User) throws -> MessagePage {
        try reader.page(of: room.id, range, limit: limit, for: viewer.id)
    }
}

extension Commit {
    /// The events of users' own streams, in order.
    var userEvents: [UserEvent] {
        notices.compactMap { if case .user(let event) = $0 { event } else { nil } }
    }

    /// Who was told what; rooms joined by their listing's role.
    var tidings: [String] {
        userEvents.map { event in
            switch event.kind {
            case .roomJoined(let room, let listing):
                "\(event.user.rawValue) joined \(room.rawValue) as \(listing?.role?.name ?? "nobody")"
            case .roomLeft(let room, let reason): "\(event.user.rawValue) out of \(room.rawValue): \(reason.name)"
            case .messageHidden(let room, let seq): "\(event.user.rawValue) hid \(room.rawValue).\(seq)"
            case .settingsUpdated: "\(event.user.rawValue) changed settings"
            case .roomSettings(let room, let settings):
                "\(event.user.rawValue) wants \(settings.notify.name) of \(room.rawValue)"
                    + (settings.isFavorite ? ", favorite" : "") + (settings.isHidden ? ", hidden" : "")
            }
        }
    }
}
