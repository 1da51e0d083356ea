// What a search costs, and indexing.
//
// Method: a new SQLite store in DIRECTORY (the first argument, the current one by default); COUNT messages (the second
// argument, 1,000,000 by default) of ten words, drawn from 20,000 by Zipf's law, written in turn to 500 rooms. One user is in
// all rooms, one in ten, one in one. The log is indexed slice by slice, as the server's thread does; then each query
// asks for the newest 20, 200 times in turn with the others.
//
// Units: messages a second, and µs of CPU each, for indexing; ms of wall time for a query, the median, the 99th of a
// hundred, and the longest, which is the first, on a cold cache.

import ChatDomain
import ChatStore
import Foundation

func cpu() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) / 1e3
}

func ms(_ duration: Duration) -> Double {
    Double(duration.components.seconds) * 1e3 + Double(duration.components.attoseconds) / 1e15
}

let directory = CommandLine.arguments.dropFirst().first ?? "."
let count = CommandLine.arguments.dropFirst(2).first.flatMap { Int($0) } ?? 1_000_000
let roomCount = 500
let path = directory + "/search-benchmark-\(getpid())"
try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(atPath: path) }
let store = try SQLiteStore(path: path + "/chat.db")
let now = WallTime(milliseconds: 1_780_000_000_000)

// MARK: People and rooms

_ = try store.append(
    ["all", "ten", "one"].map {
        .account(
            .register(
                NewAccount(handle: $0, login: $0, displayName: $0, credential: nil), session: nil, invite: nil))
    }, at: now)
let (all, ten, one) = (UserID(1), UserID(2), UserID(3))
_ = try store.append(
    (1...roomCount).map { number in
        let members = (number <= 10 ? [ten] : []) + (number == 1 ? [one] : [])
        return .room(
            .create(
                NewNativeRoom(
                    handle: "r\(number)", kind: .group, name: "r", visibility: .private, members: members), by: all))
    }, at: now)

// MARK: Messages

/// Numbers below 20,000, the small ones most often.
struct Zipf {
    private let sums: [Double]

    init() {
        var sum = 0.0
        sums = (1...20_000).map { rank in
            sum += 1 / Double(rank)
            return sum
        }
    }

    func next(using random: inout SystemRandomNumberGenerator) -> Int {
        let point = Double.random(in: 0..<(sums.last ?? 1), using: &random)
        var (low, high) = (0, sums.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > point { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

let zipf = Zipf()
var random = SystemRandomNumberGenerator()
var sent = 0
while sent < count {
    let batch = (0..<min(500, count - sent)).map { _ -> Draft in
        sent += 1
        var words = (0..<10).map { _ in "w\(zipf.next(using: &random))" }
        if sent % (count / 10) == 0 { words.append("rare") }
        if sent % 2 == 0 { words.append("common") }
        if sent % 1_000 == 0 { words.append("日本語") }
        return .send(
            NewMessage(
                room: RoomID(Int64(sent % roomCount) + 1), author: all, key: MessageKey(at: now, using: &random),
                text: words.joined(separator: " "), isChecked: true))
    }
    _ = try store.append(batch, at: now)
    while try store.tidy() {}
}

// MARK: Indexing

guard let indexer = try store.makeSearchIndexer() else { fatalError("this store has no index") }
let start = ContinuousClock.now
let cpuBefore = cpu()
var slowest = 0.0
while true {
    let begin = ContinuousClock.now
    let hasMore = try indexer.advance(at: now)
    slowest = max(slowest, ms(begin.duration(to: .now)))
    if !hasMore { break }
}
let seconds = ms(start.duration(to: .now)) / 1e3
print(
    String(
        format: "indexing %d messages: %.0f/s, %.1f µs CPU each, slowest slice %.0f ms", count,
        Double(count) / seconds, (cpu() - cpuBefore) / Double(count), slowest))
for name in ["chat.db", "search.db"] {
    let size = try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.size] as? Int ?? 0
    print(String(format: "%@: %.0f bytes a message", name, Double(size) / Double(count)))
}

// MARK: Searching

struct Row {
    var name: String
    var viewer: UserID
    var text: String
    var room: RoomID?
    var times: [Double] = []
    var found = 0
}

var rows = [("500 rooms", all), ("10 rooms", ten), ("1 room", one)].flatMap { name, viewer in
    ["common", "rare", "common rare", "w0 w1", "w10000", "\"w0 w1\"", "語", "absent"].map {
        Row(name: name, viewer: viewer, text: $0)
    }
}
rows += ["common", "rare", "w0 w1"].map { Row(name: "in one room", viewer: all, text: $0, room: RoomID(7)) }
let reader = try store.makeReader()
for _ in 0..<200 {
    for index in rows.indices {
        guard let query = SearchQuery(rows[index].text, room: rows[index].room) else { fatalError("no query") }
        let begin = ContinuousClock.now
        let page = try reader.search(query, for: rows[index].viewer, before: nil, limit: 20)
        rows[index].times.append(ms(begin.duration(to: .now)))
        rows[index].found = page.results.count
    }
}
for var row in rows {
    row.times.sort()
    print(
        String(
            format: "%@  %@  found %2d  p50 %6.2f  p99 %6.2f  max %6.2f ms",
            row.name.padding(toLength: 11, withPad: " ", startingAt: 0),
            row.text.padding(toLength: 12, withPad: " ", startingAt: 0), row.found,
            row.times[row.times.count / 2], row.times[row.times.count * 99 / 100], row.times[row.times.count - 1]))
}
store.close()
