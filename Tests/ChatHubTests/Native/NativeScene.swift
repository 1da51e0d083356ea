import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// A server with some accounts, each with a session whose token is known, and rooms of theirs.
struct NativeScene {
    let harness: HubHarness
    let users: [UserID]
    let sessions: [SessionID]

    init(
        loopCount: Int = 1, seed: UInt64? = nil, userCount: Int = 3,
        configure: (inout HubConfiguration) -> Void = { _ in }
    ) throws {
        harness = HubHarness(loopCount: loopCount, seed: seed, configure: configure)
        let digest = TestCryptography.make(seed: 1).digest
        let expiry = harness.wallTime
        let drafts = (0..<userCount).map { index in
            Draft.account(
                .register(
                    NewAccount(
                        handle: "handle-\(index)", login: "user\(index)", displayName: "User \(index)",
                        credential: "plain:secret"),
                    session: NewSession(
                        tokenHash: digest(Array(Self.token(index).utf8)), deviceID: "device-\(index)",
                        expiresAt: expiry),
                    invite: nil))
        }
        var users: [UserID] = []
        var sessions: [SessionID] = []
        for outcome in try harness.store.append(drafts, at: harness.wallTime).outcomes {
            guard case .signedIn(let user, let session) = outcome else { continue }
            users.append(user.id)
            sessions.append(session.id)
        }
        try #require(users.count == userCount)
        self.users = users
        self.sessions = sessions
    }

    /// 43 characters of base64url.
    static func token(_ index: Int) -> String {
        let digits = String(index)
        return "user" + String(repeating: "-", count: 39 - digits.count) + digits
    }

    /// What a browser of the user sends.
    func cookie(_ index: Int) -> (String, String) {
        ("Cookie", "\(harness.hubs[0].cookies.sessionName(isSecure: false))=\(Self.token(index))")
    }

    /// Another session of a user.
    func signIn(_ index: Int, token: String) throws -> SessionID {
        let digest = TestCryptography.make(seed: 1).digest
        let account = try #require(try harness.store.account(users[index]))
        let session = NewSession(
            tokenHash: digest(Array(token.utf8)), deviceID: nil, expiresAt: harness.wallTime)
        let outcome = apply(.account(.signIn(users[index], credential: account.credential ?? "", session)))
        guard case .signedIn(_, let record) = outcome else {
            Issue.record("\(outcome)")
            return SessionID(0)
        }
        return record.id
    }

    func loop(_ index: Int) -> Int { index % harness.hubs.count }

    /// Has the store do something, and all loops hear of it.
    @discardableResult
    func apply(_ draft: Draft) -> Outcome {
        var result = Outcome.refused(.unavailable)
        harness.turn(0) { hub in hub.submit(draft) { _, outcome in result = outcome } }
        harness.run()
        return result
    }

    /// Has the store do something, sooner or later.
    func submit(_ draft: Draft) { harness.turn(0) { hub in hub.submit(draft) { _, _ in } } }

    func makeRoom(
        _ owner: Int, _ members: Int..., kind: RoomKind = .group, visibility: Visibility = .private
    ) throws -> RoomID {
        let handle = "room-\(harness.turnCount)"
        let draft = NewNativeRoom(
            handle: handle, kind: kind, name: "Room", visibility: visibility, members: members.map { users[$0] })
        guard case .listing(let listing, _) = apply(.room(.create(draft, by: users[owner]))) else {
            throw SceneError.noRoom
        }
        return listing.room.id
    }

    enum SceneError: Error { case noRoom }

    /// Sends messages, of which no socket is the sender.
    func post(_ count: Int, in room: RoomID, by user: Int, text: String = "text") {
        for index in 0..<count {
            let key = MessageKey(high: UInt64(harness.turnCount), low: UInt64(index))
            apply(
                .send(
                    NewMessage(room: room, author: users[user], key: key, text: "\(text) \(index)", isChecked: true)))
        }
    }

    // MARK: Sockets

    /// A socket that has said nothing yet.
    func open(_ loop: Int = 0, deflate: DeflateOptions? = nil) throws -> TestClient {
        let client = harness.connect(loop: self.loop(loop))
        try client.sendUpgrade("/v1/ws", protocols: ["chat.v1.json"], deflate: deflate)
        harness.run()
        try #require(client.webSocket != nil, "\(client.takeResponses()) \(client.handshakeFailure ?? "")")
        return client
    }

    /// A socket of a user, and its welcome.
    func arrive(
        _ user: Int, loop: Int = 0, resume: String? = nil, token: String? = nil, deflate: DeflateOptions? = nil
    ) throws -> (client: TestClient, welcome: JSONValue) {
        let client = try open(loop, deflate: deflate)
        client.sayHello(token ?? Self.token(user), resume: resume)
        harness.run()
        var objects = client.takeObjects()
        try #require(!objects.isEmpty, "\(client.takeFrames())")
        let welcome = objects.removeFirst()
        try #require(welcome["type"]?.string == "welcome", "\(welcome)")
        client.unread = objects
        return (client, welcome)
    }

    /// A socket of a user that is subscribed to rooms.
    func subscriber(_ user: Int, loop: Int = 0, to rooms: RoomID...) throws -> TestClient {
        let client = try arrive(user, loop: loop).client
        for room in rooms {
            client.send(#"{"type":"subscribe","id":"s","room":"\#(room.rawValue)"}"#)
        }
        harness.run()
        let acks = client.takeObjects()
        try #require(acks.allSatisfy { $0["type"]?.string == "ack" } && acks.count == rooms.count, "\(acks)")
        return client
    }

    /// The answers to what a socket says.
    func ask(_ client: TestClient, _ text: String) -> [JSONValue] {
        client.send(text)
        harness.run()
        return client.takeObjects()
    }

    /// The only answer.
    func answer(
        _ client: TestClient, _ text: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSONValue {
        let answers = ask(client, text)
        try #require(answers.count == 1, "\(answers) \(client.takeFrames())", sourceLocation: sourceLocation)
        return answers[0]
    }

    func head(_ room: RoomID) throws -> Int64 { try harness.store.head(of: room).offset }

    func epoch(_ room: RoomID) throws -> String { Epoch(try #require(try harness.store.room(room)).epoch).description }

    /// A member of `resume`.
    func claim(_ room: RoomID, _ offset: Int64) throws -> String {
        #""\#(room.rawValue)":{"epoch":"\#(try epoch(room))","offset":\#(offset)}"#
    }
}

extension TestClient {
    func sayHello(_ token: String, resume: String? = nil) {
        let part = resume.map { #","resume":{\#($0)}"# } ?? ""
        send(#"{"type":"hello","id":"h","token":"\#(token)","client":"test"\#(part)}"#)
    }

    /// The frames since the last call, as JSON; others are kept for `takeFrames`.
    func takeObjects() -> [JSONValue] {
        defer { unread = [] }
        return unread + takeTexts(keepingOthers: true).map { (try? JSONValue(parsing: Array($0.utf8))) ?? .string($0) }
    }

    func sendMessage(_ text: String, in room: RoomID, key: MessageKey, id: String = "m") {
        send(
            #"{"type":"message.send","id":"\#(id)","room":"\#(room.rawValue)","client_msg_id":"\#(key)","text":"\#(text)"}"#
        )
    }
}

extension JSONValue {
    /// A path of member names.
    subscript(path path: String...) -> JSONValue? {
        var value: JSONValue? = self
        for name in path { value = value?[name] }
        return value
    }

    var type: String { self["type"]?.string ?? "" }
    var code: String { self["code"]?.string ?? "" }
    var event: String { self["event"]?.string ?? "" }
    var offset: Int64 { self["offset"]?.integer ?? -1 }
}

func key(_ number: Int) -> MessageKey { MessageKey(high: 0x1234_5678_9ABC_4DEF, low: UInt64(number)) }
