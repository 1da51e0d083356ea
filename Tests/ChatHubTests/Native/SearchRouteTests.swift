import ChatDomain
import ChatStore
import HTTPCore
import Testing

@testable import ChatHub

@Suite("GET /v1/search")
struct SearchRouteTests {
    private let harness = HubHarness()
    private let token = String(repeating: "T", count: 43)

    /// Ada is in room 1; rooms 2 and 3 are Bob's, of which the third is public.
    init() throws {
        let hash = TestCryptography.make(seed: 1).digest(Array(token.utf8))
        let session = NewSession(tokenHash: hash, deviceID: nil, expiresAt: .distantFuture)
        func account(_ login: String, _ session: NewSession?) -> Draft {
            .account(
                .register(
                    NewAccount(handle: login, login: login, displayName: login, credential: nil), session: session,
                    invite: nil))
        }
        func room(_ handle: String, _ visibility: Visibility, _ members: [UserID]) -> Draft {
            .room(
                .create(
                    NewNativeRoom(
                        handle: handle, kind: .group, name: handle, visibility: visibility, members: members),
                    by: UserID(2)))
        }
        func message(_ number: UInt64, _ room: Int64, by author: Int64) -> Draft {
            .send(
                NewMessage(
                    room: RoomID(room), author: UserID(author), key: MessageKey(high: 1, low: number),
                    text: "word \(number)", isChecked: true))
        }
        _ = try harness.store.append(
            [
                account("ada", session), account("bob", nil), room("one", .private, [UserID(1)]),
                room("two", .private, []), room("three", .public, []), message(1, 1, by: 1), message(2, 1, by: 2),
                message(3, 2, by: 2), message(4, 3, by: 2),
            ], at: harness.wallTime)
    }

    private func get(_ query: String) throws -> TestResponse {
        try harness.request("GET", "/v1/search" + query, headers: [("Authorization", "Bearer \(token)")])
    }

    @Test("Messages and snippets come the newest first, page by page")
    func results() throws {
        let all = try get("?q=word")
        #expect(all.status == 200)
        #expect(all.keys == ["results"])
        let first = try get("?q=WORD&limit=1")
        #expect(first.keys == ["results", "next_cursor"])
        #expect(first.text.contains(#""text":"word 2""#) && first.text.contains(#""snippet":"word 2""#))
        #expect(!first.text.contains("word 1"))
        let cursor = try #require(first.json?["next_cursor"]?.string)
        let second = try get("?q=word&limit=1&cursor=\(cursor)")
        #expect(second.text.contains("word 1") && !second.text.contains("word 2"))
        #expect(try get("?q=absent").text == #"{"results":[]}"#)
        #expect(try get("?q=word&from=1").text.contains("word 2") == false)
        #expect(try get("?q=%22word%201%22&room=1&from=1").text.contains("word 1") == true)
    }

    @Test(
        "What cannot be looked for is refused",
        arguments: [
            ("", 400), ("?q=", 422), ("?q=...", 422), ("?q=a%20" + String(repeating: "b", count: 1_100), 422),
            ("?q=%FF", 400), ("?q=word&limit=0", 422), ("?q=word&limit=101", 422), ("?q=word&limit=x", 400),
            ("?q=word&cursor=x", 400), ("?q=word&cursor=-1", 400), ("?q=word&room=x", 404), ("?q=word&from=x", 404),
            ("?q=word&room=2", 404), ("?q=word&room=99", 404), ("?q=word&room=3", 403), ("?q=word&room=1", 200),
            ("?q=word&from=99", 200), ("?q=wo*", 200), ("?q=w*", 422), ("?q=word&has=link", 200), ("?has=link", 200),
            ("?has=file", 422), ("?q=word&has=file", 422), ("?q=word&has=link&has=file", 422), ("?q=word&has=", 422),
            ("?q=word&before=2026-01-31T12:00:00Z&after=2025-01-31T12:00:00Z", 200), ("?q=word&before=x", 422),
            ("?q=word&after=2026-01-31", 422), ("?before=2026-01-31T12:00:00Z", 400),
        ] as [(String, Int)])
    func refusals(_ query: String, _ status: Int) throws {
        #expect(try get(query).status == status)
    }

    @Test("A hidden room is one that does not exist, byte for byte")
    func hiddenRooms() throws {
        #expect(try get("?q=word&room=2").body == (try get("?q=word&room=99").body))
    }

    @Test("Who is not signed in, and a store that fails")
    func failures() throws {
        #expect(try harness.request("GET", "/v1/search?q=word").status == 401)
        #expect(try get("?q=word").status == 200)
        harness.store.fail(reads: true)
        #expect(try get("?q=word").status == 503)
        harness.store.fail()
        #expect(try get("?q=word").status == 200)
    }
}
