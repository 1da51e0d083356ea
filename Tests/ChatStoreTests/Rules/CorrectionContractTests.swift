import ChatDomain
import ChatStore
import Testing

/// What the rules say of blocks, reactions, texts and edits, in every store.
@Suite("What may be said and done to a message, in every store")
struct CorrectionContractTests {
    private func pair(_ backend: Backend) throws -> (fixture: Fixture, ada: User, bob: User, room: Room) {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        return (fixture, ada, bob, try fixture.makeDirect(ada, bob))
    }

    @Test("In a direct room a block holds for whatever reaches the other one", arguments: Backend.allCases)
    func blocks(_ backend: Backend) throws {
        let (fixture, ada, bob, room) = try pair(backend)
        try fixture.say("mine", in: room, by: ada)
        try fixture.say("yours", in: room, by: bob)
        _ = try fixture.post(.react(room.id, seq: 2, key: "👍", by: ada.id))
        _ = try fixture.account(.block(ada.id, by: bob.id))
        let offset = try fixture.reader.head(of: room.id).offset
        let refused: [PostDraft] = [
            .edit(room.id, seq: 1, text: "else", ifVersion: nil, by: ada.id),
            .edit(room.id, seq: 1, text: "mine", ifVersion: nil, by: ada.id),
            .react(room.id, seq: 2, key: "❤", by: ada.id), .react(room.id, seq: 1, key: "❤", by: ada.id),
        ]
        for draft in refused { #expect(try fixture.post(draft) == .refused(.blocked), "\(draft)") }
        #expect(try fixture.reader.head(of: room.id).offset == offset)
        // What is one's own can be taken back.
        for draft in [
            PostDraft.unreact(room.id, seq: 2, key: "👍", by: ada.id),
            .delete(room.id, seq: 1, ifVersion: nil, by: ada.id),
        ] {
            guard case .changed = try fixture.post(draft) else { throw Unexpected() }
        }
        // Not the other way.
        for draft in [
            PostDraft.edit(room.id, seq: 2, text: "else", ifVersion: nil, by: bob.id),
            .react(room.id, seq: 2, key: "❤", by: bob.id),
        ] {
            guard case .changed = try fixture.post(draft) else { throw Unexpected() }
        }
        _ = try fixture.account(.unblock(ada.id, by: bob.id))
        guard case .changed = try fixture.post(.react(room.id, seq: 2, key: "❤", by: ada.id)) else {
            throw Unexpected()
        }
    }

    @Test("A block says nothing in a group", arguments: Backend.allCases)
    func blocksInGroups(_ backend: Backend) throws {
        let (fixture, ada, bob, _) = try pair(backend)
        let group = try fixture.makeNativeRoom("g", members: [bob, ada])
        _ = try fixture.account(.block(ada.id, by: bob.id))
        try fixture.say("one", in: group, by: ada)
        guard case .changed = try fixture.post(.react(group.id, seq: 1, key: "❤", by: ada.id)) else {
            throw Unexpected()
        }
    }

    // MARK: Reactions

    @Test("Forms of one reaction are one, shown as the first was", arguments: Backend.allCases)
    func forms(_ backend: Backend) throws {
        let (fixture, ada, bob, room) = try pair(backend)
        try fixture.say("x", in: room, by: ada)
        func react(_ key: String, by: User) throws -> Outcome {
            try fixture.post(.react(room.id, seq: 1, key: key, by: by.id))
        }
        for (key, by) in [("❤️", ada), ("❤", bob), (":Party:", bob), (":pARTY:", ada), (":party:", ada)] {
            guard case .changed = try react(key, by: by) else { throw Unexpected() }
        }
        func reactions() throws -> [Reaction] { try fixture.page(room, .before(nil), for: ada).messages[0].reactions }
        let expected = [
            Reaction(key: "❤️", users: [ada.id, bob.id]), Reaction(key: ":party:", users: [bob.id, ada.id]),
        ]
        // Byte for byte: `==` of strings takes no notice of what is compared here.
        #expect(try reactions().map { Array($0.key.utf8) } == expected.map { Array($0.key.utf8) })
        #expect(try reactions().map(\.users) == expected.map(\.users))
        _ = try fixture.post(.unreact(room.id, seq: 1, key: "❤", by: ada.id))
        #expect(try fixture.kinds(room).last == .reactionRemoved(seq: 1, key: "❤️", by: ada.id))
        for key in ["", "x", "👍👍", "::", ":a b:", "1", "\u{FE0F}"] {
            #expect(try react(key, by: ada) == .refused(.unprocessable), "\(key)")
            #expect(
                try fixture.post(.unreact(room.id, seq: 1, key: key, by: ada.id)) == .refused(.unprocessable), "\(key)")
        }
    }

    @Test("Who is muted may take back reactions, and add none", arguments: Backend.allCases)
    func muted(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let room = try fixture.makeNativeRoom("r", members: [ada, bob])
        try fixture.say("x", in: room, by: ada)
        _ = try fixture.post(.react(room.id, seq: 1, key: "👍", by: bob.id))
        #expect(try fixture.room(.mute(room.id, bob.id, reason: nil, until: nil, by: ada.id)) == .done)
        #expect(try fixture.post(.react(room.id, seq: 1, key: "❤", by: bob.id)) == .refused(.forbidden))
        guard case .changed(let message, _) = try fixture.post(.unreact(room.id, seq: 1, key: "👍", by: bob.id)) else {
            throw Unexpected()
        }
        #expect(message.reactions == [])
    }

    @Test("Who may delete a message may remove others' reactions to it", arguments: Backend.allCases)
    func othersReactions(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let people = try ["ada", "bob", "cid", "dan"].map { try fixture.register($0) }
        let (owner, admin, member, other) = (people[0], people[1], people[2], people[3])
        let room = try fixture.makeNativeRoom("r", members: people)
        try fixture.setRole(.admin, of: admin, in: room, by: owner)
        try fixture.say("the owner's", in: room, by: owner)
        try fixture.say("the member's", in: room, by: member)
        for seq in [1, 2] as [Int64] {
            for user in [owner, other] { _ = try fixture.post(.react(room.id, seq: seq, key: "👍", by: user.id)) }
        }
        func remove(_ seq: Int64, _ user: User, by: User) throws -> Outcome {
            try fixture.post(.removeReaction(room.id, seq: seq, key: "👍", of: user.id, by: by.id))
        }
        // The message's author decides: not whose the reaction is, nor that the message is one's own.
        #expect(try remove(1, other, by: admin) == .refused(.forbidden))
        #expect(try remove(2, other, by: member) == .refused(.forbidden))
        guard case .changed(let message, _) = try remove(2, owner, by: admin) else { throw Unexpected() }
        #expect(message.reactions == [Reaction(key: "👍", users: [other.id])])
        #expect(try fixture.kinds(room).last == .reactionRemoved(seq: 2, key: "👍", by: owner.id))
        guard case .changed = try remove(1, other, by: owner) else { throw Unexpected() }
        // One's own, by the same way.
        guard case .changed(let last, _) = try remove(2, other, by: other) else { throw Unexpected() }
        #expect(last.reactions == [])
        // Once more changes nothing.
        let offset = try fixture.reader.head(of: room.id).offset
        guard case .changed(_, offset) = try remove(2, other, by: owner) else { throw Unexpected() }
    }

    // MARK: Rooms

    @Test("An archived room may be deleted by its owner alone", arguments: Backend.allCases)
    func archivedRooms(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let room = try fixture.makeNativeRoom("r", members: [ada, bob])
        try fixture.setRole(.admin, of: bob, in: room, by: ada)
        _ = try fixture.room(.update(room.id, RoomUpdate(isArchived: true), by: ada.id))
        #expect(try fixture.room(.delete(room.id, by: bob.id)) == .refused(.forbidden))
        #expect(try fixture.room(.delete(room.id, by: ada.id)) == .done)
        #expect(try fixture.reader.room(room.id) == nil)
    }

    // MARK: Edits

    @Test("Mentions follow the text", arguments: Backend.allCases)
    func mentions(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let people = try ["ada", "bob", "cid"].map { try fixture.register($0) }
        let (ada, bob, cid) = (people[0], people[1], people[2])
        let stranger = try fixture.register("eve")
        let room = try fixture.makeNativeRoom("r", members: people)
        try fixture.say("first", in: room, by: ada, mentions: [bob])
        func edit(_ text: String, _ mentions: [User]?) throws -> [UserID] {
            let draft = PostDraft.edit(
                room.id, seq: 1, text: text, mentions: mentions.map { $0.map(\.id) }, ifVersion: nil, by: ada.id)
            guard case .changed(let message, _) = try fixture.post(draft) else { throw Unexpected() }
            #expect(try fixture.messages(room)[0].mentions == message.mentions)
            return message.mentions
        }
        func counts() throws -> [Int64] { [try fixture.unread(bob, room)[1], try fixture.unread(cid, room)[1]] }
        #expect(try counts() == [1, 0])
        #expect(try edit("absent: as they were", nil) == [bob.id])
        #expect(try counts() == [1, 0])
        #expect(try edit("another", [cid, stranger, cid]) == [cid.id])
        #expect(try counts() == [0, 1])
        #expect(try edit("both", [cid, bob]) == [cid.id, bob.id])
        #expect(try counts() == [1, 1])
        #expect(try edit("none", []) == [])
        #expect(try counts() == [0, 0])
        // Each event carries those of its time.
        let events = try fixture.kinds(room).compactMap { kind -> [UserID]? in
            switch kind {
            case .messageCreated(let message), .messageEdited(let message, _): message.mentions
            default: nil
            }
        }
        #expect(events == [[bob.id], [bob.id], [cid.id], [cid.id, bob.id], []])
        // Whom it mentions no more is not touched when it goes.
        _ = try edit("last", [bob])
        _ = try fixture.post(.delete(room.id, seq: 1, ifVersion: nil, by: ada.id))
        #expect(try counts() == [0, 0])
        #expect(try fixture.messages(room)[0].mentions == [])
    }

    @Test("An edit that changes nothing is no event", arguments: Backend.allCases)
    func sameAgain(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let room = try fixture.makeNativeRoom("r", members: [ada, bob])
        try fixture.say("caf\u{E9}", in: room, by: ada, mentions: [ada, bob])
        func edit(_ text: String, _ mentions: [User]? = nil, version: Int? = nil) throws -> Commit {
            try fixture.append([
                .post(
                    .edit(
                        room.id, seq: 1, text: text, mentions: mentions.map { $0.map(\.id) }, ifVersion: version,
                        by: ada.id))
            ])
        }
        let message = try #require(try fixture.messages(room).first)
        let offset = try fixture.reader.head(of: room.id).offset
        for mentions in [nil, [ada, bob], [bob, ada, bob]] as [[User]?] {
            let commit = try edit("caf\u{E9}", mentions)
            #expect(commit == Commit(outcomes: [.changed(message, offset: offset)], events: []))
        }
        #expect(try edit("caf\u{E9}", version: 2).outcomes == [.refused(.conflict)])
        // What only looks the same is another text.
        #expect(try edit("cafe\u{301}").events.count == 1)
        #expect(try edit("cafe\u{301}", [bob]).events.count == 1)
        #expect(try fixture.messages(room)[0].version == 3)
    }

    @Test("A text shows something", arguments: Backend.allCases)
    func texts(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let room = try fixture.makeNativeRoom("r", members: [ada])
        try fixture.say("\u{200B}.", in: room, by: ada)
        for text in [
            "", " ", "\n\t", "\u{200B}", "\u{2800}", "\u{3164}", "\u{FFF9}\u{FFFB}", "\u{115F}\u{A0}", "\u{E000}",
        ] {
            #expect(try fixture.apply(fixture.says(text, in: room, by: ada)) == .refused(.unprocessable), "\(text)")
            #expect(
                try fixture.post(.edit(room.id, seq: 1, text: text, ifVersion: nil, by: ada.id))
                    == .refused(.unprocessable), "\(text)")
        }
        #expect(try fixture.reader.head(of: room.id).seq == 1)
    }
}
