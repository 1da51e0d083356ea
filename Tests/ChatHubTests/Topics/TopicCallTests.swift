import ChatDomain
import Testing

@testable import ChatHub

/// `POST /v1/topics/{topic}/publications`, and the keys that it takes.
@Suite struct TopicCallTests {
    private func post(
        _ scene: TopicScene, _ topic: String, _ body: String, key: String? = "ck_news", loop: Int = 0
    ) throws -> TestResponse {
        let headers = key.map { [("Authorization", "Bearer \($0)")] } ?? []
        return try scene.harness.request(
            "POST", "/v1/topics/\(topic)/publications", headers: headers, body: body, loop: loop)
    }

    private func scene(loopCount: Int = 1, configure: (inout HubConfiguration) -> Void = { _ in }) -> TopicScene {
        let scene = TopicScene(loopCount: loopCount, configure: configure)
        scene.keys.add("ck_news", publish: ["news.*", "user.>"])
        return scene
    }

    @Test(arguments: loopCounts)
    func answersHowManyHaveReceivedIt(loopCount: Int) throws {
        let scene = scene(loopCount: loopCount)
        let clients = try (0..<5).map { try scene.subscriber(user: Int64($0 / 2 + 1), loop: $0 % loopCount) }
        for client in clients { try scene.subscribe(client, "news.>") }
        let response = try post(scene, "news.a", #"{"data":{"n":1}}"#, loop: loopCount - 1)
        #expect(response.status == 200)
        #expect(response.text == #"{"receivers":5}"#)
        #expect(try post(scene, "news.a", #"{"data":null,"user_id":"1"}"#).text == #"{"receivers":2}"#)
        #expect(try post(scene, "news.a", #"{"user_id":null, "data" : "x" , "more":[]}"#).text == #"{"receivers":5}"#)
        #expect(try post(scene, "news.b:c%2Fd", #"{"data":1}"#).text == #"{"receivers":5}"#)
        #expect(try post(scene, "user.2.inbox", #"{"data":1}"#).text == #"{"receivers":0}"#)
        let texts = clients[0].takeTexts()
        #expect(texts.count == 4)
        #expect(texts[0].hasSuffix(#""offset":1,"data":{"n":1}}"#))
        #expect(texts[1] == #"{"type":"publication","topic":"news.a","data":null}"#)
        #expect(texts[2].hasSuffix(#""offset":2,"data":"x"}"#))
        #expect(clients[4].takeTexts().count == 3)
    }

    @Test(
        arguments: [
            ("news.a", #"{"data":1}"#, nil, 401, "unauthorized"),
            ("news.a", #"{"data":1}"#, "ck_other", 401, "unauthorized"),
            ("news.a", #"{"data":1}"#, "news", 401, "unauthorized"),
            ("news.a", #"{"data":1}"#, "", 401, "unauthorized"),
            ("other", #"{"data":1}"#, "ck_news", 403, "forbidden"),
            ("news", #"{"data":1}"#, "ck_news", 403, "forbidden"),
            ("news.a.b", #"{"data":1}"#, "ck_news", 403, "forbidden"),
            ("news.*", #"{"data":1}"#, "ck_news", 422, "unprocessable"),
            ("news.>", #"{"data":1}"#, "ck_news", 422, "unprocessable"),
            ("news.%C3%A4", #"{"data":1}"#, "ck_news", 422, "unprocessable"),
            ("news.a", "", "ck_news", 400, "bad_request"), ("news.a", "7", "ck_news", 400, "bad_request"),
            ("news.a", "{}", "ck_news", 400, "bad_request"), ("news.a", #"{"data":1"#, "ck_news", 400, "bad_request"),
            ("news.a", #"{"data":{"a":1,"a":2}}"#, "ck_news", 400, "bad_request"),
            ("news.a", #"{"data":1,"data":2}"#, "ck_news", 400, "bad_request"),
            ("news.a", #"{"data":"\u0000"}"#, "ck_news", 400, "bad_request"),
            ("news.a", #"{"data":1,"user_id":1}"#, "ck_news", 400, "bad_request"),
            ("news.a", #"{"data":1,"user_id":"x"}"#, "ck_news", 422, "unprocessable"),
            ("news.a", #"{"data":1,"user_id":"-1"}"#, "ck_news", 422, "unprocessable"),
        ] as [(String, String, String?, Int, String)])
    func refuses(topic: String, body: String, key: String?, status: Int, code: String) throws {
        let scene = scene()
        let client = try scene.subscriber()
        try scene.subscribe(client, ">")
        let response = try post(scene, topic, body, key: key)
        #expect(response.status == status, "\(response)")
        #expect(response.json?["error"]?["code"]?.string == code)
        #expect((response["www-authenticate"] != nil) == (status == 401))
        #expect(client.takeFrames().isEmpty)
    }

    @Test func whatIsTooLongIsRefused() throws {
        let scene = scene { $0.limits.messageBytesMax = 1_000 }
        let longest = "\"" + String(repeating: "x", count: 998) + "\""
        #expect(try post(scene, "news.a", #"{"data":\#(longest)}"#).status == 200)
        #expect(try post(scene, "news.a", #"{"data":[\#(longest)]}"#).status == 413)
        let name = "news." + String(repeating: "x", count: 250)
        #expect(try post(scene, name, #"{"data":1}"#).status == 200)
        #expect(try post(scene, name + "x", #"{"data":1}"#).status == 422)
    }

    @Test(arguments: loopCounts)
    func aKeysRateHoldsOverAllLoops(loopCount: Int) throws {
        let scene = scene(loopCount: loopCount) {
            $0.limits.publishRate = 2
            $0.limits.publishBurst = 3
        }
        scene.keys.add("ck_other", publish: [">"])
        let statuses = try (0..<5).map { try post(scene, "news.\($0)", #"{"data":1}"#, loop: $0 % loopCount).status }
        #expect(statuses == [200, 200, 200, 429, 429])
        let response = try post(scene, "news.a", #"{"data":1}"#)
        #expect(response["retry-after"] == "1")
        #expect(response.json?["error"]?["code"]?.string == "rate_limited")
        #expect(try post(scene, "news.a", #"{"data":1}"#, key: "ck_other").status == 200)
        scene.harness.advance(byMs: 500)
        #expect(try post(scene, "news.a", #"{"data":1}"#, loop: loopCount - 1).status == 200)
        #expect(try post(scene, "news.a", #"{"data":1}"#).status == 429)
    }

    // MARK: Keys

    @Test func aNewKeyWorksAtOnceAndARemovedOneSoonNoMore() throws {
        let scene = scene()
        #expect(try post(scene, "news.a", #"{"data":1}"#, key: "ck_new").status == 401)
        scene.keys.add("ck_new", publish: ["news.a"])
        #expect(try post(scene, "news.a", #"{"data":1}"#, key: "ck_new").status == 200)
        let reads = scene.keys.readCount
        for _ in 0..<10 { #expect(try post(scene, "news.a", #"{"data":1}"#, key: "ck_new").status == 200) }
        #expect(scene.keys.readCount == reads)
        scene.keys.removeAll()
        scene.harness.advance(byMs: 1_000)
        #expect(try post(scene, "news.a", #"{"data":1}"#, key: "ck_new").status == 401)
    }

    /// Those who present unknown keys at once have the keys read twice at most: for the first, and for all others.
    @Test func unknownKeysAreLookedForTogether() throws {
        let scene = scene()
        let clients = (0..<20).map { _ in scene.harness.connect() }
        for (index, client) in clients.enumerated() {
            client.sendRequest(
                "POST", "/v1/topics/news.a/publications", headers: [("Authorization", "bearer ck_\(index)")],
                body: #"{"data":1}"#)
        }
        scene.harness.run()
        for client in clients { #expect(client.takeResponses().map(\.status) == [401]) }
        #expect(scene.keys.readCount <= 2)
    }

    @Test func withoutKeysNobodyPublishes() throws {
        let scene = scene { $0.readKeys = nil }
        #expect(try post(scene, "news.a", #"{"data":1}"#).status == 401)
    }
}
