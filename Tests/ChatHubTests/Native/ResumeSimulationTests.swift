import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// Programs that send, come back, are taken out and let in again, on several loops, while mail, store and bytes arrive in
/// random order and the store fails now and then. Afterwards every acknowledged message is in the log once, every program
/// has heard every room that it is in exactly as it is logged, and nobody has heard what they may not.
///
/// A failure prints its seed: put it in place of the arguments to see the same run again.
@Suite struct ResumeSimulationTests {
    @Test(arguments: 1...16 as ClosedRange<UInt64>)
    func everybodyHasTheLogAtTheEnd(seed: UInt64) throws {
        for loopCount in loopCounts {
            var simulation = try ResumeSimulation(seed: seed, loopCount: loopCount)
            for _ in 0..<250 { try simulation.act() }
            try simulation.finish()
        }
    }
}

private struct ResumeSimulation {
    private static let userCount = 5
    private static let roomCount = 3

    private let name: String
    private let scene: NativeScene
    private var random: SplitMix64
    private var rooms: [RoomID] = []
    private var clients: [ReferenceClient] = []
    private var keyCount = 0
    private var sent: Set<MessageKey> = []

    init(seed: UInt64, loopCount: Int) throws {
        name = "seed \(seed), \(loopCount) loops"
        random = SplitMix64(seed: seed)
        scene = try NativeScene(loopCount: loopCount, seed: seed, userCount: Self.userCount) {
            $0.limits.messagesPerSecond = 0
            $0.limits.framesPerSecond = 0
            $0.limits.historyEventsMax = 25
            $0.limits.queueBytesMax = 65_536
        }
        // User 0 owns the rooms, and stays.
        for index in 0..<Self.roomCount { rooms.append(try scene.makeRoom(0, 1, 2 + index % 3)) }
        for index in 0..<7 {
            let user = index % Self.userCount
            let mine = try scene.harness.store.listings(of: scene.users[user], after: nil, limit: 100).rows
            clients.append(ReferenceClient(user: user, rooms: Set(mine.map(\.room.id)), scene: scene))
        }
    }

    private mutating func pick(_ bound: Int) -> Int { Int(random.next() % UInt64(max(bound, 1))) }

    mutating func act() throws {
        let actor = clients[pick(clients.count)]
        switch pick(24) {
        case 0...3:
            if actor.client == nil {
                try actor.connect(loop: scene.loop(pick(3)), deflate: pick(2) == 0 ? DeflateOptions() : nil)
            }
        case 4: actor.disconnect()
        case 5...14: say(actor)
        case 15: changeMembers()
        case 16: actor.client?.windowBytes = pick(3_000)
        case 17:
            if let client = actor.client { scene.harness.open(client) }
        case 18: scene.harness.advance(byMs: Int64(pick(2_000)))
        case 19: scene.harness.store.fail(writes: pick(2) == 0)
        case 20: actor.retry()
        default: break
        }
        for _ in 0..<pick(10) { scene.harness.step() }
        for client in clients { client.read() }
    }

    private mutating func say(_ actor: ReferenceClient) {
        guard let room = actor.wanted.sorted().randomElement(using: &random) else { return }
        keyCount += 1
        let message = key(keyCount)
        sent.insert(message)
        // Some so long that a slow receiver falls behind.
        let text = "\(keyCount) " + String(repeating: "x", count: pick(4) == 0 ? pick(4_000) : pick(40))
        actor.say(text, in: room, key: message)
    }

    private mutating func changeMembers() {
        let (room, user, owner) = (rooms[pick(rooms.count)], scene.users[1 + pick(Self.userCount - 1)], scene.users[0])
        let member = try? scene.harness.store.member(user, of: room)
        scene.submit(
            .room(member == nil ? .addMembers(room, [user], role: nil, by: owner) : .kick(room, user, by: owner)))
    }

    // MARK: The end

    mutating func finish() throws {
        scene.harness.store.fail()
        for _ in 0..<8 {
            for client in clients {
                if client.client == nil { try client.connect(loop: scene.loop(pick(3)), deflate: nil) }
                if let open = client.client { scene.harness.open(open) }
                client.retry()
            }
            scene.harness.run()
            for client in clients { client.read() }
        }
        try check()
    }

    private func check() throws {
        let committed = scene.harness.committed
        var places: [MessageKey: (RoomID, Int64, Int64)] = [:]
        for event in committed {
            guard case .messageCreated(let message) = event.kind else { continue }
            #expect(sent.contains(message.key), "\(name)")
            #expect(places.updateValue((event.room, message.seq, event.offset), forKey: message.key) == nil, "\(name)")
        }
        for client in clients {
            #expect(client.faults.isEmpty, "\(name): user \(client.user): \(client.faults.prefix(3))")
            #expect(client.outbox.isEmpty, "\(name): user \(client.user): \(client.outbox)")
            for receipt in client.acknowledged {
                let place = try #require(places[receipt.key], "\(name): acknowledged and not stored")
                #expect(place == (receipt.room, receipt.seq, receipt.offset), "\(name)")
            }
            for room in rooms { try check(client, room, committed) }
        }
    }

    private func check(_ client: ReferenceClient, _ room: RoomID, _ committed: [Event]) throws {
        let log = Dictionary(
            uniqueKeysWithValues: committed.filter { $0.room == room }.map { ($0.offset, $0) })
        let user = scene.users[client.user]
        let isMember = try scene.harness.store.member(user, of: room) != nil
        #expect(client.wanted.contains(room) == isMember, "\(name): user \(client.user)")
        if isMember {
            #expect(client.offset(in: room) == (try scene.head(room)), "\(name): user \(client.user)")
        }
        let epoch = Epoch(try #require(try scene.harness.store.room(room)).epoch)
        for object in (client.heard[room] ?? []).flatMap({ $0 }) {
            // What was before the first commit of the run came from the store.
            guard let event = log[object.offset] else { continue }
            let json = NativeJSON.bytes { NativeJSON.append(event, epoch: epoch, to: &$0) }
            #expect(object == (try JSONValue(parsing: json)), "\(name)")
            #expect(wasMember(user, at: event, log), "\(name): user \(client.user) has heard \(event.offset)")
        }
    }

    /// Whether somebody could read the room right behind that event.
    private func wasMember(_ user: UserID, at event: Event, _ log: [Int64: Event]) -> Bool {
        var offset = event.offset
        while let earlier = log[offset] {
            switch earlier.kind {
            case .memberKicked(user, _): return hasJoinedLater(user, event, log)
            case .memberJoined(user, _, _): return true
            default: offset -= 1
            }
        }
        return true
    }

    /// Whoever comes back may read what was said in between.
    private func hasJoinedLater(_ user: UserID, _ event: Event, _ log: [Int64: Event]) -> Bool {
        log.values.contains { later in
            guard later.offset > event.offset, case .memberJoined(user, _, _) = later.kind else { return false }
            return true
        }
    }
}
