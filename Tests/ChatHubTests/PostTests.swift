import ChatDomain
import HTTPCore
import Testing

@testable import ChatHub

/// What hubs say to each other, as bytes and back.
@Suite struct PostTests {
    private static let asker = Asker(loop: 3, ticket: Ticket(rawValue: 1 << 40))
    private static let connection = ConnectionID(number: 77, slot: 9)
    private static let user = UserID(Int64.max)
    private static let room = RoomID(-5)

    private static func batch() -> FrameBatch {
        var batch = FrameBatch()
        batch.reachesOtherLoops = true
        batch.append(excluding: .connection(connection), isEphemeral: true) { $0 += [1, 2, 3] }
        batch.append(excluding: .user(user), isEphemeral: false) { $0 += [4] }
        batch.packLast { $0 += [5, 6] }
        batch.append(excluding: .nobody, isEphemeral: false) { $0 += [7] }
        return batch
    }

    private static var feed: FeedConfiguration {
        get throws {
            let text = """
                {"name":"news","url":"wss://example.org:8443/a?b=c","headers":{"Authorization":"x"},\
                "text_field":"data.text","cursor_field":"id","cursor_parameter":"since"}
                """
            return try FeedConfiguration(JSONValue(parsing: Array(text.utf8)))
        }
    }

    private static func all() throws -> [Post] {
        let topic = try #require(TopicName("news.today"))
        let position = StreamPosition(epoch: Epoch(.max), offset: 12)
        let location = TopicLocation(topic: topic, head: position, isRecovered: false, missed: [[1], [], [2, 3]])
        let snapshot = PresenceSnapshot(state: .online, devices: 2, statusText: "é\n", lastSeen: nil)
        let status = FeedStatus(try feed)
        let metrics = LoopMetrics(
            loop: 1, counters: LoopCounters(accepted: 1, requests: 2, events: 3, messages: 4), connections: ["http": 5],
            queuedBytes: 6, unwritten: 7, unwrittenMs: -8, questions: 9, passwords: 10, topics: 11, users: 12,
            rooms: 13,
            feeds: [status])
        let address = IPAddress(ipv4: 0x7F00_0001)
        let relay = RelayID(homeLoop: 2, bits: { 0x0123_4567_89AB_CDEF })
        let registration = RelayRegistration(user: -1, topics: ["cats"])
        let seat = RelaySeat(loop: 1, connection: connection)
        let item = FeedItem(feed: "news", text: "t", topic: nil, author: "a", json: Array(#"{"text":"t"}"#.utf8))
        let draft = TopicDraft(topic: topic, data: Array("[1]".utf8), user: user)
        let marker = MarkerMove(
            room: room, user: user, kind: .readPrivate, seq: 4, thread: 3, endsUnread: true, isTold: true)
        var settings = UserSettings()
        settings.availability = .invisible
        settings.statusText = "away"
        let answers: [Answer] = [
            .done, .unavailable, .delivered(receivers: 3), .refused(waitMs: 250), .located(location),
            .token(waitMs: nil), .token(waitMs: 5), .admitted(false), .attempt(.granted(.firstTry)),
            .attempt(.wait(ms: 9)), .presence([user: snapshot]), .registration(nil), .registration(registration),
            .feed(.removed), .feed(.added(status)), .feed(.refused(FeedProblem("No.", .conflict))), .metrics(metrics),
        ]
        return answers.map { .answered(asker.ticket, $0) } + [
            .fence(asker), .metrics(asker),
            .identity(.begin(.signIn(account: "ada", device: nil, address: address), asker)),
            .identity(.begin(.register(address: nil), asker)),
            .identity(.giveBack(.register(address: address), .device)),
            .feeds(.items([item], from: 1)), .feeds(.taken(bytes: 5, by: 2)), .feeds(.statuses([status])),
            .feeds(.gone(name: "news")), .feeds(.command(.add(try feed), asker)),
            .feeds(.command(.remove(name: "x"), asker)), .batch(batch(), .broadcast("room")),
            .batch(FrameBatch(), .nativeRoom(room)), .home(.joined(user, handle: "h", connection)),
            .home(.tookPart(user, room, roomHandle: "r")), .home(.lobbyLeft(connection)),
            .home(
                .typing(
                    NamedTypist(room: room, roomHandle: "r", user: user, userHandle: "u", isTyping: true), connection)),
            .presence(user, handle: "u", isOnline: false), .userGone(user, handle: ""),
            .relay(.claim(relay, seat, takes: true, asker)), .relay(.frame([1, 2], topic: "cats", user: 8)),
            .topic(.admit(draft, key: "k", asker)), .topic(.locate(topic, since: position, asker)),
            .topic(.deliver(TopicPublication(topic: topic, user: nil, frame: [9]), asker)),
            .native(.enter(user, connection, asker)), .native(.giveTokenBack(user)),
            .nativeHome(.connected(user, device: "d", connection, settings, lastSeen: WallTime(milliseconds: 1))),
            .nativeHome(.watch([user, UserID(1)], loop: 1, asker)),
            .nativeHome(.typing(room, user, .text, thread: 3, connection)), .nativeHome(.marked(marker, nil)),
            .nativeHome(.marked(marker, asker)), .watched([user: snapshot]), .frame([0, 255], connection),
        ]
    }

    @Test func everyPostComesBackAsItWas() throws {
        for post in try Self.all() {
            let bytes = try post.encoded()
            let decoded = try Post(decoding: bytes)
            #expect(String(describing: decoded) == String(describing: post))
            #expect(try decoded.encoded() == bytes)
        }
    }

    @Test func whatIsCutOffOrHasMoreBehindItIsNoPost() throws {
        for post in try Self.all() {
            let bytes = try post.encoded()
            for count in bytes.indices {
                #expect(throws: PostDecoder.Malformed.self) { try Post(decoding: Array(bytes[..<count])) }
            }
            #expect(throws: PostDecoder.Malformed.self) { try Post(decoding: bytes + [0]) }
        }
    }

    /// A decoder that meets what it did not expect throws, whatever it is; what it takes for a post is one.
    @Test func anyBytesGetAnAnswer() throws {
        var random = SplitMix64(seed: 1)
        for post in try Self.all() {
            let bytes = try post.encoded()
            for _ in 0..<200 {
                var changed = bytes
                for _ in 0...Int(random.next() % 3) {
                    changed[Int(random.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: random.next())
                }
                guard let decoded = try? Post(decoding: changed) else { continue }
                _ = try Post(decoding: decoded.encoded())
            }
        }
        // A count that no bytes are behind takes no memory.
        let many: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]
        #expect(throws: PostDecoder.Malformed.self) { try PostDecoder.decode([Int].self, from: many) }
        #expect(throws: PostDecoder.Malformed.self) { try PostDecoder.decode([UInt8].self, from: many) }
        #expect(throws: PostDecoder.Malformed.self) { try PostDecoder.decode(UInt8.self, from: [1, 2]) }
        #expect(throws: PostDecoder.Malformed.self) { try PostDecoder.decode(Bool.self, from: [2]) }
    }

    @Test(arguments: [0, 1, -1, 63, 64, -64, -65, Int64.max, Int64.min])
    func numbersOfAnySizeComeBack(_ number: Int64) throws {
        #expect(try PostDecoder.decode(Int64.self, from: PostEncoder.encode(number)) == number)
        let unsigned = UInt64(bitPattern: number)
        #expect(try PostDecoder.decode(UInt64.self, from: PostEncoder.encode(unsigned)) == unsigned)
        let optional: Int64? = number
        #expect(try PostDecoder.decode(Int64?.self, from: PostEncoder.encode(optional)) == optional)
    }

    @Test func everythingHasOneHomeOnWhicheverLoopItIsAsked() throws {
        let topic = try #require(TopicName("news"))
        let keys: [HomeKey] =
            (0..<50).flatMap { [.user(UserID($0)), .room(RoomID(-$0)), .feed("\($0)"), .key("\($0)")] }
            + [.topic(topic), .lobby, .signIns]
        for loopCount in 1...5 {
            let maps = (0..<loopCount).map { index in
                var configuration = HubConfiguration(files: StaticFiles())
                (configuration.loopIndex, configuration.loopCount) = (index, loopCount)
                return HomeMap(configuration: configuration)
            }
            for key in keys {
                #expect(Set(maps.map { $0.home(of: key) }).count == 1)
                #expect(maps.count { $0.isHere(key) } == 1)
            }
            let homes = Set(keys.map { maps[0].home(of: $0) })
            #expect(homes == Set(0..<loopCount))
        }
    }
}
