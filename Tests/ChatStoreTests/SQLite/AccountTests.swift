import ChatDomain
import Testing

@testable import ChatStore

@Suite("Accounts in the database")
struct AccountTests {
    private let directory: ScratchDirectory
    private let now = WallTime(milliseconds: 1_000)

    init() throws { directory = try ScratchDirectory() }

    private func account(_ login: String, name: String? = nil) -> Draft {
        .account(
            .register(
                NewAccount(handle: "h-\(login)", login: login, displayName: name ?? login, credential: "c"),
                session: nil, invite: nil))
    }

    private func session(_ number: UInt8) -> NewSession {
        NewSession(
            tokenHash: Array(repeating: number, count: 32), deviceID: "d\(number)",
            expiresAt: WallTime(milliseconds: 9_000))
    }

    @Test("A 101st session ends the one that was unused for longest")
    func sessionsAreBounded() throws {
        let store = try SQLiteStore(path: directory.database)
        defer { store.close() }
        let reader = try store.makeReader()
        _ = try store.append([account("ada")], at: now)
        let user = UserID(1)
        _ = try store.append(
            (0..<100).map { .account(.signIn(user, credential: "c", session($0))) }, at: now)
        _ = try store.append(
            [.account(.touch(sessions: [SessionID(1): WallTime(milliseconds: 5_000)], users: [:]))], at: now)
        let commit = try store.append([.account(.signIn(user, credential: "c", session(100)))], at: now)
        #expect(commit.notices == [.sessionsEnded(user, [SessionID(2)])])
        #expect(try reader.sessions(of: user).map(\.id.rawValue) == (Array(3...101) + [1]).sorted(by: >).map { $0 })
        #expect(try reader.session(tokenHash: session(1).tokenHash) == nil)
        #expect(try reader.session(tokenHash: session(0).tokenHash)?.lastSeenAt == WallTime(milliseconds: 5_000))
    }

    @Test("A user's own stream keeps its newest thousand events")
    func theOwnStreamIsBounded() throws {
        let store = try SQLiteStore(path: directory.database)
        defer { store.close() }
        let reader = try store.makeReader()
        _ = try store.append([account("ada")], at: now)
        let drafts = (1...1_250).map { number -> Draft in
            .account(
                .updateProfile(
                    UserID(1), displayName: nil, phone: nil, settings: UserSettings(statusText: "\(number)")))
        }
        let commit = try store.append(drafts, at: now)
        #expect(commit.notices.count == 2_500)
        let kept = try reader.userEvents(of: UserID(1), after: 0, limit: 5_000)
        #expect(kept.map(\.offset) == Array(201...1_250))
        #expect(kept.last?.kind == .settingsUpdated(UserSettings(statusText: "1250")))
        #expect(try reader.account(UserID(1))?.offset == 1_250)
    }

    @Test("What a deleted account leaves in the file is its handle")
    func deletion() throws {
        let store = try SQLiteStore(path: directory.database)
        let secret = NewAccount(
            handle: "h", login: "SECRET-login", displayName: "SECRET name", phone: "SECRET 1", credential: "SECRET c")
        _ = try store.append(
            [
                account("bob"), .account(.register(secret, session: session(1), invite: nil)),
                .account(
                    .updateProfile(UserID(2), displayName: nil, phone: nil, settings: .init(statusText: "SECRET"))),
                .account(.block(UserID(1), by: UserID(2))), .account(.block(UserID(2), by: UserID(1))),
            ], at: now)
        let commit = try store.append([.account(.delete(UserID(2), credential: "SECRET c"))], at: now)
        #expect(commit.outcomes == [.done] && commit.events.isEmpty && commit.notices.count == 2)
        #expect(commit.notices.first == .accountDeleted(UserID(2), handle: "h"))
        let reader = try store.makeReader()
        #expect(try reader.account(login: "secret-LOGIN") == nil)
        #expect(try reader.user(UserID(2))?.isDeleted == true)
        store.close()
        let raw = try RawDatabase(path: directory.database)
        #expect(try raw.tablesContaining("SECRET") == [])
        for table in ["sessions", "blocks", "me_log"] {
            #expect(try raw.database.integer("SELECT count(*) FROM \(table)") == 0, "\(table)")
        }
    }

    @Test("Logins are one whatever their case, and found by the words of both names")
    func names() throws {
        let store = try SQLiteStore(path: directory.database)
        defer { store.close() }
        let reader = try store.makeReader()
        let commit = try store.append(
            [account("Ada_L", name: "Ada Lovelace"), account("aDA_l"), account("bob", name: "Łucja van Ada")], at: now)
        #expect(commit.outcomes[1] == .refused(.loginTaken))
        #expect(try reader.account(login: "ADA_l")?.user.login == "Ada_L")
        let found: [(String, [String])] = [
            ("ad", ["Ada_L", "bob"]), ("LOVE", ["Ada_L"]), ("ada love", ["Ada_L"]), ("łu", ["bob"]), ("l", ["Ada_L"]),
            ("", ["Ada_L", "bob"]), ("ove", []), ("_", []),
        ]
        for (text, logins) in found {
            #expect(try reader.users(matching: text, limit: 9).map(\.login) == logins, "\(text)")
        }
        #expect(try reader.users(matching: "", limit: 1).count == 1)
    }
}
