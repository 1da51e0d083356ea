import ChatDomain
import Synchronization
import Testing

@testable import ChatStore

@Suite("Those who follow what is committed")
struct CommitContractTests {
    /// Whatever is done, in pages of any size, across reopening: each thing once, in the order of commit.
    @Test("Everything is there once, in order", arguments: Backend.allCases, [1, 2, 7, 1_000])
    func everything(_ backend: Backend, _ limit: Int) throws {
        let fixture = try Fixture(backend)
        var committed: [LogEntry] = []
        func does(_ drafts: [Draft]) throws {
            let commit = try fixture.append(drafts)
            committed += commit.events.map { event in
                var event = event
                event.origin = 0
                return .event(event)
            }
            committed += commit.notices.map { notice in
                guard case .user(var event) = notice, case .roomJoined(let room, _) = event.kind else {
                    return .notice(notice)
                }
                event.kind = .roomJoined(room, nil)
                return .notice(.user(event))
            }
        }
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let new = NewNativeRoom(
            handle: "r", kind: .group, name: "Room", visibility: .private, members: [bob.id])
        let found = try LogFollower(named: "f", fixture.reader).position
        #expect(found == .start)
        // No events and no notices so far.
        #expect(
            try fixture.reader.commits(after: .start, limit: limit)
                == CommitPage(entries: [], end: .start, hasMore: false, hasLostNotices: false))
        try does([.room(.create(new, by: ada.id)), .account(.block(ada.id, by: bob.id))])
        let room = try #require(try fixture.reader.room(RoomID(1)))
        try does([fixture.says("one", in: room, by: ada), fixture.says("two", in: room, by: bob)])
        try does([.account(.block(bob.id, by: ada.id))])
        try does([
            .post(.edit(room.id, seq: 1, text: "one again", ifVersion: nil, by: ada.id)),
            .post(.hide(room.id, seq: 1, by: bob.id)),
            .post(.react(room.id, seq: 2, key: "👍", by: ada.id)),
        ])
        try does([.room(.leave(room.id, by: bob.id))])
        // What was refused leaves no trace.
        try does([.room(.leave(room.id, by: bob.id)), .account(.unblock(bob.id, by: bob.id))])

        var follower = try LogFollower(named: "f", fixture.reader)
        var entries: [LogEntry] = []
        while true {
            let before = follower.position
            let page = try follower.next(from: fixture.reader, limit: limit)
            #expect(page.entries.count <= limit && !page.hasLostNotices)
            #expect(page.end > before || !page.hasMore)
            entries += page.entries
            #expect(try fixture.apply(follower.keep) == .done)
            follower = try LogFollower(named: "f", fixture.reader)
            if !page.hasMore { break }
        }
        #expect(entries == committed)
        #expect(try follower.next(from: fixture.reader).entries.isEmpty)
        // And goes on.
        try does([fixture.says("three", in: room, by: ada)])
        #expect(try follower.next(from: fixture.reader).entries == committed.suffix(1))
    }

    @Test("What was deleted since is said, and shown no more", arguments: Backend.allCases)
    func erased(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let kept = try fixture.makeNativeRoom("kept", members: [ada, bob])
        let gone = try fixture.makeNativeRoom("gone", members: [ada])
        for text in ["secret", "said"] { try fixture.say(text, in: kept, by: ada) }
        try fixture.say("lost", in: gone, by: ada)
        _ = try fixture.account(
            .updateProfile(bob.id, displayName: "Old", phone: nil, settings: UserSettings(statusText: "private")))
        _ = try fixture.account(.updateProfile(ada.id, displayName: "New", phone: nil, settings: nil))
        _ = try fixture.post(.delete(kept.id, seq: 1, ifVersion: nil, by: ada.id))
        _ = try fixture.room(.delete(gone.id, by: ada.id))
        _ = try fixture.account(.delete(bob.id, credential: nil))
        while try fixture.store.tidy() {}

        let page = try fixture.reader.commits(after: .start, limit: 1_000)
        let events = page.entries.compactMap { if case .event(let event) = $0 { event } else { nil } }
        let said = events.compactMap { event -> Message? in
            if case .messageCreated(let message) = event.kind { message } else { nil }
        }
        #expect(said.map(\.text) == ["", "said"])
        #expect(said.map(\.isDeleted) == [true, false])
        #expect(events.filter { $0.room == gone.id }.map(\.kind) == [.roomDeleted(by: ada.id)])
        #expect(events.first { $0.room == gone.id }?.roomHandle == "gone")
        let notices = page.entries.compactMap { if case .notice(let notice) = $0 { notice } else { nil } }
        // Of Bob nothing but that he is gone; of Ada what she is now.
        let shell = try #require(try fixture.reader.user(bob.id))
        #expect(shell.isDeleted)
        #expect(
            notices.suffix(2) == [
                .accountDeleted(bob.id, handle: bob.handle), .faceChanged(shell, in: [kept.id]),
            ])
        let account = try #require(try fixture.reader.account(ada.id))
        #expect(notices.contains(.profileChanged(account)))
        for notice in notices {
            switch notice {
            case .user(let event): #expect(event.user == ada.id)
            case .profileChanged(let account): #expect(account.user.id == ada.id)
            case .faceChanged(let face, let rooms):
                #expect(face == (face.id == ada.id ? account.user : shell))
                #expect(rooms.contains(kept.id))
            case .accountDeleted(let user, _): #expect(user == bob.id)
            case .sessionsEnded, .blockChanged: Issue.record("\(notice)")
            }
        }
    }

    @Test("Followers have names, and not too many", arguments: Backend.allCases)
    func followers(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let position = LogPosition(logID: 7, noticeID: 3)
        let refused: Outcome = .refused(.unprocessable)
        #expect(try fixture.apply(.keepFollower("", at: position)) == refused)
        #expect(try fixture.apply(.keepFollower(String(repeating: "x", count: 65), at: position)) == refused)
        #expect(
            try fixture.append((0..<100).map { .keepFollower("f\($0)", at: position) }).outcomes.allSatisfy {
                $0 == .done
            })
        #expect(try fixture.apply(.keepFollower("f100", at: position)) == refused)
        #expect(try fixture.apply(.keepFollower("f99", at: .start)) == .done)
        #expect(try fixture.reader.position(ofFollower: "f99") == .start)
        #expect(try fixture.reader.position(ofFollower: "f98") == position)
        #expect(try fixture.apply(.keepFollower("f99", at: nil)) == .done)
        #expect(try fixture.apply(.keepFollower("never", at: nil)) == .done)
        #expect(try fixture.reader.position(ofFollower: "f99") == nil)
        #expect(try fixture.apply(.keepFollower("f100", at: position)) == .done)
    }

    @Test(
        "Of very many notices the newest are kept, and the others are said to be lost",
        arguments: [Backend.memory, .sqlite])
    func lostNotices(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let total = StoreLimits.noticesMin + StoreLimits.noticesTrimmed
        var sent = 0
        while sent < total {
            let count = min(10_000, total - sent)
            _ = try fixture.append(
                (sent..<sent + count).map {
                    $0 % 2 == 0 ? .account(.block(bob.id, by: ada.id)) : .account(.unblock(bob.id, by: ada.id))
                })
            sent += count
        }
        let page = try fixture.reader.commits(after: .start, limit: 10)
        #expect(page.hasLostNotices && page.hasMore)
        #expect(page.end == LogPosition(logID: 0, noticeID: Int64(StoreLimits.noticesTrimmed) + 10))
        let next = try fixture.reader.commits(after: page.end, limit: 1)
        #expect(!next.hasLostNotices)
        #expect(next.entries == [.notice(.blockChanged(bob.id, by: ada.id, isBlocked: true))])
    }

    /// Batches on one thread, a follower on another: it gets all that there is, in order, and nothing twice.
    @Test("A follower beside a writer misses nothing")
    func besideAWriter() async throws {
        let directory = try ScratchDirectory()
        var options = SQLiteStore.Options()
        options.runRowsMin = 1
        options.cacheBytesMax = 2_000
        let store = try SQLiteStore(path: directory.database, options: options)
        let now = WallTime(milliseconds: 1_000)
        func register(_ login: String) -> Draft {
            .account(
                .register(
                    NewAccount(handle: login, login: login, displayName: login, credential: nil), session: nil,
                    invite: nil))
        }
        _ = try store.append([register("ada"), register("bob")], at: now)
        let room = NewNativeRoom(handle: "r", kind: .group, name: "r", visibility: .private, members: [UserID(2)])
        let first = try store.append([.room(.create(room, by: UserID(1)))], at: now)
        let isDone = Atomic(false)
        let box = StoreBox(store: store)

        async let followed: [LogEntry] = Task.detached {
            var position = LogPosition.start
            var entries: [LogEntry] = []
            let reader = try box.store.makeReader()
            while true {
                let wasDone = isDone.load(ordering: .acquiring)
                let page = try reader.commits(after: position, limit: 13)
                entries += page.entries
                position = page.end
                if wasDone && !page.hasMore { return entries }
            }
        }.value
        var expected = first.events.map(LogEntry.event)
        expected += first.userEvents.map { event in
            var event = event
            if case .roomJoined(let room, _) = event.kind { event.kind = .roomJoined(room, nil) }
            return .notice(.user(event))
        }
        for number in 1...300 as ClosedRange<UInt64> {
            let key = MessageKey(high: 1, low: number)
            var batch: [Draft] = [
                .send(NewMessage(room: RoomID(1), author: UserID(1), key: key, text: "x", isChecked: true))
            ]
            if number % 3 == 0 {
                batch.append(
                    .account(number % 2 == 0 ? .unblock(UserID(2), by: UserID(1)) : .block(UserID(2), by: UserID(1))))
            }
            let commit = try store.append(batch, at: now)
            expected += commit.events.map(LogEntry.event) + commit.notices.map(LogEntry.notice)
            if number % 5 == 0 { while try store.tidy() {} }
        }
        isDone.store(true, ordering: .releasing)
        let entries = try await followed
        store.close()
        #expect(entries == expected)
    }
}

private struct StoreBox: Sendable {
    let store: SQLiteStore
}
