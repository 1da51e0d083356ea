import ChatDomain
import Testing

@testable import ChatStore

@Suite("A database of an older version")
struct MigrationTests {
    private let directory: ScratchDirectory
    private let now = WallTime(milliseconds: 9_000)

    init() throws { directory = try ScratchDirectory() }

    /// As version 1 left it: two users, a room, three messages of which one was edited and one deleted; the index has come
    /// to the first message only.
    private func makeVersion1() throws {
        let database = try Database(path: directory.database, role: .writer, busyTimeoutMs: 0)
        try database.execute("PRAGMA journal_mode = WAL")
        try database.execute(Migration.migration001.sql)
        try database.execute(
            """
            PRAGMA application_id = \(Migrations.applicationID);
            PRAGMA user_version = 1;
            INSERT INTO users (handle, username, phone, created_at, is_open) VALUES
                ('a', 'A', '1', 1000, 1), ('b', 'B', NULL, 1000, 1);
            INSERT INTO rooms (handle, kind, name, created_at, epoch, is_open) VALUES ('r', 2, 'Room', 1000, 77, 1);
            INSERT INTO log (id, room, offset, seq, at, kind, user, key_high, key_low, text, target, previous, version)
            VALUES
                (1, 1, 1, 0, 1000, 6, NULL, NULL, NULL, 'Room', NULL, NULL, NULL),
                (2, 1, 2, 0, 1000, 4, NULL, NULL, NULL, NULL, 1, NULL, NULL),
                (3, 1, 3, 1, 2000, 1, 1, 7, 1, 'one', NULL, NULL, NULL),
                (4, 1, 4, 1, 2000, 4, NULL, NULL, NULL, NULL, 2, NULL, NULL),
                (5, 1, 5, 2, 3000, 1, 1, 7, 2, 'two', NULL, NULL, NULL),
                (6, 1, 6, 3, 3000, 1, 2, 7, 3, NULL, NULL, NULL, NULL),
                (7, 1, 7, 3, 4000, 2, NULL, NULL, NULL, 'two again', 5, 5, 2),
                (8, 1, 8, 3, 4000, 3, NULL, NULL, NULL, NULL, 6, NULL, NULL);
            INSERT INTO members VALUES (1, 1, 2), (1, 2, 4);
            INSERT INTO message_state VALUES (1, 2, 2, 4000, 7);
            INSERT INTO room_index VALUES (1, 1, 0, 1), (1, 2, 0, 2), (1, 3, 1, 3);
            INSERT INTO key_index VALUES (7, 1, 1, \(BodyHash(room: RoomID(1), text: "one").rawValue), 1, 1, 3);
            UPDATE progress SET indexed_through = 3;
            """)
    }

    @Test func keepsWhatWasStored() throws {
        try makeVersion1()
        let store = try SQLiteStore(path: directory.database)
        defer { store.close() }
        let reader = try store.makeReader()
        let room = RoomID(1)
        #expect(try reader.user(handle: "a")?.login == nil)
        #expect(try reader.account(UserID(1))?.settings == UserSettings())
        #expect(try reader.room(room)?.visibility == .private)
        #expect(try reader.memberCount(of: room) == 2)
        let messages = try reader.messages(in: room, after: nil, before: nil, limit: 9)
        #expect(messages.map(\.text) == ["one", "two again", ""])
        #expect(messages.map(\.isDeleted) == [false, false, true])
        #expect(try reader.events(in: room, after: 0, limit: 9).count == 8)
        #expect(try reader.versions(of: 2, in: room).map(\.text) == ["two", "two again"])
        // Who was there first has written since; who came later, too.
        #expect(
            try reader.members(of: room, after: nil, limit: 9).rows == [
                Member(
                    user: UserID(1), role: .member, read: 2, received: 2, joining: Sight(seq: 0, offset: 1)),
                Member(
                    user: UserID(2), role: .member, read: 3, received: 3, joining: Sight(seq: 1, offset: 3)),
            ])
        #expect(
            try reader.unread(of: UserID(1), limit: 9).map(\.count) == [
                UnreadCount(unread: 0, mentions: 0, read: 2, seq: 3)
            ])
        // Keys are known, in the index and behind it.
        for (key, text) in [(1, "one"), (2, "two")] as [(UInt64, String)] {
            let again = NewMessage(
                room: room, author: UserID(1), key: MessageKey(high: 7, low: key), text: text, isChecked: true)
            let receipt = MessageReceipt(seq: Int64(key), offset: key == 1 ? 3 : 5, isDuplicate: true)
            #expect(try store.append([.send(again)], at: now).outcomes == [.sent(receipt)])
        }
    }

    @Test func goesOn() throws {
        try makeVersion1()
        var store = try SQLiteStore(path: directory.database)
        let new = NewMessage(
            room: RoomID(1), author: UserID(1), key: MessageKey(high: 8, low: 1), text: "four", replyTo: 3,
            mentions: [UserID(2), UserID(9)], isChecked: true)
        let receipt = MessageReceipt(seq: 4, offset: 9, isDuplicate: false)
        #expect(try store.append([.send(new)], at: now).outcomes == [.sent(receipt)])
        store.close()
        store = try SQLiteStore(path: directory.database)
        defer { store.close() }
        let reader = try store.makeReader()
        let last = try reader.messages(in: RoomID(1), after: 3, before: nil, limit: 9)
        #expect(last.map(\.replyTo) == [3])
        #expect(last.map(\.mentions) == [[UserID(2)]])
        #expect(
            try reader.unread(of: UserID(2), limit: 9).map(\.count) == [
                UnreadCount(unread: 1, mentions: 1, read: 3, seq: 4)
            ])
    }

    /// The text is gone, and the mentions cannot be had back from the log: what was sent is known by its hash all the same.
    @Test("A message with references is recognised after a crash")
    func referencesInTheKey() throws {
        try makeVersion1()
        let store = try SQLiteStore(path: directory.database)
        defer { store.close() }
        var new = NewMessage(
            room: RoomID(1), author: UserID(1), key: MessageKey(high: 8, low: 1), text: "four", thread: 1,
            mentions: [UserID(2), UserID(9)], isChecked: true)
        _ = try store.append([.send(new)], at: now)
        let copy = try CrashTests.copy(afterCrashOf: directory)
        let recovered = try SQLiteStore(path: copy.database)
        defer { recovered.close() }
        let receipt = MessageReceipt(seq: 4, offset: 9, isDuplicate: true)
        #expect(try recovered.append([.send(new)], at: now).outcomes == [.sent(receipt)])
        new.mentions = [UserID(2)]
        #expect(try recovered.append([.send(new)], at: now).outcomes == [.refused(.conflict)])
    }

    /// As version 2 left it: an account and a public room, found by words that were folded in another way, two
    /// invitations, and a message with a mention that was edited.
    private func makeVersion2() throws {
        let database = try Database(path: directory.database, role: .writer, busyTimeoutMs: 0)
        try database.execute("PRAGMA journal_mode = WAL")
        try database.execute(Migration.migration001.sql)
        try database.execute(Migration.migration002.sql)
        try database.execute(
            """
            PRAGMA application_id = \(Migrations.applicationID);
            PRAGMA user_version = 2;
            INSERT INTO users (handle, username, created_at, is_open, login, login_key) VALUES
                ('a', 'Straße ﬁn', 1000, 0, 'ada', 'ada'), ('b', 'B', 1000, 0, 'bob', 'bob');
            INSERT INTO user_words VALUES ('ada', 1), ('straße ﬁn', 1), ('ﬁn', 1), ('bob', 2), ('b', 2);
            INSERT INTO rooms (handle, kind, name, created_at, epoch, is_open, visibility, name_key, member_count)
                VALUES ('r', 2, 'Café ＡＢＣ', 1000, 77, 0, 1, 'café ａｂｃ', 2);
            INSERT INTO room_words VALUES ('café ａｂｃ', 1), ('ａｂｃ', 1);
            INSERT INTO members (room, user, joined, role) VALUES (1, 1, 2, 1), (1, 2, 3, 3);
            INSERT INTO log (id, room, offset, seq, at, kind, user, key_high, key_low, text, target, previous, version,
                mentions, body)
            VALUES
                (1, 1, 1, 0, 1000, 6, NULL, NULL, NULL, 'Café ＡＢＣ', NULL, NULL, 1, NULL, NULL),
                (2, 1, 2, 0, 1000, 4, NULL, NULL, NULL, NULL, 1, NULL, 1, NULL, NULL),
                (3, 1, 3, 0, 1000, 4, NULL, NULL, NULL, NULL, 2, NULL, NULL, NULL, NULL),
                (4, 1, 4, 1, 2000, 1, 1, 7, 1, 'one', NULL, NULL, NULL, '2', 5),
                (5, 1, 5, 1, 3000, 2, 1, NULL, NULL, 'one again', 4, 4, 2, NULL, NULL);
            INSERT INTO mentions VALUES (2, 1, 1);
            INSERT INTO message_state VALUES (1, 1, 2, 3000, 5);
            INSERT INTO invites VALUES (x'02', 1, 2, 1500, NULL, 3), (x'01', NULL, 0, 1200, 9500, NULL);
            """)
    }

    @Test func invitationsHaveNumbersAndNamesAreFoldedAnew() throws {
        try makeVersion2()
        let store = try SQLiteStore(path: directory.database)
        defer { store.close() }
        let reader = try store.makeReader()
        #expect(try reader.isInvitation(tokenHash: [1], at: now))
        let invite = InviteRecord(
            id: InviteID(2), room: RoomID(1), by: UserID(2), createdAt: WallTime(milliseconds: 1_500), expiresAt: nil,
            uses: 0, usesLeft: 3)
        #expect(try reader.invites(to: RoomID(1), at: now) == [invite])
        for text in ["STRASSE FIN", "straße", "fin", "ADA"] {
            #expect(try reader.users(matching: text, limit: 9).map(\.id) == [UserID(1)], "\(text)")
        }
        for text in ["cafe\u{301} abc", "ABC"] {
            let found = try reader.publicRooms(matching: text, for: UserID(1), after: nil, limit: 9)
            #expect(found.rows.map(\.room.id) == [RoomID(1)], "\(text)")
        }
        // An edit of then mentions whom the message did.
        #expect(try reader.messages(in: RoomID(1), after: nil, before: nil, limit: 9).map(\.mentions) == [[UserID(2)]])
        let edited = try #require(try reader.events(in: RoomID(1), after: 4, limit: 9).first)
        guard case .messageEdited(let message, _) = edited.kind else { throw Unexpected() }
        #expect(message.mentions == [UserID(2)])
    }

    /// As version 3 left it: a thread with an answer to an answer, one whose answers were all deleted, a message that
    /// mentions its author, and a room that was deleted and is still to be purged.
    private func makeVersion3() throws {
        let database = try Database(path: directory.database, role: .writer, busyTimeoutMs: 0)
        try database.execute("PRAGMA journal_mode = WAL")
        for migration in [Migration.migration001, .migration002, .migration003] { try database.execute(migration.sql) }
        try database.execute(
            """
            PRAGMA application_id = \(Migrations.applicationID);
            PRAGMA user_version = 3;
            INSERT INTO users (handle, username, created_at, is_open, login, login_key) VALUES
                ('a', 'A', 1000, 0, 'ada', 'ada'), ('b', 'B', 1000, 0, 'bob', 'bob'), ('c', 'C', 1000, 0, 'cyd', 'cyd');
            INSERT INTO rooms (handle, kind, name, created_at, epoch, is_open, member_count)
                VALUES ('r', 2, 'Room', 1000, 77, 0, 2);
            INSERT INTO purges VALUES (2, 11);
            INSERT INTO members (room, user, joined, role, read, received) VALUES (1, 1, 2, 1, 2, 2), (1, 2, 3, 3, 6, 6);
            INSERT INTO log (id, room, offset, seq, at, kind, user, key_high, key_low, text, target, thread, mentions,
                body)
            VALUES
                (1, 1, 1, 0, 1000, 6, NULL, NULL, NULL, 'Room', NULL, NULL, NULL, NULL),
                (2, 1, 2, 0, 1000, 4, NULL, NULL, NULL, NULL, 1, NULL, NULL, NULL),
                (3, 1, 3, 0, 1000, 4, NULL, NULL, NULL, NULL, 2, NULL, NULL, NULL),
                (4, 1, 4, 1, 2000, 1, 1, 7, 1, 'root', NULL, NULL, '1 2', 5),
                (5, 1, 5, 2, 3000, 1, 2, 7, 2, 'answer', NULL, 1, NULL, 6),
                (6, 1, 6, 3, 4000, 1, 3, 7, 3, 'to the answer', NULL, 2, NULL, 7),
                (7, 1, 7, 4, 5000, 1, 2, 7, 4, NULL, NULL, 3, NULL, 8),
                (8, 1, 8, 4, 5500, 3, 2, NULL, NULL, NULL, 7, NULL, NULL, NULL),
                (9, 1, 9, 5, 6000, 1, 2, 7, 5, 'other', NULL, NULL, NULL, NULL),
                (10, 1, 10, 6, 7000, 1, 1, 7, 6, NULL, NULL, 5, NULL, 9),
                (11, 2, 2, 2, 7000, 1, 1, 7, 7, 'gone', NULL, 1, NULL, 9),
                (12, 1, 11, 6, 7000, 3, 1, NULL, NULL, NULL, 10, NULL, NULL, NULL);
            INSERT INTO mentions VALUES (1, 1, 1), (2, 1, 1);
            INSERT INTO deletions VALUES (1, 4), (1, 6);
            """)
    }

    @Test func threadsAreGathered() throws {
        try makeVersion3()
        let store = try SQLiteStore(path: directory.database)
        defer { store.close() }
        let reader = try store.makeReader()
        let (room, ada, bob) = (RoomID(1), UserID(1), UserID(2))
        let messages = try reader.messages(in: room, after: nil, before: nil, limit: 9)
        #expect(messages.map(\.thread) == [nil, 1, 1, 1, nil, 5])
        let page = try reader.threadPage(of: room, thread: 3, .before(nil), limit: 9, for: ada)
        #expect(page?.messages.map(\.seq) == [1, 2, 3, 4])
        let info = ThreadInfo(count: 2, lastSeq: 3, lastAt: WallTime(milliseconds: 4_000))
        #expect(page?.messages.first?.threadInfo == info)
        // Who began, answered or was mentioned follows, if a member, and has read it all.
        for user in [ada, bob] {
            let threads = try reader.threads(of: user, after: nil, limit: 9).rows
            #expect(threads.map(\.root.seq) == [1] && threads.map(\.unread) == [0])
        }
        #expect(try reader.threads(of: UserID(3), after: nil, limit: 9).rows.isEmpty)
        #expect(
            try reader.unread(of: ada, limit: 9).map(\.count) == [UnreadCount(unread: 0, mentions: 0, read: 6, seq: 6)])
        // And it goes on.
        let new = NewMessage(
            room: room, author: bob, key: MessageKey(high: 8, low: 1), text: "more", thread: 4, isChecked: true)
        _ = try store.append([.send(new)], at: now)
        #expect(try reader.threads(of: ada, after: nil, limit: 9).rows.map(\.unread) == [1])
        #expect(try reader.threads(of: ada, after: nil, limit: 9).rows.first?.root.threadInfo?.count == 3)
        #expect(try reader.unread(of: ada, limit: 9).map(\.count.unread) == [1])
        // A message as first sent is known again.
        let again = try store.append([.send(new)], at: now)
        #expect(again.outcomes == [.sent(MessageReceipt(seq: 7, offset: 12, isDuplicate: true))])
        // What is followed begins before there were notices.
        #expect(try reader.commits(after: .start, limit: 99).entries.count == 12)
        while try store.tidy() {}
        #expect(try reader.threadPage(of: room, thread: 5, .before(nil), limit: 9, for: ada)?.messages.count == 2)
    }
}
