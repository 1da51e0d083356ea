import ChatDomain
import ChatStore
import Testing

@Suite("Accounts, in every store")
struct AccountContractTests {
    @Test("A registered account is found by login, id and handle", arguments: Backend.allCases)
    func registering(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let new = NewAccount(
            handle: "h1", login: "Ada.L", displayName: "Ada Lovelace", phone: "+1", credential: "c", isAdmin: true)
        let commit = try fixture.append([
            .account(.register(new, session: fixture.session(1, device: "d1"), invite: nil))
        ])
        let user = User(
            id: UserID(1), handle: "h1", username: "Ada Lovelace", phone: "+1", createdAt: fixture.now, isOpen: false,
            login: "Ada.L", isAdmin: true)
        let session = SessionRecord(
            id: SessionID(1), user: user.id, deviceID: "d1", createdAt: fixture.now, lastSeenAt: fixture.now,
            expiresAt: WallTime(milliseconds: 90_000))
        #expect(commit == Commit(outcomes: [.signedIn(user, session: session)], events: []))

        let account = try #require(try fixture.reader.account(user.id))
        #expect(account.user == user)
        #expect(account.credential == "c")
        #expect(account.settings == UserSettings())
        #expect(account.lastSeen == nil)
        #expect(account.epoch != 0)
        #expect(account.offset == 0)
        for login in ["Ada.L", "ada.l", "ADA.L"] { #expect(try fixture.reader.account(login: login) == account) }
        #expect(try fixture.reader.account(login: "ada") == nil)
        #expect(try fixture.reader.user(handle: "h1") == user)
        #expect(try fixture.reader.user(phone: "+1") == user)
        #expect(try fixture.reader.session(tokenHash: Fixture.hash(1)) == session)
        #expect(try fixture.reader.openUsers(limit: 9) == [])
    }

    @Test(
        "What is taken is told in this order: login, phone, handle, invitation", arguments: Backend.allCases)
    func registeringIsRefused(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        try fixture.register("ada", phone: "1")
        try fixture.makeUser("dialect", phone: "2")
        func register(
            _ login: String, phone: String?, handle: String, invite: [UInt8]? = nil, session: NewSession? = nil
        ) throws -> Outcome {
            let new = NewAccount(handle: handle, login: login, displayName: "x", phone: phone, credential: nil)
            return try fixture.account(.register(new, session: session, invite: invite))
        }
        let bad = Fixture.hash(9)
        #expect(try register("ADA", phone: "1", handle: "h-ada", invite: bad) == .refused(.loginTaken))
        #expect(try register("bob", phone: "2", handle: "h-ada", invite: bad) == .refused(.phoneTaken))
        #expect(try register("bob", phone: nil, handle: "dialect", invite: bad) == .refused(.handleTaken))
        #expect(try register("bob", phone: nil, handle: "h-bob", invite: bad) == .refused(.unknownInvite))
        guard case .signedIn = try register("bob", phone: nil, handle: "h-bob", session: fixture.session(1)) else {
            throw Unexpected()
        }
        #expect(
            try register("cyd", phone: nil, handle: "h-cyd", session: fixture.session(1)) == .refused(.conflict))
        // Who was refused left nothing behind.
        #expect(try fixture.register("cyd").id == UserID(4))
    }

    @Test("An invitation lets in as many as it says, until its time", arguments: Backend.allCases)
    func invitations(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let until = WallTime(milliseconds: 2_000)
        let twice = NewInvite(tokenHash: Fixture.hash(1), expiresAt: nil, uses: 2)
        let limited = NewInvite(tokenHash: Fixture.hash(2), expiresAt: until, uses: nil)
        for (number, invite) in [(1, twice), (2, limited)] as [(Int64, NewInvite)] {
            let record = InviteRecord(
                id: InviteID(number), room: nil, by: ada.id, createdAt: fixture.now, expiresAt: invite.expiresAt,
                uses: 0,
                usesLeft: invite.uses)
            #expect(try fixture.account(.inviteToRegister(invite, by: ada.id)) == .invited(record))
        }
        #expect(try fixture.account(.inviteToRegister(twice, by: ada.id)) == .refused(.conflict))
        #expect(
            try fixture.account(
                .inviteToRegister(NewInvite(tokenHash: Fixture.hash(3), expiresAt: nil, uses: nil), by: UserID(9)))
                == .refused(.unknownUser))
        func register(_ login: String, _ invite: UInt8) throws -> Bool {
            let new = NewAccount(handle: login, login: login, displayName: "x", credential: nil)
            switch try fixture.account(.register(new, session: nil, invite: Fixture.hash(invite))) {
            case .user: return true
            case .refused(.unknownInvite): return false
            default: throw Unexpected()
            }
        }
        // A refusal for another reason uses nothing up.
        let taken = NewAccount(handle: "x", login: "ada", displayName: "x", credential: nil)
        #expect(
            try fixture.account(.register(taken, session: nil, invite: Fixture.hash(1))) == .refused(.loginTaken))
        for (login, isLetIn) in [("a", true), ("b", true), ("c", false)] {
            #expect(try fixture.reader.isInvitation(tokenHash: Fixture.hash(1), at: fixture.now) == isLetIn)
            #expect(try register(login, 1) == isLetIn)
        }
        let early = WallTime(milliseconds: 1_999)
        #expect(try fixture.reader.isInvitation(tokenHash: Fixture.hash(2), at: early))
        #expect(try !fixture.reader.isInvitation(tokenHash: Fixture.hash(2), at: until))
        #expect(try !fixture.reader.isInvitation(tokenHash: Fixture.hash(7), at: early))
        fixture.now = early
        #expect(try register("d", 2))
        fixture.now = until
        #expect(try !register("e", 2))
    }

    @Test(arguments: Backend.allCases)
    func profile(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada", phone: "1"), try fixture.register("bob"))
        let settings = UserSettings(
            availability: .invisible, statusText: "away", hidesLastSeen: true, hidesTyping: true, hidesReading: true)
        func update(_ name: String?, _ phone: String??, _ settings: UserSettings? = nil) throws -> Commit {
            try fixture.append([
                .account(.updateProfile(ada.id, displayName: name, phone: phone, settings: settings))
            ])
        }
        var expected = ada
        expected.username = "Countess"
        var commit = try update("Countess", nil)
        let epoch = try #require(try fixture.reader.account(ada.id)?.epoch)
        var account = Account(
            user: expected, credential: "hash of ada", settings: UserSettings(), lastSeen: nil, epoch: epoch, offset: 0)
        #expect(
            commit
                == Commit(
                    outcomes: [.user(expected)], events: [],
                    notices: [.profileChanged(account), .faceChanged(expected, in: [])]))
        #expect(try fixture.reader.account(ada.id) == account)

        // A phone is taken away, given, and kept; somebody else's is refused.
        _ = try update(nil, .some(nil))
        #expect(try fixture.reader.user(phone: "1") == nil)
        commit = try update(nil, "2")
        #expect(try fixture.reader.user(phone: "2")?.id == ada.id)
        #expect(try update(nil, "2") == Commit(outcomes: commit.outcomes, events: []))
        #expect(
            try fixture.account(.updateProfile(bob.id, displayName: "x", phone: "2", settings: nil))
                == .refused(.phoneTaken))
        #expect(try fixture.reader.user(bob.id) == bob)

        // Settings are an event of the user's own stream.
        expected.phone = "2"
        account.user = expected
        account.settings = settings
        account.offset = 1
        let event = UserEvent(
            user: ada.id, epoch: epoch, offset: 1, at: fixture.now, kind: .settingsUpdated(settings))
        commit = try update(nil, nil, settings)
        #expect(
            commit
                == Commit(outcomes: [.user(expected)], events: [], notices: [.user(event), .profileChanged(account)]))
        #expect(try update(nil, nil, settings) == Commit(outcomes: [.user(expected)], events: []))
        #expect(try fixture.reader.userEvents(of: ada.id, after: 0, limit: 9) == [event])
        #expect(
            try fixture.account(.updateProfile(UserID(9), displayName: "x", phone: nil, settings: nil))
                == .refused(.unknownUser))
    }

    @Test("Who administers the server changes at once", arguments: Backend.allCases)
    func admin(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let ada = try fixture.register("ada")
        let commit = try fixture.append([.account(.setAdmin(ada.id, true)), .account(.setAdmin(ada.id, true))])
        let account = try #require(try fixture.reader.account(ada.id))
        #expect(account.user.isAdmin)
        #expect(commit == Commit(outcomes: [.done, .done], events: [], notices: [.profileChanged(account)]))
        #expect(try fixture.account(.setAdmin(ada.id, false)) == .done)
        #expect(try fixture.reader.user(ada.id)?.isAdmin == false)
        #expect(try fixture.account(.setAdmin(UserID(9), true)) == .refused(.unknownUser))
    }

    @Test(arguments: Backend.allCases)
    func blocking(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let users = try ["ada", "bob", "cyd"].map { try fixture.register($0) }
        let (ada, bob, cyd) = (users[0].id, users[1].id, users[2].id)
        let commit = try fixture.append([
            .account(.block(cyd, by: ada)), .account(.block(bob, by: ada)), .account(.block(bob, by: ada)),
        ])
        #expect(
            commit
                == Commit(
                    outcomes: [.done, .done, .done], events: [],
                    notices: [
                        .blockChanged(cyd, by: ada, isBlocked: true), .blockChanged(bob, by: ada, isBlocked: true),
                    ]))
        #expect(try fixture.reader.blocks(by: ada) == [bob, cyd])
        #expect(try fixture.reader.hasBlocked(bob, by: ada))
        #expect(try !fixture.reader.hasBlocked(ada, by: bob))
        let undone = try fixture.append([.account(.unblock(bob, by: ada)), .account(.unblock(bob, by: ada))])
        #expect(
            undone
                == Commit(
                    outcomes: [.done, .done], events: [], notices: [.blockChanged(bob, by: ada, isBlocked: false)]))
        #expect(try fixture.reader.blocks(by: ada) == [cyd])
        #expect(try fixture.account(.block(ada, by: ada)) == .refused(.forbidden))
        #expect(try fixture.account(.block(UserID(9), by: ada)) == .refused(.unknownUser))
        #expect(try fixture.account(.block(ada, by: UserID(9))) == .refused(.unknownUser))
    }

    /// A question about the two of a direct room: from the blocked to the blocker, and in no other room.
    @Test(arguments: Backend.allCases)
    func blockingInDirectRooms(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        let (ada, bob) = (try fixture.register("ada"), try fixture.register("bob"))
        let direct = try fixture.makeDirect(ada, bob).id
        let group = try fixture.makeNativeRoom("group", members: [ada, bob]).id
        func isBlocked(_ user: User, _ room: RoomID) throws -> Bool {
            try fixture.reader.isBlocked(user.id, in: room)
        }
        #expect(try !isBlocked(bob, direct))
        #expect(try fixture.account(.block(bob.id, by: ada.id)) == .done)
        #expect(try isBlocked(bob, direct) && !isBlocked(ada, direct))
        #expect(try !isBlocked(bob, group) && !isBlocked(bob, RoomID(99)))
        #expect(try fixture.account(.unblock(bob.id, by: ada.id)) == .done)
        #expect(try !isBlocked(bob, direct))
    }

    @Test("Accounts are found by the beginnings of words", arguments: Backend.allCases)
    func search(_ backend: Backend) throws {
        let fixture = try Fixture(backend)
        try fixture.register("Zoe", name: "Ada-Maria Öz")
        try fixture.register("ada_l", name: "Countess")
        try fixture.register("bob", name: "100 % Bob Ada")
        try fixture.makeUser("ada of a dialect")
        for (text, logins) in [
            ("ada", ["ada_l", "bob", "Zoe"]), ("ADA", ["ada_l", "bob", "Zoe"]), ("maria", ["Zoe"]), ("ö", ["Zoe"]),
            ("Ö", ["Zoe"]), ("da", []), ("100 %", ["bob"]), ("%", []), ("bob ada", ["bob"]), ("l", ["ada_l"]),
            ("ada-maria", ["Zoe"]), ("adam", []), ("", ["ada_l", "bob", "Zoe"]),
        ] {
            #expect(try fixture.reader.users(matching: text, limit: 9).map(\.login) == logins, "\(text)")
        }
        #expect(try fixture.reader.users(matching: "ada", limit: 2).map(\.login) == ["ada_l", "bob"])
        #expect(try fixture.reader.users(matching: "ada", limit: 0) == [])
        #expect(try fixture.reader.users(matching: "ada", limit: -1) == [])
    }
}
