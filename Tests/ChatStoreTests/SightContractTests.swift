import ChatDomain
import ChatStore
import Testing

/// A room of which who joins sees what happens from then on.
@Suite("History 'joined', in every store")
struct SightContractTests {
    private struct Scene {
        let fixture: Fixture
        let ada: User
        let bob: User
        let room: Room

        /// Ada has said "old", "older" and "mine", and edited and reacted to the first; then Bob has joined, who has been
        /// there once before, when he said "mine".
        init(_ backend: Backend) throws {
            fixture = try Fixture(backend)
            ada = try fixture.register("ada")
            bob = try fixture.register("bob")
            room = try fixture.makeNativeRoom("r", members: [ada, bob])
            _ = try fixture.room(.update(room.id, RoomUpdate(history: .joined), by: ada.id))
            try fixture.say("old cat", in: room, by: ada)
            try fixture.say("older cat", in: room, by: ada)
            try fixture.say("my cat", in: room, by: bob)
            _ = try fixture.post(.edit(room.id, seq: 1, text: "old cat again", ifVersion: nil, by: ada.id))
            _ = try fixture.post(.react(room.id, seq: 1, key: "👍", by: ada.id))
            _ = try fixture.room(.leave(room.id, by: bob.id))
            _ = try fixture.room(.addMembers(room.id, [bob.id], role: nil, by: ada.id))
        }
    }

    @Test(arguments: Backend.allCases)
    func pagesBeginWithTheJoining(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, bob) = (scene.fixture, scene.room, scene.bob)
        let nothing = MessagePage(messages: [], hasMoreBefore: false, hasMoreAfter: false)
        for range in [MessageRange.before(nil), .before(3), .after(0), .after(2), .around(1)] {
            #expect(try fixture.page(room, range, for: bob) == nothing, "\(range)")
        }
        let listing = try #require(try fixture.reader.listing(of: room.id, for: bob.id))
        #expect(listing.lastMessage == nil && listing.room.history == .joined)
        #expect(try fixture.unread(bob, room) == [0, 0, 3, 3])
        try fixture.say("new cat", in: room, by: scene.ada, replyTo: 1, mentions: [bob])
        for range in [MessageRange.before(nil), .before(9), .after(0), .around(1), .around(4)] {
            let page = try fixture.page(room, range, for: bob)
            #expect(page.messages.map(\.seq) == [4] && !page.hasMoreBefore && !page.hasMoreAfter, "\(range)")
        }
        #expect(try fixture.page(room, .before(nil), limit: 1, for: bob).hasMoreBefore == false)
        #expect(try fixture.page(room, .before(nil), limit: 1, for: scene.ada).hasMoreBefore)
        #expect(try fixture.reader.listing(of: room.id, for: bob.id)?.lastMessage?.seq == 4)
        #expect(try fixture.unread(bob, room) == [1, 1, 3, 4])
        // Whatever a marker says.
        _ = try fixture.apply(.mark([MarkerUpdate(room: room.id, user: bob.id, read: 0, received: nil)]))
        #expect(try fixture.unread(bob, room) == [1, 1, 3, 4])
        try fixture.index()
        let query = try #require(SearchQuery("cat"))
        #expect(
            try fixture.reader.search(query, for: bob.id, before: nil, limit: 9).results.map(\.message.seq) == [4])
        #expect(
            try fixture.reader.search(query, for: scene.ada.id, before: nil, limit: 9).results.map(\.message.seq)
                == [4, 3, 2, 1])
    }

    @Test(arguments: Backend.allCases)
    func whatHangsOnOldMessagesIsNotThere(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, bob) = (scene.fixture, scene.room, scene.bob)
        try fixture.say("new", in: room, by: scene.ada)
        let id = room.id
        #expect(try fixture.reader.versions(of: 1, in: id, for: bob.id).isEmpty)
        #expect(try fixture.reader.versions(of: 1, in: id, for: scene.ada.id).count == 2)
        #expect(try fixture.reader.versions(of: 4, in: id, for: bob.id).count == 1)
        #expect(try fixture.reader.versions(of: 4, in: id, for: UserID(9)).isEmpty)
        // Not even their own of then.
        for seq in [Int64(1), 3] {
            let drafts: [PostDraft] = [
                .edit(id, seq: seq, text: "x", ifVersion: nil, by: bob.id),
                .delete(id, seq: seq, ifVersion: nil, by: bob.id),
                .hide(id, seq: seq, by: bob.id), .react(id, seq: seq, key: "👍", by: bob.id),
                .unreact(id, seq: seq, key: "👍", by: bob.id),
                .removeReaction(id, seq: seq, key: "👍", of: scene.ada.id, by: bob.id),
            ]
            for draft in drafts { #expect(try fixture.post(draft) == .refused(.unknownMessage), "\(draft)") }
            for draft in [
                fixture.says("x", in: room, by: bob, replyTo: seq), fixture.says("x", in: room, by: bob, thread: seq),
            ] {
                #expect(try fixture.apply(draft) == .refused(.unknownReference))
            }
        }
        #expect(try fixture.say("x", in: room, by: bob, replyTo: 4) == 5)
    }

    @Test(arguments: Backend.allCases)
    func eventsBeginWithTheJoining(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, ada, bob) = (scene.fixture, scene.room, scene.ada, scene.bob)
        try fixture.say("new", in: room, by: ada)
        _ = try fixture.post(.edit(room.id, seq: 2, text: "secret", ifVersion: nil, by: ada.id))
        _ = try fixture.post(.react(room.id, seq: 2, key: "👍", by: ada.id))
        _ = try fixture.post(.unreact(room.id, seq: 2, key: "👍", by: ada.id))
        _ = try fixture.post(.delete(room.id, seq: 2, ifVersion: nil, by: ada.id))
        _ = try fixture.post(.react(room.id, seq: 4, key: "👍", by: ada.id))
        let all = try fixture.reader.events(in: room.id, after: 0, limit: 99)
        let start = try #require(
            all.lastIndex { if case .memberJoined(bob.id, _, _) = $0.kind { true } else { false } })
        let seen = try fixture.reader.events(in: room.id, after: 0, limit: 99, for: bob.id)
        #expect(seen.map(\.offset) == all[start...].map(\.offset))
        #expect(seen.map(\.logID) == all[start...].map(\.logID))
        #expect(
            seen.map(\.kind) == [
                all[start].kind, all[start + 1].kind, .messageConcealed(seq: 2), .messageConcealed(seq: 2),
                .messageConcealed(seq: 2), .messageConcealed(seq: 2), .reactionAdded(seq: 4, key: "👍", by: ada.id),
            ])
        #expect(try fixture.reader.events(in: room.id, after: 0, limit: 2, for: bob.id) == Array(seen.prefix(2)))
        #expect(try fixture.reader.events(in: room.id, after: 0, limit: 99, for: UserID(9)).isEmpty)
        #expect(try fixture.reader.sight(of: bob.id, in: room.id) == Sight(seq: 3, offset: all[start].offset - 1))
        #expect(try fixture.reader.sight(of: UserID(9), in: room.id) == nil)

        // A room that shows everything again shows everything.
        _ = try fixture.room(.update(room.id, RoomUpdate(history: .all), by: ada.id))
        #expect(try fixture.reader.sight(of: bob.id, in: room.id) == .whole)
        #expect(try fixture.page(room, .before(nil), for: bob).messages.map(\.seq) == [1, 2, 3, 4])
        let whole = try fixture.reader.events(in: room.id, after: 0, limit: 99)
        #expect(try fixture.reader.events(in: room.id, after: 0, limit: 99, for: bob.id) == whole)
    }

    @Test(arguments: Backend.allCases)
    func whoJoinsIsToldNothingOfThePast(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let cyd = try scene.fixture.register("cyd")
        let commit = try scene.fixture.append([
            .room(.addMembers(scene.room.id, [cyd.id], role: nil, by: scene.ada.id))
        ])
        guard case .roomJoined(_, let listing?)? = commit.userEvents.last?.kind else { throw Unexpected() }
        #expect(listing.lastMessage == nil && listing.unread == UnreadCount(unread: 0, mentions: 0, read: 3, seq: 3))
    }
}
