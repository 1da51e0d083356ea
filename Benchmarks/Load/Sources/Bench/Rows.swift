/// The table of rows.
enum Rows {
    static let all: [Row] = dialects + http + native

    /// Those asked for, in that order; all if none is.
    static func named(_ names: [String]) throws(BenchError) -> [Row] {
        guard !names.isEmpty else { return all }
        var rows: [Row] = []
        for name in names {
            guard let row = all.first(where: { $0.name == name }) else {
                throw .usage("there is no row '\(name)'; --list shows them")
            }
            rows.append(row)
        }
        return rows
    }

    /// One room of 1,000 on the peer, whose path says where a room is.
    static let peerFanout = Run(
        name: "peer", subject: .peer, work: .load(LoadRun(mode: "fanout", options: thousand)))
    static let thousand = "-c 1000 --rooms 1 --inflight 8 --size 64".words
}

extension String {
    /// Arguments of a command line, none of which has a space in it.
    var words: [String] { split(separator: " ").map(String.init) }
}

// MARK: - Broadcast, echo, chat-app, relay, feeds

extension Rows {
    private static let dialects: [Row] = [
        Row(
            name: "fanout",
            summary: "one room of 1,000 on `/broadcast`, one sender with 8 messages outstanding: CPU per delivery",
            runs: [
                Run(name: "own", work: .load(LoadRun(mode: "fanout", path: "/broadcast/{room}", options: thousand))),
                peerFanout,
            ],
            figures: [
                Figure(
                    "fan-out, one room of 1,000, 8 outstanding", "own", "server_cpu_us_per_delivery", "us/delivery"),
                Figure("", "own", "deliveries_per_s", "deliveries/s"),
                Figure("  the load generator's share of its core", "own", "load_cpu_cores", ""),
                Figure("  the peer", "peer", "server_cpu_us_per_delivery", "us/delivery"),
                Figure("", "peer", "deliveries_per_s", "deliveries/s"),
                Figure(
                    "  CPU per delivery, ours to the peer's", ratioOf: "server_cpu_us_per_delivery", "own", to: "peer",
                    .atMost(0.9)),
            ]),
        relay,
        Row(
            name: "feed",
            summary: """
                a source of 20,000 items/s of 280 characters, of which each of 32 clients follows its own share and one \
                follows all; one more follows all and does not read, but says every 2 s that it is there. An item's age \
                counts from when it was due. Beside it a socket of `/broadcast` that sends to itself. Memory in 15 s
                """,
            flags: ["--allow-private-feeds"],
            runs: [
                Run(
                    name: "own",
                    work: .load(
                        LoadRun(
                            mode: "feed", options: "--receivers 32 --rate 20000 --size 280 --warmup 3".words,
                            time: .exactly(15))))
            ],
            figures: [
                Figure("a feed, with a client that does not read", "own", "items_per_s", "items/s", .atLeast(19_900)),
                Figure("", "own", "server_cpu_cores", "cores"),
                Figure("  from when an item is due to its readers, p50", "own", "latency_p50_us", "us"),
                Figure("  … p99", "own", "latency_p99_us", "us", .atMost(100_000)),
                Figure("  a socket of another dialect, p99", "own", "other_latency_p99_us", "us", .atMost(100_000)),
                Figure("  growth of memory in 15 s", "own", "server_rss_growth_kib", "KiB", .atMost(1_024)),
                Figure("  items that readers have missed", "own", "missed_by_readers", ""),
            ]),
        Row(
            name: "echo",
            summary: """
                100 connections to `/echo`, 16 messages outstanding on each: CPU of a round trip. With a peer, its \
                fan-out is measured beside it; the aim is that ratio of uWebSockets' echo in C++, 0.41 to 0.51, with \
                0.9 of it
                """,
            flags: ["--enable-echo"],
            runs: [
                Run(
                    name: "own",
                    work: .load(
                        LoadRun(mode: "echo", path: "/echo", options: "-c 100 --inflight 16 --size 64".words))),
                peerFanout,
            ],
            figures: [
                Figure(
                    "echo, 100 connections, 16 outstanding", "own", "server_cpu_us_per_delivery", "us/round trip"),
                Figure("", "own", "deliveries_per_s", "round trips/s"),
                Figure("  the peer's fan-out", "peer", "server_cpu_us_per_delivery", "us/delivery"),
                Figure(
                    "  CPU, our round trip to the peer's delivery", ratioOf: "server_cpu_us_per_delivery", "own",
                    to: "peer", .atMost(0.72)),
            ]),
        chat(
            name: "rooms", connections: 5_000, rooms: 500, inflight: 1,
            summary: """
                500 rooms of 10 in the chat-app dialect, stored before they are delivered, one sender each with one \
                message outstanding: deliveries per second
                """,
            figures: [
                Figure(
                    "500 rooms of 10, stored, one sender each", "own", "deliveries_per_s", "deliveries/s",
                    .atLeast(80_000)),
                Figure("", "own", "server_cpu_us_per_delivery", "us/delivery"),
            ]),
        chat(
            name: "durable", connections: 128, rooms: 64, inflight: 16,
            summary: """
                64 rooms of two, one sender each with 16 outstanding, stored: messages per second that have reached \
                the other one
                """,
            figures: [
                Figure(
                    "64 senders, 16 outstanding, stored", "own", "completed_per_s", "messages/s", .atLeast(30_000))
            ]),
        Row(
            name: "memory",
            summary: """
                idle connections on `/broadcast`: resident memory of each between 1,000 and 18,000 of them, heartbeats \
                answered
                """,
            isRepeated: false,
            runs: [
                Run(
                    name: "own",
                    work: .load(
                        LoadRun(
                            mode: "idle", path: "/broadcast/{room}",
                            options: "-c 18000 --rooms 1800 --from 1000 --source-ips 8".words,
                            // Long enough for a heartbeat of every connection.
                            time: .exactly(7))))
            ],
            figures: [
                Figure(
                    "an idle connection, 1,000 to 18,000 of them", "own", "server_rss_bytes_per_connection", "bytes",
                    .atMost(2_048)),
                Figure("  CPU of the heartbeats of 18,000", "own", "server_cpu_cores", "cores"),
            ]),
        Row(
            name: "handshakes",
            summary: """
                64 connections at a time from 8 source addresses that connect, shake hands, close: CPU of each
                """,
            runs: [
                Run(name: "own", work: .load(LoadRun(mode: "churn", path: "/broadcast/{room}", options: churn))),
                Run(name: "peer", subject: .peer, work: .load(LoadRun(mode: "churn", options: churn))),
            ],
            figures: [
                Figure(
                    "handshakes, 8 source addresses", "own", "server_cpu_us_per_handshake", "us/handshake",
                    .atMost(40)),
                Figure("", "own", "handshakes_per_s", "handshakes/s"),
                Figure("  the peer", "peer", "server_cpu_us_per_handshake", "us/handshake"),
                Figure(
                    "  CPU per handshake, ours to the peer's", ratioOf: "server_cpu_us_per_handshake", "own",
                    to: "peer"),
            ]),
    ]

    private static let churn = "-c 64 --source-ips 8".words

    /// A socket of the chat-app dialect takes part in a room once it has sent something for it.
    private static func chat(
        name: String, connections: Int, rooms: Int, inflight: Int, summary: String, figures: [Figure]
    ) -> Row {
        let sizes = "-c \(connections) --rooms \(rooms)".words
        let hello = #"{"chat_type":"TYPING","value":["OUT"],"room_id":"{room_id}","user_id":"{user_id}","id":0}"#
        let text = #"{"chat_type":"TEXT","value":["{payload}"],"room_id":"{room_id}","user_id":"{user_id}","id":0}"#
        let load = LoadRun(
            mode: "fanout", path: "/ws",
            options: sizes + "--inflight \(inflight) --size 64 --no-self --settle 1".words
                + ["--hello", hello, "--send", text],
            files: [.users, .rooms])
        return Row(
            name: name, summary: summary,
            preparation: [.load(LoadRun(mode: "prepare", options: sizes, files: [.users, .rooms]))],
            runs: [Run(name: "own", work: .load(load))],
            figures: figures + [
                Figure("  from sending to receiving, p50", "own", "latency_p50_us", "us"),
                Figure("  from sending to receiving, p99", "own", "latency_p99_us", "us"),
            ])
    }
}
