import ChatDomain
import ChatStore
import Testing

@Suite("Rooms, in every store")
struct RoomContractTests {
    @Test("Creating a room yields the room, then each member once", arguments: Backend.allCases)
    func creating(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (b, a) = (try fixture.makeUser("b"), try fixture.makeUser("a"))
        let new = NewRoom(handle: "r", kind: .direct, name: "R", members: [a.id, b.id, a.id], isOpen: true)
        let commit = try fixture.append([.createRoom(new)])
        guard case .room(let summary) = commit.outcomes[0] else { throw Unexpected() }
        #expect(summary.room.id == RoomID(1))
        #expect(summary.room.handle == "r")
        #expect(summary.room.kind == .direct)
        #expect(summary.room.name == "R")
        #expect(summary.room.createdAt == fixture.now)
        #expect(summary.room.isOpen)
        #expect(summary.members == [a, b])
        #expect(summary.lastMessage == nil)

        #expect(
            commit.events.map(\.kind) == [
                .roomCreated(summary.room), .memberJoined(a.id, role: .member, by: nil),
                .memberJoined(b.id, role: .member, by: nil),
            ])
        #expect(commit.events.map(\.offset) == [1, 2, 3])
        #expect(commit.events.map(\.logID) == [1, 2, 3])
        #expect(commit.events.allSatisfy { $0.room == RoomID(1) && $0.roomHandle == "r" && $0.at == fixture.now })

        #expect(try fixture.reader.room(RoomID(1)) == summary.room)
        #expect(try fixture.reader.room(handle: "r") == summary.room)
        #expect(try fixture.reader.summary(of: RoomID(1)) == summary)
        #expect(try fixture.reader.events(in: RoomID(1), after: 0, limit: 10) == commit.events)
        #expect(try fixture.reader.head(of: RoomID(1)) == (0, 3))
        #expect(try fixture.reader.isMember(a.id, of: RoomID(1)))
        #expect(try !fixture.reader.isMember(UserID(9), of: RoomID(1)))
    }

    @Test(arguments: Backend.allCases)
    func creatingIsRefused(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let gone = try fixture.makeUser("gone")
        _ = try fixture.apply(.deleteUser(gone.id))
        try fixture.makeRoom("r")
        func draft(_ handle: String, _ members: [UserID]) -> Draft {
            .createRoom(NewRoom(handle: handle, kind: .group, name: "", members: members, isOpen: false))
        }
        #expect(try fixture.apply(draft("r", [user.id])) == .refused(.handleTaken))
        #expect(try fixture.apply(draft("s", [user.id, UserID(77)])) == .refused(.unknownUser))
        #expect(try fixture.apply(draft("s", [gone.id])) == .refused(.unknownUser))
        #expect(try fixture.reader.room(handle: "s") == nil)
        // What was refused has used up no number.
        let next = try fixture.makeRoom("s")
        #expect(next.id == RoomID(2))
    }

    @Test(arguments: Backend.allCases)
    func epochsDiffer(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let rooms = try (1...5).map { try fixture.makeRoom("r\($0)") }
        #expect(Set(rooms.map(\.epoch)).count == 5)
        #expect(try fixture.reader.room(rooms[3].id)?.epoch == rooms[3].epoch)
    }

    @Test("A new list of members joins some, lets others go, and keeps the order", arguments: Backend.allCases)
    func replacingMembers(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let users = try ["a", "b", "c", "d"].map { try fixture.makeUser($0) }
        let room = try fixture.makeRoom("r", members: [users[0], users[1], users[2]])
        let commit = try fixture.append([
            .updateRoom(
                room.id, name: "Renamed", members: [users[3].id, users[2].id, users[0].id, users[3].id],
                by: users[0].id)
        ])
        var renamed = room
        renamed.name = "Renamed"
        #expect(
            commit.events.map(\.kind) == [
                .memberJoined(users[3].id, role: .member, by: nil), .memberLeft(users[1].id, by: users[0].id),
                .roomUpdated(renamed, by: users[0].id),
            ])
        #expect(commit.events.map(\.offset) == [5, 6, 7])
        let summary = RoomSummary(room: renamed, members: [users[0], users[2], users[3]], lastMessage: nil)
        #expect(commit.outcomes == [.room(summary)])
        #expect(try fixture.reader.summary(of: room.id) == summary)
        #expect(try !fixture.reader.isMember(users[1].id, of: room.id))
        #expect(try fixture.reader.rooms(of: users[1].id, limit: 10) == [])
        #expect(try fixture.reader.rooms(of: users[3].id, limit: 10) == [summary])
        // Who left may not write, and comes back at the end of the list.
        #expect(try fixture.apply(fixture.message("x", in: room, by: users[1])) == .refused(.notMember))
        _ = try fixture.apply(fixture.message("x", in: room, by: users[1], joins: true))
        #expect(try fixture.reader.summary(of: room.id)?.members == [users[0], users[2], users[3], users[1]])
        #expect(try fixture.kinds(room).first == .roomCreated(room))
    }

    @Test(arguments: Backend.allCases)
    func anUpdateThatChangesNothingHasNoEvent(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user])
        let commit = try fixture.append([
            .updateRoom(room.id, name: nil, members: nil, by: nil),
            .updateRoom(room.id, name: room.name, members: [user.id], by: nil),
        ])
        let same = Outcome.room(RoomSummary(room: room, members: [user], lastMessage: nil))
        #expect(commit == Commit(outcomes: [same, same], events: []))
        let emptied = try fixture.append([.updateRoom(room.id, name: nil, members: [], by: nil)])
        #expect(emptied.events.map(\.kind) == [.memberLeft(user.id, by: nil)])
    }

    @Test(arguments: Backend.allCases)
    func updatingIsRefused(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (user, gone) = (try fixture.makeUser("a"), try fixture.makeUser("gone"))
        let room = try fixture.makeRoom("r", members: [user, gone])
        let other = try fixture.makeRoom("s", members: [user])
        _ = try fixture.apply(.deleteUser(gone.id))
        func update(_ room: RoomID, _ members: [UserID]) throws -> Outcome {
            try fixture.apply(.updateRoom(room, name: "new", members: members, by: nil))
        }
        #expect(try update(RoomID(9), []) == .refused(.unknownRoom))
        #expect(try update(room.id, [user.id, UserID(9)]) == .refused(.unknownUser))
        #expect(try fixture.reader.room(room.id) == room)
        // A shell may stay where it is, but joins nothing.
        #expect(try update(other.id, [user.id, gone.id]) == .refused(.unknownUser))
        guard case .room(let summary) = try update(room.id, [gone.id]) else { throw Unexpected() }
        #expect(summary.members.map(\.id) == [gone.id])
    }

    @Test("A deleted room is gone for every question", arguments: Backend.allCases)
    func deleting(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let room = try fixture.makeRoom("r", members: [user], isOpen: true)
        let key = fixture.makeKey()
        let sent = try fixture.send("text", in: room, by: user, key: key)
        let commit = try fixture.append([.deleteRoom(room.id, by: user.id)])
        #expect(commit.outcomes == [.done])
        #expect(commit.events.map(\.kind) == [.roomDeleted(by: user.id)])
        #expect(commit.events.map(\.offset) == [4])
        #expect(commit.events.map(\.roomHandle) == ["r"])

        #expect(try fixture.reader.room(room.id) == nil)
        #expect(try fixture.reader.room(handle: "r") == nil)
        #expect(try fixture.reader.summary(of: room.id) == nil)
        #expect(try fixture.reader.openRooms(limit: 10) == [])
        #expect(try fixture.reader.rooms(of: user.id, limit: 10) == [])
        #expect(try !fixture.reader.isMember(user.id, of: room.id))
        #expect(try fixture.messages(room) == [])
        #expect(try fixture.kinds(room) == [])
        #expect(try fixture.reader.head(of: room.id) == (0, 0))

        #expect(try fixture.apply(.deleteRoom(room.id, by: nil)) == .refused(.unknownRoom))
        #expect(try fixture.apply(.updateRoom(room.id, name: "x", members: nil, by: nil)) == .refused(.unknownRoom))
        #expect(try fixture.apply(fixture.message("x", in: room, by: user)) == .refused(.unknownRoom))
        #expect(try fixture.apply(.edit(room.id, .seq(1), text: "x", by: nil)) == .refused(.unknownMessage))
        #expect(try fixture.apply(.delete(room.id, .seq(1), by: nil)) == .refused(.unknownMessage))
        // A repeat is still a repeat.
        let repeated = try fixture.send("text", in: room, by: user, key: key)
        #expect(repeated == MessageReceipt(seq: sent.seq, offset: sent.offset, isDuplicate: true))
        // The handle is free again, the number is not.
        let next = try fixture.makeRoom("r", members: [user])
        #expect(next.id == RoomID(2))
        #expect(try fixture.reader.head(of: next.id) == (0, 2))
    }

    @Test(arguments: Backend.allCases)
    func listsComeInTheOrderOfCreation(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let user = try fixture.makeUser("a")
        let rooms = try (1...3).map { try fixture.makeRoom("r\(4 - $0)", members: [user], isOpen: $0 != 2) }
        try fixture.send("new", in: rooms[0], by: user)
        let mine = try fixture.reader.rooms(of: user.id, limit: 10)
        #expect(mine.map(\.room) == rooms)
        #expect(mine[0].lastMessage?.text == "new")
        #expect(try fixture.reader.rooms(of: user.id, limit: 2).map(\.room) == [rooms[0], rooms[1]])
        #expect(try fixture.reader.openRooms(limit: 10).map(\.room) == [rooms[0], rooms[2]])
        #expect(try fixture.reader.openRooms(limit: 1).map(\.room) == [rooms[0]])
        #expect(try fixture.reader.rooms(of: UserID(9), limit: 10) == [])
    }

    @Test("A name reads as it did at its event", arguments: Backend.allCases)
    func namesInTheLog(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let room = try fixture.makeRoom("r")
        for name in ["one", "two", "two", ""] {
            _ = try fixture.apply(.updateRoom(room.id, name: name, members: nil, by: nil))
        }
        let names: [String] = try fixture.kinds(room).map {
            switch $0 {
            case .roomCreated(let room), .roomUpdated(let room, nil): room.name
            default: throw Unexpected()
            }
        }
        #expect(names == ["Room r", "one", "two", ""])
        #expect(try fixture.reader.room(room.id)?.name == "")
    }
}
