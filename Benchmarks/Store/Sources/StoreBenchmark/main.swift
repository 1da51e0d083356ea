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
// Units: CPU of the whole process in µs a message (user + system); wall time in ms for the longest call of each kind;
// messages a second of wall time, indexing included. One row a run; run twice, and take the lower.

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

    mutating func batch(_ size: Int) -> [Draft] {
        now += 5
        return (0..<size).map { _ in
            next += 1
            let room = next % 500
            return .send(
                NewMessage(
                    room: rooms[room].id, author: users[(room + next / 500 % 10) % 100].id,
                    key: MessageKey(at: WallTime(milliseconds: now), using: &random), text: text))
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
    let batches = (0..<count / batch).map { _ in load.batch(batch) }
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

let directory = CommandLine.arguments.dropFirst().first ?? "."
let count = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 200_000
for batch in [64, 500] {
    for pattern in Pattern.allCases { try run(pattern, batch: batch, count: count, in: directory) }
}
