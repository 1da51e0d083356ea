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

    @Test("A thread is seen from the joining on, and without what it began with", arguments: Backend.allCases)
    func threadsBeginWithTheJoining(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, ada, bob) = (scene.fixture, scene.room, scene.ada, scene.bob)
        func page(_ thread: Int64, _ range: MessageRange, limit: Int = 9, for user: User) throws -> MessagePage? {
            try fixture.reader.threadPage(of: room.id, thread: thread, range, limit: limit, for: user.id)
        }
        func threads(_ user: User) throws -> [Int64] {
            try fixture.reader.threads(of: user.id, after: nil, limit: 9).rows.map(\.root.seq)
        }
        // Bob is mentioned, and so follows a thread whose first message is not theirs to see.
        try fixture.say("answer", in: room, by: ada, thread: 1, mentions: [bob])
        #expect(try fixture.unread(bob, room) == [1, 1, 3, 4])
        for seq in [Int64(1), 3] {
            #expect(try page(seq, .before(nil), for: bob) == nil)
            for draft: PostDraft in [.follow(room.id, seq: seq, by: bob.id), .unfollow(room.id, seq: seq, by: bob.id)] {
                #expect(try fixture.post(draft) == .refused(.unknownMessage), "\(draft)")
            }
        }
        // An answer to what they see belongs to the same thread.
        #expect(try fixture.say("mine", in: room, by: bob, thread: 4) == 5)
        let whole = try #require(try page(1, .before(nil), for: ada))
        #expect(whole.messages.map(\.seq) == [1, 4, 5] && whole.messages[2].thread == 1)
        for range in [MessageRange.before(nil), .before(9), .after(0), .after(3), .around(1), .around(4)] {
            let seen = try #require(try page(4, range, for: bob))
            #expect(seen.messages.map(\.seq) == [4, 5] && !seen.hasMoreBefore && !seen.hasMoreAfter, "\(range)")
        }
        for range in [MessageRange.before(4), .before(2), .before(1)] {
            let seen = try #require(try page(4, range, for: bob))
            #expect(seen.messages.isEmpty && !seen.hasMoreBefore && seen.hasMoreAfter, "\(range)")
        }
        let last = try #require(try page(4, .before(nil), limit: 2, for: bob))
        #expect(last.messages.map(\.seq) == [4, 5] && !last.hasMoreBefore)
        #expect(try page(4, .before(nil), limit: 1, for: bob)?.hasMoreBefore == true)
        #expect(try threads(bob) == [])
        #expect(try threads(ada) == [1])
        // One that begins after the joining is like any other.
        try fixture.say("begins", in: room, by: bob)
        try fixture.say("goes on", in: room, by: ada, thread: 6)
        #expect(try threads(bob) == [6])
        #expect(try page(6, .before(nil), for: bob)?.messages.map(\.seq) == [6, 7])
        #expect(try fixture.unread(bob, room) == [1, 0, 6, 7])

        _ = try fixture.room(.update(room.id, RoomUpdate(history: .all), by: ada.id))
        #expect(try threads(bob) == [6, 1])
        #expect(try page(1, .before(nil), for: bob)?.messages.map(\.seq) == [1, 4, 5])
    }

    @Test("Old pins are not there, nor what happens to them", arguments: Backend.allCases)
    func pinsBeginWithTheJoining(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, ada, bob) = (scene.fixture, scene.room, scene.ada, scene.bob)
        try fixture.setRole(.admin, of: bob, in: room, by: ada)
        try fixture.say("new", in: room, by: ada)
        func pins(_ user: User) throws -> [Int64] {
            try fixture.reader.pins(of: room.id, for: user.id).map(\.pin.seq)
        }
        let start = try fixture.reader.head(of: room.id).offset
        for seq in [Int64(1), 2, 4] { _ = try fixture.post(.pin(room.id, seq: seq, by: ada.id)) }
        #expect(try pins(ada) == [4, 2, 1])
        #expect(try pins(bob) == [4])
        for draft: PostDraft in [.pin(room.id, seq: 1, by: bob.id), .unpin(room.id, seq: 1, by: bob.id)] {
            #expect(try fixture.post(draft) == .refused(.unknownMessage), "\(draft)")
        }
        _ = try fixture.post(.unpin(room.id, seq: 2, by: ada.id))
        _ = try fixture.post(.unpin(room.id, seq: 4, by: bob.id))
        #expect(try fixture.post(.delete(room.id, seq: 1, ifVersion: nil, by: ada.id)) != .refused(.forbidden))
        let seen = try fixture.reader.events(in: room.id, after: start, limit: 99, for: bob.id).map(\.kind)
        #expect(
            seen == [
                .messageConcealed(seq: 1), .messageConcealed(seq: 2), .messagePinned(seq: 4, by: ada.id),
                .messageConcealed(seq: 2), .messageUnpinned(seq: 4, by: bob.id), .messageConcealed(seq: 1),
                .messageConcealed(seq: 1),
            ])
        #expect(try pins(bob) == [] && pins(ada) == [])
    }

    @Test("No filter of the search finds what is from before", arguments: Backend.allCases)
    func searchBeginsWithTheJoining(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, ada, bob) = (scene.fixture, scene.room, scene.ada, scene.bob)
        let old = fixture.now
        _ = try fixture.post(
            .edit(room.id, seq: 2, text: "older cat https://example.org", ifVersion: nil, by: ada.id))
        fixture.now = WallTime(milliseconds: old.milliseconds + 1_000)
        try fixture.say("cats https://example.net", in: room, by: ada)
        try fixture.index()
        let late = WallTime(milliseconds: fixture.now.milliseconds + 1)
        let early = WallTime(milliseconds: old.milliseconds - 1)
        let queries: [(SearchQuery?, all: [Int64], seen: [Int64])] = [
            (SearchQuery("ca*"), [4, 3, 2, 1], [4]),
            (SearchQuery("ca*", room: room.id, before: late), [4, 3, 2, 1], [4]),
            (SearchQuery("ca*", before: fixture.now), [3, 2, 1], []),
            (SearchQuery("ca*", after: early), [4, 3, 2, 1], [4]),
            (SearchQuery("", hasLink: true), [4, 2], [4]),
            (SearchQuery("", from: ada.id, before: fixture.now, after: early, hasLink: true), [2], []),
        ]
        for (query, all, seen) in queries {
            let query = try #require(query)
            func found(_ user: User) throws -> [Int64] {
                try fixture.reader.search(query, for: user.id, before: nil, limit: 9).results.map(\.message.seq)
            }
            #expect(try found(ada) == all, "\(query)")
            #expect(try found(bob) == seen, "\(query)")
        }
    }

    @Test("What is marked as unread is so as far as it is seen", arguments: Backend.allCases)
    func marksBeginWithTheJoining(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, ada, bob) = (scene.fixture, scene.room, scene.ada, scene.bob)
        try fixture.say("new", in: room, by: ada)
        #expect(try fixture.post(.markUnread(room.id, seq: 1, by: bob.id)) == .refused(.unknownMessage))
        _ = try fixture.room(.update(room.id, RoomUpdate(history: .all), by: ada.id))
        #expect(try fixture.post(.markUnread(room.id, seq: 1, by: bob.id)) == .done)
        #expect(try fixture.unread(bob, room) == [3, 0, 0, 4])
        // The room shows less again: of what they marked there is nothing left.
        _ = try fixture.room(.update(room.id, RoomUpdate(history: .joined), by: ada.id))
        #expect(try fixture.unread(bob, room) == [1, 0, 3, 4])
        #expect(try fixture.post(.markUnread(room.id, seq: 4, by: bob.id)) == .done)
        #expect(try fixture.unread(bob, room) == [1, 0, 3, 4])
    }
}
