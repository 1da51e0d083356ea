import ChatDomain
import Testing
import WSProtocol

@testable import ChatHub

/// The broadcast dialect: whatever somebody says goes to everybody in that room, as it is.
@Suite struct BroadcastTests {
    private func harness(_ loopCount: Int) -> HubHarness { HubHarness(loopCount: loopCount) }

    private func sockets(_ count: Int, _ path: String, on harness: HubHarness) throws -> [TestClient] {
        try (0..<count).map { try harness.openSocket(path, loop: $0 % harness.hubs.count) }
    }

    @Test(arguments: loopCounts)
    func everybodyGetsTextAndBinaryTheSenderIncluded(loopCount: Int) throws {
        let harness = harness(loopCount)
        let sockets = try sockets(5, "/broadcast", on: harness)
        harness.say(sockets[1], "Grüße")
        sockets[2].send(.binary, [0, 255, 7])
        harness.run()
        sockets[3].send(.text, [])
        harness.run()
        for socket in sockets {
            #expect(
                socket.takeFrames() == [
                    .message(.text, Array("Grüße".utf8)), .message(.binary, [0, 255, 7]), .message(.text, []),
                ])
        }
    }

    @Test(arguments: loopCounts)
    func roomsAreApart(loopCount: Int) throws {
        let harness = harness(loopCount)
        let main = try sockets(3, "/broadcast", on: harness)
        let cats = try sockets(3, "/broadcast/cats", on: harness)
        let sameCats = try sockets(2, "/broadcast/c%61ts", on: harness)
        let dogs = try sockets(2, "/broadcast/dogs?x=1", on: harness)
        harness.say(cats[0], "meow")
        harness.say(dogs[1], "wow")
        harness.say(main[2], "hello")
        for socket in main { #expect(socket.takeTexts() == ["hello"]) }
        for socket in cats + sameCats { #expect(socket.takeTexts() == ["meow"]) }
        for socket in dogs { #expect(socket.takeTexts() == ["wow"]) }
    }

    @Test(arguments: [1, 2, 3, 4], [11, 12, 13] as [UInt64])
    func whatOneSenderSaysComesInItsOrder(loopCount: Int, seed: UInt64) throws {
        let harness = HubHarness(loopCount: loopCount, seed: seed)
        let sockets = try sockets(6, "/broadcast/order", on: harness)
        for round in 0..<20 {
            for (index, socket) in sockets.enumerated() { socket.send("\(index):\(round)") }
            for _ in 0..<harness.pick(10) { harness.step() }
        }
        harness.run()
        for socket in sockets {
            let texts = socket.takeTexts()
            #expect(texts.count == 120, "seed \(seed)")
            for sender in sockets.indices {
                let own = texts.filter { $0.hasPrefix("\(sender):") }
                #expect(own == (0..<20).map { "\(sender):\($0)" }, "seed \(seed)")
            }
        }
    }

    @Test func aTurnIsOneWriteForEachReceiver() throws {
        let harness = harness(1)
        let sockets = try sockets(4, "/broadcast", on: harness)
        let before = sockets.map(\.writeCount)
        for socket in sockets { for index in 0..<10 { socket.send("\(index)") } }
        harness.run()
        for (socket, before) in zip(sockets, before) {
            #expect(socket.takeTexts().count == 40)
            #expect(socket.writeCount - before == 1)
        }
    }

    @Test func whoComesLaterGetsNothingOfBefore() throws {
        let harness = harness(1)
        let first = try harness.openSocket("/broadcast")
        first.send("before")
        let second = harness.connect()
        try second.sendUpgrade("/broadcast")
        harness.run()
        #expect(first.takeTexts() == ["before"])
        #expect(second.takeTexts() == [])
        harness.say(first, "after")
        #expect(second.takeTexts() == ["after"])
    }

    @Test func aRoomIsForgottenWithItsLastSocket() throws {
        let harness = harness(1)
        let socket = try harness.openSocket("/broadcast/x")
        #expect(harness.hubs[0].audiences[.broadcast("x")] != nil)
        harness.kill(socket)
        #expect(harness.hubs[0].audiences.isEmpty)
    }

    @Test func aLongNameIsNoRoom() throws {
        let harness = harness(1)
        let longest = String(repeating: "r", count: 255)
        _ = try harness.openSocket("/broadcast/" + longest)
        #expect(try harness.request("GET", "/broadcast/r" + longest).status == 404)
    }

    // MARK: Silence

    @Test func pingsComeEveryFiveSeconds() throws {
        let harness = harness(1)
        let socket = try harness.openSocket("/broadcast")
        harness.advance(byMs: 4_900)
        #expect(socket.pingCount == 0)
        harness.advance(byMs: 300)
        #expect(socket.pingCount == 1)
        harness.advance(byMs: 60_000)
        // Each is at most a bucket of the wheel late.
        #expect((11...13).contains(socket.pingCount))
        #expect(!socket.isGone)
    }

    @Test func whoIsSilentIsDroppedAfterTen() throws {
        let harness = harness(1)
        let silent = try harness.openSocket("/broadcast")
        let alive = try harness.openSocket("/broadcast")
        silent.answersPings = false
        harness.advance(byMs: 9_900)
        #expect(!silent.isGone)
        harness.advance(byMs: 400)
        // It may hear what it does not say.
        guard case .close(let code, let reason)? = silent.takeFrames().last else {
            Issue.record("no close frame")
            return
        }
        #expect(code?.rawValue == 4100 && reason == "no answer to a ping")
        #expect(silent.isGone)
        #expect(!alive.isGone)
        #expect(silent.pingCount >= 1)
        harness.say(alive, "still here")
        #expect(alive.takeTexts() == ["still here"])
        #expect(harness.hubs[0].connectionCount == 1)
    }

    @Test(arguments: ["pong", "message", "part of a frame"])
    func anythingAtAllShowsThatSomebodyIsThere(sign: String) throws {
        let harness = harness(1)
        let socket = try harness.openSocket("/broadcast")
        socket.answersPings = false
        var long: [UInt8] = []
        FrameEncoder.append(.text, [UInt8](repeating: 65, count: 100), mask: 1, to: &long)
        for index in 0..<6 {
            harness.advance(byMs: 8_000)
            switch sign {
            // An unsolicited pong, RFC 6455 §5.5.3.
            case "pong": socket.send(.pong, [UInt8(index)])
            case "message": socket.send("x")
            default: socket.sendRaw([long[index]])
            }
            harness.run()
            #expect(!socket.isGone)
        }
        harness.advance(byMs: 10_300)
        #expect(socket.isGone)
    }
}
