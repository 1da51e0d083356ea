import ChatDomain
import ChatStore
import Testing
import WSProtocol

@testable import ChatHub

/// Some hubs, a store that fails now and then, and people who talk, come, go and are cut off at any byte, on virtual
/// time; and at the end, what must be true of all of it.
struct NativeSimulation {
    private static let userCount = 5
    private static let roomCount = 3
    private static let deviceCountMax = 9

    let seed: UInt64
    let harness: HubHarness
    private var random: SplitMix64
    private var people: [SimulatedPerson] = []
    private var rooms: [RoomID] = []
    private var devices: [SimulatedDevice] = []
    /// Asks by REST, and does not wait for the answers.
    private var askers: [TestClient] = []
    private var textCount = 0

    init(seed: UInt64, loopCount: Int) throws {
        self.seed = seed
        random = SplitMix64(seed: seed &* 7_919)
        harness = HubHarness(loopCount: loopCount, seed: seed) {
            $0.limits.messagesPerSecond = 0
            $0.limits.framesPerSecond = 0
            $0.limits.userConnectionsMax = 100
            // So that replays, held events and lost positions happen in a short run.
            $0.limits.historyEventsMax = 40
            $0.limits.queueBytesMax = 65_536
        }
        for index in 0..<Self.userCount { people.append(try makePerson(index)) }
        for index in 0..<Self.roomCount {
            let members = people.indices.filter { ($0 + index) % 3 != 0 || $0 == index }.map { people[$0].id }
            let new = NewNativeRoom(
                handle: "room \(index)", kind: .group, name: "Room \(index)", visibility: .public, members: members)
            let commit = try harness.store.append([.room(.create(new, by: people[index].id))], at: harness.wallTime)
            guard case .listing(let listing, _) = commit.outcomes[0] else { throw SimulationFailure.setUp }
            rooms.append(listing.room.id)
            guard index == 0 else { continue }
            _ = try harness.store.append(
                [.room(.update(listing.room.id, RoomUpdate(history: .joined), by: people[index].id))],
                at: harness.wallTime)
        }
    }

    private func makePerson(_ index: Int) throws -> SimulatedPerson {
        let token = String(repeating: "T", count: 42) + "\(index)"
        let hash = TestCryptography.make(seed: 1).digest(Array(token.utf8))
        let account = NewAccount(
            handle: "user \(index)", login: "user\(index)", displayName: "User \(index)", credential: nil)
        let session = NewSession(tokenHash: hash, deviceID: nil, expiresAt: .distantFuture)
        let commit = try harness.store.append(
            [.account(.register(account, session: session, invite: nil))], at: harness.wallTime)
        guard case .signedIn(let user, _) = commit.outcomes[0] else { throw SimulationFailure.setUp }
        return SimulatedPerson(id: user.id, token: token)
    }

    private mutating func pick(_ bound: Int) -> Int { Int(random.next() % UInt64(max(bound, 1))) }

    // MARK: Doing

    mutating func act() throws {
        switch pick(40) {
        case 0...3: try arrive()
        case 4: if let device = anyDevice() { harness.kill(device.client) }
        case 5: anyDevice()?.client.sendClose(.normal)
        case 6...21: say()
        case 22...24: change()
        case 25, 26: type()
        case 27: subscribe()
        case 28: anyDevice()?.client.windowBytes = pick(3_000)
        case 29: for device in devices { harness.open(device.client) }
        case 30: try ask()
        case 31: harness.store.fail(writes: pick(2) == 0, reads: pick(3) == 0)
        case 32: harness.store.fail()
        case 33: harness.advance(byMs: Int64(pick(3_000)))
        case 34: for device in devices { device.sendPending() }
        default: break
        }
        for _ in 0..<pick(10) { harness.step() }
        for device in devices { try device.hear(harness.store.memory) }
        comeBack()
    }

    /// Who has lost the connection comes back, on whichever loop, with what it knows.
    private mutating func comeBack() {
        for device in devices where device.isLost && pick(6) == 0 { connect(device) }
    }

    private mutating func connect(_ device: SimulatedDevice) {
        device.connect(harness.connect(loop: pick(harness.hubs.count)), resuming: pick(5) > 0)
    }

    private mutating func arrive() throws {
        guard devices.count < Self.deviceCountMax else { return }
        let device = SimulatedDevice(people[pick(people.count)], number: devices.count, seed: seed)
        devices.append(device)
        connect(device)
    }

    private mutating func anyDevice() -> SimulatedDevice? {
        let live = devices.filter { !$0.isLost }
        return live.isEmpty ? nil : live[pick(live.count)]
    }

    private mutating func say() {
        guard let device = anyDevice() else { return }
        textCount += 1
        let text = pick(8) == 0 ? String(repeating: "x", count: pick(4_000)) + "\(textCount)" : "\(textCount)"
        device.say(text, in: rooms[pick(rooms.count)], using: &random)
    }

    private mutating func change() {
        let room = rooms[pick(rooms.count)]
        let seq = Int64(1 + pick(30))
        let commands = [
            #""type":"message.edit","room":"\#(room.rawValue)","seq":\#(seq),"text":"edited \#(textCount)""#,
            #""type":"message.delete","room":"\#(room.rawValue)","seq":\#(seq)"#,
            #""type":"reaction.add","room":"\#(room.rawValue)","seq":\#(seq),"key":":k\#(pick(3)):""#,
            #""type":"reaction.remove","room":"\#(room.rawValue)","seq":\#(seq),"key":":k\#(pick(3)):""#,
            #""type":"message.delete","room":"\#(room.rawValue)","seq":\#(seq),"scope":"self""#,
            #""type":"receipt","room":"\#(room.rawValue)","seq":\#(seq),"kind":"read""#,
        ]
        let command = commands[pick(commands.count)]
        anyDevice()?.command(command)
    }

    private mutating func type() {
        let room = rooms[pick(rooms.count)]
        let state = pick(4) == 0 ? "stop" : "start"
        anyDevice()?.command(#""type":"typing","room":"\#(room.rawValue)","state":"\#(state)""#)
    }

    private mutating func subscribe() {
        let room = rooms[pick(rooms.count)]
        anyDevice()?.subscribe(to: room)
    }

    /// Somebody joins, leaves, is added or thrown out.
    private mutating func ask() throws {
        let room = rooms[pick(rooms.count)].rawValue
        let (by, other) = (people[pick(people.count)], people[pick(people.count)])
        let requests = [
            ("POST", "/v1/rooms/\(room)/join", "{}"), ("POST", "/v1/rooms/\(room)/leave", ""),
            ("PUT", "/v1/rooms/\(room)/members/\(other.id.rawValue)", ""),
            ("DELETE", "/v1/rooms/\(room)/members/\(other.id.rawValue)", ""),
            (
                "PUT", "/v1/rooms/\(room)/messages/00000000-0000-4000-8000-0000000000\(10 + pick(80))",
                #"{"text":"put"}"#
            ),
        ]
        let (method, path, body) = requests[pick(requests.count)]
        if askers.count < 3 { askers.append(harness.connect(loop: pick(harness.hubs.count))) }
        let asker = askers[pick(askers.count)]
        guard !asker.isGone else {
            askers.removeAll { $0 === asker }
            return
        }
        asker.sendRequest(method, path, headers: [("Authorization", "Bearer \(by.token)")], body: body)
    }

    // MARK: Checking

    /// Lets everybody come back and catch up; then what they know must be what is stored.
    mutating func finish() throws {
        harness.store.fail()
        for _ in 0..<6 {
            for device in devices {
                harness.open(device.client)
                if device.isLost { connect(device) }
            }
            harness.run()
            for device in devices {
                try device.hear(harness.store.memory)
                device.sendPending()
            }
            harness.run()
            for device in devices { try device.hear(harness.store.memory) }
        }
        for device in devices {
            #expect(!device.isLost && device.isWelcome, "seed \(seed): \(device.name) is not back")
            #expect(device.client.error == nil, "seed \(seed): the server's frames are wrong")
            #expect(device.pending.isEmpty, "seed \(seed): \(device.name) has no answer to \(device.pending.count)")
            #expect(device.faults.isEmpty, "seed \(seed): \(device.name): \(device.faults)")
            for (room, position) in device.positions { try checkLog(device, room, position) }
        }
        try checkAcknowledged()
        checkUnread()
        try checkNobodyTypes()
        try checkPresence()
    }

    /// A device that has caught up has exactly the log, of the time that its user was a member.
    private func checkLog(_ device: SimulatedDevice, _ room: RoomID, _ position: SimulatedDevice.Position) throws {
        let log = harness.store.memory.events(in: room, after: 0, limit: .max)
        let isMember = harness.store.memory.isMember(device.person.id, of: room)
        if isMember {
            #expect(position.offset == Int64(log.count), "seed \(seed): \(device.name) has not caught up")
        }
        var members: Set<UserID> = []
        let isConcealing = harness.store.memory.room(room)?.history == .joined
        var (seq, joinedAfter) = (Int64(0), Int64(0))
        for event in log {
            var mayHear = members.contains(device.person.id)
            switch event.kind {
            case .memberJoined(let user, _, _):
                members.insert(user)
                mayHear = mayHear || user == device.person.id
                if user == device.person.id { joinedAfter = seq }
            case .messageCreated(let message): seq = message.seq
            case .memberLeft(let user, _), .memberKicked(let user, _), .memberBanned(let user, _):
                members.remove(user)
                mayHear = mayHear && user != device.person.id
            default: break
            }
            guard device.live[room]?.contains(event.offset) == true else { continue }
            // A replay shows a member what was before they joined, as history does, where that shows all.
            let isReplayed = !isConcealing && device.replayed[room]?.contains(event.offset) == true
            #expect(mayHear || isReplayed, "seed \(seed): \(device.name) heard \(event.offset) of a room of others")
            if isConcealing, let changed = device.changes[room]?[event.offset] {
                #expect(changed > joinedAfter, "seed \(seed): \(device.name) heard what has become of \(changed)")
            }
        }
    }

    /// What was acknowledged is stored once, where the acknowledgement says.
    private func checkAcknowledged() throws {
        var stored: [String: (room: RoomID, seq: Int64)] = [:]
        for room in rooms {
            for case .messageCreated(let message) in harness.store.memory.events(in: room, after: 0, limit: .max)
                .map(\.kind)
            {
                let name = "\(message.author.rawValue) \(message.key)"
                #expect(stored[name] == nil, "seed \(seed): a message is stored twice")
                stored[name] = (room, message.seq)
            }
        }
        for device in devices {
            for (key, receipt) in device.acknowledged {
                let place = stored["\(device.person.id.rawValue) \(key)"]
                #expect(
                    place?.room == receipt.room && place?.seq == receipt.seq,
                    "seed \(seed): an acknowledged message is not where it was said to be")
            }
        }
    }

    /// The counts are what their definition says.
    private func checkUnread() {
        let store = harness.store.memory
        for person in people {
            for (room, count) in store.unread(of: person.id, limit: 100) {
                let page = store.page(of: room, .after(count.read), limit: 100_000, for: person.id)
                let unread = page.messages.filter { $0.author != person.id && !$0.isDeleted }
                #expect(count.unread == unread.count, "seed \(seed): \(person.id) in \(room)")
            }
        }
    }

    private mutating func checkNobodyTypes() throws {
        harness.advance(byMs: 10_000)
        for device in devices {
            try device.hear(harness.store.memory)
            for (room, typists) in device.typists where device.positions[room] != nil {
                #expect(typists.isEmpty, "seed \(seed): somebody types for ever")
            }
        }
    }

    /// After the grace, presence is that of the live connections.
    private mutating func checkPresence() throws {
        for _ in 0..<3 where devices.count > 1 { harness.kill(devices.remove(at: pick(devices.count)).client) }
        harness.advance(byMs: 33_000)
        for device in devices { try device.hear(harness.store.memory) }
        let live = Set(devices.filter { !$0.isLost }.map(\.person.id))
        let store = harness.store.memory
        for observer in people {
            let device = SimulatedDevice(observer, number: 100, seed: seed)
            device.connect(harness.connect(loop: pick(harness.hubs.count)), resuming: false)
            while !device.isWelcome {
                harness.run()
                try device.hear(store)
                guard !device.isLost else { throw SimulationFailure.setUp }
            }
            let ids = people.map { #""\#($0.id.rawValue)""# }.joined(separator: ",")
            device.command(#""type":"presence.watch","users":[\#(ids)]"#)
            harness.run()
            try device.hear(store)
            let visible = store.contacts(of: observer.id, among: people.map(\.id))
            let expected = live.union([observer.id]).intersection(visible)
            let online = Set((device.presence ?? [:]).filter { $0.value != "offline" }.keys)
            #expect(online == expected, "seed \(seed): presence as \(observer.id) sees it")
            harness.kill(device.client)
            harness.advance(byMs: 33_000)
        }
    }
}

enum SimulationFailure: Error {
    case setUp
    case unreadable(String)
}
