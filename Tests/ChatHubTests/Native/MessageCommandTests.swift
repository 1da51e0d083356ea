import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// Sending, changing, deleting, reacting.
@Suite struct MessageCommandTests {
    @Test(arguments: loopCounts)
    func theAnswerComesBeforeTheEvent(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try scene.makeRoom(0, 1)
        let sender = try scene.subscriber(0, to: room)
        let other = try scene.subscriber(1, loop: 1, to: room)
        let head = try scene.head(room)
        sender.sendMessage("Hi", in: room, key: key(1), id: "7")
        scene.harness.run()
        let heard = sender.takeObjects()
        try #require(heard.count == 2)
        #expect(heard[0].type == "ack")
        #expect(heard[0]["id"]?.string == "7")
        #expect(heard[0]["room"]?.string == "\(room.rawValue)")
        #expect(heard[0]["seq"]?.integer == 1)
        #expect(heard[0].offset == head + 1)
        #expect(heard[0]["duplicate"]?.bool == false)
        #expect(other.takeObjects() == [heard[1]])
        let message = try #require(heard[1]["message"]?.object)
        #expect(
            message.map(\.key) == ["room", "seq", "user_id", "client_msg_id", "text", "ts", "version", "reactions"])
        #expect(heard[1][path: "message", "client_msg_id"]?.string == key(1).description)
        #expect(heard[1][path: "message", "text"]?.string == "Hi")
        #expect(heard[1][path: "message", "user_id"]?.string == "\(scene.users[0].rawValue)")
    }

    @Test func aRepeatGetsTheFirstAnswerAndCostsNothing() throws {
        for loopCount in loopCounts {
            let scene = try NativeScene(loopCount: loopCount) {
                $0.limits.messageBurst = 3
                $0.limits.messagesPerSecond = 1
            }
            let room = try scene.makeRoom(0)
            let client = try scene.subscriber(0, loop: 1, to: room)
            func send(_ number: Int, _ text: String = "text") -> JSONValue {
                client.sendMessage(text, in: room, key: key(number))
                scene.harness.run()
                return client.takeObjects().first ?? .null
            }
            let first = send(1)
            #expect(first["seq"]?.integer == 1)
            for _ in 0..<5 {
                let again = send(1)
                #expect(again["seq"]?.integer == 1)
                #expect(again.offset == first.offset)
                #expect(again["duplicate"]?.bool == true)
            }
            #expect(send(1, "other").code == "conflict")
            #expect(send(2).type == "ack")
            // The conflict has cost the last one.
            let refused = send(3)
            #expect(refused.code == "rate_limited")
            #expect((1...1_000).contains(refused["retry_after_ms"]?.integer ?? 0))
            // A repeat is answered even now.
            #expect(send(2)["duplicate"]?.bool == true)
            scene.harness.advance(byMs: refused["retry_after_ms"]?.integer ?? 0)
            #expect(send(3)["duplicate"]?.bool == false)
        }
    }

    /// One bucket a user, whichever loops the sockets are on.
    @Test(arguments: loopCounts)
    func theRateIsThatOfTheUser(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try scene.makeRoom(0)
        let clients = try (0..<3).map { try scene.arrive(0, loop: $0).client }
        for index in 0..<30 { clients[index % 3].sendMessage("x", in: room, key: key(index)) }
        scene.harness.run()
        let answers = clients.flatMap { $0.takeObjects() }
        #expect(answers.count { $0.type == "ack" } == 20)
        #expect(answers.count { $0.code == "rate_limited" } == 10)
    }

    @Test(
        arguments: [
            (#""text":"""#, "unprocessable"), (#""text":5"#, "bad_request"),
            (#""reply_to":99,"text":"x""#, "unprocessable"),
            (#""thread":99,"text":"x""#, "unprocessable"), (#""reply_to":0,"text":"x""#, "unprocessable"),
            (#""reply_to":"1","text":"x""#, "bad_request"), (#""attachments":["a"],"text":"x""#, "unprocessable"),
            (#""text":"\u0000""#, "bad_request"), (#""text":"\ud800""#, "bad_request"),
            (#""text":"x","text":"x""#, "bad_request"), (#""text":"x","a":{"b":1,"b":1}"#, "bad_request"),
        ])
    func aBadMessageIsRefused(part: String, code: String) throws {
        let scene = try NativeScene()
        let room = try scene.makeRoom(0)
        let client = try scene.arrive(0).client
        let answer = try scene.answer(
            client,
            #"{"type":"message.send","id":"1","room":"\#(room.rawValue)","client_msg_id":"\#(key(1))",\#(part)}"#)
        #expect(answer.code == code)
        #expect(answer["temporary"]?.bool == false)
        #expect(try scene.answer(client, #"{"type":"ping","id":"p"}"#).type == "ack")
        #expect(try scene.harness.store.head(of: room).seq == 0)
    }

    @Test func aTextHasALimitInBytes() throws {
        let scene = try NativeScene()
        let room = try scene.makeRoom(0)
        let client = try scene.arrive(0).client
        client.sendMessage(String(repeating: "é", count: 8_192), in: room, key: key(1))
        client.sendMessage(String(repeating: "é", count: 8_192) + "x", in: room, key: key(2))
        // Escapes count as what they stand for.
        client.sendMessage(String(repeating: #"\u0041"#, count: 10_000), in: room, key: key(3))
        scene.harness.run()
        #expect(
            client.takeObjects().map { $0.type == "ack" ? "ack" : $0.code }.sorted() == ["ack", "ack", "too_large"])
    }

    @Test(arguments: loopCounts)
    func messagesAreChangedAndDeleted(loopCount: Int) throws {
        let scene = try NativeScene(loopCount: loopCount)
        let room = try scene.makeRoom(0, 1)
        scene.post(2, in: room, by: 0)
        let author = try scene.subscriber(0, to: room)
        let other = try scene.subscriber(1, loop: 1, to: room)
        let head = try scene.head(room)
        func say(_ client: TestClient, _ type: String, _ rest: String) -> [JSONValue] {
            scene.ask(client, #"{"type":"\#(type)","id":"1","room":"\#(room.rawValue)",\#(rest)}"#)
        }
        var heard = say(author, "message.edit", #""seq":1,"text":"new""#)
        #expect(heard.map(\.type) == ["ack", "event"])
        #expect(heard[0].offset == head + 1)
        #expect(heard[0]["version"]?.integer == 2)
        #expect(heard[1].event == "message.edited")
        #expect(heard[1][path: "message", "text"]?.string == "new")
        #expect(heard[1][path: "message", "edited_at"] != nil)
        #expect(say(author, "message.edit", #""seq":1,"text":"newer","if_version":1"#)[0].code == "conflict")
        #expect(say(other, "message.edit", #""seq":1,"text":"x""#).last?.code == "forbidden")
        #expect(say(author, "message.edit", #""seq":9,"text":"x""#)[0].code == "not_found")
        heard = say(other, "reaction.add", #""seq":2,"key":"👍""#)
        #expect(heard.map(\.type) == ["ack", "event"])
        #expect(heard[1].event == "reaction.added")
        #expect(heard[1]["key"]?.string == "👍")
        #expect(heard[1]["user_id"]?.string == "\(scene.users[1].rawValue)")
        #expect(say(other, "reaction.add", #""seq":2,"key":"👍""#).map(\.type) == ["ack"])
        #expect(say(other, "reaction.remove", #""seq":2,"key":"👍""#).map(\.event) == ["", "reaction.removed"])
        heard = say(author, "message.delete", #""seq":1,"scope":"all""#)
        #expect(heard.last?.event == "message.deleted")
        #expect(heard.last?["seq"]?.integer == 1)
        #expect(heard.last?["by"]?.string == "\(scene.users[0].rawValue)")
        #expect(say(author, "message.delete", #""seq":1,"scope":"all""#).map(\.type) == ["ack"])
        _ = other.takeObjects()
        heard = say(other, "message.delete", #""seq":2,"scope":"self""#)
        #expect(heard.map { $0["stream"]?.string } == [nil, "me"])
        #expect(heard[0]["offset"] == nil)
        #expect(heard.last?.event == "message.hidden")
        #expect(author.takeObjects().allSatisfy { $0.event != "message.hidden" })
    }

    @Test func aStoreThatFailsLosesNothingAcknowledged() throws {
        let scene = try NativeScene()
        let room = try scene.makeRoom(0)
        let client = try scene.subscriber(0, to: room)
        scene.harness.store.fail(writes: true)
        client.sendMessage("x", in: room, key: key(1))
        scene.harness.run()
        let refused = try #require(client.takeObjects().first)
        #expect(refused.code == "unavailable")
        #expect(refused["temporary"]?.bool == true)
        scene.harness.store.fail()
        client.sendMessage("x", in: room, key: key(1))
        scene.harness.run()
        #expect(client.takeObjects().map(\.type) == ["ack", "event"])
    }

    /// Compressed or not, all get the same.
    @Test func aFrameIsCompressedForThoseWhoTakeItSo() throws {
        let scene = try NativeScene()
        let room = try scene.makeRoom(0, 1, 2)
        let plain = try scene.subscriber(0, to: room)
        var clients = [plain]
        for options in [DeflateOptions(), DeflateOptions(serverMaxWindowBits: 10)] {
            let client = try scene.arrive(1, deflate: options).client
            _ = scene.ask(client, #"{"type":"subscribe","id":"s","room":"\#(room.rawValue)"}"#)
            clients.append(client)
        }
        let before = clients.map(\.bytesReceived)
        let text = String(repeating: "All work and no play makes Jack a dull boy. ", count: 50)
        scene.post(3, in: room, by: 0, text: text)
        scene.post(1, in: room, by: 0, text: "short")
        let heard = clients.map { $0.takeObjects() }
        #expect(heard[0].count == 4)
        #expect(heard[1] == heard[0])
        #expect(heard[2] == heard[0])
        let counts = zip(clients, before).map { $0.bytesReceived - $1 }
        #expect(counts[1] < counts[0] / 3)
        #expect(counts[2] == counts[0])
        for client in clients { #expect(client.error == nil) }
    }

    @Test func aSlowReceiverIsCutAndTheOthersLoseNothing() throws {
        let scene = try NativeScene { $0.limits.queueBytesMax = 65_536 }
        let room = try scene.makeRoom(0, 1)
        let other = try scene.subscriber(0, to: room)
        let slow = try scene.subscriber(1, to: room)
        slow.windowBytes = 100
        scene.post(60, in: room, by: 0, text: String(repeating: "x", count: 2_000))
        #expect(other.takeObjects().count == 60)
        scene.harness.open(slow)
        scene.harness.run()
        #expect(slow.takeCloseCode() == 4101)
    }
}
