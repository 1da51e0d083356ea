import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// Many clients do random things on several loops while mail, store and bytes arrive in random order. At the end it is
/// checked from what the clients saw that nothing was lost, doubled, put in another order or told to the wrong ones,
/// that presence is that of the live sockets, and that nobody types any more.
///
/// A failure prints its seed: put it in place of the arguments to see the same run again.
@Suite struct SimulationTests {
    @Test(arguments: 1...12 as ClosedRange<UInt64>)
    func nothingIsLostDoubledOrToldToTheWrongOnes(seed: UInt64) throws {
        for loopCount in [1, 3] {
            var simulation = try Simulation(seed: seed, loopCount: loopCount)
            for _ in 0..<200 { try simulation.act() }
            try simulation.finish()
        }
    }
}

private struct Simulation {
    private static let userCount = 6
    private static let roomCount = 4

    private let seed: UInt64
    private let scene: ChatAppScene
    private var random: SplitMix64
    private var users: [String] = []
    private var rooms: [String] = []
    private var participants: [Set<Int>] = []
    private var actors: [Actor] = []
    private var textCount = 0

    private var harness: HubHarness { scene.harness }

    /// A client, and from which commit on it may, and must, hear of each room.
    private final class Actor {
        let client: TestClient
        let user: Int
        var hasSpoken = false
        var hasUnsettledWords = false
        var isUnplaced = true
        var heard: [String] = []
        var typing: [String: String] = [:]
        /// By room: the number of the room's commits when the client took part at the earliest, and when it did for
        /// certain.
        var mayHear: [Int: Int] = [:]
        var mustHear: [Int: Int] = [:]
        /// While it had named no room it heard of all: from which commits, and until when for certain.
        var unplacedMayHear: [Int] = []
        var unplacedMustHear: [Int]?
        var placedAt: [Int]?

        init(_ client: TestClient, user: Int) {
            self.client = client
            self.user = user
        }
    }

    init(seed: UInt64, loopCount: Int) throws {
        self.seed = seed
        random = SplitMix64(seed: seed)
        scene = try ChatAppScene(loopCount: loopCount, seed: seed) { $0.limits.messagesPerSecond = 0 }
        for index in 0..<Self.userCount { users.append(try scene.makeUser("User \(index)", phone: "55\(index)")) }
        for index in 0..<Self.roomCount {
            let members = [index % Self.userCount, (index * 2 + 1) % Self.userCount]
            let list = members.map { #""\#(users[$0])""# }.joined(separator: ",")
            let response = try scene.harness.request(
                "POST", "/rooms", body: #"{"name":"R","participant_ids":[\#(list)]}"#)
            rooms.append(try #require(response.json?["room"]?["id"]?.string))
            participants.append(Set(members))
        }
    }

    private mutating func pick(_ bound: Int) -> Int { Int(random.next() % UInt64(max(bound, 1))) }

    // MARK: Doing

    mutating func act() throws {
        switch pick(20) {
        case 0...2: try arrive()
        case 3: leave()
        case 4...12: say("TEXT")
        case 13...15: say(["TYPING", "TYPING", "STATUS", "CONNECT"][pick(4)])
        case 16: harness.advance(byMs: Int64(pick(4_000)))
        case 17: settle()
        default: break
        }
        for _ in 0..<pick(8) { harness.step() }
    }

    /// How many texts of each room are committed.
    private var commitCounts: [Int] { rooms.map { commits(in: $0).count } }

    /// The same as far as a loop knows.
    private func toldCounts(_ actor: Actor) -> [Int] {
        let told = harness.committed.prefix(harness.toldCounts[actor.client.loop])
        return rooms.map { room in
            told.count { event in
                guard event.roomHandle == room, case .messageCreated = event.kind else { return false }
                return true
            }
        }
    }

    private func commits(in room: String) -> [(text: String, origin: UInt64)] {
        harness.committed.compactMap { event in
            guard event.roomHandle == room, case .messageCreated(let message) = event.kind else { return nil }
            return (message.text, event.origin)
        }
    }

    private mutating func arrive() throws {
        guard actors.count < 14 else { return }
        let client = harness.connect(loop: scene.loop(pick(3)))
        let actor = Actor(client, user: pick(Self.userCount))
        actor.unplacedMayHear = toldCounts(actor)
        try client.sendUpgrade("/ws")
        actors.append(actor)
    }

    private mutating func leave() {
        guard actors.count > 2 else { return }
        let index = pick(actors.count)
        // What a client said that is killed at once may never arrive; the model below wants to know.
        if actors[index].hasUnsettledWords { settle() }
        let actor = actors.remove(at: index)
        if pick(2) == 0 { harness.kill(actor.client) } else { actor.client.sendClose(.normal) }
        // Whatever it has heard until now must have been right.
        hear(actor)
        check(actor, isStillThere: false)
    }

    private mutating func say(_ type: String) {
        guard !actors.isEmpty else { return }
        let actor = actors[pick(actors.count)]
        let room = pick(Self.roomCount)
        let value: String
        switch type {
        case "TEXT":
            textCount += 1
            value = "\(textCount)"
        case "TYPING": value = ["IN", "IN", "OUT"][pick(3)]
        default: value = ["ONLINE", "OFFLINE"][pick(2)]
        }
        actor.hasUnsettledWords = true
        actor.client.send(frame(type, [value], room: rooms[room], user: users[actor.user]))
        takesPart(actor, in: room)
        if !actor.hasSpoken {
            actor.hasSpoken = true
            for room in rooms.indices where participants[room].contains(actor.user) { takesPart(actor, in: room) }
        }
        if type == "TEXT", participants[room].insert(actor.user).inserted {
            for other in actors where other.user == actor.user && other.hasSpoken { takesPart(other, in: room) }
        }
    }

    private func takesPart(_ actor: Actor, in room: Int) {
        actor.isUnplaced = false
        if actor.mayHear[room] == nil { actor.mayHear[room] = toldCounts(actor)[room] }
    }

    /// Lets everything arrive: from here on all that was begun has happened.
    private mutating func settle() {
        harness.run()
        let counts = commitCounts
        for actor in actors {
            actor.hasUnsettledWords = false
            if actor.unplacedMustHear == nil { actor.unplacedMustHear = counts }
            if !actor.isUnplaced, actor.placedAt == nil { actor.placedAt = counts }
            hear(actor)
            for room in rooms.indices where actor.mustHear[room] == nil {
                // Of typing that began before it took part in the room it may miss the end.
                if !actor.isUnplaced { actor.typing = actor.typing.filter { !$0.key.hasPrefix(rooms[room]) } }
                if actor.mayHear[room] != nil { actor.mustHear[room] = counts[room] }
            }
        }
    }

    private func hear(_ actor: Actor) {
        for text in actor.client.takeTexts() {
            guard let json = try? JSONValue(parsing: Array(text.utf8)), let room = json["room_id"]?.string,
                let value = json["value"]?.array?.first?.string, let user = json["user_id"]?.string
            else { continue }
            switch json["chat_type"]?.string {
            case "TEXT": actor.heard.append(room + " " + value)
            case "TYPING": actor.typing[room + " " + user] = value
            default: break
            }
        }
    }

    // MARK: Checking

    mutating func finish() throws {
        settle()
        for actor in actors {
            #expect(actor.client.error == nil && !actor.client.isGone, "seed \(seed)")
            check(actor, isStillThere: true)
        }
        // Nobody types for ever. Somebody's own other socket is not told when it was the last to say so itself.
        harness.advance(byMs: 9_000)
        for actor in actors {
            hear(actor)
            for (place, value) in actor.typing where !place.hasSuffix(users[actor.user]) {
                #expect(value == "OUT", "seed \(seed): somebody types for ever")
            }
        }
        try checkPresence()
    }

    private func check(_ actor: Actor, isStillThere: Bool) {
        for (index, room) in rooms.enumerated() {
            let all = commits(in: room)
            let heard = actor.heard.filter { $0.hasPrefix(room + " ") }.map { String($0.dropFirst(room.count + 1)) }
            #expect(Set(heard).count == heard.count, "seed \(seed): a text came twice")
            let places = heard.compactMap { text in all.firstIndex { $0.text == text } }
            #expect(places.count == heard.count, "seed \(seed): a text was never committed")
            #expect(places == places.sorted(), "seed \(seed): not in the order of commit")
            let own = all.indices.filter { all[$0].origin == actor.client.id.rawValue }
            #expect(!places.contains(where: own.contains), "seed \(seed): the sender got its own text")

            // What it heard without having a part in the room, it heard before it named its first.
            let earliest = min(actor.unplacedMayHear[index], actor.mayHear[index] ?? .max)
            #expect(places.allSatisfy { $0 >= earliest }, "seed \(seed): heard what was before")
            if let placedAt = actor.placedAt, actor.mayHear[index] == nil {
                #expect(places.allSatisfy { $0 < placedAt[index] }, "seed \(seed): heard of a room of others")
            }
            if let placedAt = actor.placedAt, let mayHear = actor.mayHear[index] {
                let between = places.filter { $0 >= placedAt[index] && $0 < mayHear }
                #expect(between.isEmpty, "seed \(seed): heard of a room before it took part")
            }
            guard isStillThere else { continue }
            var expected: [Int] = []
            if let mustHear = actor.mustHear[index] { expected += all.indices.filter { $0 >= mustHear } }
            if let mustHear = actor.unplacedMustHear, actor.isUnplaced {
                expected += all.indices.filter { $0 >= mustHear[index] }
            }
            let missing = Set(expected).subtracting(own).subtracting(places)
            #expect(missing.isEmpty, "seed \(seed): \(missing.count) texts never came")
        }
    }

    /// A newcomer to all rooms is told who is there: whoever has a socket that has named its user.
    private mutating func checkPresence() throws {
        for _ in 0..<3 where actors.count > 1 { harness.kill(actors.remove(at: pick(actors.count)).client) }
        harness.advance(byMs: 33_000)
        let live = Set(actors.filter(\.hasSpoken).map { users[$0.user] })
        let observer = try scene.makeUser("Observer", phone: "999")
        for (index, room) in rooms.enumerated() {
            let list = (participants[index].map { users[$0] } + [observer]).map { #""\#($0)""# }.joined(separator: ",")
            let response = try harness.request("PATCH", "/rooms/\(room)", body: #"{"participant_ids":[\#(list)]}"#)
            try #require(response.status == 200, "seed \(seed)")
        }
        for loop in harness.hubs.indices {
            let socket = try scene.socket(loop)
            harness.say(socket, frame("CONNECT", [], room: rooms[0], user: observer))
            var online: Set<String> = []
            for text in socket.takeTexts() where text.contains("ONLINE") {
                let json = try JSONValue(parsing: Array(text.utf8))
                if let user = json["user_id"]?.string { online.insert(user) }
            }
            let members = Set(participants.flatMap { $0.map { users[$0] } })
            #expect(online.subtracting([observer]) == live.intersection(members), "seed \(seed), loop \(loop)")
        }
    }
}
