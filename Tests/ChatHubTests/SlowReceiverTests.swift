import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// Somebody who takes less than is said: what may be left out goes first, then the connection, and never anything of
/// the others.
@Suite struct SlowReceiverTests {
    private static let queueBytesMax = 65_536

    private func limited(_ configuration: inout HubConfiguration) {
        configuration.limits.queueBytesMax = Self.queueBytesMax
        configuration.limits.messagesPerSecond = 0
    }

    @Test(arguments: loopCounts)
    func isCutAtTheLimitAndTheOthersLoseNothing(loopCount: Int) throws {
        let harness = HubHarness(loopCount: loopCount, configure: limited)
        let speaker = try harness.openSocket("/broadcast")
        let slow = try harness.openSocket("/broadcast", loop: loopCount - 1)
        let other = try harness.openSocket("/broadcast", loop: loopCount - 1)
        slow.windowBytes = 100
        let text = String(repeating: "x", count: 1_000)
        for _ in 0..<100 { harness.say(speaker, text) }
        #expect(other.takeTexts().count == 100)
        #expect(speaker.takeTexts().count == 100)
        #expect(!slow.isGone)
        // It gets to its end of the frame that it had begun, and the reason.
        harness.open(slow)
        harness.run()
        #expect(slow.error == nil)
        #expect(
            slow.takeFrames() == [
                .message(.text, Array(text.utf8)), .close(CloseCode(4101), reason: "too slow"),
            ])
        #expect(slow.isGone)
    }

    @Test func memoryIsFreeAtOnceWhenItIsCut() throws {
        let harness = HubHarness(configure: limited)
        let speaker = try harness.openSocket("/broadcast")
        let slow = try harness.openSocket("/broadcast")
        slow.windowBytes = 0
        let text = String(repeating: "x", count: 1_000)
        for _ in 0..<60 { harness.say(speaker, text) }
        #expect((harness.connection(of: slow)?.outbox.byteCount ?? 0) > 50_000)
        for _ in 0..<20 { harness.say(speaker, text) }
        #expect((harness.connection(of: slow)?.outbox.byteCount ?? 0) < 100)
        // It does not take its last words either.
        harness.advance(byMs: 2_300)
        #expect(slow.isGone)
        #expect(harness.hubs[0].connectionCount == 1)
    }

    @Test func aReceiverThatCatchesUpLosesNothing() throws {
        let harness = HubHarness(configure: limited)
        let speaker = try harness.openSocket("/broadcast")
        let slow = try harness.openSocket("/broadcast")
        var expected: [String] = []
        slow.windowBytes = 0
        for round in 0..<20 {
            for index in 0..<30 {
                let text = "\(round) \(index) " + String(repeating: "x", count: 1_000)
                expected.append(text)
                harness.say(speaker, text)
            }
            harness.open(slow, windowBytes: 31_000)
        }
        harness.open(slow)
        #expect(slow.takeTexts() == expected)
    }

    @Test(arguments: loopCounts)
    func losesTypingAboveHalfOfItsQueueAndNoText(loopCount: Int) throws {
        let scene = try ChatAppScene(loopCount: loopCount, configure: limited)
        let ashley = try scene.socket(0, as: Demo.ashley)
        let slow = try scene.socket(1, as: Demo.charles)
        let other = try scene.socket(1, as: Demo.charles)
        slow.windowBytes = 0
        let text = String(repeating: "x", count: 1_000)
        let typing = frame("TYPING", ["IN"], room: Demo.room, user: Demo.ashley)
        for _ in 0..<20 { scene.harness.say(ashley, frame("TEXT", [text], room: Demo.room, user: Demo.ashley)) }
        scene.harness.say(ashley, typing)
        for _ in 0..<15 { scene.harness.say(ashley, frame("TEXT", [text], room: Demo.room, user: Demo.ashley)) }
        #expect((scene.harness.connection(of: slow)?.outbox.byteCount ?? 0) > Self.queueBytesMax / 2)
        scene.harness.say(ashley, typing)
        // In one turn with a text: the text stays.
        ashley.send(typing)
        ashley.send(frame("TEXT", ["after"], room: Demo.room, user: Demo.ashley))
        scene.harness.run()
        scene.harness.open(slow)
        let (taken, all) = (slow.takeTexts(), other.takeTexts())
        #expect(all.count { $0.contains("TYPING") } == 3)
        #expect(taken.count { $0.contains("TYPING") } == 1)
        #expect(taken.filter { $0.contains("TEXT") } == all.filter { $0.contains("TEXT") })
        #expect(taken.count { $0.contains("TEXT") } == 36)
        #expect(taken.last?.contains("after") == true)
    }

    @Test func aUserWithMoreRoomsThanItTakesIsNotKeptInThem() throws {
        let scene = try ChatAppScene(configure: limited)
        let store = scene.harness.store
        let members = try [Demo.ashley, Demo.ahmad].compactMap { try store.user(handle: $0)?.id }
        let rooms = (0..<800).map {
            NewRoom(handle: "room-\($0)", kind: .direct, name: "Room", members: members, isOpen: true)
        }
        _ = try store.append(rooms.map { .createRoom($0) }, at: scene.harness.wallTime)
        _ = try scene.socket(0, as: Demo.ashley)
        let slow = try scene.socket(0)
        slow.windowBytes = 0
        // The greeting of all those rooms, each with somebody online, is more than the queue holds.
        scene.harness.say(slow, frame("CONNECT", [], room: Demo.room, user: Demo.ahmad))
        scene.harness.advance(byMs: 3_000)
        #expect(slow.isGone)
        let left = scene.harness.hubs[0].audiences.values.filter { $0.members.contains { $0.id == slow.id } }
        #expect(left.count == 0)
    }
}
