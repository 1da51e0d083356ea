import ChatDomain
import ChatStore
import HTTPCore
import Testing
import WSProtocol

@testable import ChatHub

/// A whole server on virtual time, without a thread or a socket: some hubs, a writer, readers, the mail between them,
/// and clients. It plays the shell: performs each turn, and hands on what comes of it.
///
/// A loop's mail waits in the order in which the loops have sent it, as in its mailbox; what the writer and the readers
/// have for it may overtake that. Played in order, all that waits is handed over at once; played at random (`seed`), a
/// few things at a time from queues picked by chance, so that what threads may bring about is met sooner or later.
final class HubHarness {
    private(set) var hubs: [Hub] = []
    let store = TestStore(seed: 1)
    private(set) var now = Instant(milliseconds: 1_000_000)
    private(set) var clients: [TestClient] = []
    /// The events in the order of commit.
    private(set) var committed: [Event] = []
    /// How many of them each loop has been told of.
    private(set) var toldCounts: [Int]
    /// What feeds have wanted of the shell, in order.
    private(set) var feedActions: [(loop: Int, action: FeedAction)] = []
    /// What was said to the log, in order.
    private(set) var events: [HubEvent] = []
    /// Holds all that the writer and the readers would do.
    var isStoreHalted = false
    /// Most bytes that one read brings.
    var readBytesMax = 65_536
    private(set) var turnCount = 0

    private var random: SplitMix64
    private let isRandom: Bool
    private var settleReports: [SettleReport?]
    private var writerInbox: [WriterItem] = []
    private var sequencer: Sequencer
    /// Loops that are not told what the writer has for them.
    var loopsWithoutNews: Set<Int> = []
    /// How many questions the store has answered.
    private(set) var questionCount = 0
    private var readerInbox: [(loop: Int, ticket: Ticket, query: ChatHub.StoreQuery)] = []
    /// By receiver and queue: what loops have sent, the writer, and two readers.
    private var mail: [[[LoopItem]]]
    private var acceptedCounts: [UInt64]
    private var clientsByID: [ConnectionID: TestClient] = [:]
    private var freeSlots: [[Int]]
    private var slotCounts: [Int]

    private static let wallTimeAtStart: Int64 = 1_767_225_600_000
    private static let senderCount = 4
    private static let writer = 1

    private enum WriterItem {
        case batch(loop: Int, [Submission])
        case settled(SettleReport)
    }

    private enum LoopItem {
        case hub(Mail, from: Sender)
        case close
    }

    /// - Parameter seed: nil plays everything in order.
    init(loopCount: Int = 1, seed: UInt64? = nil, configure: (inout HubConfiguration) -> Void = { _ in }) {
        random = SplitMix64(seed: seed ?? 0)
        isRandom = seed != nil
        mail = Array(
            repeating: Array(repeating: [], count: Self.senderCount), count: loopCount)
        settleReports = Array(repeating: nil, count: loopCount)
        toldCounts = Array(repeating: 0, count: loopCount)
        acceptedCounts = Array(repeating: 0, count: loopCount)
        freeSlots = Array(repeating: [], count: loopCount)
        slotCounts = Array(repeating: 3, count: loopCount)
        sequencer = Sequencer(loopCount: loopCount, accountChanges: store.accountChanges)
        for index in 0..<loopCount {
            var configuration = HubConfiguration(files: StaticFiles())
            configuration.loopIndex = index
            configuration.loopCount = loopCount
            configuration.accountChanges = store.accountChanges
            configuration.cryptography = TestCryptography.make(seed: UInt64(index) + 1)
            // Nothing may rely on what the cookies are called.
            configuration.instance = "test"
            configure(&configuration)
            hubs.append(
                Hub(
                    configuration: configuration, random: SplitMix64(seed: UInt64(index) + 1), at: now,
                    wallTime: wallTime))
        }
    }

    var wallTime: WallTime { WallTime(milliseconds: Self.wallTimeAtStart + now.milliseconds) }

    /// Below `bound`, by the harness's seed.
    func pick(_ bound: Int) -> Int { bound > 0 ? Int(random.next() % UInt64(bound)) : 0 }

    // MARK: Clients

    /// - Parameter peer: who connects; nil for this machine, or one elsewhere.
    func connect(loop: Int = 0, isLoopbackPeer: Bool = true, peer: IPAddress? = nil) -> TestClient {
        acceptedCounts[loop] += 1
        let number = (acceptedCounts[loop] - 1) * UInt64(hubs.count) + UInt64(loop) + 1
        var slot = slotCounts[loop]
        // A descriptor that was closed is the next to be used again.
        if let free = freeSlots[loop].popLast() { slot = free } else { slotCounts[loop] += 1 }
        let client = TestClient(id: ConnectionID(number: number, slot: slot), loop: loop)
        clients.append(client)
        clientsByID[client.id] = client
        let peer = peer ?? IPAddress(ipv4: isLoopbackPeer ? 0x7F00_0001 : 0xC000_0201)
        turn(loop) { $0.accept(client.id, peer: peer) }
        return client
    }

    /// The peer is gone without a word.
    func kill(_ client: TestClient) {
        guard !client.isGone else { return }
        turn(client.loop) { $0.hangUp(client.id) }
        went(client)
    }

    private func went(_ client: TestClient) {
        client.connectionWent()
        clientsByID[client.id] = nil
        clients.removeAll { $0 === client }
        freeSlots[client.loop].append(client.id.slot)
    }

    func connection(of client: TestClient) -> Connection? { hubs[client.loop].connection(client.id) }

    // MARK: Ending

    /// Begins to end, as a signal does.
    func drain() {
        for loop in hubs.indices { turn(loop) { $0.drain() } }
    }

    /// Every connection of every hub has ended.
    var isDrained: Bool { hubs.allSatisfy { $0.isDrained } }

    // MARK: Playing

    /// Plays until nothing is left to do at this time.
    func run(sourceLocation: SourceLocation = #_sourceLocation) {
        for _ in 0..<200_000 where !step() { return }
        Issue.record("the hubs do not come to rest", sourceLocation: sourceLocation)
    }

    /// Plays one thing, or a turn with all there is.
    ///
    /// - Returns: whether there was anything.
    @discardableResult
    func step() -> Bool {
        var choices: [() -> Void] = []
        if !isStoreHalted, !writerInbox.isEmpty { choices.append { self.write() } }
        if !isStoreHalted, !readerInbox.isEmpty { choices.append { self.read() } }
        for loop in hubs.indices where hasWork(loop) { choices.append { self.play(loop) } }
        guard !choices.isEmpty else { return false }
        choices[isRandom ? pick(choices.count) : 0]()
        return true
    }

    /// Lets time pass, with all that happens in it.
    func advance(byMs milliseconds: Int64, sourceLocation: SourceLocation = #_sourceLocation) {
        let end = now.advanced(byMs: milliseconds)
        for _ in 0..<1_000_000 {
            run(sourceLocation: sourceLocation)
            let due = hubs.indices.filter { hubs[$0].nextDeadline.map { $0 <= end } ?? false }
            guard let loop = due.min(by: { deadline($0) < deadline($1) }) else {
                now = end
                for loop in hubs.indices { turn(loop) { _ in } }
                run(sourceLocation: sourceLocation)
                return
            }
            now = max(now, deadline(loop))
            turn(loop) { _ in }
        }
        Issue.record("time stands still", sourceLocation: sourceLocation)
    }

    private func deadline(_ loop: Int) -> Instant { hubs[loop].nextDeadline ?? Instant(milliseconds: .max) }

    /// One turn of a hub, as its event loop makes it.
    func turn(_ loop: Int, _ body: (Hub) -> Void) {
        let hub = hubs[loop]
        turnCount += 1
        hub.beginTurn(at: now, wallTime: wallTime)
        body(hub)
        perform(hub.endTurn(), of: loop)
        if let report = hub.settleReport, report != settleReports[loop] {
            settleReports[loop] = report
            writerInbox.append(.settled(report))
        }
    }

    private func hasWork(_ loop: Int) -> Bool {
        hubs[loop].hasWork || mail[loop].indices.contains { hasMail(loop, from: $0) }
            || clients.contains { isReadable($0, loop) }
    }

    private func hasMail(_ loop: Int, from sender: Int) -> Bool {
        !mail[loop][sender].isEmpty && !(sender == Self.writer && loopsWithoutNews.contains(loop))
    }

    private func isReadable(_ client: TestClient, _ loop: Int) -> Bool {
        guard client.loop == loop, !client.isGone, !client.unsent.isEmpty || client.hasEnded else { return false }
        return connection(of: client)?.wantsBytes == true
    }

    /// A turn with all that waits for the loop; at random, with some of it.
    private func play(_ loop: Int) {
        let readable = clients.filter { isReadable($0, loop) }
        turn(loop) { hub in
            for client in readable where !isRandom || pick(2) == 0 { deliver(client, to: hub) }
            for sender in mail[loop].indices where hasMail(loop, from: sender) && (!isRandom || pick(2) == 0) {
                let count = isRandom ? pick(mail[loop][sender].count + 1) : mail[loop][sender].count
                let taken = mail[loop][sender].prefix(count)
                mail[loop][sender].removeFirst(count)
                for item in taken {
                    switch item {
                    case .hub(let mail, let sender):
                        if case .service(.committed(let events)) = mail { toldCounts[loop] += events.count }
                        hub.handle(mail, from: sender)
                    case .close: hub.closeConnections()
                    }
                }
            }
        }
    }

    private func deliver(_ client: TestClient, to hub: Hub) {
        if client.unsent.isEmpty {
            hub.endOfInput(client.id)
            return
        }
        let most = min(client.unsent.count, readBytesMax)
        let count = isRandom ? 1 + pick(most) : most
        var bytes = Array(client.unsent[..<count])
        client.unsent.removeFirst(count)
        var span = bytes.mutableSpan
        hub.receive(&span, from: client.id)
    }

    // MARK: The shell

    private func perform(_ turn: Turn, of loop: Int) {
        if !turn.submissions.isEmpty { writerInbox.append(.batch(loop: loop, turn.submissions)) }
        for (ticket, query) in turn.queries { readerInbox.append((loop, ticket, query)) }
        for (ticket, work) in turn.work {
            mail[loop][1].append(.hub(.service(.worked(ticket, TestCryptography.perform(work))), from: .other))
        }
        for (destination, item) in turn.mail {
            switch destination {
            case .loop(let index): mail[index][0].append(.hub(.post(item), from: .loop(loop)))
            case .others:
                for index in hubs.indices where index != loop {
                    mail[index][0].append(.hub(.post(item), from: .loop(loop)))
                }
            }
        }
        events += turn.events
        feedActions += turn.feedActions.map { (loop, $0) }
        for connection in turn.connections { tend(connection, of: loop) }
    }

    /// Has the client take what its window allows, as when a socket becomes writable.
    func open(_ client: TestClient, windowBytes: Int = .max) {
        client.windowBytes = windowBytes
        if let connection = connection(of: client) { tend(connection, of: client.loop) }
    }

    private func tend(_ connection: Connection, of loop: Int) {
        let hub = hubs[loop]
        guard hub.connection(connection.id) === connection, let client = clientsByID[connection.id] else { return }
        if case .cut = connection.ending {
            drop(client, hub)
            return
        }
        if !connection.outbox.isEmpty, client.windowBytes > 0 {
            let bytes = waiting(in: connection.outbox, bytesMax: client.windowBytes)
            if client.windowBytes < .max { client.windowBytes -= bytes.count }
            client.receive(bytes)
            hub.wrote(bytes.count, on: connection)
        }
        guard connection.outbox.isEmpty else { return }
        switch connection.ending {
        case .none, .cut: break
        case .close: drop(client, hub)
        case .linger: client.serverEnded()
        }
    }

    private func waiting(in outbox: Outbox, bytesMax: Int) -> [UInt8] {
        guard outbox.isContiguous else {
            var gathered: [UInt8] = []
            outbox.gather(into: &gathered, bytesMax: bytesMax)
            return gathered
        }
        return outbox.withContiguous { span in
            (0..<min(span.count, bytesMax)).map { span[$0] }
        }
    }

    private func drop(_ client: TestClient, _ hub: Hub) {
        hub.hangUp(client.id)
        went(client)
    }

    // MARK: The store's threads

    private func write() {
        let count = isRandom ? 1 + pick(writerInbox.count) : writerInbox.count
        let items = Array(writerInbox.prefix(count))
        writerInbox.removeFirst(count)
        for item in items {
            switch item {
            case .batch(let loop, let submissions): sequencer.add(submissions, from: loop)
            case .settled(let report): sequencer.note(report)
            }
        }
        while let transaction = sequencer.nextTransaction() {
            var commit: Commit?
            do throws(StoreError) {
                commit = try store.commit(transaction.drafts, at: wallTime)
            } catch {
                commit = nil
            }
            committed += commit?.events ?? []
            for (loop, news) in sequencer.deliver(transaction, commit).enumerated() {
                mail[loop][Self.writer] += news.map { .hub(.service($0), from: .writer) }
            }
        }
        guard sequencer.takeEnd() else { return }
        for loop in hubs.indices { mail[loop][Self.writer].append(.close) }
    }

    private func read() {
        let (loop, ticket, query) = readerInbox.removeFirst()
        questionCount += 1
        let reader = isRandom ? pick(2) : 0
        mail[loop][2 + reader].append(.hub(.service(.answer(ticket, query.run(on: store))), from: .other))
    }
}
