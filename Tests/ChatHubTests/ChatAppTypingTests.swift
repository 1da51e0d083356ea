import ChatDomain
import Testing
import WSProtocol

@testable import ChatHub

/// TYPING, and who is told of its end.
@Suite struct ChatAppTypingTests {
    private func typing(_ value: String, room: String = Demo.room, user: String, id: UInt64 = 0) -> String {
        frame("TYPING", [value], room: room, user: user, id: id)
    }

    private func texts(_ client: TestClient) -> [String] { client.takeTexts().filter { $0.contains("TYPING") } }

    @Test(arguments: loopCounts)
    func goesToEverybodyElseInTheRoom(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        let unplaced = try scene.socket(2)
        let elsewhere = try scene.socket(1, as: Demo.ahmad, in: try scene.makeRoom("Third", Demo.ahmad))
        scene.harness.say(ashley, typing("IN", user: Demo.ashley, id: 7))
        scene.harness.say(ashley, typing("OUT", user: Demo.ashley))
        let expected = ["IN", "OUT"].map { typing($0, user: Demo.ashley, id: ashley.number) }
        #expect(texts(charles) == expected)
        #expect(texts(unplaced) == expected)
        #expect(texts(elsewhere) == [])
        #expect(texts(ashley) == [])
        #expect(try scene.messages(in: Demo.room).count == 2)
        // It has said so itself: nothing comes later.
        scene.harness.advance(byMs: 20_000)
        #expect(texts(charles) == [])
    }

    @Test(arguments: ["", "in", "INN", "IN "])
    func nothingElseIsTyping(value: String) throws {
        let scene = try ChatAppScene()
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        scene.harness.say(ashley, typing(value, user: Demo.ashley))
        scene.harness.say(ashley, typing("IN", user: "nobody"))
        scene.harness.say(ashley, typing("IN", room: "none", user: Demo.ashley))
        #expect(texts(charles) == [])
    }

    @Test(arguments: loopCounts)
    func endsAfterEightSecondsOfSilence(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        let unplaced = try scene.socket(2)
        scene.harness.say(ashley, typing("IN", user: Demo.ashley))
        scene.harness.advance(byMs: 5_000)
        scene.harness.say(ashley, typing("IN", user: Demo.ashley))
        scene.harness.advance(byMs: 7_900)
        let started = [String](repeating: typing("IN", user: Demo.ashley, id: ashley.number), count: 2)
        for socket in [charles, unplaced] { #expect(texts(socket) == started) }
        scene.harness.advance(byMs: 300)
        for socket in [charles, unplaced] {
            #expect(texts(socket) == [typing("OUT", user: Demo.ashley, id: ashley.number)])
        }
        scene.harness.advance(byMs: 60_000)
        #expect(texts(charles) == [])
        #expect(texts(ashley) == [])
    }

    @Test(arguments: loopCounts, [true, false])
    func endsWithItsConnection(loopCount: Int, isKilled: Bool) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        for room in [Demo.room, Demo.otherRoom] {
            scene.harness.say(ashley, typing("IN", room: room, user: Demo.ashley))
        }
        #expect(texts(charles).count == 2)
        if isKilled { scene.harness.kill(ashley) } else { ashley.sendClose(.goingAway) }
        scene.harness.run()
        #expect(
            Set(texts(charles)) == [
                typing("OUT", room: Demo.room, user: Demo.ashley, id: ashley.number),
                typing("OUT", room: Demo.otherRoom, user: Demo.ashley, id: ashley.number),
            ])
        scene.harness.advance(byMs: 20_000)
        #expect(texts(charles) == [])
    }

    @Test(arguments: loopCounts)
    func onAnotherDeviceItGoesOn(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let laptop = try scene.socket(0, as: Demo.ashley)
        let phone = try scene.socket(2, as: Demo.ashley)
        let charles = try scene.socket(1, as: Demo.charles)
        scene.harness.say(laptop, typing("IN", user: Demo.ashley))
        scene.harness.say(phone, typing("IN", user: Demo.ashley))
        _ = texts(charles)
        scene.harness.kill(laptop)
        scene.harness.run()
        #expect(texts(charles) == [])
        scene.harness.kill(phone)
        scene.harness.run()
        #expect(texts(charles) == [typing("OUT", user: Demo.ashley, id: phone.number)])
    }
}

/// CONNECT and DISCONNECT.
@Suite struct ChatAppLobbyTests {
    @Test(arguments: loopCounts)
    func everybodyHearsOfEachComingAndGoing(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        let first = try scene.harness.openSocket("/ws", loop: scene.loop(0))
        #expect(first.takeTexts() == [connectFrame(first.number)])
        let second = try scene.harness.openSocket("/ws", loop: scene.loop(1))
        let third = try scene.harness.openSocket("/ws", loop: scene.loop(2))
        #expect(Set([first.number, second.number, third.number]).count == 3)
        #expect(first.takeTexts() == [connectFrame(second.number), connectFrame(third.number)])
        #expect(second.takeTexts() == [connectFrame(second.number), connectFrame(third.number)])
        #expect(third.takeTexts() == [connectFrame(third.number)])
        second.sendClose(.normal)
        scene.harness.run()
        scene.harness.kill(first)
        scene.harness.run()
        #expect(first.takeTexts() == [disconnectFrame])
        #expect(third.takeTexts() == [disconnectFrame, disconnectFrame])
        // Those who only ask have no part in it.
        _ = try scene.harness.request("GET", "/rooms")
        #expect(third.takeTexts() == [])
    }

    @Test(arguments: loopCounts)
    func aboveTheLimitOnlyTheNewcomerHearsItsNumber(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount)
        var sockets: [TestClient] = []
        for index in 0..<100 { sockets.append(try scene.harness.openSocket("/ws", loop: scene.loop(index))) }
        for (index, socket) in sockets.enumerated() {
            #expect(socket.takeTexts() == sockets[index...].map { connectFrame($0.number) })
        }
        for index in 0..<4 {
            let late = try scene.harness.openSocket("/ws", loop: scene.loop(index))
            #expect(late.takeTexts() == [connectFrame(late.number)])
            sockets.append(late)
        }
        #expect(sockets.allSatisfy { $0.takeTexts().isEmpty })
        // From 104 down to 100 nobody hears of who goes; then they do.
        for _ in 0..<4 { scene.harness.kill(sockets.removeFirst()) }
        scene.harness.run()
        #expect(sockets.allSatisfy { $0.takeTexts().isEmpty })
        scene.harness.kill(sockets.removeFirst())
        scene.harness.run()
        #expect(sockets.allSatisfy { $0.takeTexts() == [disconnectFrame] })
    }

    @Test func pingsComeEveryFiveSecondsAndSilenceIsCutAfterTen() throws {
        let scene = try ChatAppScene()
        let alive = try scene.socket(0)
        let silent = try scene.socket(1)
        silent.answersPings = false
        scene.harness.forget(alive)
        scene.harness.advance(byMs: 10_400)
        #expect(silent.isGone)
        #expect(alive.pingCount == 2)
        #expect(alive.takeTexts() == [disconnectFrame])
    }

    /// The numbers reach JavaScript, which has 53 bits for them.
    @Test func numbersSurviveJavaScript() {
        let last = ConnectionID(number: 1 << 39 - 1, slot: 0xFF_FFFF)
        #expect(last.number < 1 << 53)
    }
}
