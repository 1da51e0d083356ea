import ChatDomain
import ChatStore
import Testing

/// Topics, what members choose for themselves, and the room of one's own notes.
@Suite("What is chosen for rooms, in every store")
struct RoomSettingsContractTests {
    @Test(arguments: Backend.allCases)
    func topicsAndHistories(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        var room = try fixture.makeNativeRoom("r", members: [ada, bob])
        #expect(room.topic == "" && room.history == .all)
        for change in [RoomUpdate(topic: "x"), RoomUpdate(history: .joined)] {
            #expect(try fixture.room(.update(room.id, change, by: bob.id)) == .refused(.forbidden))
        }
        let commit = try fixture.append([
            .room(.update(room.id, RoomUpdate(topic: "Über uns", history: .joined), by: ada.id))
        ])
        room.topic = "Über uns"
        room.history = .joined
        #expect(commit.events.map(\.kind) == [.roomUpdated(room, by: ada.id)])
        #expect(try fixture.reader.room(room.id) == room)
        #expect(try fixture.reader.listing(of: room.id, for: bob.id)?.room == room)
        #expect(try fixture.reader.events(in: room.id, after: 3, limit: 9).map(\.kind) == commit.events.map(\.kind))
        // Twice is once; what only looks the same is not.
        #expect(try fixture.append([.room(.update(room.id, RoomUpdate(topic: "Über uns"), by: ada.id))]).events == [])
        let decomposed = RoomUpdate(topic: "U\u{308}ber uns")
        #expect(try fixture.append([.room(.update(room.id, decomposed, by: ada.id))]).events.count == 1)
        _ = try fixture.room(.update(room.id, RoomUpdate(topic: "", history: .all), by: ada.id))
        room.topic = ""
        room.history = .all
        #expect(try fixture.reader.room(room.id) == room)
        let direct = try fixture.makeDirect(ada, bob)
        #expect(try fixture.room(.update(direct.id, RoomUpdate(topic: "x"), by: ada.id)) == .refused(.forbidden))
    }

    @Test(arguments: Backend.allCases)
    func choosing(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob, cyd) = (try fixture.register("ada"), try fixture.register("bob"), try fixture.register("c"))
        let group = try fixture.makeNativeRoom("r", members: [ada, bob])
        let channel = try fixture.makeNativeRoom("c", kind: .channel, visibility: .public, members: [ada, bob])
        func settings(_ user: User, _ room: Room) throws -> RoomSettings? {
            try fixture.reader.listing(of: room.id, for: user.id)?.settings
        }
        #expect(try settings(bob, group) == RoomSettings(notify: .all))
        #expect(try settings(bob, channel) == RoomSettings(notify: .mentions))
        #expect(try settings(cyd, channel) == nil)

        let chosen = RoomSettings(notify: .none, isFavorite: true)
        let choice = RoomChoice(notify: RoomSettings.Notify.none, isFavorite: true)
        let commit = try fixture.append([.room(.choose(group.id, choice, by: bob.id))])
        #expect(commit.outcomes == [.settings(chosen)] && commit.events == [])
        #expect(commit.userEvents.map(\.kind) == [.roomSettings(group.id, chosen)])
        #expect(try fixture.reader.userEvents(of: bob.id, after: 2, limit: 9) == commit.userEvents)
        #expect(try settings(bob, group) == chosen)
        #expect(try settings(ada, group) == RoomSettings(notify: .all))
        // What is as it was is no news, and what is not named stays.
        #expect(
            try fixture.append([.room(.choose(group.id, RoomChoice(isFavorite: true), by: bob.id))])
                == Commit(outcomes: [.settings(chosen)], events: []))
        #expect(
            try fixture.room(.choose(group.id, RoomChoice(isFavorite: false), by: bob.id))
                == .settings(RoomSettings(notify: .none)))
        for (room, refusal) in [(group, Refusal.notFound), (channel, .forbidden)] {
            #expect(try fixture.room(.choose(room.id, choice, by: cyd.id)) == .refused(refusal))
        }
        #expect(try fixture.room(.choose(RoomID(99), choice, by: ada.id)) == .refused(.notFound))
        // Who comes back chooses anew.
        _ = try fixture.room(.leave(group.id, by: bob.id))
        _ = try fixture.room(.addMembers(group.id, [bob.id], role: nil, by: ada.id))
        #expect(try settings(bob, group) == RoomSettings(notify: .all))
    }

    @Test("A hidden room comes back with what another says", arguments: Backend.allCases)
    func hiding(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob, cyd) = (try fixture.register("ada"), try fixture.register("bob"), try fixture.register("c"))
        let room = try fixture.makeNativeRoom("r", members: [ada, bob, cyd])
        let other = try fixture.makeNativeRoom("o", members: [ada, bob])
        func listed(_ user: User, hidden: Bool = false) throws -> [RoomID] {
            try fixture.reader.listings(of: user.id, hidden: hidden, after: nil, limit: 9).rows.map(\.room.id)
        }
        for user in [bob, cyd] { _ = try fixture.room(.choose(room.id, RoomChoice(isHidden: true), by: user.id)) }
        #expect(try listed(bob) == [other.id])
        #expect(try listed(bob, hidden: true) == [room.id])
        #expect(try listed(ada) == [other.id, room.id])
        // It is their room all the same.
        #expect(try fixture.reader.listing(of: room.id, for: bob.id)?.settings?.isHidden == true)
        #expect(try fixture.reader.unread(of: bob.id, limit: 9).map(\.room) == [room.id, other.id])

        let own = try fixture.append([fixture.says("from me", in: room, by: bob)])
        #expect(own.tidings == ["3 wants all of 1"])
        #expect(try listed(bob, hidden: true) == [room.id])
        #expect(try listed(cyd) == [room.id])
        let news = try fixture.append([fixture.says("one", in: room, by: ada), fixture.says("two", in: room, by: cyd)])
        #expect(news.tidings == ["2 wants all of 1"])
        #expect(try listed(bob) == [room.id, other.id])
        #expect(try listed(bob, hidden: true) == [])
        // Nothing but a message does it, and a repeat is none.
        _ = try fixture.room(.choose(room.id, RoomChoice(isHidden: true), by: bob.id))
        _ = try fixture.room(.update(room.id, RoomUpdate(name: "x"), by: ada.id))
        _ = try fixture.post(.react(room.id, seq: 1, key: "👍", by: ada.id))
        #expect(try listed(bob, hidden: true) == [room.id])
    }

    @Test("A room is hidden by as many as like", arguments: [Backend.memory, .sqlite, .sqliteReopened])
    func hiddenByMany(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let room = try fixture.makeNativeRoom("r", members: [ada])
        let count = 1_200
        let users = try fixture.append(
            (0..<count).map {
                .account(
                    .register(
                        NewAccount(handle: "h\($0)", login: "u\($0)", displayName: "U", credential: nil), session: nil,
                        invite: nil))
            }
        ).outcomes.compactMap { if case .user(let user) = $0 { user } else { nil } }
        _ = try fixture.room(.addMembers(room.id, users.map(\.id), role: nil, by: ada.id))
        _ = try fixture.append(users.map { .room(.choose(room.id, RoomChoice(isHidden: true), by: $0.id)) })
        #expect(try fixture.append([fixture.says("x", in: room, by: ada)]).tidings.count == 1_000)
        #expect(try fixture.append([fixture.says("x", in: room, by: ada)]).tidings.count == count - 1_000)
        #expect(try fixture.append([fixture.says("x", in: room, by: ada)]).tidings.count == 0)
    }

    @Test("Notes to oneself", arguments: Backend.allCases)
    func notes(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let commit = try fixture.append([.room(.direct(ada.id, handle: "d", by: ada.id))])
        guard case .listing(let listing, true)? = commit.outcomes.first else { throw Unexpected() }
        #expect(listing.room.kind == .direct && listing.peer == nil && listing.memberCount == 1)
        #expect(commit.tidings == ["1 joined 1 as member"])
        guard case .listing(_, false) = try fixture.room(.direct(ada.id, handle: "e", by: ada.id)) else {
            throw Unexpected()
        }
        #expect(try fixture.say("note", in: listing.room, by: ada) == 1)
        #expect(try fixture.unread(ada, listing.room) == [0, 0, 1, 1])
        guard case .changed = try fixture.post(.pin(listing.room.id, seq: 1, by: ada.id)) else { throw Unexpected() }
        #expect(try fixture.reader.pins(of: listing.room.id, for: ada.id).map(\.pin.seq) == [1])
        #expect(try fixture.post(.pin(listing.room.id, seq: 1, by: bob.id)) == .refused(.notFound))
        #expect(try fixture.reader.listing(of: listing.room.id, for: ada.id)?.peer == nil)
        #expect(try fixture.reader.listing(of: listing.room.id, for: bob.id) == nil)
        #expect(
            try fixture.room(.addMembers(listing.room.id, [bob.id], role: nil, by: ada.id)) == .refused(.forbidden))
        #expect(try fixture.room(.leave(listing.room.id, by: ada.id)) == .refused(.forbidden))
        // Each has their own, and another with others.
        #expect(try fixture.makeDirect(bob, bob).id == RoomID(2))
        #expect(try fixture.makeDirect(ada, bob).id == RoomID(3))
        // It goes with whose it is; the room of two stays with the other.
        let gone = try fixture.append([.account(.delete(ada.id, credential: nil))])
        #expect(gone.events.map(\.kind) == [.roomDeleted(by: ada.id), .memberLeft(ada.id, by: ada.id)])
        #expect(try fixture.reader.room(listing.room.id) == nil)
        #expect(try fixture.reader.room(RoomID(3)) != nil)
    }

    @Test("Others are told of another name, and of an end", arguments: Backend.allCases)
    func faces(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        var ada = try fixture.register("ada")
        let bob = try fixture.register("bob")
        let room = try fixture.makeNativeRoom("r", members: [ada, bob])
        let direct = try fixture.makeDirect(ada, bob)
        func faces(_ draft: AccountDraft) throws -> [Notice] {
            try fixture.append([.account(draft)]).notices.filter {
                if case .faceChanged = $0 { true } else { false }
            }
        }
        ada.username = "Countess"
        let renaming = AccountDraft.updateProfile(ada.id, displayName: "Countess", phone: nil, settings: nil)
        #expect(try faces(renaming) == [.faceChanged(ada, in: [room.id, direct.id])])
        #expect(try faces(renaming) == [])
        // Of what only they see nobody hears.
        #expect(
            try faces(.updateProfile(ada.id, displayName: nil, phone: "1", settings: UserSettings(statusText: "s")))
                == [])
        let ended = try faces(.delete(ada.id, credential: nil))
        guard case .faceChanged(let shell, [room.id, direct.id])? = ended.first else { throw Unexpected() }
        #expect(shell.isDeleted && shell.id == ada.id && shell.phone == nil && shell.login == nil)
    }
}
