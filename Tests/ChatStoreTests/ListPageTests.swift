import ChatDomain
import Testing

@testable import ChatStore

@Suite("Pages of lists, in every store")
struct ListPageTests {
    @Test("Whoever stays in place while a list of rooms changes is on exactly one page", arguments: Backend.allCases)
    func rooms(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let rooms = try (1...6).map { try fixture.makeNativeRoom("r\($0)", visibility: .public, members: [ada]) }
        func page(_ cursor: ListCursor?) throws -> ListPage<RoomListing> {
            try fixture.reader.listings(of: ada.id, after: cursor, limit: 2)
        }
        let first = try page(nil)
        #expect(first.rows.map(\.room.id.rawValue) == [6, 5])
        // Room 2 moves up, past the page that was shown; room 3 goes; a new one comes.
        try fixture.say("x", in: rooms[1], by: ada)
        #expect(try fixture.room(.delete(rooms[2].id, by: ada.id)) == .done)
        try fixture.makeNativeRoom("r7", members: [ada])
        let second = try page(first.next)
        #expect(second.rows.map(\.room.id.rawValue) == [4, 1])
        #expect(second.next == nil)
        // From the beginning: each once.
        var seen: [Int64] = []
        var cursor: ListCursor?
        repeat {
            let page = try page(cursor)
            seen += page.rows.map(\.room.id.rawValue)
            cursor = page.next
        } while cursor != nil
        #expect(seen == [7, 2, 6, 5, 4, 1])
    }

    @Test("Members and bans go on where they ended, whoever has gone", arguments: Backend.allCases)
    func members(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let people = try (1...6).map { try fixture.register("p\($0)") }
        let room = try fixture.makeNativeRoom("r", members: people)
        let first = try fixture.reader.members(of: room.id, after: nil, limit: 3)
        #expect(first.rows.map(\.user.rawValue) == [1, 2, 3])
        for person in [people[1], people[2]] {
            #expect(try fixture.room(.ban(room.id, person.id, reason: nil, until: nil, by: people[0].id)) == .done)
        }
        let second = try fixture.reader.members(of: room.id, after: first.next, limit: 3)
        #expect(second.rows.map(\.user.rawValue) == [4, 5, 6] && second.next == nil)
        let bans = try fixture.reader.bans(from: room.id, at: fixture.now, after: nil, limit: 1)
        #expect(bans.rows.map(\.user.rawValue) == [2])
        #expect(try fixture.room(.unban(room.id, people[1].id, by: people[0].id)) == .done)
        #expect(try fixture.room(.ban(room.id, people[3].id, reason: nil, until: nil, by: people[0].id)) == .done)
        let rest = try fixture.reader.bans(from: room.id, at: fixture.now, after: bans.next, limit: 5)
        #expect(rest.rows.map(\.user.rawValue) == [3, 4] && rest.next == nil)
    }

    @Test("Public rooms go on by name, and then by number", arguments: Backend.allCases)
    func publicRooms(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        for (number, name) in ["b", "A", "a", "Ä", "a b"].enumerated() {
            let new = NewNativeRoom(
                handle: "r\(number)", kind: .group, name: name, visibility: .public, members: [])
            _ = try fixture.room(.create(new, by: ada.id))
        }
        var seen: [Int64] = []
        var cursor: ListCursor?
        repeat {
            let page = try fixture.reader.publicRooms(matching: "", for: ada.id, after: cursor, limit: 1)
            #expect(page.rows.count == 1)
            seen += page.rows.map(\.room.id.rawValue)
            // As a client hands it back.
            cursor = try page.next.map { try #require(ListCursor("\($0)")) }
        } while cursor != nil
        #expect(seen == [2, 3, 5, 1, 4])
    }

    @Test(arguments: ["0", "17", "9223372036854775807", "3.", "3.61", "3.c3a4"])
    func cursorsAreRead(_ text: String) { #expect(ListCursor(text)?.description == text) }

    @Test(arguments: ["", "-1", "01", "x", "1.6", "1.6g", "1.ff", "1 ", "9223372036854775808", "1.61.62", "+1"])
    func othersAreNone(_ text: String) { #expect(ListCursor(text) == nil) }
}
