// What storing a message costs.
//
// Method: a new SQLite file in DIRECTORY (the first argument, the current one by default); 500 rooms of 10 members,
// written in turn; texts of 64 bytes; keys as a server makes them (UUIDv7). COUNT messages (the second argument, 200,000
// by default) are appended in batches of the size named in the row, one transaction each, `synchronous=FULL`.
//
//   tidy after    all appended first, then all indexed
//   tidy between  one slice of tidying after each batch, as a writer that is often idle does
//   never idle    no tidying at all, with a tail so small that indexing happens within `append`
//
//   checked       tidy after; each message is checked against its author's rights, as the native protocol asks
//   bare loop     no store at all, but a loop in C over SQLite with the same layout: the log, and both indexes in sorted
//                 runs; with and without a look-up of each key. The measure of what the store costs beyond that
//   page          a room of COUNT messages; pages of 50 of it anywhere, as a reader of the native protocol gets them
//
// The rows named behind COUNT are run (all but `page` by default).
//
// Units: CPU of the whole process in µs a message (user + system); wall time in ms for the longest call of each kind;
// messages a second of wall time, indexing included. One row a run; run twice, and take the lower.

import BareLoop
import ChatDomain
import ChatStore
import Foundation

struct Meter {
    var cpu: Double
    var wall: ContinuousClock.Instant

    static func now() -> Meter {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Meter(cpu: Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3, wall: .now)
    }
}

enum Pattern: String, CaseIterable {
    case after = "tidy after"
    case between = "tidy between"
    case never = "never idle"
    case checked = "checked"
}

struct Load {
    let store: SQLiteStore
    let rooms: [Room]
    let users: [User]
    let text = String(repeating: "x", count: 64)
    var random = SystemRandomNumberGenerator()
    var next = 0
    var now: Int64 = 1_780_000_000_000

    init(path: String, options: SQLiteStore.Options) throws {
        store = try SQLiteStore(path: path, options: options)
        let start = WallTime(milliseconds: now)
        let newUsers = (0..<100).map {
            Draft.createUser(NewUser(handle: "user-\($0)", username: "User \($0)", phone: nil, isOpen: false))
        }
        let users = try store.append(newUsers, at: start).outcomes.compactMap {
            if case .user(let user) = $0 { user } else { nil }
        }
        let newRooms = (0..<500).map { room in
            let members = (0..<10).map { users[(room + $0) % 100].id }
            return Draft.createRoom(
                NewRoom(handle: "room-\(room)", kind: .group, name: "Room \(room)", members: members, isOpen: false))
        }
        rooms = try store.append(newRooms, at: start).outcomes.compactMap {
            if case .room(let summary) = $0 { summary.room } else { nil }
        }
        self.users = users
        while try store.tidy() {}
    }

    mutating func batch(_ size: Int, isChecked: Bool = false) -> [Draft] {
        now += 5
        return (0..<size).map { _ in
            next += 1
            let room = next % 500
            return .send(
                NewMessage(
                    room: rooms[room].id, author: users[(room + next / 500 % 10) % 100].id,
                    key: MessageKey(at: WallTime(milliseconds: now), using: &random), text: text, isChecked: isChecked))
        }
    }
}

func milliseconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
}

func run(_ pattern: Pattern, batch: Int, count: Int, in directory: String) throws {
    let path = directory + "/store-benchmark-\(getpid()).db"
    defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
    var options = SQLiteStore.Options()
    if pattern == .never { options.tailBytesMax = 4 << 20 }
    var load = try Load(path: path, options: options)
    // Made beforehand: what it costs to make drafts is not what is measured.
    let batches = (0..<count / batch).map { _ in load.batch(batch, isChecked: pattern == .checked) }
    var appends: [Double] = []
    var tidies: [Double] = []

    let start = Meter.now()
    for drafts in batches {
        let begin = ContinuousClock.now
        _ = try load.store.append(drafts, at: WallTime(milliseconds: load.now))
        appends.append(milliseconds(begin.duration(to: .now)))
        if pattern == .between { tidies.append(try tidy(load.store).0) }
    }
    let appended = Meter.now()
    while true {
        let (spent, hasMore) = try tidy(load.store)
        tidies.append(spent)
        if !hasMore { break }
    }
    let end = Meter.now()
    load.store.close()

    let messages = Double(batches.count * batch)
    let perMessage = (end.cpu - start.cpu) / messages
    let whileAppending = (appended.cpu - start.cpu) / messages
    let rate = messages / milliseconds(start.wall.duration(to: end.wall)) * 1e3
    appends.sort()
    tidies.sort()
    print(
        String(
            format: "%@  batch %4d  %6.2f µs CPU a message (%5.2f until appended)  %8.0f messages/s  "
                + "append p50 %6.2f p99 %6.2f max %6.2f ms  tidy p99 %6.2f max %6.2f ms",
            pattern.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0), batch, perMessage, whileAppending,
            rate, appends[appends.count / 2], appends[appends.count * 99 / 100], appends[appends.count - 1],
            tidies[tidies.count * 99 / 100], tidies[tidies.count - 1]))
}

func tidy(_ store: SQLiteStore) throws -> (Double, Bool) {
    let begin = ContinuousClock.now
    let hasMore = try store.tidy()
    return (milliseconds(begin.duration(to: .now)), hasMore)
}

/// - Parameter looksUp: whether each key is asked for first.
func runBareLoop(looksUp: Bool, batch: Int, count: Int, in directory: String) throws {
    let path = directory + "/store-benchmark-\(getpid()).db"
    defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
    let start = Meter.now()
    let result = bare_loop(path, Int64(count), Int64(batch), looksUp ? 1 : 0)
    let end = Meter.now()
    guard result == 0 else { fatalError("SQLite's error \(result)") }
    print(
        String(
            format: "%@  batch %4d  %6.2f µs CPU a message                        %8.0f messages/s",
            (looksUp ? "bare, look-up" : "bare loop").padding(toLength: 12, withPad: " ", startingAt: 0), batch,
            (end.cpu - start.cpu) / Double(count),
            Double(count) / milliseconds(start.wall.duration(to: end.wall)) * 1e3))
}

/// Pages of a long room, at places by chance.
func runPages(count: Int, in directory: String) throws {
    let path = directory + "/store-benchmark-\(getpid()).db"
    defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
    var load = try Load(path: path, options: SQLiteStore.Options())
    let (room, user) = (load.rooms[0], load.users[0])
    for first in stride(from: 0, to: count, by: 1_000) {
        let drafts = (first..<min(first + 1_000, count)).map { _ in
            Draft.send(
                NewMessage(
                    room: room.id, author: user.id,
                    key: MessageKey(at: WallTime(milliseconds: load.now), using: &load.random), text: load.text,
                    isChecked: true))
        }
        _ = try load.store.append(drafts, at: WallTime(milliseconds: load.now))
        // A reaction to every tenth.
        let reactions = stride(from: first + 1, through: first + drafts.count, by: 10).map {
            Draft.post(.react(room.id, seq: Int64($0), key: "👍", by: user.id))
        }
        _ = try load.store.append(reactions, at: WallTime(milliseconds: load.now))
        while try load.store.tidy() {}
    }
    let reader = try load.store.makeReader()
    var spent: [Double] = []
    for _ in 0..<2_000 {
        let seq = Int64.random(in: 1...Int64(count), using: &load.random)
        let range =
            [MessageRange.before(seq), .after(seq), .around(seq)].randomElement(using: &load.random) ?? .before(nil)
        let begin = ContinuousClock.now
        let page = try reader.page(of: room.id, range, limit: 50, for: user.id)
        spent.append(milliseconds(begin.duration(to: .now)))
        guard !page.messages.isEmpty else { fatalError("an empty page") }
    }
    spent.sort()
    print(
        String(
            format: "page          of 50 in a room of %d: p50 %.3f p99 %.3f max %.3f ms", count, spent[spent.count / 2],
            spent[spent.count * 99 / 100], spent[spent.count - 1]))
    load.store.close()
}

let directory = CommandLine.arguments.dropFirst().first ?? "."
let count = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 200_000
let named = Array(CommandLine.arguments.dropFirst(3))
let wanted = named.isEmpty ? Pattern.allCases.map(\.rawValue) + ["bare loop"] : named
for batch in [64, 500] {
    for pattern in Pattern.allCases where wanted.contains(pattern.rawValue) {
        try run(pattern, batch: batch, count: count, in: directory)
    }
    if wanted.contains("bare loop") {
        for looksUp in [false, true] {
            try runBareLoop(looksUp: looksUp, batch: batch, count: count, in: directory)
        }
    }
}
if wanted.contains("page") { try runPages(count: count, in: directory) }
