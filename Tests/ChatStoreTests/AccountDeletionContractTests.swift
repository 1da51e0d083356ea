import ChatDomain
import ChatStore
import Testing

@Suite("Deleting an account, in every store")
struct AccountDeletionContractTests {
    @Test("Everything personal goes; what was said stays", arguments: Backend.allCases)
    func deleting(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada", phone: "1"), try fixture.register("bob"))
        try fixture.signIn(ada, 1)
        let room = try fixture.makeNativeRoom("r", members: [bob, ada])
        let direct = try fixture.makeDirect(ada, bob)
        try fixture.say("kept", in: room, by: ada)
        try fixture.say("for you", in: room, by: bob, mentions: [ada])
        _ = try fixture.post(.react(room.id, seq: 2, key: "❤", by: ada.id))
        _ = try fixture.account(.block(bob.id, by: ada.id))
        _ = try fixture.account(.block(ada.id, by: bob.id))
        #expect(try fixture.account(.delete(ada.id, credential: "old")) == .refused(.conflict))

        let commit = try fixture.append([.account(.delete(ada.id, credential: "hash of ada"))])
        #expect(commit.outcomes == [.done])
        #expect(commit.notices.first == .accountDeleted(ada.id, handle: "h-ada"))
        #expect(commit.events.map(\.room) == [room.id, direct.id])
        #expect(
            commit.events.map(\.kind) == [
                .memberLeft(ada.id, by: ada.id), .memberLeft(ada.id, by: ada.id),
            ])
        let shell = try #require(try fixture.reader.user(ada.id))
        #expect(commit.notices.dropFirst() == [.faceChanged(shell, in: [room.id, direct.id])])
        #expect(shell.isDeleted && shell.login == nil && shell.phone == nil && shell.username == "Deleted user")
        #expect(try fixture.reader.account(ada.id) == nil)
        #expect(try fixture.reader.account(login: "ada") == nil)
        #expect(try fixture.reader.session(tokenHash: Fixture.hash(1)) == nil)
        #expect(try fixture.reader.sessions(of: ada.id) == [])
        #expect(try fixture.reader.users(matching: "", limit: 9) == [bob])
        #expect(try fixture.reader.blocks(by: bob.id) == [])
        #expect(try !fixture.reader.hasBlocked(bob.id, by: ada.id))
        #expect(try fixture.reader.userEvents(of: ada.id, after: 0, limit: 9) == [])
        #expect(try fixture.reader.listings(of: ada.id, after: nil, limit: 9).rows == [])
        #expect(try fixture.reader.members(of: room.id, after: nil, limit: 9).rows.map(\.user) == [bob.id])
        #expect(try fixture.page(room, .before(nil), for: bob).messages.map(\.text) == ["kept", "for you"])
        // The other one keeps the direct room, with a shell in it.
        let listing = try #require(try fixture.reader.listing(of: direct.id, for: bob.id))
        #expect(listing.peer == shell && listing.memberCount == 1)
        #expect(try fixture.room(.direct(ada.id, handle: "x", by: bob.id)) == .refused(.unknownUser))

        for draft in [
            AccountDraft.delete(ada.id, credential: nil), .setCredential(ada.id, old: nil, new: "x", keeping: nil),
            .signIn(ada.id, credential: "hash of ada", fixture.session(2)),
            .updateProfile(ada.id, displayName: "x", phone: nil, settings: nil), .block(bob.id, by: ada.id),
            .delete(UserID(9), credential: nil),
        ] {
            #expect(try fixture.account(draft) == .refused(.unknownUser))
        }
        // Login and phone are free again.
        #expect(try fixture.register("ada2", phone: "1").id == UserID(3))
        #expect(
            try fixture.account(
                .register(
                    NewAccount(handle: "new", login: "ADA", displayName: "x", credential: nil), session: nil,
                    invite: nil))
                == .user(
                    User(
                        id: UserID(4), handle: "new", username: "x", phone: nil, createdAt: fixture.now,
                        isOpen: false, login: "ADA")))
    }

    @Test("A room whose owner is gone goes to who stood longest below", arguments: Backend.allCases)
    func ownership(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let users = try ["ada", "bob", "cyd", "dan"].map { try fixture.register($0) }
        let (ada, bob, cyd, dan) = (users[0], users[1], users[2], users[3])
        let toAdmin = try fixture.makeNativeRoom("a", members: [ada, bob, cyd, dan])
        try fixture.setRole(.admin, of: dan, in: toAdmin, by: ada)
        let toMember = try fixture.makeNativeRoom("m", members: [ada, bob, cyd])
        try fixture.setRole(.reader, of: bob, in: toMember, by: ada)
        let empty = try fixture.makeNativeRoom("e", members: [ada])
        let commit = try fixture.append([.account(.delete(ada.id, credential: nil))])
        var archived = empty
        archived.isArchived = true
        #expect(
            commit.events.map(\.kind) == [
                .memberLeft(ada.id, by: ada.id), .memberRoleChanged(dan.id, role: .owner, by: ada.id),
                .memberLeft(ada.id, by: ada.id), .memberRoleChanged(cyd.id, role: .owner, by: ada.id),
                .memberLeft(ada.id, by: ada.id), .roomArchived(archived, by: ada.id),
            ])
        #expect(commit.events.map(\.room) == [toAdmin, toAdmin, toMember, toMember, empty, empty].map(\.id))
        #expect(try fixture.roles(toAdmin) == [bob.id: .member, cyd.id: .member, dan.id: .owner])
        #expect(try fixture.roles(toMember) == [bob.id: .reader, cyd.id: .owner])
        #expect(try fixture.reader.room(empty.id) == archived)
    }

    @Test("A channel that only readers are left in is archived", arguments: Backend.allCases)
    func readersOnly(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let room = try fixture.makeNativeRoom("c", kind: .channel, members: [ada, bob])
        _ = try fixture.account(.delete(ada.id, credential: nil))
        #expect(try fixture.roles(room) == [bob.id: .reader])
        #expect(try fixture.reader.room(room.id)?.isArchived == true)
    }

    @Test("A dialect's deletion leaves a shell that may do nothing", arguments: Backend.allCases)
    func shells(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.makeUser("bob"))
        let room = try fixture.makeNativeRoom("r", members: [ada, bob])
        #expect(try fixture.apply(.deleteUser(bob.id)) == .done)
        #expect(try fixture.reader.isMember(bob.id, of: room.id))
        #expect(try fixture.apply(fixture.says("x", in: room, by: bob)) == .refused(.notFound))
        #expect(try fixture.room(.leave(room.id, by: bob.id)) == .refused(.notFound))
        #expect(try fixture.room(.kick(room.id, bob.id, by: ada.id)) == .done)
        #expect(try fixture.roles(room) == [ada.id: .owner])
    }
}
