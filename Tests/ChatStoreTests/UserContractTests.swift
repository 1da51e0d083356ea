import ChatDomain
import ChatStore
import Testing

@Suite("Users, in every store")
struct UserContractTests {
    @Test(arguments: Backend.allCases)
    func aUserIsFoundByEachOfItsNames(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("u-1", phone: "+4912345", isOpen: true)
        #expect(user.id == UserID(1))
        #expect(user.handle == "u-1")
        #expect(user.username == "Name of u-1")
        #expect(user.phone == "+4912345")
        #expect(user.createdAt == fixture.now)
        #expect(user.isOpen && !user.isDeleted)
        #expect(try fixture.reader.user(user.id) == user)
        #expect(try fixture.reader.user(handle: "u-1") == user)
        #expect(try fixture.reader.user(phone: "+4912345") == user)
        #expect(try fixture.reader.user(UserID(2)) == nil)
        #expect(try fixture.reader.user(handle: "u-2") == nil)
        #expect(try fixture.reader.user(phone: "") == nil)
    }

    @Test(arguments: Backend.allCases)
    func handlesAndPhonesAreUnique(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        try fixture.makeUser("a", phone: "1")
        let sameHandle = NewUser(handle: "a", username: "x", phone: "2", isOpen: false)
        let samePhone = NewUser(handle: "b", username: "x", phone: "1", isOpen: false)
        #expect(try fixture.apply(.createUser(sameHandle)) == .refused(.handleTaken))
        #expect(try fixture.apply(.createUser(samePhone)) == .refused(.phoneTaken))
        // No phone is no value that two could share.
        try fixture.makeUser("b")
        let third = try fixture.makeUser("c")
        #expect(third.id == UserID(3))
    }

    @Test("Handles that differ in bytes differ", arguments: Backend.allCases)
    func handlesAreComparedByBytes(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let composed = try fixture.makeUser("caf\u{E9}")
        let decomposed = try fixture.makeUser("cafe\u{301}")
        #expect(composed.id != decomposed.id)
        #expect(try fixture.reader.user(handle: "cafe\u{301}")?.id == decomposed.id)
        let odd = try fixture.makeUser("a\u{0}b")
        #expect(try fixture.reader.user(handle: "a\u{0}b") == odd)
        #expect(try fixture.reader.user(handle: "a") == nil)
    }

    @Test(arguments: Backend.allCases)
    func draftsOfOneTransactionSeeEachOther(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let new = NewUser(handle: "a", username: "A", phone: nil, isOpen: false)
        let commit = try fixture.append([
            .createUser(new), .createUser(new), .renameUser(UserID(1), username: "B"), .deleteUser(UserID(1)),
            .renameUser(UserID(1), username: "C"),
        ])
        #expect(commit.events.isEmpty)
        guard case .user(let renamed) = commit.outcomes[2] else { throw Unexpected() }
        #expect(renamed.username == "B")
        #expect(commit.outcomes[1] == .refused(.handleTaken))
        #expect(commit.outcomes[3...] == [.done, .refused(.unknownUser)])
    }

    @Test(arguments: Backend.allCases)
    func renaming(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        guard case .user(let renamed) = try fixture.apply(.renameUser(user.id, username: "New")) else {
            throw Unexpected()
        }
        #expect(renamed.username == "New")
        #expect(renamed.handle == "a")
        #expect(try fixture.reader.user(user.id) == renamed)
        #expect(try fixture.apply(.renameUser(UserID(99), username: "x")) == .refused(.unknownUser))
    }

    @Test("A deleted account is a nameless shell that stays in its rooms", arguments: Backend.allCases)
    func deleting(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a", phone: "1", isOpen: true)
        let room = try fixture.makeRoom("r", members: [user])
        try fixture.send("kept", in: room, by: user)
        #expect(try fixture.apply(.deleteUser(user.id)) == .done)

        let shell = try #require(try fixture.reader.user(user.id))
        #expect(shell.isDeleted)
        #expect(shell.username == "Deleted user")
        #expect(shell.phone == nil)
        #expect(shell.handle == "a")
        #expect(try fixture.reader.user(handle: "a") == nil)
        #expect(try fixture.reader.user(phone: "1") == nil)
        #expect(try fixture.reader.openUsers(limit: 10) == [])
        #expect(try fixture.reader.summary(of: room.id)?.members == [shell])
        #expect(try fixture.texts(room) == ["kept"])
        #expect(try fixture.reader.isMember(user.id, of: room.id))

        #expect(try fixture.apply(.deleteUser(user.id)) == .refused(.unknownUser))
        #expect(try fixture.apply(.deleteUser(UserID(99))) == .refused(.unknownUser))
        #expect(try fixture.apply(fixture.message("x", in: room, by: user)) == .refused(.unknownUser))
        // The phone is free, the handle is not: messages still carry it.
        try fixture.makeUser("b", phone: "1")
        let again = NewUser(handle: "a", username: "x", phone: nil, isOpen: false)
        #expect(try fixture.apply(.createUser(again)) == .refused(.handleTaken))
    }

    @Test(arguments: Backend.allCases)
    func openUsersComeInTheOrderOfCreation(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let first = try fixture.makeUser("z", isOpen: true)
        try fixture.makeUser("hidden")
        let second = try fixture.makeUser("a", isOpen: true)
        #expect(try fixture.reader.openUsers(limit: 10) == [first, second])
        #expect(try fixture.reader.openUsers(limit: 1) == [first])
        #expect(try fixture.reader.openUsers(limit: 0) == [])
    }
}
