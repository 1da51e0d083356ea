import ChatDomain
import ChatStore
import Testing

@Suite("Invitations, in every store")
struct InviteContractTests {
    /// A private group with an owner, an admin and two members, and somebody outside.
    private struct Scene {
        let fixture: Fixture
        let room: Room
        let owner, admin, member, other, guest: User

        init(_ backend: Backend, kind: RoomKind = .group) throws {
            fixture = try Fixture(backend)
            let fixture = fixture
            let people = try ["owner", "admin", "member", "other"].map { try fixture.register($0) }
            (owner, admin, member, other) = (people[0], people[1], people[2], people[3])
            guest = try fixture.register("guest")
            room = try fixture.makeNativeRoom("r", kind: kind, members: people)
            try fixture.setRole(.admin, of: admin, in: room, by: owner)
        }

        func invite(_ number: UInt8, by user: User, until: Int64? = nil, uses: Int? = nil) throws -> InviteRecord {
            let new = NewInvite(
                tokenHash: Fixture.hash(number), expiresAt: until.map { WallTime(milliseconds: $0) }, uses: uses)
            guard case .invited(let record) = try fixture.room(.invite(room.id, new, by: user.id)) else {
                throw Unexpected()
            }
            return record
        }

        func join(_ number: UInt8) throws -> Outcome {
            try fixture.room(.join(room.id, invite: Fixture.hash(number), by: guest.id))
        }

        func invites() throws -> [InviteRecord] { try fixture.reader.invites(to: room.id, at: fixture.now) }

        func known(_ number: UInt8) throws -> InviteRecord? {
            try fixture.reader.invite(tokenHash: Fixture.hash(number), at: fixture.now)
        }
    }

    @Test("Those that can be used are listed, with how often they were", arguments: Backend.allCases)
    func listed(_ backend: Backend) throws {
        let scene = try Scene(backend)
        var first = try scene.invite(1, by: scene.member, until: 5_000)
        let second = try scene.invite(2, by: scene.admin, uses: 1)
        #expect(first.room == scene.room.id && first.by == scene.member.id && first.createdAt == scene.fixture.now)
        #expect(first.usesLeft == nil && second.usesLeft == 1 && second.expiresAt == nil && second.id > first.id)
        #expect(try scene.invites() == [first, second])
        #expect(try scene.known(1) == first)
        guard case .listing(_, true) = try scene.join(1), case .listing(_, false) = try scene.join(1) else {
            throw Unexpected()
        }
        // Who is a member already has used nothing.
        first.uses = 1
        #expect(try scene.invites() == [first, second])
        try leave(scene)
        guard case .listing(_, true) = try scene.join(2) else { throw Unexpected() }
        #expect(try scene.invites() == [first])
        #expect(try scene.known(2) == nil)
        scene.fixture.now = WallTime(milliseconds: 5_000)
        #expect(try scene.invites() == [])
        #expect(try scene.known(1) == nil)
        // A number is never given out again.
        #expect(try scene.invite(3, by: scene.owner).id > second.id)
    }

    private func leave(_ scene: Scene) throws {
        guard try scene.fixture.room(.leave(scene.room.id, by: scene.guest.id)) == .done else { throw Unexpected() }
    }

    @Test("One is revoked by its maker, or by who manages members", arguments: Backend.allCases)
    func revoked(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let fixture = scene.fixture
        let invites = try (1...3).map { try scene.invite($0, by: scene.member) }
        func revoke(_ invite: InviteRecord, by: User) throws -> Outcome {
            try fixture.room(.revokeInvite(scene.room.id, invite.id, by: by.id))
        }
        #expect(try revoke(invites[0], by: scene.other) == .refused(.unknownInvite))
        #expect(try revoke(invites[0], by: scene.guest) == .refused(.notFound))
        #expect(try revoke(invites[0], by: scene.member) == .done)
        #expect(try revoke(invites[1], by: scene.admin) == .done)
        #expect(try revoke(invites[1], by: scene.admin) == .refused(.unknownInvite))
        #expect(try scene.invites() == [invites[2]])
        #expect(try scene.join(1) == .refused(.notFound))
        // One to another room is none of this one.
        let elsewhere = try fixture.makeNativeRoom("s", members: [scene.owner])
        #expect(
            try fixture.room(.revokeInvite(elsewhere.id, invites[2].id, by: scene.owner.id))
                == .refused(.unknownInvite))
        #expect(try scene.invites() == [invites[2]])
    }

    @Test("One ends with its maker's right to invite, for good", arguments: Backend.allCases)
    func ended(_ backend: Backend) throws {
        let ways: [(String, (Scene) throws -> Void)] = [
            ("leaves", { scene in _ = try scene.fixture.room(.leave(scene.room.id, by: scene.member.id)) }),
            (
                "is kicked",
                { scene in _ = try scene.fixture.room(.kick(scene.room.id, scene.member.id, by: scene.owner.id)) }
            ),
            (
                "is banned",
                { scene in
                    let draft = RoomDraft.ban(
                        scene.room.id, scene.member.id, reason: nil, until: WallTime(milliseconds: 1),
                        by: scene.owner.id)
                    _ = try scene.fixture.room(draft)
                }
            ),
            (
                "is a reader",
                { scene in try scene.fixture.setRole(.reader, of: scene.member, in: scene.room, by: scene.owner) }
            ),
            (
                "is taken out by a dialect",
                { scene in
                    let others = [scene.owner, scene.admin, scene.other].map(\.id)
                    _ = try scene.fixture.apply(.updateRoom(scene.room.id, name: nil, members: others, by: nil))
                }
            ),
        ]
        for (name, end) in ways {
            let scene = try Scene(backend)
            _ = try scene.invite(1, by: scene.member)
            let stays = try scene.invite(2, by: scene.other)
            try end(scene)
            #expect(try scene.join(1) == .refused(.notFound), "who \(name)")
            #expect(try scene.invites() == [stays], "who \(name)")
            // It does not come back with the right.
            _ = try scene.fixture.room(
                .addMembers(scene.room.id, [scene.member.id], role: .member, by: scene.owner.id))
            #expect(try scene.fixture.roles(scene.room)[scene.member.id] == .member)
            #expect(try scene.join(1) == .refused(.notFound), "who \(name)")
            guard case .listing(_, true) = try scene.join(2) else { throw Unexpected() }
        }
    }

    @Test("An account takes its invitations with it", arguments: Backend.allCases)
    func deletedAccounts(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let fixture = scene.fixture
        _ = try scene.invite(1, by: scene.member)
        _ = try scene.invite(2, by: scene.other)
        _ = try fixture.account(
            .inviteToRegister(NewInvite(tokenHash: Fixture.hash(3), expiresAt: nil, uses: nil), by: scene.member.id))
        _ = try fixture.account(
            .inviteToRegister(NewInvite(tokenHash: Fixture.hash(4), expiresAt: nil, uses: nil), by: nil))
        #expect(try fixture.account(.delete(scene.member.id, credential: nil)) == .done)
        // A dialect leaves a nameless shell in the room, which invites nobody.
        #expect(try fixture.apply(.deleteUser(scene.other.id)) == .done)
        for number in [1, 2] as [UInt8] { #expect(try scene.join(number) == .refused(.notFound)) }
        #expect(try !fixture.reader.isInvitation(tokenHash: Fixture.hash(3), at: fixture.now))
        #expect(try fixture.reader.isInvitation(tokenHash: Fixture.hash(4), at: fixture.now))
    }

    @Test("Invitations to register end with the right to administer", arguments: Backend.allCases)
    func administrators(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let fixture = scene.fixture
        _ = try fixture.account(.setAdmin(scene.owner.id, true))
        _ = try fixture.account(
            .inviteToRegister(NewInvite(tokenHash: Fixture.hash(1), expiresAt: nil, uses: nil), by: scene.owner.id))
        #expect(try fixture.reader.isInvitation(tokenHash: Fixture.hash(1), at: fixture.now))
        _ = try fixture.account(.setAdmin(scene.owner.id, false))
        #expect(try !fixture.reader.isInvitation(tokenHash: Fixture.hash(1), at: fixture.now))
    }

    @Test("An archived room takes nobody in, and keeps its invitations", arguments: Backend.allCases)
    func archived(_ backend: Backend) throws {
        let scene = try Scene(backend)
        _ = try scene.invite(1, by: scene.member)
        func archive(_ isArchived: Bool) throws {
            _ = try scene.fixture.room(
                .update(scene.room.id, RoomUpdate(isArchived: isArchived), by: scene.owner.id))
        }
        try archive(true)
        #expect(try scene.join(1) == .refused(.forbidden))
        try archive(false)
        guard case .listing(_, true) = try scene.join(1) else { throw Unexpected() }
    }
}
