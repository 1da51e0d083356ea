import ChatDomain
import ChatStore
import Testing

/// What stores once answered differently.
@Suite("The rules, in every store")
struct RulesContractTests {
    @Test("A block ends with the account of who made it", arguments: Backend.allCases)
    func blockOfADeletedAccount(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let room = try fixture.makeDirect(ada, bob)
        #expect(try fixture.account(.block(ada.id, by: bob.id)) == .done)
        #expect(try fixture.apply(fixture.says("no", in: room, by: ada)) == .refused(.blocked))
        #expect(try fixture.account(.delete(bob.id, credential: nil)) == .done)
        #expect(try fixture.say("yes", in: room, by: ada) == 1)
    }

    @Test("Who is deleted leaves no room, not even as its last owner", arguments: Backend.allCases)
    func aDeletedOwner(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let hidden = try fixture.makeNativeRoom("hidden", members: [ada])
        let shown = try fixture.makeNativeRoom("shown", visibility: .public, members: [ada])
        #expect(try fixture.apply(.deleteUser(ada.id)) == .done)
        #expect(try fixture.room(.leave(hidden.id, by: ada.id)) == .refused(.notFound))
        #expect(try fixture.room(.leave(shown.id, by: ada.id)) == .refused(.forbidden))
        for room in [hidden, shown] {
            #expect(try fixture.reader.members(of: room.id, after: nil, limit: 9).rows.map(\.user) == [ada.id])
            #expect(try fixture.reader.room(room.id)?.isArchived == false)
        }
    }

    @Test("A third member of a direct room is refused by a block of either of the two", arguments: Backend.allCases)
    func aThirdMember(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let people = try ["ada", "bob", "cid"].map { try fixture.register($0) }
        let (ada, bob, cid) = (people[0], people[1], people[2])
        let room = try fixture.makeDirect(ada, bob)
        _ = try fixture.apply(.updateRoom(room.id, name: nil, members: people.map(\.id), by: nil))
        #expect(try fixture.say("one", in: room, by: cid) == 1)
        for blocker in [ada, bob] {
            #expect(try fixture.account(.block(cid.id, by: blocker.id)) == .done)
            #expect(try fixture.apply(fixture.says("no", in: room, by: cid)) == .refused(.blocked))
            #expect(try fixture.account(.unblock(cid.id, by: blocker.id)) == .done)
        }
        #expect(try fixture.say("two", in: room, by: cid) == 2)
        // It holds from the blocked to the blocker only.
        #expect(try fixture.account(.block(cid.id, by: ada.id)) == .done)
        #expect(try fixture.say("three", in: room, by: ada) == 3)
        #expect(try fixture.say("four", in: room, by: bob) == 4)
    }
}
