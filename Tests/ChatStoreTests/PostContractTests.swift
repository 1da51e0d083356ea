import ChatDomain
import ChatStore
import Testing

@Suite("Messages of the native protocol, in every store")
struct PostContractTests {
    /// An owner, an admin, two members and a reader of a private group, and one who is none.
    private struct Scene {
        let fixture: Fixture
        let owner, admin, member, other, reader, stranger: User
        let room: Room

        init(_ backend: Backend, visibility: Visibility = .private) throws {
            fixture = try Fixture(backend)
            owner = try fixture.register("owner")
            admin = try fixture.register("admin")
            member = try fixture.register("member")
            other = try fixture.register("other")
            reader = try fixture.register("reader")
            stranger = try fixture.register("stranger")
            room = try fixture.makeNativeRoom(
                "r", visibility: visibility, members: [owner, admin, member, other, reader])
            try fixture.setRole(.admin, of: admin, in: room, by: owner)
            try fixture.setRole(.reader, of: reader, in: room, by: owner)
        }

        func edit(_ seq: Int64, _ text: String = "edited", ifVersion: Int? = nil, by: User) throws -> Outcome {
            try fixture.post(.edit(room.id, seq: seq, text: text, ifVersion: ifVersion, by: by.id))
        }

        func delete(_ seq: Int64, ifVersion: Int? = nil, by: User) throws -> Outcome {
            try fixture.post(.delete(room.id, seq: seq, ifVersion: ifVersion, by: by.id))
        }

        func react(_ key: String, to seq: Int64, by: User) throws -> Commit {
            try fixture.append([.post(.react(room.id, seq: seq, key: key, by: by.id))])
        }

        func archive() throws {
            _ = try fixture.room(
                .update(room.id, RoomUpdate(isArchived: true), by: owner.id))
        }
    }

    @Test("Who may send, and what a message may name", arguments: Backend.allCases)
    func sending(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room) = (scene.fixture, scene.room)
        func outcome(_ author: User, in room: Room? = nil, replyTo: Int64? = nil, thread: Int64? = nil) throws
            -> Outcome
        {
            try fixture.apply(
                fixture.says("x", in: room ?? scene.room, by: author, replyTo: replyTo, thread: thread))
        }
        #expect(try outcome(scene.reader) == .refused(.forbidden))
        #expect(try outcome(scene.stranger) == .refused(.notFound))
        #expect(try outcome(scene.reader, replyTo: 9) == .refused(.forbidden))
        let open = try fixture.makeNativeRoom("s", visibility: .public, members: [scene.owner])
        #expect(try outcome(scene.stranger, in: open) == .refused(.forbidden))
        for author in [scene.owner, scene.admin, scene.member] {
            guard case .sent = try outcome(author) else { throw Unexpected() }
        }
        #expect(try fixture.messages(room).map(\.author) == [scene.owner, scene.admin, scene.member].map(\.id))
        for seq in [0, -1, 4, .max, .min] as [Int64] {
            #expect(try outcome(scene.member, replyTo: seq) == .refused(.unknownReference))
            #expect(try outcome(scene.member, replyTo: 1, thread: seq) == .refused(.unknownReference))
        }
        guard case .sent = try outcome(scene.member, replyTo: 1, thread: 3) else { throw Unexpected() }
        // A message that was deleted can be answered all the same.
        _ = try scene.delete(1, by: scene.owner)
        guard case .sent = try outcome(scene.member, replyTo: 1) else { throw Unexpected() }
        try scene.archive()
        #expect(try outcome(scene.owner) == .refused(.forbidden))
    }

    @Test("Replies, threads and mentions are kept as they were sent", arguments: Backend.allCases)
    func references(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room) = (scene.fixture, scene.room)
        try fixture.say("first", in: room, by: scene.owner)
        try fixture.say("second", in: room, by: scene.owner)
        let key = fixture.makeKey()
        let mentions = [scene.other, scene.stranger, scene.owner, scene.other, scene.member]
        let draft = fixture.says(
            "third", in: room, by: scene.member, key: key, replyTo: 2, thread: 1, mentions: mentions)
        let commit = try fixture.append([draft])
        let message = Message(
            room: room.id, seq: 3, author: scene.member.id, authorHandle: scene.member.handle, key: key, text: "third",
            sentAt: fixture.now, replyTo: 2, thread: 1,
            mentions: [scene.other.id, scene.owner.id, scene.member.id])
        #expect(commit.events.map(\.kind) == [.messageCreated(message)])
        #expect(try fixture.messages(room).last == message)
        #expect(try fixture.page(room, .before(nil), for: scene.owner).messages.last == message)
        #expect(try fixture.kinds(room).last == .messageCreated(message))
        #expect(try fixture.reader.listing(of: room.id, for: scene.owner.id)?.lastMessage == message)

        // A repeat is one only if it names the same; whom the room does not know counts too.
        guard case .sent(let receipt)? = commit.outcomes.first else { throw Unexpected() }
        let duplicate = MessageReceipt(seq: receipt.seq, offset: receipt.offset, isDuplicate: true)
        #expect(try fixture.append([draft]) == Commit(outcomes: [.sent(duplicate)], events: []))
        for changed in [
            fixture.says("third", in: room, by: scene.member, key: key, replyTo: 2, thread: 1),
            fixture.says("third", in: room, by: scene.member, key: key, replyTo: 1, thread: 1, mentions: mentions),
            fixture.says("third", in: room, by: scene.member, key: key, replyTo: 2, mentions: mentions),
            fixture.says(
                "third", in: room, by: scene.member, key: key, replyTo: 2, thread: 1,
                mentions: mentions.filter { $0 != scene.stranger }),
        ] {
            #expect(try fixture.apply(changed) == .refused(.conflict))
        }
        let known = try #require(try fixture.reader.receipt(author: scene.member.id, key: key))
        #expect(known == (room.id, duplicate))
        #expect(try fixture.reader.receipt(author: scene.owner.id, key: key) == nil)
        // Deleted, it names nobody, and is a repeat all the same.
        _ = try scene.delete(3, by: scene.member)
        let deleted = try #require(try fixture.messages(room).last)
        #expect(deleted.isDeleted && deleted.mentions == [] && deleted.replyTo == 2 && deleted.thread == 1)
        #expect(try fixture.append([draft]) == Commit(outcomes: [.sent(duplicate)], events: []))
        // At most fifty are mentioned.
        let many = NewMessage(
            room: room.id, author: scene.owner.id, key: fixture.makeKey(), text: "x",
            mentions: (100..<149).map { UserID($0) } + [scene.other.id, scene.admin.id], isChecked: true)
        _ = try fixture.apply(.send(many))
        #expect(try fixture.messages(room).last?.mentions == [scene.other.id])
    }

    @Test("Who has blocked the author gets no direct messages of theirs", arguments: Backend.allCases)
    func blocked(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let fixture = scene.fixture
        let direct = try fixture.makeDirect(scene.owner, scene.member)
        _ = try fixture.account(.block(scene.owner.id, by: scene.member.id))
        #expect(
            try fixture.apply(fixture.says("x", in: direct, by: scene.owner, replyTo: 7)) == .refused(.blocked))
        #expect(try fixture.say("y", in: direct, by: scene.member) == 1)
        #expect(try fixture.say("z", in: scene.room, by: scene.owner) == 1)
        _ = try fixture.account(.unblock(scene.owner.id, by: scene.member.id))
        #expect(try fixture.say("x", in: direct, by: scene.owner) == 2)
    }

    @Test("Authors edit what is theirs, if nobody was faster", arguments: Backend.allCases)
    func editing(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, member) = (scene.fixture, scene.room, scene.member)
        try fixture.say("one", in: room, by: member, mentions: [scene.other])
        _ = try scene.react("❤", to: 1, by: scene.reader)
        let sentAt = fixture.now
        fixture.now = WallTime(milliseconds: 2_000)
        for (by, refusal) in [
            (scene.owner, Refusal.forbidden), (scene.reader, .forbidden), (scene.stranger, .notFound),
        ] {
            #expect(try scene.edit(1, by: by) == .refused(refusal))
        }
        #expect(try scene.edit(2, by: member) == .refused(.unknownMessage))
        #expect(try scene.edit(0, by: member) == .refused(.unknownMessage))
        #expect(try scene.edit(1, ifVersion: 2, by: member) == .refused(.conflict))
        let commit = try fixture.append([
            .post(.edit(room.id, seq: 1, text: "two", ifVersion: 1, by: member.id)),
            .post(.edit(room.id, seq: 1, text: "three", ifVersion: 1, by: member.id)),
            .post(.edit(room.id, seq: 1, text: "three", ifVersion: nil, by: member.id)),
        ])
        var message = try #require(try fixture.messages(room).first)
        #expect(message.text == "three" && message.version == 3 && message.editedAt == fixture.now)
        #expect(message.sentAt == sentAt && message.mentions == [scene.other.id])
        var second = message
        second.text = "two"
        second.version = 2
        #expect(
            commit.events.map(\.kind) == [
                .messageEdited(second, by: member.id), .messageEdited(message, by: member.id),
            ])
        #expect(try fixture.kinds(room, after: commit.events[0].offset - 1) == commit.events.map(\.kind))
        let offsets = commit.events.map(\.offset)
        message.reactions = [Reaction(key: "❤", users: [scene.reader.id])]
        second.reactions = message.reactions
        #expect(
            commit.outcomes == [
                .changed(second, offset: offsets[0]), .refused(.conflict), .changed(message, offset: offsets[1]),
            ])
        #expect(try fixture.page(room, .after(0), for: scene.reader).messages == [message])
        #expect(
            try fixture.reader.versions(of: 1, in: room.id) == [
                MessageVersion(version: 1, text: "one", at: sentAt),
                MessageVersion(version: 2, text: "two", at: fixture.now),
                MessageVersion(version: 3, text: "three", at: fixture.now),
            ])
        #expect(try fixture.reader.versions(of: 2, in: room.id) == [])
        _ = try scene.delete(1, by: member)
        #expect(try scene.edit(1, by: member) == .refused(.unknownMessage))
        #expect(try fixture.reader.versions(of: 1, in: room.id) == [])
        try fixture.say("last", in: room, by: member)
        try scene.archive()
        #expect(try scene.edit(2, by: member) == .refused(.forbidden))
    }

    @Test("Deleting for all leaves nothing of what was said", arguments: Backend.allCases)
    func deleting(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, member) = (scene.fixture, scene.room, scene.member)
        for author in [scene.owner, scene.admin, scene.member, scene.other] {
            try fixture.say("secret", in: room, by: author, mentions: [scene.reader])
        }
        _ = try scene.edit(3, "secret again", by: member)
        _ = try scene.react("❤", to: 3, by: scene.reader)
        for (seq, by, refusal) in [
            (1, scene.admin, Refusal.forbidden), (4, member, .forbidden), (4, scene.reader, .forbidden),
            (4, scene.stranger, .notFound), (9, scene.owner, .unknownMessage), (0, scene.owner, .unknownMessage),
        ] as [(Int64, User, Refusal)] {
            #expect(try scene.delete(seq, by: by) == .refused(refusal))
        }
        #expect(try scene.delete(3, ifVersion: 1, by: member) == .refused(.conflict))
        let commit = try fixture.append([
            .post(.delete(room.id, seq: 3, ifVersion: 2, by: member.id)),
            .post(.delete(room.id, seq: 4, ifVersion: nil, by: scene.admin.id)),
            .post(.delete(room.id, seq: 2, ifVersion: nil, by: scene.owner.id)),
            .post(.delete(room.id, seq: 3, ifVersion: 2, by: scene.admin.id)),
        ])
        #expect(
            commit.events.map(\.kind) == [
                .messageDeleted(seq: 3, by: member.id), .messageDeleted(seq: 4, by: scene.admin.id),
                .messageDeleted(seq: 2, by: scene.owner.id),
            ])
        let message = try #require(try fixture.page(room, .after(2), for: scene.reader).messages.first)
        #expect(message.isDeleted && message.text == "" && message.mentions == [] && message.reactions == [])
        #expect(commit.outcomes[0] == .changed(message, offset: commit.events[0].offset))
        #expect(commit.outcomes[3] == .changed(message, offset: commit.events[2].offset))
        for kind in try fixture.kinds(room) {
            switch kind {
            case .messageCreated(let message), .messageEdited(let message, _):
                #expect(message.text == (message.seq == 1 ? "secret" : ""))
                #expect(message.seq == 1 || message.mentions == [])
            default: break
            }
        }
        #expect(try fixture.reader.listing(of: room.id, for: scene.reader.id)?.lastMessage?.seq == 1)
    }

    @Test("What somebody hides is gone for them alone", arguments: Backend.allCases)
    func hiding(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room, reader) = (scene.fixture, scene.room, scene.reader)
        for text in ["a", "b", "c"] { try fixture.say(text, in: room, by: scene.owner, mentions: [reader]) }
        func hide(_ seq: Int64, by: User) throws -> Commit {
            try fixture.append([.post(.hide(room.id, seq: seq, by: by.id))])
        }
        #expect(try fixture.unread(reader, room) == [3, 3, 0, 3])
        let commit = try hide(3, by: reader)
        #expect(commit.outcomes == [.done] && commit.events == [])
        #expect(commit.tidings == ["5 hid 1.3"])
        #expect(try hide(3, by: reader) == Commit(outcomes: [.done], events: []))
        #expect(try hide(4, by: reader).outcomes == [.refused(.unknownMessage)])
        #expect(try hide(1, by: scene.stranger).outcomes == [.refused(.notFound)])
        #expect(try fixture.unread(reader, room) == [2, 2, 0, 3])
        #expect(try fixture.page(room, .before(nil), for: reader).messages.map(\.seq) == [1, 2])
        #expect(try fixture.reader.listing(of: room.id, for: reader.id)?.lastMessage?.seq == 2)
        #expect(try fixture.page(room, .before(nil), for: scene.other).messages.map(\.seq) == [1, 2, 3])
        #expect(try fixture.reader.listing(of: room.id, for: scene.other.id)?.lastMessage?.seq == 3)
        // In an archived room too, and also what was deleted.
        _ = try scene.delete(2, by: scene.owner)
        try scene.archive()
        #expect(try hide(2, by: reader).outcomes == [.done])
        #expect(try fixture.unread(reader, room) == [1, 1, 0, 3])
        #expect(try fixture.page(room, .before(nil), for: reader).messages.map(\.seq) == [1])
    }

    @Test("Reactions keep the order of keys and of people", arguments: Backend.allCases)
    func reacting(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room) = (scene.fixture, scene.room)
        try fixture.say("x", in: room, by: scene.owner)
        func unreact(_ key: String, by: User) throws -> Commit {
            try fixture.append([.post(.unreact(room.id, seq: 1, key: key, by: by.id))])
        }
        func reactions() throws -> [Reaction] {
            try fixture.page(room, .before(nil), for: scene.other).messages[0].reactions
        }
        var commits: [Commit] = []
        for (key, user) in [
            ("👍", scene.reader), (":wave:", scene.owner), ("👍", scene.admin), ("👍🏽", scene.owner),
        ] {
            commits.append(try scene.react(key, to: 1, by: user))
        }
        #expect(commits[0].events.map(\.kind) == [.reactionAdded(seq: 1, key: "👍", by: scene.reader.id)])
        #expect(
            try reactions().map(\.users) == [[scene.reader.id, scene.admin.id], [scene.owner.id], [scene.owner.id]])
        #expect(try reactions().map(\.key) == ["👍", ":wave:", "👍🏽"])
        let message = try #require(try fixture.page(room, .before(nil), for: scene.other).messages.first)
        let offset = try #require(commits.last?.events.first?.offset)
        #expect(commits.last?.outcomes == [.changed(message, offset: offset)])
        #expect(try scene.react("👍", to: 1, by: scene.reader) == Commit(outcomes: commits[3].outcomes, events: []))
        #expect(try unreact("❤", by: scene.reader) == Commit(outcomes: commits[3].outcomes, events: []))
        #expect(try unreact("👍", by: scene.owner) == Commit(outcomes: commits[3].outcomes, events: []))
        // The page alone carries them: the log says who did what, when.
        #expect(try fixture.messages(room)[0].reactions == [])

        let removed = try unreact("👍", by: scene.reader)
        #expect(removed.events.map(\.kind) == [.reactionRemoved(seq: 1, key: "👍", by: scene.reader.id)])
        #expect(try reactions().first == Reaction(key: "👍", users: [scene.admin.id]))
        // A key that is gone comes last when it comes back.
        _ = try unreact("👍", by: scene.admin)
        _ = try scene.react("👍", to: 1, by: scene.admin)
        #expect(try reactions().map(\.key).last == "👍")
        #expect(
            try fixture.kinds(room).suffix(2) == [
                .reactionRemoved(seq: 1, key: "👍", by: scene.admin.id),
                .reactionAdded(seq: 1, key: "👍", by: scene.admin.id),
            ])
        #expect(try scene.react("❤", to: 2, by: scene.admin).outcomes == [.refused(.unknownMessage)])
        #expect(try scene.react("❤", to: 1, by: scene.stranger).outcomes == [.refused(.notFound)])
    }

    @Test("A message has at most fifty keys", arguments: Backend.allCases)
    func keysAreBounded(_ backend: Backend) throws {
        let scene = try Scene(backend)
        let (fixture, room) = (scene.fixture, scene.room)
        try fixture.say("x", in: room, by: scene.owner)
        let drafts = (1...50).map { Draft.post(.react(room.id, seq: 1, key: ":k\($0):", by: scene.member.id)) }
        #expect(try fixture.append(drafts).events.count == 50)
        #expect(try scene.react(":k51:", to: 1, by: scene.owner).outcomes == [.refused(.unprocessable)])
        #expect(try scene.react(":k50:", to: 1, by: scene.owner).events.count == 1)
        _ = try fixture.post(.unreact(room.id, seq: 1, key: ":k1:", by: scene.member.id))
        #expect(try scene.react(":k51:", to: 1, by: scene.owner).events.count == 1)
        let keys = try fixture.page(room, .before(nil), for: scene.other).messages[0].reactions.map(\.key)
        #expect(keys == (2...51).map { ":k\($0):" })
        try scene.archive()
        #expect(try scene.react(":k3:", to: 1, by: scene.owner).outcomes == [.refused(.forbidden)])
        #expect(
            try fixture.post(.unreact(room.id, seq: 1, key: ":k2:", by: scene.member.id)) == .refused(.forbidden))
    }
}
