import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// From the upgrade to the welcome.
@Suite struct HelloTests {
    @Test(arguments: loopCounts)
    func isWelcomedWithAllItNeedsToKnow(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let (client, welcome) = try scene.arrive(1, loop: 2)
        #expect(client.subprotocol == "chat.v1.json")
        #expect(welcome["id"]?.string == "h")
        #expect(welcome["user_id"]?.string == "\(scene.users[1].rawValue)")
        #expect(welcome["session_id"]?.string == "\(scene.sessions[1].rawValue)")
        #expect(welcome["ts"]?.string == scene.harness.wallTime.description)
        #expect(welcome["ping_ms"]?.integer == 25_000)
        #expect(welcome["pong_timeout_ms"]?.integer == 8_000)
        let limits = try #require(welcome["limits"]?.object)
        #expect(
            limits.map { "\($0.key) \($0.value.integer ?? -1)" } == [
                "frame 65536", "text 16384", "subscriptions 128", "queue_bytes 1048576", "history 300",
            ])
        #expect(welcome[path: "typing", "expire_ms"]?.integer == 8_000)
        #expect(welcome[path: "streams", "me", "epoch"]?.string?.utf8.count == 16)
        #expect(welcome[path: "streams", "me", "offset"]?.integer != nil)
        #expect(welcome["streams"]?.object?.count == 1)
    }

    /// What is said first, and the code of the end.
    @Test(
        arguments: [
            (#"{"type":"ping","id":"1"}"#, 4501),
            (#"{"type":"subscribe","id":"1","room":"1"}"#, 4501),
            (#"{"type":"hello","id":"1"}"#, 4500),
            (#"{"type":"hello","id":"1","token":"user----------------------------------------9"}"#, 4500),
            (#"{"type":"hello","id":"1","token":""}"#, 4500),
            (#"{"type":"hello","id":"1","version":2,"token":"user--------------------------------------0"}"#, 4502),
        ] as [(String, UInt16)])
    func isClosedForAWrongBeginning(text: String, code: UInt16) throws {
        let scene = try NativeScene()
        let client = try scene.open()
        scene.harness.say(client, text)
        #expect(client.takeCloseCode() == code)
        scene.harness.advance(byMs: 3_000)
        #expect(client.isGone)
    }

    @Test func whatCannotBeReadBeforeHelloIsNoEnd() throws {
        let scene = try NativeScene()
        let client = try scene.open()
        let answer = try scene.answer(client, "{")
        #expect(answer.code == "bad_request")
        #expect(answer["id"]?.isNull == true)
        client.sayHello(NativeScene.token(0))
        scene.harness.run()
        #expect(client.takeObjects().first?.type == "welcome")
    }

    @Test func whoSaysNothingIsClosed() throws {
        let scene = try NativeScene()
        let client = try scene.open()
        scene.harness.advance(byMs: 9_800)
        #expect(!client.sawEnd)
        scene.harness.advance(byMs: 500)
        #expect(client.takeCloseCode() == 4501)
    }

    @Test func aSecondHelloIsAnError() throws {
        let scene = try NativeScene()
        let client = try scene.arrive(0).client
        client.sayHello(NativeScene.token(0))
        scene.harness.run()
        let answers = client.takeObjects()
        #expect(answers.map(\.code) == ["bad_request"])
        #expect(try scene.answer(client, #"{"type":"ping","id":"p"}"#).type == "ack")
    }

    /// Commands sent right behind the hello are done after the welcome, in their order.
    @Test(arguments: loopCounts)
    func whatComesBehindHelloWaits(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let client = try scene.open(1)
        client.sayHello(NativeScene.token(0))
        for index in 0..<5 { client.send(#"{"type":"ping","id":"\#(index)"}"#) }
        scene.harness.run()
        #expect(client.takeObjects().map { $0["id"]?.string } == ["h", "0", "1", "2", "3", "4"])
    }

    // MARK: The upgrade

    @Test(
        arguments: [
            ([], nil, 101), (["chat.v1.json"], nil, 101), (["other", "chat.v1.json"], nil, 101),
            (["chat.v2.json"], nil, 400), ([], "http://localhost:8080", 101), ([], "https://evil.example", 403),
            ([], "null", 403),
        ] as [([String], String?, Int)])
    func isUpgradedOnlyForItsProtocolAndItsPages(protocols: [String], origin: String?, status: Int) throws {
        let scene = try NativeScene()
        let client = scene.harness.connect()
        try client.sendUpgrade("/v1/ws", headers: origin.map { [("Origin", $0)] } ?? [], protocols: protocols)
        scene.harness.run()
        #expect(client.takeResponses().map(\.status) == [status])
        #expect(client.subprotocol == (status == 101 && !protocols.isEmpty ? "chat.v1.json" : nil))
    }

    /// A cookie lets in only where a page says that it is ours.
    @Test(arguments: [("http://localhost:8080", true), (nil, false)] as [(String?, Bool)])
    func aCookieCountsWithAnOriginOnly(origin: String?, isWelcome: Bool) throws {
        let scene = try NativeScene()
        let client = scene.harness.connect()
        var headers = [scene.cookie(1)]
        if let origin { headers.append(("Origin", origin)) }
        try client.sendUpgrade("/v1/ws", headers: headers)
        scene.harness.run()
        client.send(#"{"type":"hello","id":"h"}"#)
        scene.harness.run()
        if isWelcome {
            #expect(client.takeObjects().first?["user_id"]?.string == "\(scene.users[1].rawValue)")
        } else {
            #expect(client.takeCloseCode() == 4500)
        }
    }

    @Test(arguments: [nil, "http://localhost:8080"])
    func aTokenGoesBeforeACookie(origin: String?) throws {
        let scene = try NativeScene()
        let client = scene.harness.connect()
        var headers = [scene.cookie(1)]
        if let origin { headers.append(("Origin", origin)) }
        try client.sendUpgrade("/v1/ws", headers: headers)
        client.sayHello(NativeScene.token(0))
        scene.harness.run()
        #expect(client.takeObjects().first?["user_id"]?.string == "\(scene.users[0].rawValue)")
    }

    // MARK: How many, and how long

    @Test(arguments: loopCounts)
    func theSocketTooManyIsClosed(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount) { $0.limits.userConnectionsMax = 3 }
        let first = try scene.arrive(0, loop: 0).client
        for index in 1..<3 { _ = try scene.arrive(0, loop: index) }
        let other = try scene.open(1)
        other.sayHello(NativeScene.token(0))
        scene.harness.run()
        #expect(other.takeCloseCode() == 4505)
        _ = try scene.arrive(1, loop: 1)
        scene.harness.kill(first)
        scene.harness.run()
        _ = try scene.arrive(0, loop: 2)
    }

    @Test func aSilentPeerIsGivenUp() throws {
        let scene = try NativeScene()
        let silent = try scene.arrive(0).client
        let lively = try scene.arrive(0).client
        silent.answersPings = false
        scene.harness.advance(byMs: 32_800)
        #expect(silent.pingCount == 1)
        #expect(!silent.sawEnd)
        scene.harness.advance(byMs: 500)
        #expect(silent.takeCloseCode() == 4100)
        scene.harness.advance(byMs: 60_000)
        #expect(!lively.sawEnd)
        #expect(lively.pingCount == 3)
    }

    @Test func anOldSessionLetsNobodyIn() throws {
        let scene = try NativeScene { $0.limits.sessionDays = 1 }
        scene.harness.advance(byMs: 86_400_001)
        let client = try scene.open()
        client.sayHello(NativeScene.token(0))
        scene.harness.run()
        #expect(client.takeCloseCode() == 4103)
    }

    @Test func anOpenSocketKeepsItsSessionInUse() throws {
        let scene = try NativeScene { $0.limits.sessionDays = 1 }
        let client = try scene.arrive(0).client
        scene.harness.advance(byMs: 90_000_000)
        #expect(!client.sawEnd)
        _ = try scene.arrive(0)
    }

    @Test(arguments: loopCounts)
    func isRefreshedWithATokenOfTheSameUser(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let client = try scene.arrive(0).client
        let token = "another" + String(repeating: "-", count: 36)
        let session = try scene.signIn(0, token: token)
        let other = try scene.answer(
            client, #"{"type":"auth.refresh","id":"r","token":"\#(NativeScene.token(1))"}"#)
        #expect(other.code == "unauthorized")
        let answer = try scene.answer(client, #"{"type":"auth.refresh","id":"r","token":"\#(token)"}"#)
        #expect(answer.type == "ack")
        // The old session is not the socket's any more.
        scene.apply(.account(.endSessions(scene.users[0], [scene.sessions[0]])))
        #expect(!client.sawEnd)
        scene.apply(.account(.endSessions(scene.users[0], [session])))
        #expect(client.takeCloseCode() == 4506)
    }

    // MARK: Revocation

    @Test(arguments: loopCounts)
    func theSocketsOfAnEndedSessionClose(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let clients = try (0..<4).map { try scene.arrive(0, loop: $0).client }
        let other = try scene.arrive(1).client
        scene.apply(.account(.endSessions(scene.users[0], [scene.sessions[0]])))
        for client in clients { #expect(client.takeCloseCode() == 4506) }
        #expect(!other.sawEnd)
        scene.apply(.account(.delete(scene.users[1], credential: nil)))
        #expect(other.takeCloseCode() == 4506)
    }

    /// Whatever is answered first: nobody is left with a socket whose session has ended.
    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func aHelloUnderWayIsRevokedToo(seed: UInt64) throws {
        for loopCount in loopCounts {
            let scene = try NativeScene(loopCount: loopCount, seed: seed)
            let client = try scene.open(1)
            client.sayHello(NativeScene.token(0))
            for _ in 0..<scene.harness.pick(8) { scene.harness.step() }
            scene.submit(
                seed % 2 == 0
                    ? .account(.endSessions(scene.users[0], [scene.sessions[0]]))
                    : .account(.delete(scene.users[0], credential: nil)))
            scene.harness.run()
            let code = client.takeCloseCode()
            #expect(code == 4506 || code == 4500, "seed \(seed), \(loopCount) loops: \(code ?? 0)")
        }
    }

    // MARK: Too much

    @Test func tooManyFramesAreRefusedAndAFloodIsClosed() throws {
        let scene = try NativeScene()
        let client = try scene.arrive(0).client
        for index in 0..<110 { client.send(#"{"type":"ping","id":"\#(index)"}"#) }
        scene.harness.run()
        let answers = client.takeObjects()
        #expect(answers.count { $0.type == "ack" } == 99)
        let refused = try #require(answers.last)
        #expect(refused.code == "rate_limited")
        #expect(refused["temporary"]?.bool == true)
        #expect(refused["id"]?.string == "109")
        #expect((1...20).contains(refused["retry_after_ms"]?.integer ?? 0))
        // A pause, and all is well.
        scene.harness.advance(byMs: 4_000)
        #expect(try scene.answer(client, #"{"type":"ping","id":"p"}"#).type == "ack")
        for _ in 0..<60 {
            for index in 0..<20 { client.send(#"{"type":"ping","id":"\#(index)"}"#) }
            scene.harness.advance(byMs: 100)
        }
        #expect(client.sawEnd)
        #expect(client.takeCloseCode() == 4104)
    }

    @Test(
        arguments: [(Opcode.binary, 10, 1003), (.text, 65_537, 1009)] as [(Opcode, Int, UInt16)])
    func isClosedForWhatItDoesNotTake(opcode: Opcode, count: Int, code: UInt16) throws {
        let scene = try NativeScene()
        let client = try scene.arrive(0).client
        client.send(opcode, Array(repeating: UInt8(ascii: " "), count: count))
        scene.harness.run()
        #expect(client.takeCloseCode() == code)
    }

    @Test func theLongestFrameIsRead() throws {
        let scene = try NativeScene()
        let client = try scene.arrive(0).client
        let frame = #"{"type":"ping","id":"p"}"#
        let answer = try scene.answer(client, frame + String(repeating: " ", count: 65_536 - frame.utf8.count))
        #expect(answer.type == "ack")
    }

    @Test(arguments: loopCounts)
    func drainingSaysWhenToComeBack(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let clients = try (0..<4).map { try scene.arrive(0, loop: $0).client }
        let dialect = try scene.harness.openSocket("/broadcast")
        scene.harness.drain()
        scene.harness.run()
        var waits: Set<Int64> = []
        for client in clients {
            let draining = try #require(client.takeObjects().first)
            #expect(draining.type == "draining")
            waits.insert(draining["reconnect_in_ms"]?.integer ?? -1)
            #expect(client.takeCloseCode() == 1012)
        }
        #expect(waits.count > 1 && waits.allSatisfy { (500...30_500).contains($0) })
        #expect(dialect.takeCloseCode() == 1001)
    }
}
