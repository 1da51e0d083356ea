import ChatDomain
import Testing

@Suite struct ClientFrameTests {
    private static let uuid = "5b1f0000-0000-4000-8000-00000000000A"
    private static let messageKey = MessageKey(high: 0x5b1f_0000_0000_4000, low: 0x8000_0000_0000_000A)

    private func parse(_ text: String) throws(CommandProblem) -> ClientFrame {
        let bytes = Array(text.utf8)
        return try ClientFrame(parsing: bytes.span)
    }

    private func problem(_ text: String) -> CommandProblem? {
        do throws(CommandProblem) {
            _ = try parse(text)
            return nil
        } catch {
            return error
        }
    }

    static let good: [(String, ClientCommand)] = [
        (#""type":"ping""#, .ping),
        (#""type":"hello""#, .hello(Hello())),
        (
            #""type":"hello","token":"t","client":"web/1.0","device_id":"d1","version":1,"resume":{"me":{"epoch":"00000000000000ab","offset":90},"7":{"offset":3},"8":null}"#,
            .hello(
                Hello(
                    token: "t", client: "web/1.0", deviceID: "d1", version: 1,
                    resume: [
                        NamedClaim("me", .at(StreamPosition(epoch: Epoch(0xAB), offset: 90))),
                        NamedClaim("7", .malformed), NamedClaim("8", .malformed),
                    ]))
        ),
        (#""type":"subscribe","room":"7""#, .subscribe(RoomID(7), nil)),
        (#""type":"subscribe","room":"\u0037""#, .subscribe(RoomID(7), nil)),
        (
            #""type":"subscribe","room":"7","epoch":"00000000000000ab","offset":0"#,
            .subscribe(RoomID(7), .at(StreamPosition(epoch: Epoch(0xAB), offset: 0)))
        ),
        (#""type":"subscribe","room":"7","offset":0"#, .subscribe(RoomID(7), .malformed)),
        (#""type":"subscribe","room":"7","epoch":null,"offset":null"#, .subscribe(RoomID(7), nil)),
        (#""type":"unsubscribe","room":"7""#, .unsubscribe(RoomID(7))),
        (
            #""type":"message.send","room":"7","client_msg_id":"\#(uuid)","text":"Hi \"there\" \ud83d\ude00""#,
            .send(SendCommand(room: RoomID(7), key: messageKey, text: "Hi \"there\" 😀"))
        ),
        (
            #""reply_to":40,"mentions":["3","x","4"],"thread":null,"attachments":[],"text":"é","client_msg_id":"\#(uuid.lowercased())","room":"7","unknown":1.5e3,"type":"message.send""#,
            .send(
                SendCommand(
                    room: RoomID(7), key: messageKey, text: "é", replyTo: 40, mentions: [UserID(3), UserID(4)]))
        ),
        (
            #""type":"message.edit","room":"7","seq":3,"text":"x","if_version":2"#,
            .edit(RoomID(7), seq: 3, text: "x", ifVersion: 2)
        ),
        (#""type":"message.delete","room":"7","seq":3"#, .delete(RoomID(7), seq: 3, .all, ifVersion: nil)),
        (
            #""type":"message.delete","room":"7","seq":3,"scope":"self""#,
            .delete(RoomID(7), seq: 3, .mine, ifVersion: nil)
        ),
        (#""type":"reaction.add","room":"7","seq":3,"key":"👍""#, .react(RoomID(7), seq: 3, key: "👍")),
        (#""type":"reaction.remove","room":"7","seq":3,"key":"x""#, .unreact(RoomID(7), seq: 3, key: "x")),
        (
            #""type":"typing","room":"7","state":"start","kind":"audio","thread":2"#,
            .typing(RoomID(7), isTyping: true, .audio, thread: 2)
        ),
        (#""type":"typing","room":"7","state":"stop""#, .typing(RoomID(7), isTyping: false, .text, thread: nil)),
        (
            #""type":"receipt","room":"7","kind":"read_private","seq":4"#,
            .receipt(RoomID(7), .readPrivate, seq: 4, thread: nil)
        ),
        (
            #""type":"presence.set","state":"dnd","status_text":"busy""#,
            .setPresence(.dnd, statusText: "busy")
        ),
        (#""type":"presence.watch","users":["1","2"]"#, .watchPresence([UserID(1), UserID(2)])),
        (
            #""type":"topic.subscribe","topics":["cats"],"positions":{"cats":{"epoch":"00000000000000ab","offset":1}}"#,
            .subscribeTopics(
                ["cats"], positions: [NamedClaim("cats", .at(StreamPosition(epoch: Epoch(0xAB), offset: 1)))])
        ),
        (#""type":"topic.unsubscribe","topics":[]"#, .unsubscribeTopics([])),
        (
            #""type":"publish","topic":"cats","data":{"a":[1,true]}"#,
            .publish(topic: "cats", data: Array(#"{"a":[1,true]}"#.utf8), user: nil)
        ),
        (
            #""type":"publish","topic":"cats","data":"\u0041","user_id":"5""#,
            .publish(topic: "cats", data: Array(#""\u0041""#.utf8), user: UserID(5))
        ),
        (
            #""type":"publish","topic":"cats","data":false"#,
            .publish(topic: "cats", data: Array("false".utf8), user: nil)
        ),
        (#""type":"auth.refresh","token":"t""#, .refresh(token: "t")),
    ]

    @Test(arguments: good)
    func aGoodFrameIsRead(members: String, command: ClientCommand) throws {
        #expect(try parse(#"{"id":"1",\#(members)}"#) == ClientFrame(id: "1", command: command))
        // Whatever the white space, and wherever its parts stand.
        #expect(try parse(" {\n\(members) ,\t\"id\" : \"1\" } ") == ClientFrame(id: "1", command: command))
    }

    /// Cut anywhere, a frame is no frame, and nothing traps.
    @Test(arguments: good)
    func aPartOfAFrameIsNone(members: String, command: ClientCommand) {
        let bytes = Array(#"{"id":"1",\#(members)}"#.utf8)
        for count in 0..<bytes.count {
            let part = Array(bytes[..<count])
            do throws(CommandProblem) {
                _ = try ClientFrame(parsing: part.span)
                Issue.record("\(count) bytes are a frame")
            } catch {
                #expect(error.code == .badRequest && error.id == nil)
            }
        }
    }

    @Test(
        arguments: [
            // Not readable: no id.
            ("", "bad_request", nil), ("[]", "bad_request", nil), ("5", "bad_request", nil),
            (#"{"id":"1","type":"ping"}x"#, "bad_request", nil),
            (#"{"id":"1","id":"2","type":"ping"}"#, "bad_request", nil),
            (#"{"id":"1","type":"ping","a":1,"a":1}"#, "bad_request", nil),
            (#"{"id":"1","type":"ping","a":[{"b":1,"b":1}]}"#, "bad_request", nil),
            (#"{"id":"1","type":"ping","\u0061":1,"a":1}"#, "bad_request", nil),
            (#"{"id":"1","type":"ping","\u0069d":"2"}"#, "bad_request", nil),
            (#"{"id":"1","type":"ping","a":"\ud800"}"#, "bad_request", nil),
            (#"{"id":"1","type":"ping","a":"\u0000"}"#, "bad_request", nil),
            (#"{"id":"","type":"ping"}"#, "bad_request", nil), (#"{"id":5,"type":"ping"}"#, "bad_request", nil),
            (#"{"type":"ping"}"#, "bad_request", nil), (#"{"id":null,"type":"ping"}"#, "bad_request", nil),
            // Readable.
            (#"{"id":"1"}"#, "bad_request", "1"), (#"{"id":"1","type":5}"#, "bad_request", "1"),
            (#"{"id":"1","type":"nothing"}"#, "bad_request", "1"),
            (#"{"id":"1","type":"subscribe"}"#, "bad_request", "1"),
            (#"{"id":"1","type":"subscribe","room":7}"#, "bad_request", "1"),
            (#"{"id":"1","type":"subscribe","room":"x"}"#, "not_found", "1"),
            (#"{"id":"1","type":"subscribe","room":""}"#, "not_found", "1"),
            (#"{"id":"1","type":"message.send","room":"7","client_msg_id":"x","text":"x"}"#, "unprocessable", "1"),
            (#"{"id":"1","type":"message.send","room":"7","text":"x"}"#, "bad_request", "1"),
            (#"{"id":"1","type":"message.edit","room":"7","seq":"1","text":"x"}"#, "bad_request", "1"),
            (#"{"id":"1","type":"message.edit","room":"7","seq":1.5,"text":"x"}"#, "unprocessable", "1"),
            (#"{"id":"1","type":"message.edit","room":"7","seq":-1,"text":"x"}"#, "unprocessable", "1"),
            (#"{"id":"1","type":"message.delete","room":"7","seq":1,"scope":"both"}"#, "unprocessable", "1"),
            (#"{"id":"1","type":"message.delete","room":"7","seq":1,"scope":1}"#, "bad_request", "1"),
            (#"{"id":"1","type":"reaction.add","room":"7","seq":1,"key":""}"#, "unprocessable", "1"),
            (#"{"id":"1","type":"presence.set","state":"gone"}"#, "unprocessable", "1"),
            (#"{"id":"1","type":"presence.watch","users":[1]}"#, "bad_request", "1"),
            (#"{"id":"1","type":"publish","topic":"cats"}"#, "bad_request", "1"),
            (#"{"id":"1","type":"hello","resume":[]}"#, "bad_request", "1"),
            (#"{"id":"1","type":"hello","token":5}"#, "bad_request", "1"),
            (#"{"id":"1","type":"auth.refresh"}"#, "bad_request", "1"),
        ] as [(String, String, String?)])
    func aBadFrameIsToldWhatIsWrong(text: String, code: String, id: String?) {
        let problem = problem(text)
        #expect(problem?.code.rawValue == code)
        #expect(problem?.id == id)
    }

    @Test func limitsAreExact() throws {
        let id = String(repeating: "x", count: 64)
        #expect(try parse(#"{"id":"\#(id)","type":"ping"}"#).id == id)
        #expect(problem(#"{"id":"\#(id)x","type":"ping"}"#)?.code == .badRequest)
        func nested(_ depth: Int) -> String {
            let brackets = String(repeating: "[", count: depth - 1) + String(repeating: "]", count: depth - 1)
            return #"{"id":"1","type":"ping","a":\#(brackets)}"#
        }
        #expect(try parse(nested(64)).command == .ping)
        #expect(problem(nested(65))?.code == .badRequest)
        let key = String(repeating: "k", count: 64)
        _ = try parse(#"{"id":"1","type":"reaction.add","room":"7","seq":1,"key":"\#(key)"}"#)
        #expect(
            problem(#"{"id":"1","type":"reaction.add","room":"7","seq":1,"key":"\#(key)k"}"#)?.code == .unprocessable)
        func mentions(_ count: Int) -> String {
            let list = (1...count).map { "\"\($0)\"" }.joined(separator: ",")
            return
                #"{"id":"1","type":"message.send","room":"7","client_msg_id":"\#(Self.uuid)","text":"x","mentions":[\#(list)]}"#
        }
        _ = try parse(mentions(50))
        #expect(problem(mentions(51))?.code == .unprocessable)
    }

    /// Typing and receipts may leave the `id` out, and then nothing is answered.
    @Test func quietFramesNeedNoID() throws {
        #expect(try parse(#"{"type":"typing","room":"7","state":"start"}"#).id == nil)
        #expect(try parse(#"{"type":"receipt","room":"7","kind":"read","seq":1}"#).id == nil)
        let quiet = problem(#"{"type":"typing","room":"7","state":"begin"}"#)
        #expect(quiet?.isQuiet == true && quiet?.id == nil)
        #expect(problem(#"{"type":"typing","room":"7","state":"start","id":5}"#)?.code == .badRequest)
    }
}
