import ChatDomain
import ChatStore
import Testing

@Suite("Members, in every store")
struct MembershipContractTests {
    /// An owner, an admin, two members, a reader, and two who are none.
    private struct Scene {
        let fixture: Fixture
        let owner, admin, member, other, reader, stranger, guest: User
        let room: Room

        init(_ backend: Backend, kind: RoomKind = .group, visibility: Visibility = .private) throws {
            fixture = try Fixture(backend)
            owner = try fixture.register("owner")
            admin = try fixture.register("admin")
            member = try fixture.register("member")
            other = try fixture.register("other")
            reader = try fixture.register("reader")
            stranger = try fixture.register("stranger")
            guest = try fixture.register("guest")
            room = try fixture.makeNativeRoom(
                "r", kind: kind, visibility: visibility, members: [owner, admin, member, other, reader])
            try fixture.setRole(.admin, of: admin, in: room, by: owner)
            try fixture.setRole(.member, of: member, in: room, by: owner)
            try fixture.setRole(.member, of: other, in: room, by: owner)
            try fixture.setRole(.reader, of: reader, in: room, by: owner)
        }

        func refusal(_ draft: RoomDraft) throws -> Refusal? {
            let commit = try fixture.append([.room(draft)])
            guard case .refused(let refusal) = commit.outcomes[0] else { return nil }
            #expect(commit.events == [] && commit.notices == [])
            return refusal
        }
    }

    @Test("A public room is joined, by whoever is not banned", arguments: Backend.allCases)
    func joining(_ backend: Backend) throws {
        for (kind, role) in [(RoomKind.group, Role.member), (.channel, .reader)] {
            let scene = try Scene(backend, kind: kind, visibility: .public)
            let (fixture, room) = (scene.fixture, scene.room)
            let draft = RoomDraft.join(room.id, invite: nil, by: scene.stranger.id)
            let commit = try fixture.append([.room(draft)])
            #expect(commit.events.map(\.kind) == [.memberJoined(scene.stranger.id, role: role, by: nil)])
            #expect(commit.tidings == ["6 joined 1 as \(role.name)"])
            let listing = try #require(try fixture.reader.listing(of: room.id, for: scene.stranger.id))
            #expect(commit.outcomes == [.listing(listing, isNew: true)])
            // Again: nothing happens.
            #expect(
                try fixture.append([.room(draft)]) == Commit(outcomes: [.listing(listing, isNew: false)], events: []))

            _ = try fixture.room(.ban(room.id, scene.guest.id, reason: nil, until: nil, by: scene.owner.id))
            #expect(try scene.refusal(.join(room.id, invite: nil, by: scene.guest.id)) == .forbidden)
            #expect(try scene.refusal(.join(room.id, invite: nil, by: UserID(99))) != nil)
            _ = try fixture.room(.unban(room.id, scene.guest.id, by: scene.owner.id))
            _ = try fixture.room(
                .update(room.id, RoomUpdate(isArchived: true), by: scene.owner.id))
            #expect(try scene.refusal(.join(room.id, invite: nil, by: scene.guest.id)) == .forbidden)
        }
    }

    @Test("A hidden room opens to the right invitation only", arguments: Backend.allCases)
    func invitations(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, guest) = (scene.fixture, scene.room, scene.guest)
        let elsewhere = try fixture.makeNativeRoom("s", members: [scene.owner])
        func invite(_ hash: UInt8, _ room: Room, until: Int64? = nil, uses: Int? = nil, by: User) throws -> Outcome {
            let new = NewInvite(
                tokenHash: Fixture.hash(hash), expiresAt: until.map { WallTime(milliseconds: $0) }, uses: uses)
            let outcome = try fixture.room(.invite(room.id, new, by: by.id))
            if case .invited = outcome { return .done }
            return outcome
        }
        #expect(try invite(1, room, until: 2_000, by: scene.member) == .done)
        #expect(try invite(2, room, uses: 1, by: scene.admin) == .done)
        #expect(try invite(3, elsewhere, by: scene.owner) == .done)
        #expect(try invite(4, room, by: scene.reader) == .refused(.forbidden))
        #expect(try invite(4, room, by: guest) == .refused(.notFound))
        #expect(try invite(1, room, by: scene.owner) == .refused(.conflict))
        for hash in [3, 4] as [UInt8] {
            #expect(try scene.refusal(.join(room.id, invite: Fixture.hash(hash), by: guest.id)) == .notFound)
        }
        #expect(try scene.refusal(.join(room.id, invite: nil, by: guest.id)) == .notFound)
        #expect(try scene.refusal(.join(RoomID(9), invite: Fixture.hash(1), by: guest.id)) == .notFound)
        // It is no invitation to register.
        #expect(try !fixture.reader.isInvitation(tokenHash: Fixture.hash(1), at: fixture.now))

        fixture.now = WallTime(milliseconds: 1_999)
        guard
            case .listing(_, true) = try fixture.room(.join(room.id, invite: Fixture.hash(2), by: guest.id)),
            case .listing(_, false) = try fixture.room(.join(room.id, invite: Fixture.hash(1), by: guest.id))
        else { throw Unexpected() }
        #expect(try fixture.roles(room)[guest.id] == .member)
        let stranger = scene.stranger.id
        #expect(try scene.refusal(.join(room.id, invite: Fixture.hash(2), by: stranger)) == .notFound)
        fixture.now = WallTime(milliseconds: 2_000)
        #expect(try scene.refusal(.join(room.id, invite: Fixture.hash(1), by: stranger)) == .notFound)
        // Where the room can be seen, a wrong invitation is called one.
        _ = try fixture.room(
            .update(room.id, RoomUpdate(visibility: .public), by: scene.owner.id))
        #expect(try scene.refusal(.join(room.id, invite: Fixture.hash(1), by: stranger)) == .unknownInvite)
    }

    @Test("Who is banned is not let in by an invitation either", arguments: Backend.allCases)
    func bannedWithInvitation(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let new = NewInvite(tokenHash: Fixture.hash(1), expiresAt: nil, uses: nil)
        _ = try scene.fixture.room(.invite(scene.room.id, new, by: scene.owner.id))
        _ = try scene.fixture.room(
            .ban(scene.room.id, scene.guest.id, reason: "spam", until: nil, by: scene.owner.id))
        #expect(
            try scene.refusal(.join(scene.room.id, invite: Fixture.hash(1), by: scene.guest.id)) == .forbidden)
        #expect(try scene.refusal(.join(scene.room.id, invite: nil, by: scene.guest.id)) == .notFound)
    }

    @Test("Leaving: not a direct room, not as owner, and the last archives", arguments: Backend.allCases)
    func leaving(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob, cyd) = (try fixture.register("ada"), try fixture.register("bob"), try fixture.register("c"))
        let room = try fixture.makeNativeRoom("r", members: [ada, bob])
        let direct = try fixture.makeDirect(ada, bob)
        #expect(try fixture.room(.leave(direct.id, by: ada.id)) == .refused(.forbidden))
        #expect(try fixture.room(.leave(room.id, by: ada.id)) == .refused(.forbidden))
        #expect(try fixture.room(.leave(room.id, by: cyd.id)) == .refused(.notFound))
        var commit = try fixture.append([.room(.leave(room.id, by: bob.id))])
        #expect(commit.outcomes == [.done])
        #expect(commit.events.map(\.kind) == [.memberLeft(bob.id, by: nil)])
        #expect(commit.tidings == ["2 out of 1: left"])
        #expect(try fixture.room(.leave(room.id, by: bob.id)) == .refused(.notFound))
        #expect(try fixture.reader.member(bob.id, of: room.id) == nil)
        commit = try fixture.append([.room(.leave(room.id, by: ada.id))])
        var archived = room
        archived.isArchived = true
        #expect(commit.events.map(\.kind) == [.memberLeft(ada.id, by: nil), .roomArchived(archived, by: ada.id)])
        #expect(try fixture.reader.room(room.id) == archived)
        #expect(try fixture.reader.memberCount(of: room.id) == 0)
    }

    @Test("Who adds whom", arguments: Backend.allCases)
    func adding(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room) = (scene.fixture, scene.room)
        func add(_ users: [User], _ role: Role? = nil, by: User) throws -> Refusal? {
            try scene.refusal(.addMembers(room.id, users.map(\.id), role: role, by: by.id))
        }
        #expect(try add([scene.guest], by: scene.reader) == .forbidden)
        #expect(try add([scene.guest], by: scene.stranger) == .notFound)
        #expect(try add([scene.guest], .reader, by: scene.member) == .forbidden)
        #expect(try add([scene.guest], .admin, by: scene.admin) == .forbidden)
        #expect(try add([scene.guest], .owner, by: scene.owner) == .forbidden)
        #expect(try scene.refusal(.addMembers(room.id, [UserID(99)], role: nil, by: scene.owner.id)) == .unknownUser)
        // All or nothing, and who has blocked the asking one, or is banned, is not added.
        _ = try fixture.account(.block(scene.member.id, by: scene.stranger.id))
        #expect(try add([scene.guest, scene.stranger], by: scene.member) == .forbidden)
        _ = try fixture.room(.ban(room.id, scene.guest.id, reason: nil, until: nil, by: scene.owner.id))
        #expect(try add([scene.stranger, scene.guest], by: scene.owner) == .forbidden)
        _ = try fixture.room(.unban(room.id, scene.guest.id, by: scene.owner.id))
        #expect(try fixture.reader.memberCount(of: room.id) == 5)

        let commit = try fixture.append([
            .room(
                .addMembers(
                    room.id, [scene.guest.id, scene.reader.id, scene.guest.id, scene.stranger.id], role: .member,
                    by: scene.admin.id))
        ])
        #expect(commit.outcomes == [.done])
        #expect(
            commit.events.map(\.kind) == [
                .memberJoined(scene.guest.id, role: .member, by: scene.admin.id),
                .memberRoleChanged(scene.reader.id, role: .member, by: scene.admin.id),
                .memberJoined(scene.stranger.id, role: .member, by: scene.admin.id),
            ])
        #expect(commit.tidings == ["7 joined 1 as member", "6 joined 1 as member"])
        // Members stay what they are where no role is named.
        #expect(
            try fixture.append([.room(.addMembers(room.id, [scene.admin.id], role: nil, by: scene.member.id))])
                == Commit(outcomes: [.done], events: []))
    }

    @Test("Who gives whom which role", arguments: Backend.allCases)
    func roles(_ backend: Backend) throws {
        let scene = try Scene(backend)
        func set(_ role: Role, of user: User, by: User) throws -> Refusal? {
            try scene.refusal(.addMembers(scene.room.id, [user.id], role: role, by: by.id))
        }
        #expect(try set(.admin, of: scene.member, by: scene.admin) == .forbidden)
        #expect(try set(.reader, of: scene.owner, by: scene.admin) == .forbidden)
        #expect(try set(.admin, of: scene.owner, by: scene.owner) == .forbidden)
        #expect(try set(.owner, of: scene.admin, by: scene.owner) == .forbidden)
        #expect(try set(.admin, of: scene.member, by: scene.member) == .forbidden)
        #expect(try set(.reader, of: scene.other, by: scene.member) == .forbidden)
        #expect(try set(.reader, of: scene.member, by: scene.admin) == nil)
        #expect(try set(.admin, of: scene.other, by: scene.owner) == nil)
        #expect(try set(.member, of: scene.other, by: scene.admin) == .forbidden)
        #expect(
            try scene.fixture.roles(scene.room) == [
                scene.owner.id: .owner, scene.admin.id: .admin, scene.member.id: .reader, scene.other.id: .admin,
                scene.reader.id: .reader,
            ])
    }

    @Test(arguments: Backend.allCases)
    func kicking(_ backend: Backend) throws {
        let scene = try Scene(backend)
        func kick(_ user: UserID, by: User) throws -> Refusal? {
            try scene.refusal(.kick(scene.room.id, user, by: by.id))
        }
        #expect(try kick(scene.reader.id, by: scene.member) == .forbidden)
        #expect(try kick(scene.owner.id, by: scene.admin) == .forbidden)
        #expect(try kick(scene.admin.id, by: scene.admin) == .forbidden)
        #expect(try kick(scene.reader.id, by: scene.stranger) == .notFound)
        #expect(try kick(scene.stranger.id, by: scene.admin) == .unknownMember)
        #expect(try kick(UserID(99), by: scene.admin) == .unknownUser)
        let commit = try scene.fixture.append([.room(.kick(scene.room.id, scene.member.id, by: scene.admin.id))])
        #expect(commit.outcomes == [.done])
        #expect(commit.events.map(\.kind) == [.memberKicked(scene.member.id, by: scene.admin.id)])
        #expect(commit.tidings == ["3 out of 1: kicked"])
        #expect(try scene.fixture.reader.listing(of: scene.room.id, for: scene.member.id) == nil)
        // A kick does not keep anybody out.
        #expect(
            try scene.refusal(.addMembers(scene.room.id, [scene.member.id], role: nil, by: scene.other.id)) == nil)
    }

    @Test("A ban removes, and keeps out until its time", arguments: Backend.allCases)
    func banning(_ backend: Backend) throws {
        let scene = try Scene(backend, visibility: .public)
        let (fixture, room) = (scene.fixture, scene.room)
        func ban(_ user: UserID, until: Int64?, by: User) throws -> Commit {
            try fixture.append([
                .room(
                    .ban(
                        room.id, user, reason: "why", until: until.map { WallTime(milliseconds: $0) }, by: by.id))
            ])
        }
        for (user, by, refusal) in [
            (scene.reader.id, scene.member, Refusal.forbidden), (scene.owner.id, scene.admin, .forbidden),
            (scene.admin.id, scene.admin, .forbidden), (UserID(99), scene.admin, .unknownUser),
            (scene.reader.id, scene.stranger, .forbidden),
        ] {
            #expect(try ban(user, until: nil, by: by) == Commit(outcomes: [.refused(refusal)], events: []))
        }
        let commit = try ban(scene.member.id, until: 3_000, by: scene.admin)
        #expect(commit.outcomes == [.done])
        #expect(commit.events.map(\.kind) == [.memberBanned(scene.member.id, by: scene.admin.id)])
        #expect(commit.tidings == ["3 out of 1: banned"])
        // Again, and somebody who is no member: no event.
        #expect(try ban(scene.member.id, until: 2_000, by: scene.admin) == Commit(outcomes: [.done], events: []))
        #expect(try ban(scene.stranger.id, until: nil, by: scene.admin) == Commit(outcomes: [.done], events: []))
        let (early, late) = (WallTime(milliseconds: 1_999), WallTime(milliseconds: 2_000))
        #expect(try fixture.reader.ban(of: scene.member.id, from: room.id, at: early) == late)
        #expect(try fixture.reader.ban(of: scene.member.id, from: room.id, at: late) == nil)
        #expect(try fixture.reader.ban(of: scene.stranger.id, from: room.id, at: late) == .distantFuture)
        #expect(try fixture.reader.ban(of: scene.guest.id, from: room.id, at: late) == nil)
        // A list of those that hold, by user.
        let bans = try fixture.reader.bans(from: room.id, at: early, after: nil, limit: 10).rows
        #expect(bans.map(\.user) == [scene.member.id, scene.stranger.id])
        #expect(bans.map(\.until) == [late, .distantFuture])
        #expect(bans.allSatisfy { $0.by == scene.admin.id && $0.reason == "why" && $0.at == fixture.now })
        #expect(try fixture.reader.bans(from: room.id, at: late, after: nil, limit: 10).rows == [bans[1]])
        let first = try fixture.reader.bans(from: room.id, at: early, after: nil, limit: 1)
        #expect(first.rows == [bans[0]])
        #expect(
            try fixture.reader.bans(from: room.id, at: early, after: first.next, limit: 10)
                == ListPage(rows: [bans[1]], next: nil))
        #expect(try fixture.reader.bans(from: RoomID(99), at: early, after: nil, limit: 10).rows.isEmpty)
        fixture.now = early
        #expect(try scene.refusal(.join(room.id, invite: nil, by: scene.member.id)) == .forbidden)
        fixture.now = late
        #expect(try scene.refusal(.join(room.id, invite: nil, by: scene.member.id)) == nil)
        #expect(try scene.refusal(.unban(room.id, scene.stranger.id, by: scene.other.id)) == .forbidden)
        #expect(try scene.refusal(.unban(room.id, scene.stranger.id, by: scene.admin.id)) == nil)
        #expect(try scene.refusal(.unban(room.id, scene.stranger.id, by: scene.admin.id)) == nil)
        #expect(try scene.refusal(.join(room.id, invite: nil, by: scene.stranger.id)) == nil)
    }

    @Test("A mute silences until its time, also who has left and come back", arguments: Backend.allCases)
    func muting(_ backend: Backend) throws {
        let scene = try Scene(backend, visibility: .public)
        let (fixture, room, member) = (scene.fixture, scene.room, scene.member)
        let until = WallTime(milliseconds: 3_000)
        func mute(_ user: UserID, by: User) throws -> Refusal? {
            try scene.refusal(.mute(room.id, user, reason: nil, until: until, by: by.id))
        }
        try fixture.say("before", in: room, by: member)
        #expect(try mute(scene.reader.id, by: scene.other) == .forbidden)
        #expect(try mute(scene.admin.id, by: scene.admin) == .forbidden)
        #expect(try mute(scene.stranger.id, by: scene.admin) == .unknownMember)
        #expect(try mute(UserID(99), by: scene.admin) == .unknownUser)
        #expect(
            try fixture.append([.room(.mute(room.id, member.id, reason: "why", until: until, by: scene.admin.id))])
                == Commit(outcomes: [.done], events: []))
        #expect(try fixture.reader.member(member.id, of: room.id)?.mutedUntil == until)
        func canSend() throws -> Bool {
            switch try fixture.apply(fixture.says("x", in: room, by: member)) {
            case .sent: true
            case .refused(.forbidden): false
            default: throw Unexpected()
            }
        }
        #expect(try !canSend())
        #expect(
            try fixture.post(.edit(room.id, seq: 1, text: "x", ifVersion: nil, by: member.id))
                == .refused(.forbidden))
        _ = try fixture.room(.leave(room.id, by: member.id))
        _ = try fixture.room(.join(room.id, invite: nil, by: member.id))
        #expect(try fixture.reader.member(member.id, of: room.id)?.mutedUntil == until)
        #expect(try !canSend())
        fixture.now = until
        #expect(try canSend())
        _ = try fixture.room(.mute(room.id, member.id, reason: nil, until: nil, by: scene.admin.id))
        #expect(try fixture.reader.member(member.id, of: room.id)?.mutedUntil == .distantFuture)
        #expect(try scene.refusal(.unmute(room.id, member.id, by: scene.other.id)) == .forbidden)
        #expect(try scene.refusal(.unmute(room.id, member.id, by: scene.admin.id)) == nil)
        #expect(try fixture.reader.member(member.id, of: room.id)?.mutedUntil == nil)
        #expect(try canSend())
    }

    @Test("Contacts are those who share a room", arguments: Backend.allCases)
    func contacts(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let users = try ["ada", "bob", "cyd", "dan"].map { try fixture.register($0) }
        try fixture.makeNativeRoom("r", members: [users[0], users[1]])
        try fixture.makeDirect(users[2], users[0])
        let others = [users[3], users[2], users[1]].map(\.id) + [UserID(99)]
        #expect(try fixture.reader.contacts(of: users[0].id, among: others) == [users[2].id, users[1].id])
        #expect(
            try fixture.reader.contacts(of: users[1].id, among: others + [users[0].id]) == [users[1].id, users[0].id])
        #expect(try fixture.reader.contacts(of: users[3].id, among: others) == [])
        #expect(try fixture.reader.contacts(of: users[0].id, among: []) == [])
    }
}
