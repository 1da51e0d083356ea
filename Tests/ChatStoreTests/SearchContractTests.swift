import ChatDomain
import ChatStore
import Testing

@Suite("Search, in every store")
struct SearchContractTests {
    /// Three people, two rooms that the first two are in, one for the first alone.
    private struct Scene {
        let fixture: Fixture
        let ada, bob, cyd: User
        let rooms: [Room]
        let own: Room

        init(_ backend: Backend) throws {
            fixture = try Fixture(backend)
            (ada, bob, cyd) = (try fixture.register("ada"), try fixture.register("bob"), try fixture.register("cyd"))
            rooms = [
                try fixture.makeNativeRoom("r", members: [ada, bob]),
                try fixture.makeNativeRoom("s", visibility: .public, members: [ada, bob]),
            ]
            own = try fixture.makeNativeRoom("t", members: [ada])
        }

        func found(
            _ text: String, by user: User, in room: Room? = nil, from author: User? = nil
        ) throws -> [String] {
            let query = try #require(SearchQuery(text, room: room?.id, from: author?.id))
            try fixture.index()
            let page = try fixture.reader.search(query, for: user.id, before: nil, limit: 20)
            #expect(page.results.count < 20)
            return page.results.map { "\($0.message.room.rawValue).\($0.message.seq)" }
        }
    }

    @Test("Whole words, caselessly, all of them, the newest first", arguments: Backend.allCases)
    func words(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let texts = [
            "The quick brown fox", "a QUICK answer", "quickly", "brown bread", "fox, brown!", "東京都に住む", "naïve",
        ]
        for (number, text) in texts.enumerated() {
            try scene.fixture.say(text, in: scene.rooms[number % 2], by: number % 3 == 0 ? scene.bob : scene.ada)
        }
        for (query, expected) in [
            ("quick", ["2.1", "1.1"]), ("QUICK", ["2.1", "1.1"]), ("quic", []), ("quick brown", ["1.1"]),
            ("brown quick", ["1.1"]), ("\"brown fox\"", ["1.1"]), ("\"fox brown\"", ["1.3"]),
            ("brown", ["1.3", "2.2", "1.1"]), ("京", ["2.3"]), ("東京", ["2.3"]), ("京東", []), ("都に", ["2.3"]),
            ("naïve", ["1.4"]), ("naive", []), ("quick NOT answer", []), ("brow*", ["1.3", "2.2", "1.1"]),
            ("qui* fo*", ["1.1"]), ("brown-fo*", ["1.1"]), ("rown*", []), ("quick OR fox", []),
            ("nothing", []), ("r1", []), ("u1", []), ("\u{E000}r1 fox", []), ("words:fox", []),
            ("fox\"", ["1.3", "1.1"]),
        ] {
            #expect(try scene.found(query, by: scene.ada) == expected, "\(query)")
        }
        #expect(try scene.found("brown", by: scene.ada, in: scene.rooms[1]) == ["2.2"])
        #expect(try scene.found("brown", by: scene.ada, from: scene.bob) == ["2.2", "1.1"])
        #expect(try scene.found("brown", by: scene.ada, in: scene.rooms[0], from: scene.ada) == ["1.3"])
        #expect(try scene.found("brown", by: scene.ada, from: scene.cyd) == [])
    }

    @Test("Only what was said between two times, and what holds a link", arguments: Backend.allCases)
    func filters(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room) = (scene.fixture, scene.rooms[0])
        let hour: Int64 = 3_600_000
        // The clock is set back once by more than an hour.
        let times = [hour, hour + 5, 3 * hour, 3 * hour + 1, hour + 9, 9 * hour]
        for (number, time) in times.enumerated() {
            fixture.now = WallTime(milliseconds: time)
            try fixture.say(number % 2 == 0 ? "word" : "word https://example.org", in: room, by: scene.ada)
        }
        func found(
            _ text: String = "word", _ before: Int64? = nil, _ after: Int64? = nil, hasLink: Bool = false,
            limit: Int = 20
        ) throws -> [Int64] {
            let times = [before, after].map { $0.map { WallTime(milliseconds: $0) } }
            let query = try #require(SearchQuery(text, before: times[0], after: times[1], hasLink: hasLink))
            try fixture.index()
            var seqs: [Int64] = []
            var cursor: Int64?
            repeat {
                let page = try fixture.reader.search(query, for: scene.bob.id, before: cursor, limit: limit)
                seqs += page.results.map(\.message.seq)
                cursor = page.nextCursor
            } while cursor != nil
            return seqs
        }
        for limit in [1, 20] {
            #expect(try found("word", hour, limit: limit) == [])
            #expect(try found("word", hour + 1, limit: limit) == [1])
            #expect(try found("word", 2 * hour, limit: limit) == [5, 2, 1])
            #expect(try found("word", nil, 3 * hour, limit: limit) == [6, 4])
            #expect(try found("word", nil, 9 * hour, limit: limit) == [])
            #expect(try found("word", nil, 10 * hour, limit: limit) == [])
            #expect(try found("word", 9 * hour, hour + 5, limit: limit) == [5, 4, 3])
            #expect(try found("word", hour, 9 * hour, limit: limit) == [])
            #expect(try found(hasLink: true, limit: limit) == [6, 4, 2])
            #expect(try found("", hasLink: true, limit: limit) == [6, 4, 2])
            #expect(try found("", 9 * hour, 2 * hour, hasLink: true, limit: limit) == [4])
        }
        // As they read now.
        _ = try fixture.post(.edit(room.id, seq: 2, text: "word", ifVersion: nil, by: scene.ada.id))
        _ = try fixture.post(.edit(room.id, seq: 1, text: "HTTP://x word", ifVersion: nil, by: scene.ada.id))
        _ = try fixture.post(.delete(room.id, seq: 4, ifVersion: nil, by: scene.ada.id))
        #expect(try found("", hasLink: true) == [6, 1])
        #expect(try found() == [6, 5, 3, 2, 1])
    }

    @Test("All that somebody has said, wherever it was", arguments: Backend.allCases)
    func ownWords(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let fixture = scene.fixture
        for (number, room) in [scene.rooms[0], scene.rooms[1], scene.rooms[0], scene.own].enumerated() {
            try fixture.say("ada \(number)", in: room, by: scene.ada)
            if number < 3 { try fixture.say("bob \(number)", in: room, by: scene.bob) }
        }
        _ = try fixture.post(.edit(scene.rooms[1].id, seq: 1, text: "edited", ifVersion: nil, by: scene.ada.id))
        _ = try fixture.post(.delete(scene.rooms[0].id, seq: 1, ifVersion: nil, by: scene.ada.id))
        _ = try fixture.room(.delete(scene.own.id, by: scene.ada.id))
        // It stays theirs when they have gone.
        _ = try fixture.room(.update(scene.rooms[0].id, RoomUpdate(owner: scene.bob.id), by: scene.ada.id))
        _ = try fixture.room(.leave(scene.rooms[0].id, by: scene.ada.id))
        try fixture.index()
        func all(_ user: User, limit: Int) throws -> [String] {
            var texts: [String] = []
            var cursor: Int64?
            repeat {
                let page = try fixture.reader.messages(by: user.id, before: cursor, limit: limit)
                #expect(page.messages.allSatisfy { $0.author == user.id && $0.reactions.isEmpty })
                texts += page.messages.map(\.text)
                cursor = page.nextCursor
            } while cursor != nil
            return texts
        }
        for limit in [1, 2, 3, 100] {
            #expect(try all(scene.ada, limit: limit) == ["ada 2", "edited"], "\(limit)")
            #expect(try all(scene.bob, limit: limit) == ["bob 2", "bob 1", "bob 0"], "\(limit)")
        }
        #expect(try all(scene.cyd, limit: 5) == [])
        #expect(try fixture.reader.messages(by: scene.ada.id, before: nil, limit: 0).messages == [])
    }

    @Test("Nobody finds what they may not read", arguments: Backend.allCases)
    func membership(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room) = (scene.fixture, scene.rooms[1])
        for room in scene.rooms + [scene.own] { try fixture.say("secret", in: room, by: scene.ada) }
        #expect(try scene.found("secret", by: scene.ada) == ["3.1", "2.1", "1.1"])
        #expect(try scene.found("secret", by: scene.bob) == ["2.1", "1.1"])
        #expect(try scene.found("secret", by: scene.bob, in: scene.own) == [])
        #expect(try scene.found("secret", by: scene.cyd) == [])
        // Also not what is public, before they join; and no more once they are gone.
        #expect(try scene.found("secret", by: scene.cyd, in: room) == [])
        _ = try fixture.room(.join(room.id, invite: nil, by: scene.cyd.id))
        #expect(try scene.found("secret", by: scene.cyd) == ["2.1"])
        _ = try fixture.room(.kick(room.id, scene.cyd.id, by: scene.ada.id))
        #expect(try scene.found("secret", by: scene.cyd) == [])
        _ = try fixture.room(.delete(room.id, by: scene.ada.id))
        #expect(try scene.found("secret", by: scene.bob) == ["1.1"])
        let query = try #require(SearchQuery("secret", room: RoomID(99)))
        #expect(try fixture.reader.search(query, for: scene.ada.id, before: nil, limit: 9).results == [])
    }

    @Test("Edits, deletions and hiding are followed", arguments: Backend.allCases)
    func changes(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room) = (scene.fixture, scene.rooms[0])
        for _ in 1...4 { try fixture.say("apple", in: room, by: scene.ada) }
        #expect(try scene.found("apple", by: scene.bob) == ["1.4", "1.3", "1.2", "1.1"])
        _ = try fixture.post(.edit(room.id, seq: 1, text: "apple pear", ifVersion: nil, by: scene.ada.id))
        _ = try fixture.post(.edit(room.id, seq: 2, text: "pear", ifVersion: nil, by: scene.ada.id))
        _ = try fixture.post(.delete(room.id, seq: 3, ifVersion: nil, by: scene.ada.id))
        _ = try fixture.post(.hide(room.id, seq: 4, by: scene.bob.id))
        #expect(try scene.found("apple", by: scene.bob) == ["1.1"])
        #expect(try scene.found("apple", by: scene.ada) == ["1.4", "1.1"])
        #expect(try scene.found("pear", by: scene.bob) == ["1.2", "1.1"])
        // Several changes at once.
        _ = try fixture.append([
            fixture.says("plum", in: room, by: scene.ada),
            .post(.edit(room.id, seq: 5, text: "grape", ifVersion: nil, by: scene.ada.id)),
            .post(.edit(room.id, seq: 2, text: "plum", ifVersion: nil, by: scene.ada.id)),
            .post(.edit(room.id, seq: 2, text: "grape", ifVersion: nil, by: scene.ada.id)),
            fixture.says("grape", in: room, by: scene.ada),
            .post(.delete(room.id, seq: 6, ifVersion: nil, by: scene.ada.id)),
            .post(.edit(room.id, seq: 1, text: "grape", ifVersion: nil, by: scene.ada.id)),
            .post(.delete(room.id, seq: 1, ifVersion: nil, by: scene.ada.id)),
        ])
        #expect(try scene.found("grape", by: scene.ada) == ["1.5", "1.2"])
        #expect(try scene.found("plum", by: scene.ada) == [])
        #expect(try scene.found("pear", by: scene.ada) == [])
    }

    @Test("A result is the message as it reads now, and what stands around", arguments: Backend.allCases)
    func results(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room) = (scene.fixture, scene.rooms[0])
        try fixture.say("first words", in: room, by: scene.ada)
        try fixture.say("other\nwords", in: room, by: scene.bob, replyTo: 1)
        _ = try fixture.post(.react(room.id, seq: 2, key: "❤", by: scene.ada.id))
        try fixture.index()
        let query = try #require(SearchQuery("words"))
        let page = try fixture.reader.search(query, for: scene.ada.id, before: nil, limit: 9)
        #expect(page.results.map(\.message) == (try fixture.page(room, .after(0), for: scene.ada).messages.reversed()))
        #expect(page.results.map(\.snippet) == ["other words", "first words"])
        #expect(page.nextCursor == nil)
    }

    @Test("Pages follow one another, whatever is said meanwhile", arguments: Backend.allCases)
    func paging(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let fixture = scene.fixture
        for number in 1...250 {
            _ = try fixture.store.append(
                [fixture.says("word \(number)", in: scene.rooms[number % 2], by: scene.ada)], at: fixture.now)
        }
        let query = try #require(SearchQuery("word"))
        try fixture.index()
        var texts: [String] = []
        var cursor: Int64?
        var pages = 0
        repeat {
            let page = try fixture.reader.search(query, for: scene.bob.id, before: cursor, limit: 40)
            #expect(page.results.count <= 40)
            texts += page.results.map(\.message.text)
            cursor = page.nextCursor
            pages += 1
            if pages == 2 {
                try fixture.say("word and more", in: scene.rooms[0], by: scene.ada)
                try fixture.index()
            }
        } while cursor != nil && pages < 20
        #expect(texts == (1...250).reversed().map { "word \($0)" })
        for limit in [0, -1] {
            #expect(try fixture.reader.search(query, for: scene.bob.id, before: nil, limit: limit).results == [])
        }
        for (cursor, count) in [(Int64.min, 0), (0, 0), (.max, 9)] {
            #expect(
                try fixture.reader.search(query, for: scene.bob.id, before: cursor, limit: 9).results.count == count)
        }
    }
}
