import ChatDomain
import ChatStore
import Testing

@Suite("Rooms of the native protocol, in every store")
struct NativeRoomContractTests {
    @Test("A room is made with an owner, and members as its kind has them", arguments: Backend.allCases)
    func making(_ backend: Backend) throws {
        for (kind, role) in [(RoomKind.group, Role.member), (.channel, .reader)] {
            let fixture = try Fixture(backend)
            let (ada, bob, cyd) = (try fixture.register("ada"), try fixture.register("bob"), try fixture.register("c"))
            let new = NewNativeRoom(
                handle: "r", kind: kind, name: "Röom", visibility: .public,
                members: [cyd.id, bob.id, ada.id, cyd.id])
            let commit = try fixture.append([.room(.create(new, by: ada.id))])
            let room = try #require(try fixture.reader.room(RoomID(1)))
            #expect(room.kind == kind && room.name == "Röom" && room.handle == "r" && !room.isOpen)
            #expect(room.visibility == .public && !room.isArchived && room.epoch != 0)
            #expect(room.createdAt == fixture.now)
            #expect(
                commit.events.map(\.kind) == [
                    .roomCreated(room), .memberJoined(ada.id, role: .owner, by: nil),
                    .memberJoined(cyd.id, role: role, by: ada.id), .memberJoined(bob.id, role: role, by: ada.id),
                ])
            let unread = UnreadCount(unread: 0, mentions: 0, read: 0, seq: 0)
            var listing = RoomListing(
                room: room, role: .owner, settings: .usual(in: kind), seq: 0, offset: 4, memberCount: 3,
                lastMessage: nil,
                unread: unread, peer: nil, activeAt: fixture.now)
            #expect(commit.outcomes == [.listing(listing, isNew: true)])
            #expect(try fixture.reader.listing(of: room.id, for: ada.id) == listing)
            // Each is told of the room as it is in the end.
            #expect(commit.userEvents.map(\.user) == [ada.id, cyd.id, bob.id])
            #expect(commit.userEvents.map(\.offset) == [1, 1, 1])
            #expect(commit.userEvents.map(\.kind).first == .roomJoined(room.id, listing))
            listing.role = role
            #expect(commit.userEvents.map(\.kind).last == .roomJoined(room.id, listing))
            #expect(
                try fixture.reader.member(bob.id, of: room.id)
                    == Member(user: bob.id, role: role, joining: Sight(seq: 0, offset: 3)))
            #expect(
                try fixture.reader.members(of: room.id, after: nil, limit: 9).rows.map(\.user) == [
                    ada.id, cyd.id, bob.id,
                ])
            let page = try fixture.reader.members(of: room.id, after: nil, limit: 1)
            #expect(page.rows.map(\.user) == [ada.id])
            let rest = try fixture.reader.members(of: room.id, after: page.next, limit: 2)
            #expect(rest.rows.map(\.user) == [cyd.id, bob.id] && rest.next == nil)
            #expect(try fixture.reader.memberCount(of: room.id) == 3)
            #expect(try fixture.kinds(room) == commit.events.map(\.kind))
        }
    }

    @Test(arguments: Backend.allCases)
    func makingIsRefused(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        _ = try fixture.account(.block(ada.id, by: bob.id))
        func create(
            _ kind: RoomKind = .group, _ members: [UserID] = [], handle: String = "r", by: UserID? = nil
        ) throws -> Commit {
            let new = NewNativeRoom(handle: handle, kind: kind, name: "x", visibility: .private, members: members)
            return try fixture.append([.room(.create(new, by: by ?? ada.id))])
        }
        #expect(try create(.direct) == Commit(outcomes: [.refused(.unprocessable)], events: []))
        #expect(try create(by: UserID(9)) == Commit(outcomes: [.refused(.unknownUser)], events: []))
        #expect(try create(.group, [UserID(9)]) == Commit(outcomes: [.refused(.unknownUser)], events: []))
        #expect(try create(.group, [bob.id]) == Commit(outcomes: [.refused(.blocked)], events: []))
        #expect(try create().outcomes != [.refused(.handleTaken)])
        #expect(try create() == Commit(outcomes: [.refused(.handleTaken)], events: []))
        #expect(try create(handle: "s").events.map(\.room).first == RoomID(2))
    }

    @Test("Two have one direct room, whoever asks", arguments: Backend.allCases)
    func direct(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob, cyd) = (try fixture.register("ada"), try fixture.register("bob"), try fixture.register("c"))
        let commit = try fixture.append([.room(.direct(bob.id, handle: "d", by: ada.id))])
        let room = try #require(try fixture.reader.room(RoomID(1)))
        #expect(room.kind == .direct && room.visibility == .private && room.name == "")
        #expect(
            commit.events.map(\.kind) == [
                .roomCreated(room), .memberJoined(ada.id, role: .member, by: nil),
                .memberJoined(bob.id, role: .member, by: nil),
            ])
        #expect(commit.tidings == ["1 joined 1 as member", "2 joined 1 as member"])
        guard case .listing(let listing, true)? = commit.outcomes.first else { throw Unexpected() }
        #expect(listing.peer == bob)
        #expect(try fixture.reader.listing(of: room.id, for: bob.id)?.peer == ada)

        // Once it is there, a block does not undo it, nor does anybody make another.
        _ = try fixture.account(.block(ada.id, by: bob.id))
        for (asking, other) in [(ada, bob), (bob, ada)] {
            let again = try fixture.append([.room(.direct(other.id, handle: "e", by: asking.id))])
            let mine = try #require(try fixture.reader.listing(of: room.id, for: asking.id))
            #expect(again == Commit(outcomes: [.listing(mine, isNew: false)], events: []))
        }
        _ = try fixture.account(.block(ada.id, by: cyd.id))
        #expect(try fixture.room(.direct(cyd.id, handle: "f", by: ada.id)) == .refused(.blocked))
        #expect(try fixture.room(.direct(UserID(9), handle: "f", by: ada.id)) == .refused(.unknownUser))
        #expect(try fixture.room(.direct(ada.id, handle: "f", by: UserID(9))) == .refused(.unknownUser))
        #expect(try fixture.room(.direct(cyd.id, handle: "d", by: bob.id)) == .refused(.handleTaken))
        // Who has blocked somebody may still ask them.
        guard case .listing(_, true) = try fixture.room(.direct(ada.id, handle: "g", by: cyd.id)) else {
            throw Unexpected()
        }
    }

    @Test("Name, visibility, archive and owner change together or not at all", arguments: Backend.allCases)
    func updating(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let users = try ["ada", "bob", "cyd"].map { try fixture.register($0) }
        let (ada, bob) = (users[0], users[1])
        var room = try fixture.makeNativeRoom("r", members: [ada, bob])
        func update(
            name: String? = nil, _ visibility: Visibility? = nil, archived: Bool? = nil, owner: UserID? = nil,
            by: User
        ) throws -> Commit {
            try fixture.append([
                .room(
                    .update(
                        room.id, RoomUpdate(name: name, visibility: visibility, isArchived: archived, owner: owner),
                        by: by.id))
            ])
        }
        var commit = try update(name: "New", .public, by: ada)
        room.name = "New"
        room.visibility = .public
        #expect(commit.events.map(\.kind) == [.roomUpdated(room, by: ada.id)])
        #expect(commit.notices == [])
        let listing = try #require(try fixture.reader.listing(of: room.id, for: ada.id))
        #expect(listing.room == room)
        #expect(commit.outcomes == [.listing(listing, isNew: false)])
        // What is as it was is no event.
        for commit in [try update(name: "New", .public, archived: false, owner: ada.id, by: ada), try update(by: ada)] {
            #expect(commit == Commit(outcomes: [.listing(listing, isNew: false)], events: []))
        }

        // Nothing happens where a part of it may not.
        for (commit, refusal) in [
            (try update(name: "x", by: bob), Refusal.forbidden), (try update(owner: bob.id, by: bob), .forbidden),
            (try update(name: "x", owner: users[2].id, by: ada), .unknownMember),
            (try update(name: "x", owner: UserID(9), by: ada), .unknownUser),
            (try update(name: "x", by: users[2]), .forbidden), (try update(.private, by: bob), .forbidden),
        ] {
            #expect(commit == Commit(outcomes: [.refused(refusal)], events: []))
        }

        // The owner hands over, renames and archives in one go.
        commit = try update(name: "Last", archived: true, owner: bob.id, by: ada)
        room.name = "Last"
        var archived = room
        archived.isArchived = true
        #expect(
            commit.events.map(\.kind) == [
                .memberRoleChanged(bob.id, role: .owner, by: ada.id),
                .memberRoleChanged(ada.id, role: .admin, by: ada.id), .roomUpdated(room, by: ada.id),
                .roomArchived(archived, by: ada.id),
            ])
        #expect(try fixture.roles(room) == [bob.id: .owner, ada.id: .admin])
        #expect(try fixture.reader.room(room.id) == archived)
        #expect(try fixture.kinds(room, after: commit.events[0].offset - 1) == commit.events.map(\.kind))

        // Archived, it must be unarchived before anything else.
        #expect(try update(name: "x", by: bob).outcomes == [.refused(.forbidden)])
        #expect(try update(name: "x", archived: false, by: bob).outcomes == [.refused(.forbidden)])
        #expect(try update(archived: true, by: ada).events == [])
        commit = try update(archived: false, by: ada)
        #expect(commit.events.map(\.kind) == [.roomUpdated(room, by: ada.id)])
        #expect(try fixture.reader.room(room.id) == room)
    }

    @Test("A deleted room is gone, and its members are told", arguments: Backend.allCases)
    func deleting(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let users = try ["ada", "bob", "cyd"].map { try fixture.register($0) }
        let room = try fixture.makeNativeRoom("r", visibility: .public, members: users)
        _ = try fixture.room(.invite(room.id, NewInvite(tokenHash: [1], expiresAt: nil, uses: nil), by: users[0].id))
        #expect(try fixture.room(.delete(room.id, by: users[1].id)) == .refused(.forbidden))
        let commit = try fixture.append([.room(.delete(room.id, by: users[0].id))])
        #expect(commit.outcomes == [.done])
        #expect(commit.events.map(\.kind) == [.roomDeleted(by: users[0].id)])
        #expect(commit.tidings == [1, 2, 3].map { "\($0) out of 1: deleted" })
        for user in users {
            #expect(try fixture.reader.listing(of: room.id, for: user.id) == nil)
            #expect(try fixture.reader.listings(of: user.id, after: nil, limit: 9).rows == [])
            #expect(try fixture.reader.unread(of: user.id, limit: 9).isEmpty)
        }
        #expect(try fixture.reader.publicRooms(matching: "", for: users[0].id, after: nil, limit: 9).rows == [])
        #expect(try fixture.reader.contacts(of: users[0].id, among: users.map(\.id)) == [])
        for draft in [
            RoomDraft.delete(room.id, by: users[0].id), .join(room.id, invite: [1], by: users[0].id),
            .leave(room.id, by: users[0].id), .kick(room.id, users[1].id, by: users[0].id),
            .addMembers(room.id, [users[1].id], role: nil, by: users[0].id),
        ] {
            #expect(try fixture.room(draft) == .refused(.notFound))
        }
        // Read back, the room is no longer theirs.
        #expect(
            try fixture.reader.userEvents(of: users[1].id, after: 0, limit: 9).map(\.kind) == [
                .roomJoined(room.id, nil), .roomLeft(room.id, .deleted),
            ])
    }

    @Test(
        "Lists of rooms come by activity, and show who may see them what they may", arguments: Backend.allCases)
    func lists(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        var rooms: [Room] = []
        for (number, visibility) in [Visibility.public, .private, .public].enumerated() {
            fixture.now = WallTime(milliseconds: 1_000 + Int64(number / 2))
            rooms.append(try fixture.makeNativeRoom("r\(number)", visibility: visibility, members: [ada]))
        }
        func listed(limit: Int = 9) throws -> [RoomID] {
            try fixture.reader.listings(of: ada.id, after: nil, limit: limit).rows.map(\.room.id)
        }
        #expect(try listed() == [RoomID(3), RoomID(2), RoomID(1)])
        fixture.now = WallTime(milliseconds: 5_000)
        _ = try fixture.room(
            .update(rooms[0].id, RoomUpdate(name: "x"), by: ada.id))
        #expect(try listed() == [RoomID(1), RoomID(3), RoomID(2)])
        #expect(try listed(limit: 2) == [RoomID(1), RoomID(3)])
        #expect(try listed(limit: -1) == [])
        #expect(try fixture.reader.listing(of: rooms[0].id, for: ada.id)?.activeAt == fixture.now)
        // What the clock said does not matter: it may have been wrong.
        fixture.now = WallTime(milliseconds: 86_400_000)
        try fixture.send("tomorrow", in: rooms[1], by: ada)
        fixture.now = WallTime(milliseconds: 6_000)
        try fixture.send("today", in: rooms[2], by: ada)
        #expect(try listed() == [RoomID(3), RoomID(2), RoomID(1)])
        try fixture.send("today", in: rooms[1], by: ada)
        #expect(try listed() == [RoomID(2), RoomID(3), RoomID(1)])
        #expect(try fixture.reader.listing(of: rooms[1].id, for: ada.id)?.activeAt == fixture.now)

        #expect(try fixture.reader.listing(of: rooms[1].id, for: bob.id) == nil)
        #expect(try fixture.reader.listing(of: RoomID(9), for: bob.id) == nil)
        let seen = try #require(try fixture.reader.listing(of: rooms[2].id, for: bob.id))
        #expect(seen.role == nil && seen.lastMessage == nil && seen.memberCount == 1)
        #expect(seen.unread == UnreadCount(unread: 0, mentions: 0, read: 0, seq: 1))
        #expect(try fixture.reader.listings(of: bob.id, after: nil, limit: 9).rows == [])
    }

    @Test("Public rooms are found by the beginnings of words", arguments: Backend.allCases)
    func publicRooms(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        for (number, name) in ["beta Tests", "Alpha", "alpha", "Äpfel & tea", "gone", "hidden"].enumerated() {
            let new = NewNativeRoom(
                handle: "r\(number)", kind: .group, name: name, visibility: name == "hidden" ? .private : .public,
                members: [])
            _ = try fixture.room(.create(new, by: ada.id))
        }
        try fixture.makeRoom("open", isOpen: true)
        _ = try fixture.room(
            .update(RoomID(5), RoomUpdate(isArchived: true), by: ada.id))
        func found(_ text: String, limit: Int = 9) throws -> [Int64] {
            try fixture.reader.publicRooms(matching: text, for: bob.id, after: nil, limit: limit).rows
                .map(\.room.id.rawValue)
        }
        #expect(try found("") == [2, 3, 1, 4])
        #expect(try found("ALPH") == [2, 3])
        #expect(try found("te") == [1, 4])
        #expect(try found("ä") == [4])
        #expect(try found("beta te") == [1])
        #expect(try found("lpha") == [])
        #expect(try found("", limit: 2) == [2, 3])
        // A new name is found, the old one no more; made private, it is not found at all.
        _ = try fixture.room(
            .update(RoomID(2), RoomUpdate(name: "zulu"), by: ada.id))
        #expect(try found("alpha") == [3])
        #expect(try found("zu") == [2])
        _ = try fixture.room(
            .update(RoomID(2), RoomUpdate(visibility: .private), by: ada.id))
        #expect(try found("zu") == [])
    }
}
