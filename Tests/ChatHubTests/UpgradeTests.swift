import ChatDomain
import Testing
import WSProtocol

@testable import ChatHub

/// From HTTP to WebSocket (RFC 6455 §4).
@Suite struct UpgradeTests {
    private let key = "dGhlIHNhbXBsZSBub25jZQ=="

    private func harness() -> HubHarness { HubHarness { $0.enablesEcho = true } }

    private func head(
        _ path: String = "/echo", _ changes: [String: String?] = [:], method: String = "GET",
        version: String = "HTTP/1.1"
    ) -> String {
        let fields: [(String, String)] = [
            ("Host", "localhost"), ("Upgrade", "websocket"), ("Connection", "keep-alive, Upgrade"),
            ("Sec-WebSocket-Key", key), ("Sec-WebSocket-Version", "13"),
        ]
        var head = "\(method) \(path) \(version)\r\n"
        for (name, value) in fields {
            guard let value = changes[name] ?? value else { continue }
            head += "\(name): \(value)\r\n"
        }
        return head + "\r\n"
    }

    @Test func theKeyIsAnswered() throws {
        let harness = harness()
        let client = harness.connect()
        client.expectResponse(to: "GET")
        client.sendRaw(head())
        harness.run()
        let response = try #require(client.takeResponses().first)
        #expect(response.status == 101)
        // The example of §1.3.
        #expect(response["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(response["sec-websocket-extensions"] == nil)
        #expect(response["sec-websocket-protocol"] == nil)
    }

    @Test(arguments: ["/echo", "/broadcast", "/ws"])
    func framesMayFollowInTheSameBytes(path: String) throws {
        for readBytesMax in [1, 3, 65_536] {
            let harness = harness()
            harness.readBytesMax = readBytesMax
            let client = harness.connect()
            try client.sendUpgrade(path)
            client.send(.ping, [1, 2])
            client.send("first")
            client.send("second")
            harness.run()
            #expect(client.handshakeFailure == nil)
            let frames = client.takeFrames()
            #expect(frames.contains(.pong([1, 2])))
            if path != "/ws" {
                #expect(
                    frames.suffix(2) == [
                        .message(.text, Array("first".utf8)), .message(.text, Array("second".utf8)),
                    ])
            }
        }
    }

    @Test func anUpgradeMayFollowOtherRequests() throws {
        let scene = try ChatAppScene { $0.enablesEcho = true }
        let client = scene.harness.connect()
        client.sendRequest("GET", "/users/phone/345")
        try client.sendUpgrade("/echo")
        client.send("hello")
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [200, 101])
        #expect(client.takeTexts() == ["hello"])
    }

    @Test(
        arguments: [
            (["Upgrade": nil], 426), (["Upgrade": "h2c"], 426), (["Connection": "close"], 426),
            (["Connection": nil], 426), (["Sec-WebSocket-Version": "8"], 426), (["Sec-WebSocket-Version": nil], 400),
            (["Sec-WebSocket-Version": "x"], 400), (["Sec-WebSocket-Key": nil], 400),
            (["Sec-WebSocket-Key": "short"], 400), (["Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ"], 400),
        ] as [([String: String?], Int)])
    func aBadHandshakeIsRefused(changes: [String: String?], status: Int) throws {
        for path in ["/echo", "/broadcast", "/broadcast/room", "/ws"] {
            let harness = harness()
            let client = harness.connect()
            client.expectResponse(to: "GET")
            client.sendRaw(head(path, changes))
            harness.run()
            let response = try #require(client.takeResponses().first)
            #expect(response.status == status)
            #expect(client.webSocket == nil)
            if status == 426 {
                // RFC 9110 §15.5.22: it says what to upgrade to.
                #expect(response["upgrade"] == "websocket")
                #expect(response["connection"]?.lowercased().contains("upgrade") == true)
            }
            if changes["Sec-WebSocket-Version"] != nil { #expect(response["sec-websocket-version"] == "13") }
        }
    }

    @Test func anotherMethodIs405() throws {
        let harness = harness()
        for path in ["/echo", "/ws", "/broadcast"] {
            let client = harness.connect()
            client.expectResponse(to: "POST")
            client.sendRaw(head(path, method: "POST"))
            harness.run()
            let response = try #require(client.takeResponses().first)
            #expect(response.status == 405)
            #expect(response["allow"]?.contains("GET") == true)
        }
    }

    @Test func http10CannotBeUpgraded() throws {
        let harness = harness()
        let client = harness.connect()
        client.expectResponse(to: "GET")
        client.sendRaw(head(version: "HTTP/1.0"))
        harness.run()
        #expect(client.takeResponses().map(\.status) == [400])
    }

    @Test func theConnectionCanBeUsedAfterARefusal() throws {
        let harness = harness()
        let client = harness.connect()
        client.expectResponse(to: "GET")
        client.sendRaw(head("/echo", ["Sec-WebSocket-Version": "8"]))
        client.sendRequest("GET", "/health")
        harness.run()
        #expect(client.takeResponses().map(\.status) == [426, 200])
    }

    @Test func echoIsThereOnlyIfAskedFor() throws {
        let harness = HubHarness()
        let client = harness.connect()
        client.expectResponse(to: "GET")
        client.sendRaw(head())
        harness.run()
        #expect(client.takeResponses().map(\.status) == [404])
    }
}

/// Frames and closes (RFC 6455 §5 to §7).
@Suite struct SocketTests {
    private func echo(_ harness: HubHarness) throws -> TestClient { try harness.openSocket("/echo") }

    private func makeHarness() -> HubHarness { HubHarness { $0.enablesEcho = true } }

    @Test(arguments: [1, 5, 65_536])
    func aMessageInPiecesIsOneMessage(readBytesMax: Int) throws {
        let harness = makeHarness()
        harness.readBytesMax = readBytesMax
        let client = try echo(harness)
        client.send(.text, Array("Gr".utf8), fin: false)
        // Control frames may come in between (§5.4).
        client.send(.ping, [42])
        client.send(.continuation, [0xC3], fin: false)
        client.send(.pong, [])
        client.send(.continuation, [0xBC], fin: false)
        client.send(.continuation, [], fin: true)
        harness.run()
        #expect(client.takeFrames() == [.pong([42]), .message(.text, Array("Grü".utf8))])
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536])
    func everyLengthComesBack(count: Int) throws {
        let harness = makeHarness()
        let client = try echo(harness)
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        client.send(.binary, payload)
        harness.run()
        #expect(client.takeFrames() == [.message(.binary, payload)])
    }

    @Test(
        arguments: [
            // Reserved bits, a reserved opcode, no mask, a ping in two parts, a ping too long.
            ([0xC1, 0x80, 0, 0, 0, 0], 1002), ([0x83, 0x80, 0, 0, 0, 0], 1002), ([0x81, 0x00], 1002),
            ([0x09, 0x80, 0, 0, 0, 0], 1002), ([0x89, 0xFE, 0, 126], 1002),
            // Nothing to continue; a length in too many bytes; a close with half a code, and with one that may not be.
            ([0x80, 0x80, 0, 0, 0, 0], 1002), ([0x82, 0xFE, 0, 5, 0, 0, 0, 0], 1002),
            ([0x88, 0x81, 0, 0, 0, 0, 3], 1002), ([0x88, 0x82, 0, 0, 0, 0, 3, 0xED], 1002),
            // Text that is no UTF-8; a reason that is none.
            ([0x81, 0x81, 0, 0, 0, 0, 0xFF], 1007), ([0x88, 0x83, 0, 0, 0, 0, 3, 0xE8, 0xFF], 1007),
            // 65,537 bytes announced, and 2^62.
            ([0x82, 0xFF, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0], 1009),
            ([0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1009),
        ] as [([UInt8], UInt16)])
    func anErrorIsAnsweredWithItsCode(bytes: [UInt8], code: UInt16) throws {
        for path in ["/echo", "/broadcast", "/ws"] {
            let harness = makeHarness()
            let client = try harness.openSocket(path)
            harness.forget(client)
            client.closesBehindServer = false
            client.sendRaw(bytes)
            client.send("never looked at")
            harness.run()
            let frames = client.takeFrames()
            guard case .close(let found, _)? = frames.last, frames.count == 1 else {
                Issue.record("\(frames)")
                continue
            }
            #expect(found?.rawValue == code)
            #expect(client.sawEnd)
            harness.advance(byMs: 2_300)
            #expect(client.isGone)
        }
    }

    @Test func messagesAreLimitedOverAllTheirFrames() throws {
        let harness = makeHarness()
        let client = try echo(harness)
        let part = [UInt8](repeating: 1, count: 40_000)
        client.send(.binary, part, fin: false)
        client.send(.continuation, part)
        harness.run()
        #expect(client.takeCloseCode() == 1009)
    }

    @Test(arguments: [1000, 1001, 3000, 4999, nil] as [UInt16?])
    func aCloseIsAnsweredWithItsCode(code: UInt16?) throws {
        let harness = makeHarness()
        let client = try echo(harness)
        client.send("before")
        client.sendClose(code.map { CloseCode($0) }, reason: code == nil ? "" : "bye")
        client.send("behind")
        harness.run()
        #expect(
            client.takeFrames() == [
                .message(.text, Array("before".utf8)), .close(code.map { CloseCode($0) }, reason: ""),
            ])
        #expect(client.isGone)
        #expect(harness.hubs[0].connectionCount == 0)
        #expect(harness.hubs[0].nextDeadline == nil)
    }

    @Test func aPingIsAnsweredWithItsPayload() throws {
        let harness = makeHarness()
        let client = try echo(harness)
        for payload in [[], [1], [UInt8](repeating: 7, count: 125)] as [[UInt8]] { client.send(.ping, payload) }
        harness.run()
        #expect(client.takeFrames() == [.pong([]), .pong([1]), .pong([UInt8](repeating: 7, count: 125))])
    }

    @Test func pingsAreCountedByTheSecond() throws {
        let harness = HubHarness {
            $0.enablesEcho = true
            $0.limits.controlFramesPerSecondMax = 5
        }
        let client = try echo(harness)
        for _ in 0..<3 {
            for _ in 0..<5 { client.send(.ping, []) }
            harness.run()
            #expect(client.takeFrames().count == 5)
            harness.advance(byMs: 1_000)
        }
        for _ in 0..<6 { client.send(.ping, []) }
        harness.run()
        #expect(client.takeCloseCode() == CloseCode.policyViolation.rawValue)
    }

    @Test func pongsDoNotPileUp() throws {
        let harness = HubHarness {
            $0.enablesEcho = true
            $0.limits.queueBytesMax = 65_536
            $0.limits.controlFramesPerSecondMax = 1_000_000
        }
        let client = try echo(harness)
        client.windowBytes = 0
        for _ in 0..<2_000 { client.send(.ping, [UInt8](repeating: 7, count: 125)) }
        harness.run()
        let outbox = try #require(harness.connection(of: client)?.outbox)
        #expect(outbox.byteCount <= 65_536 + 127)
    }

    @Test func anEchoThatIsNotTakenIsNotReadEither() throws {
        let harness = HubHarness {
            $0.enablesEcho = true
            $0.limits.queueBytesMax = 262_144
        }
        let client = try echo(harness)
        client.windowBytes = 0
        for index in 0..<600 { client.send(.binary, [UInt8](repeating: UInt8(index % 256), count: 1_000)) }
        harness.run()
        #expect((harness.connection(of: client)?.outbox.byteCount ?? 0) < 200_000)
        #expect(!client.unsent.isEmpty)
        // It takes longer than silence may last to come to a ping, but it takes something all the time.
        for _ in 0..<140 {
            harness.open(client, windowBytes: 5_000)
            harness.advance(byMs: 1_000)
        }
        #expect(!client.isGone)
        let echoed = client.takeFrames().map { event in
            guard case .message(.binary, let bytes) = event, bytes.count == 1_000 else { return -1 }
            return Int(bytes[0])
        }
        #expect(echoed == (0..<600).map { $0 % 256 })
    }

    @Test func whoTakesNothingOfItsEchoIsCut() throws {
        let harness = HubHarness {
            $0.enablesEcho = true
            $0.limits.queueBytesMax = 262_144
        }
        let client = try echo(harness)
        client.windowBytes = 0
        for _ in 0..<600 { client.send(.binary, [UInt8](repeating: 1, count: 1_000)) }
        harness.run()
        harness.advance(byMs: 20_000)
        #expect(client.isGone)
    }

    @Test func anEndWithoutACloseIsAnEnd() throws {
        let harness = makeHarness()
        let client = try echo(harness)
        client.send("last words")
        client.end()
        harness.run()
        #expect(client.takeTexts() == ["last words"])
        #expect(client.isGone)
        #expect(harness.hubs[0].connectionCount == 0)
    }
}
