import ChatDomain
import HTTPCore
import Testing

@testable import ChatHub

/// What may be configured, and what is found in items.
struct FeedConfigurationTests {
    static func feed(_ json: String) throws -> FeedConfiguration {
        try FeedConfiguration(try JSONValue(parsing: Array(json.utf8)))
    }

    @Test func isRead() throws {
        let feed = try Self.feed(
            """
            {"name":"a.b_C-9","url":"https://example.org/s?k=1","format":"ndjson","headers":{"Authorization":"Bearer x"},
             "topic_field":"a.b","text_field":"t","cursor_field":"data.id","cursor_parameter":"since_id"}
            """)
        #expect(feed.name == "a.b_C-9")
        #expect(feed.source == .url(try FeedURL("https://example.org/s?k=1"), .ndjson))
        #expect(feed.headers == [.init(name: "Authorization", value: "Bearer x")])
        #expect(feed.topicField?.names == ["a", "b"])
        #expect(feed.textField?.names == ["t"])
        #expect(feed.cursor?.parameter == "since_id")
        #expect(
            try Self.feed(#"{"name":"w","url":"wss://example.org/"}"#).source
                == .url(try FeedURL("wss://example.org/"), .webSocket))
    }

    @Test(arguments: [
        ("[]", 400), ("{}", 400), (#"{"name":1,"url":"http://a/","format":"sse"}"#, 400),
        (#"{"name":"a","format":"sse"}"#, 400), (#"{"name":"a","url":"http://a/"}"#, 400),
        (#"{"name":"a","url":"http://a/","format":"sse","text_feild":"t"}"#, 400),
        (#"{"name":"","url":"http://a/","format":"sse"}"#, 422),
        (#"{"name":"a/b","url":"http://a/","format":"sse"}"#, 422),
        (#"{"name":"..","url":"http://a/","format":"sse"}"#, 422),
        (#"{"name":"\#(String(repeating: "x", count: 65))","url":"http://a/","format":"sse"}"#, 422),
        (#"{"name":"a","url":"file:///x","format":"sse"}"#, 422),
        (#"{"name":"a","url":"http://a/","format":"xml"}"#, 422),
        (#"{"name":"a","url":"http://a/","format":"websocket"}"#, 422),
        (#"{"name":"a","url":"ws://a/","format":"sse"}"#, 422),
        (#"{"name":"a","url":"http://a/","format":"sse","headers":[]}"#, 400),
        (#"{"name":"a","url":"http://a/","format":"sse","headers":{"A":1}}"#, 400),
        (#"{"name":"a","url":"http://a/","format":"sse","headers":{"A":"b\r\nC: d"}}"#, 422),
        (#"{"name":"a","url":"http://a/","format":"sse","headers":{"A b":"c"}}"#, 422),
        (#"{"name":"a","url":"http://a/","format":"sse","headers":{"hOST":"c"}}"#, 422),
        (#"{"name":"a","url":"http://a/","format":"sse","headers":{"Transfer-Encoding":"chunked"}}"#, 422),
        (#"{"name":"a","url":"http://a/","format":"sse","headers":{"Sec-WebSocket-Key":"c"}}"#, 422),
        (
            #"{"name":"a","url":"http://a/","format":"sse","headers":{"A":"\#(String(repeating: "x", count: 8_192))"}}"#,
            422
        ),
        (#"{"name":"a","url":"http://a/","format":"sse","text_field":"a..b"}"#, 422),
        (#"{"name":"a","url":"http://a/","format":"sse","text_field":"a.b.c.d.e.f.g.h.i"}"#, 422),
        (#"{"name":"a","url":"http://a/","format":"sse","cursor_field":"id"}"#, 422),
    ])
    func isRefused(json: String, status: Int) throws {
        do {
            _ = try Self.feed(json)
            Issue.record("was taken")
        } catch let problem as FeedProblem {
            #expect(problem.code.status == status, "\(problem)")
        }
    }

    @Test(arguments: [
        (#"[]"#, 0), (#"{"feeds":[]}"#, 0), (#"[{"name":"a","url":"ws://a/"},{"name":"b","url":"ws://a/"}]"#, 2),
    ])
    func aListIsRead(json: String, count: Int) throws {
        #expect(try FeedConfiguration.list(parsing: Array(json.utf8)).count == count)
    }

    @Test(arguments: [
        ("", "no JSON"), ("{}", "no list"), (#"{"feeds":1}"#, "no list"), ("[1]", "Feed 1: A feed is an object"),
        (#"[{"name":"a","url":"ws://a/"},{"name":"a","url":"ws://b/"}]"#, "Feed 2: There are two feeds"),
    ])
    func aListIsRefused(json: String, words: String) throws {
        let problem = #expect(throws: FeedProblem.self) { try FeedConfiguration.list(parsing: Array(json.utf8)) }
        #expect(problem?.description.contains(words) == true, "\(String(describing: problem))")
    }

    @Test(arguments: [
        (
            #"{"data":{"id":"1","text":"hi","author_id":"7","created_at":"T"},"includes":{"users":[{"name":"Ada","username":"ada"}]}}"#,
            FeedItemReader.Fields(text: "hi", author: "ada", time: "T", id: "1")
        ),
        (
            #"{"id":12,"id_str":"13","text":"a","user":{"screen_name":"s","name":"n"},"created_at":"x"}"#,
            .init(text: "a", author: "s", time: "x", id: "13")
        ),
        (#"{"message":"m","author":"joe","ts":17.5,"id":-1}"#, .init(text: "m", author: "joe", time: "17.5", id: "-1")),
        (#"{"text":"second","data":{"text":"first"}}"#, .init(text: "first")),
        (#"{"data":"plain"}"#, .init(text: "plain")),
        (#"{"text":null,"content":"c"}"#, .init(text: "c")),
        (#"{"te\u0078t":"\u00fc\ud83d\ude00"}"#, .init(text: "ü😀")),
        (#"{"text":["a"],"includes":{"users":[1,{"username":"x"}]}}"#, .init()),
        (#"{"x":{"text":"deep"},"y":[{"text":"deep"}]}"#, .init()),
        (#"{}"#, .init()),
    ])
    func findsTheUsual(json: String, fields: FeedItemReader.Fields) throws {
        var reader = FeedItemReader(try Self.feed(#"{"name":"a","url":"ws://a/"}"#))
        // Nothing of one item shows in the next.
        for _ in 0..<2 { #expect(try reader.read(Array(json.utf8).span) == fields) }
        #expect(try reader.read(Array("{}".utf8).span) == .init())
    }

    @Test func findsWhatIsConfigured() throws {
        var reader = FeedItemReader(
            try Self.feed(
                #"{"name":"a","url":"ws://a/","text_field":"p.0.q","topic_field":"k","cursor_field":"n","cursor_parameter":"n"}"#
            ))
        let fields = try reader.read(Array(#"{"text":"not","p":[{"q":"yes"},{"q":"no"}],"k":"cats","n":5}"#.utf8).span)
        #expect(fields == .init(text: "yes", topic: "cats", cursor: "5"))
    }

    @Test(arguments: [
        "", "1", "[]", "null", #"{"a":1"#, #"{"a":1}x"#, #"{"a":tru}"#, "{\"a\":\"\u{7}\"}", #"{"text":"\ud800"}"#,
    ])
    func refusesWhatIsNoObject(json: String) throws {
        var reader = FeedItemReader(try Self.feed(#"{"name":"a","url":"ws://a/"}"#))
        #expect(throws: JSONError.self) { try reader.read(Array(json.utf8).span) }
    }

    @Test func depthIsLimited() throws {
        var reader = FeedItemReader(try Self.feed(#"{"name":"a","url":"ws://a/"}"#))
        let deep = #"{"text":"# + String(repeating: "[", count: 100_000)
        #expect(throws: JSONError.self) { try reader.read(Array(deep.utf8).span) }
    }
}
