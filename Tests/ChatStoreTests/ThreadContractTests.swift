import ChatDomain
import Testing

@testable import ChatStore

@Suite("Threads")
struct ThreadContractTests {
    /// A group of three.
    private struct Scene {
        let fixture: Fixture
        let ada: User
        let bob: User
        let cyd: User
        let room: Room

        init(_ backend: Backend) throws {
            fixture = try Fixture(backend)
            (ada, bob, cyd) = (try fixture.register("ada"), try fixture.register("bob"), try fixture.register("cyd"))
            room = try fixture.makeNativeRoom("r", members: [ada, bob, cyd])
        }

        /// Each in a transaction of its own, at a time of its own.
        func say(_ text: String, by user: User, thread: Int64? = nil, mentions: [User] = []) throws {
            fixture.now = WallTime(milliseconds: fixture.now.milliseconds + 1)
            try fixture.say(text, in: room, by: user, thread: thread, mentions: mentions)
        }

        func delete(_ seq: Int64, by user: User) throws {
            _ = try fixture.post(.delete(room.id, seq: seq, ifVersion: nil, by: user.id))
        }

        func info(_ seq: Int64) throws -> [Int64]? {
            let page = try fixture.page(room, .around(seq), limit: 1, for: ada)
            return page.messages.first?.threadInfo.map { [Int64($0.count), $0.lastSeq, $0.lastAt.milliseconds] }
        }

        func page(
            _ thread: Int64, _ range: MessageRange = .before(nil), limit: Int = 50, for user: User? = nil
        ) throws -> (seqs: [Int64], more: [Bool])? {
            let page = try fixture.reader.threadPage(
                of: room.id, thread: thread, range, limit: limit, for: (user ?? ada).id)
            return page.map { ($0.messages.map(\.seq), [$0.hasMoreBefore, $0.hasMoreAfter]) }
        }

        /// The first message of each thread that somebody follows, and what is unread in it.
        func threads(_ user: User) throws -> [[Int64]] {
            try fixture.reader.threads(of: user.id, after: nil, limit: 50).rows.map {
                [$0.root.seq, Int64($0.unread)]
            }
        }

        func unread(_ user: User) throws -> [Int64] { Array(try fixture.unread(user, room).prefix(2)) }

        func reads(_ user: User, _ seq: Int64, thread: Int64? = nil) throws {
            let update = MarkerUpdate(room: room.id, user: user.id, read: seq, received: nil, thread: thread)
            #expect(try fixture.append([.mark([update])]).outcomes == [.done])
        }
    }

    @Test("An answer to an answer belongs to the thread of the first", arguments: Backend.allCases)
    func roots(_ backend: Backend) throws {
        let scene = try Scene(backend)
        try scene.say("root", by: scene.ada)
        try scene.say("answer", by: scene.bob, thread: 1)
        let key = scene.fixture.makeKey()
        let again = scene.fixture.says("to the answer", in: scene.room, by: scene.cyd, key: key, thread: 2)
        let commit = try scene.fixture.append([again])
        guard case .messageCreated(let message)? = commit.events.first?.kind else { throw Unexpected() }
        #expect(message.thread == 1)
        #expect(try scene.fixture.messages(scene.room).map(\.thread) == [nil, 1, 1])
        // It is what was sent that makes a repeat.
        let receipt = MessageReceipt(seq: 3, offset: commit.events[0].offset, isDuplicate: true)
        #expect(try scene.fixture.apply(again) == .sent(receipt))
        let other = scene.fixture.says("to the answer", in: scene.room, by: scene.cyd, key: key, thread: 1)
        #expect(try scene.fixture.apply(other) == .refused(.conflict))
        for missing: Int64 in [0, 4, -1] {
            let draft = scene.fixture.says("x", in: scene.room, by: scene.cyd, thread: missing)
            #expect(try scene.fixture.apply(draft) == .refused(.unknownReference))
        }
        // A deleted message can be answered.
        try scene.delete(2, by: scene.bob)
        try scene.say("still", by: scene.ada, thread: 2)
        #expect(try scene.fixture.messages(scene.room).last?.thread == 1)
    }

    @Test("A root says how many answers there are, whatever becomes of them", arguments: Backend.allCases)
    func infos(_ backend: Backend) throws {
        let scene = try Scene(backend)
        for text in ["root", "other"] { try scene.say(text, by: scene.ada) }
        #expect(try scene.info(1) == nil)
        let start = scene.fixture.now.milliseconds
        for thread: Int64 in [1, 1, 2, 3] { try scene.say("answer", by: scene.bob, thread: thread) }
        #expect(try scene.info(1) == [3, 6, start + 4])
        #expect(try scene.info(2) == [1, 5, start + 3])
        #expect(try scene.info(3) == nil)
        // In lists, in what an edit answers, and not in events.
        try scene.delete(6, by: scene.bob)
        #expect(try scene.info(1) == [2, 4, start + 2])
        try scene.delete(3, by: scene.bob)
        #expect(try scene.info(1) == [1, 4, start + 2])
        guard
            case .changed(let edited, _) = try scene.fixture.post(
                .edit(scene.room.id, seq: 1, text: "root again", ifVersion: nil, by: scene.ada.id))
        else { throw Unexpected() }
        #expect(edited.threadInfo?.count == 1)
        guard case .messageEdited(let event, _)? = try scene.fixture.kinds(scene.room).last else { throw Unexpected() }
        #expect(event.threadInfo == nil)
        try scene.delete(5, by: scene.bob)
        #expect(try scene.fixture.reader.listing(of: scene.room.id, for: scene.ada.id)?.lastMessage?.seq == 4)
        try scene.delete(4, by: scene.bob)
        // No answer is left; the deleted root of others keeps them.
        #expect(try scene.info(1) == nil)
        let last = try scene.fixture.reader.listing(of: scene.room.id, for: scene.ada.id)?.lastMessage
        #expect(last?.seq == 2 && last?.threadInfo == nil)
        try scene.say("once more", by: scene.bob, thread: 1)
        try scene.delete(1, by: scene.ada)
        #expect(try scene.info(1) == [1, 7, start + 5])
        #expect(try scene.page(1)?.seqs == [1, 3, 4, 6, 7])
    }

    @Test("A thread is read in pages of its own", arguments: Backend.allCases)
    func pages(_ backend: Backend) throws {
        let scene = try Scene(backend)
        // Every third is an answer to 2, every other a message beside it.
        for text in ["one", "root"] { try scene.say(text, by: scene.ada) }
        for number in 3...14 { try scene.say("\(number)", by: scene.bob, thread: number % 3 == 0 ? 2 : nil) }
        #expect(try scene.page(2)?.seqs == [2, 3, 6, 9, 12])
        #expect(try scene.page(6)?.seqs == [2, 3, 6, 9, 12])
        #expect(try scene.page(1)?.seqs == [1])
        #expect(try scene.page(15) == nil)
        #expect(try scene.page(0) == nil)
        let expected: [(MessageRange, Int, [Int64], [Bool])] = [
            (.before(nil), 2, [9, 12], [true, false]), (.before(9), 2, [3, 6], [true, true]),
            (.before(3), 2, [2], [false, true]), (.before(2), 9, [], [false, true]),
            (.after(0), 2, [2, 3], [false, true]),
            (.after(3), 9, [6, 9, 12], [true, false]), (.after(12), 9, [], [true, false]),
            (.around(6), 2, [3, 6], [true, true]), (.around(7), 9, [2, 3, 6, 9, 12], [false, false]),
            (.before(.min), 1, [], [false, true]), (.after(.max), 1, [], [true, false]),
            (.before(nil), 0, [], [true, false]),
        ]
        for (range, limit, seqs, more) in expected {
            let page = try #require(try scene.page(2, range, limit: limit))
            #expect(page.seqs == seqs, "\(range)")
            #expect(page.more == more, "\(range)")
        }
        // With reactions; deleted ones stay; hidden ones are not there for who hid them.
        _ = try scene.fixture.post(.react(scene.room.id, seq: 6, key: "👍", by: scene.ada.id))
        try scene.delete(9, by: scene.bob)
        for seq: Int64 in [2, 3, 12] { _ = try scene.fixture.post(.hide(scene.room.id, seq: seq, by: scene.cyd.id)) }
        #expect(try scene.page(2)?.seqs == [2, 3, 6, 9, 12])
        #expect(try scene.page(2, for: scene.cyd)?.seqs == [6, 9])
        #expect(try scene.page(2, .after(0), limit: 1, for: scene.cyd)?.seqs == [6])
        let page = try scene.fixture.reader.threadPage(
            of: scene.room.id, thread: 2, .before(nil), limit: 9, for: scene.ada.id)
        #expect(page?.messages.map(\.isDeleted) == [false, false, false, true, false])
        #expect(page?.messages[2].reactions == [Reaction(key: "👍", users: [scene.ada.id])])
        #expect(page?.messages[0].threadInfo?.count == 3)
        #expect(
            page?.messages[1] == (try scene.fixture.page(scene.room, .around(3), limit: 1, for: scene.ada).messages[0]))
        // Nobody else sees anything.
        let dan = try scene.fixture.register("dan")
        #expect(try scene.page(2, for: dan) == nil)
    }

    @Test("Who follows a thread", arguments: Backend.allCases)
    func followers(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (ada, bob, cyd) = (scene.ada, scene.bob, scene.cyd)
        let dan = try scene.fixture.register("dan")
        _ = try scene.fixture.room(.addMembers(scene.room.id, [dan.id], role: nil, by: ada.id))
        try scene.say("root", by: ada)
        #expect(try scene.threads(ada).isEmpty)
        // Its author from the first answer on, and who answers.
        try scene.say("two", by: bob, thread: 1)
        #expect(try scene.threads(ada) == [[1, 1]])
        #expect(try scene.threads(bob) == [[1, 0]])
        #expect(try scene.threads(cyd).isEmpty && scene.threads(dan).isEmpty)
        // Who is mentioned, from there on.
        try scene.say("three", by: bob, thread: 1, mentions: [cyd])
        #expect(try scene.threads(ada) == [[1, 2]])
        #expect(try scene.threads(cyd) == [[1, 1]])
        // Who wants to: of what is said from now on.
        #expect(try scene.fixture.post(.follow(scene.room.id, seq: 3, by: dan.id)) == .done)
        #expect(try scene.threads(dan) == [[1, 0]])
        try scene.say("four", by: ada, thread: 1)
        #expect(try scene.threads(dan) == [[1, 1]])
        #expect(try scene.threads(ada) == [[1, 0]])
        #expect(try scene.threads(bob) == [[1, 1]])
        #expect(try scene.fixture.post(.follow(scene.room.id, seq: 1, by: dan.id)) == .done)
        #expect(try scene.threads(dan) == [[1, 1]])
        // No more, until they say something again.
        for user in [ada, dan] {
            #expect(try scene.fixture.post(.unfollow(scene.room.id, seq: 1, by: user.id)) == .done)
            #expect(try scene.threads(user).isEmpty)
        }
        try scene.say("five", by: bob, thread: 1)
        #expect(try scene.threads(ada).isEmpty)
        try scene.say("six", by: ada, thread: 1)
        #expect(try scene.threads(ada) == [[1, 0]])
        // Mentioned by an edit.
        _ = try scene.fixture.post(
            .edit(scene.room.id, seq: 5, text: "five", mentions: [dan.id], ifVersion: nil, by: bob.id))
        #expect(try scene.threads(dan) == [[1, 2]])
        // Who leaves follows nothing, and comes back to nothing.
        _ = try scene.fixture.room(.leave(scene.room.id, by: cyd.id))
        #expect(try scene.threads(cyd).isEmpty)
        _ = try scene.fixture.room(.addMembers(scene.room.id, [cyd.id], role: nil, by: ada.id))
        #expect(try scene.threads(cyd).isEmpty)
        // What is not there cannot be followed.
        #expect(try scene.fixture.post(.follow(scene.room.id, seq: 7, by: dan.id)) == .refused(.unknownMessage))
        let eve = try scene.fixture.register("eve")
        #expect(try scene.fixture.post(.follow(scene.room.id, seq: 1, by: eve.id)) == .refused(.notFound))
        try scene.say("seven", by: ada)
        try scene.delete(7, by: ada)
        #expect(try scene.fixture.post(.follow(scene.room.id, seq: 7, by: dan.id)) == .refused(.unknownMessage))
        try scene.delete(1, by: ada)
        #expect(try scene.fixture.post(.follow(scene.room.id, seq: 1, by: dan.id)) == .done)
        _ = try scene.fixture.account(.delete(dan.id, credential: nil))
        #expect(try scene.threads(dan).isEmpty)
    }

    @Test("Who is mentioned where a thread begins follows it from the first answer on", arguments: Backend.allCases)
    func mentionedInTheRoot(_ backend: Backend) throws {
        let scene = try Scene(backend)
        try scene.say("root", by: scene.ada, mentions: [scene.cyd])
        #expect(try scene.threads(scene.cyd).isEmpty)
        try scene.say("answer", by: scene.bob, thread: 1)
        #expect(try scene.threads(scene.cyd) == [[1, 1]])
        // By an edit of the first message too.
        _ = try scene.fixture.room(.leave(scene.room.id, by: scene.cyd.id))
        _ = try scene.fixture.room(.addMembers(scene.room.id, [scene.cyd.id], role: nil, by: scene.ada.id))
        #expect(try scene.threads(scene.cyd).isEmpty)
        for mentions in [[], [scene.cyd.id]] {
            _ = try scene.fixture.post(
                .edit(scene.room.id, seq: 1, text: "root", mentions: mentions, ifVersion: nil, by: scene.ada.id))
        }
        #expect(try scene.threads(scene.cyd) == [[1, 1]])
    }

    @Test("Answers count in the room for who follows their thread, until either is read", arguments: Backend.allCases)
    func counts(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (ada, bob, cyd) = (scene.ada, scene.bob, scene.cyd)
        try scene.say("root", by: ada)
        for user in [bob, cyd] { try scene.reads(user, 1) }
        for number in 2...4 { try scene.say("\(number)", by: bob, thread: 1, mentions: number == 3 ? [ada] : []) }
        try scene.say("5", by: bob)
        #expect(try scene.unread(ada) == [4, 1])
        #expect(try scene.unread(cyd) == [1, 0])
        #expect(try scene.fixture.reader.unread(of: ada.id, limit: 9).map(\.count.unread) == [4])
        // Hidden and deleted ones do not count; the thread's own marker does.
        _ = try scene.fixture.post(.hide(scene.room.id, seq: 2, by: ada.id))
        #expect(try scene.unread(ada) == [3, 1])
        #expect(try scene.threads(ada) == [[1, 2]])
        try scene.reads(ada, 3, thread: 1)
        #expect(try scene.unread(ada) == [2, 0])
        #expect(try scene.threads(ada) == [[1, 1]])
        // Lower, in another thread, or by who does not follow: nothing.
        try scene.reads(ada, 2, thread: 1)
        try scene.reads(ada, 5, thread: 2)
        try scene.reads(cyd, 5, thread: 1)
        #expect(try scene.threads(ada) == [[1, 1]])
        #expect(try scene.threads(cyd).isEmpty)
        try scene.delete(4, by: bob)
        #expect(try scene.unread(ada) == [1, 0])
        #expect(try scene.threads(ada) == [[1, 0]])
        // What is read in the room is not marked in its threads.
        try scene.say("6", by: bob, thread: 1)
        #expect(try scene.unread(ada) == [2, 0])
        try scene.reads(ada, 6)
        #expect(try scene.unread(ada) == [0, 0])
        #expect(try scene.threads(ada) == [[1, 1]])
        try scene.reads(ada, .max, thread: 1)
        #expect(try scene.threads(ada) == [[1, 0]])
        // Several at once, in whatever order.
        for number in 7...9 { try scene.say("\(number)", by: cyd, thread: 1) }
        let updates = [8, 9, 7].map {
            MarkerUpdate(room: scene.room.id, user: ada.id, read: $0, received: nil, thread: 1)
        }
        _ = try scene.fixture.append([.mark(updates)])
        #expect(try scene.threads(ada) == [[1, 0]])
        #expect(try scene.threads(bob) == [[1, 3]])
        // Who follows no more counts no answers, nor mentions in them.
        try scene.say("10", by: cyd, thread: 1, mentions: [ada])
        #expect(try scene.unread(ada) == [1, 1])
        _ = try scene.fixture.post(.unfollow(scene.room.id, seq: 1, by: ada.id))
        #expect(try scene.unread(ada) == [0, 0])
    }

    @Test("Threads are listed by their newest answers, page by page", arguments: Backend.allCases)
    func list(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let other = try scene.fixture.makeNativeRoom("other", members: [scene.ada, scene.bob])
        for number in 1...4 { try scene.say("\(number)", by: scene.ada) }
        try scene.fixture.say("elsewhere", in: other, by: scene.ada)
        for thread: Int64 in [2, 1, 3] { try scene.say("answer", by: scene.bob, thread: thread) }
        try scene.fixture.say("answer", in: other, by: scene.bob, thread: 1)
        try scene.say("answer", by: scene.bob, thread: 2)
        func pages(_ limit: Int) throws -> [[[Int64]]] {
            var pages: [[[Int64]]] = []
            var cursor: ListCursor?
            repeat {
                let page = try scene.fixture.reader.threads(of: scene.ada.id, after: cursor, limit: limit)
                pages.append(page.rows.map { [$0.root.room.rawValue, $0.root.seq, Int64($0.unread)] })
                cursor = page.next
            } while cursor != nil
            return pages
        }
        let all: [[Int64]] = [[1, 2, 2], [2, 1, 1], [1, 3, 1], [1, 1, 1]]
        #expect(try pages(9) == [all])
        #expect(try pages(4) == [all])
        #expect(try pages(3) == [Array(all[..<3]), Array(all[3...])])
        #expect(try pages(1) == all.map { [$0] })
        // The answer that was the newest is no more.
        try scene.delete(8, by: scene.bob)
        #expect(try pages(9) == [[[2, 1, 1], [1, 3, 1], [1, 1, 1], [1, 2, 1]]])
        // What has no answers left, or whose first message somebody has hidden, is not listed; nor is a deleted room.
        try scene.delete(7, by: scene.bob)
        _ = try scene.fixture.post(.hide(scene.room.id, seq: 2, by: scene.ada.id))
        #expect(try pages(9) == [[[2, 1, 1], [1, 1, 1]]])
        _ = try scene.fixture.room(.delete(other.id, by: scene.ada.id))
        #expect(try pages(9) == [[[1, 1, 1]]])
        while try scene.fixture.store.tidy() {}
        #expect(try pages(9) == [[[1, 1, 1]]])
    }

    @Test(
        "Of very many threads of a room the newest are followed", arguments: [Backend.memory, .sqlite, .sqliteIndexed])
    func many(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let count = Int64(StoreLimits.followsMax) + 2
        _ = try scene.fixture.append((1...count).map { scene.fixture.says("\($0)", in: scene.room, by: scene.ada) })
        _ = try scene.fixture.append(
            (1...count).map { scene.fixture.says("x", in: scene.room, by: scene.bob, thread: $0) })
        for user in [scene.ada, scene.bob] {
            let roots = try scene.fixture.reader.threads(of: user.id, after: nil, limit: 2_000).rows.map(\.root.seq)
            #expect(roots == Array((3...count).reversed()))
        }
        #expect(try scene.unread(scene.ada) == [count - 2, 0])
    }
}
