// The native protocol. One account has all the sockets: the limits by user are lifted.

extension Rows {
    static let native: [Row] = [
        Row(
            name: "native-fanout",
            summary: "one room of 1,000 of the native protocol, one sender with 8 outstanding, stored and acknowledged",
            flags: nativeLimits, preparation: [nativeRooms(1)],
            runs: [Run(name: "own", work: .load(talk(1_000, in: 1, inflight: 8))), peerFanout],
            figures: [
                Figure(
                    "native, one room of 1,000, 8 outstanding", "own", "server_cpu_us_per_delivery", "us/delivery"),
                Figure("", "own", "deliveries_per_s", "deliveries/s"),
                Figure("  the load generator's share of its core", "own", "load_cpu_cores", ""),
                Figure(
                    "  CPU per delivery, ours to the peer's", ratioOf: "server_cpu_us_per_delivery", "own", to: "peer",
                    .atMost(1.1)),
            ]),
        Row(
            name: "native-rooms",
            summary: """
                500 rooms of 10 of the native protocol, stored, one sender each with one outstanding; and paced at half \
                of 100,000 deliveries a second: how long from sending to receiving
                """,
            flags: nativeLimits, preparation: [nativeRooms(500)],
            runs: [
                Run(name: "own", work: .load(talk(5_000, in: 500, inflight: 1))),
                Run(name: "paced", work: .load(talk(5_000, in: 500, inflight: 16, "--rate 5000"))),
            ],
            figures: [
                Figure(
                    "native, 500 rooms of 10, one sender each", "own", "deliveries_per_s", "deliveries/s",
                    .atLeast(100_000)),
                Figure("", "own", "server_cpu_us_per_delivery", "us/delivery"),
                Figure(
                    "  at 5,000 messages a second: deliveries", "paced", "deliveries_per_s", "deliveries/s",
                    .atLeast(49_000)),
                Figure("  from sending to receiving, p50", "paced", "latency_p50_us", "us"),
                Figure("  from sending to receiving, p99", "paced", "latency_p99_us", "us", .atMost(50_000)),
            ]),
        Row(
            name: "native-rooms-slow",
            summary: """
                the same rooms at 200 messages a second in all, where little can be done at once, for at least 10 s: \
                CPU per delivery
                """,
            flags: nativeLimits, preparation: [nativeRooms(500)],
            runs: [
                Run(
                    name: "own",
                    work: .load(talk(5_000, in: 500, inflight: 16, "--rate 200", time: .atLeast(10))))
            ],
            figures: [
                Figure(
                    "native, 500 rooms of 10, 200 messages a second", "own", "server_cpu_us_per_delivery",
                    "us/delivery"),
                Figure("", "own", "deliveries_per_s", "deliveries/s", .atLeast(1_960)),
                Figure("  from sending to receiving, p99", "own", "latency_p99_us", "us"),
            ]),
        Row(
            name: "native-put",
            summary: """
                `PUT /v1/rooms/{id}/messages/{key}` on 64 connections that are kept, each with a room of its own, one \
                request after another, stored: CPU of a request
                """,
            flags: nativeLimits, preparation: [nativeRooms(64)],
            runs: [
                Run(
                    name: "own",
                    work: .load(
                        LoadRun(mode: "put", options: "-c 64 --rooms 64 --size 64".words, files: [.tokens, .rooms])))
            ],
            figures: [
                Figure("native, PUT of a message, 64 connections", "own", "server_cpu_us_per_request", "us/request"),
                Figure("", "own", "requests_per_s", "requests/s"),
                Figure("  until it is answered, p50", "own", "latency_p50_us", "us"),
                Figure("  until it is answered, p99", "own", "latency_p99_us", "us"),
            ]),
        Row(
            name: "native-ack",
            summary: """
                64 rooms with one socket each, 16 messages outstanding, stored, for 10 s on top of a million messages: \
                acknowledged messages per second. Server and load generator may use all cores
                """,
            usesAllCores: true,
            flags: nativeLimits,
            preparation: [
                nativeRooms(64), .fill(talk(64, in: 64, inflight: 64, time: .exactly(10)), messages: 1_000_000),
            ],
            runs: [Run(name: "own", work: .load(talk(64, in: 64, inflight: 16, time: .exactly(10))))],
            figures: [
                Figure(
                    "native, 64 senders, 16 outstanding", "own", "completed_per_s", "messages/s", .atLeast(60_000)),
                Figure("  from sending to receiving, p50", "own", "latency_p50_us", "us"),
                Figure("  from sending to receiving, p99", "own", "latency_p99_us", "us"),
            ]),
        Row(
            name: "native-idle",
            summary: """
                idle connections that are signed in, all of one account, with 10 subscriptions and without: memory of each \
                between 1,000 and 18,000 of them
                """,
            // What 18,000 have given back would serve the next.
            server: .run, isRepeated: false,
            flags: nativeLimits + ["--set", "frame_burst=1000"], preparation: [nativeRooms(10)],
            runs: [
                Run(name: "own", work: .load(idle(helloOfEachRoom: #"{"type":"subscribe","id":"s","room":"{line}"}"#))),
                Run(name: "bare", work: .load(idle(helloOfEachRoom: nil))),
            ],
            figures: [
                Figure(
                    "native, an idle connection with 10 rooms", "own", "server_rss_bytes_per_connection", "bytes",
                    .atMost(3_072)),
                Figure(
                    "  signed in, without subscriptions", "bare", "server_rss_bytes_per_connection", "bytes",
                    .atMost(1_638)),
            ]),
        Row(
            name: "native-resume",
            summary: "10,000 connections at once after a restart, each has missed 20 events",
            isRepeated: false,
            flags: nativeLimits,
            preparation: [
                nativeRooms(200),
                .load(
                    LoadRun(mode: "fill-native", options: "--rooms 200 -c 200 --missed 20".words, files: nativeFiles)),
                .restart,
            ],
            runs: [
                Run(
                    name: "own",
                    work: .load(
                        LoadRun(
                            mode: "resume", path: "/v1/ws",
                            options: "-c 10000 --rooms 200 --missed 20 --concurrency 2048 --hello".words + [
                                #"{"type":"hello","id":"h","token":"{token}","resume":{"{room_id}":{position}}}"#
                            ],
                            files: nativeFiles, time: .exactly(30))))
            ],
            figures: [
                Figure("native, 10,000 resume 20 events each", "own", "all_caught_up_ms", "ms", .atMost(10_000)),
                Figure("", "own", "server_cpu_us_per_connection", "us/connection"),
            ]),
        Row(
            name: "memory-growth",
            summary: """
                resident memory after 2,000, 4,000 and 6,000 stored messages of the native protocol, at 200 a second \
                in 500 rooms of 10 whose sockets stay
                """,
            server: .round, isRepeated: false,
            flags: nativeLimits, preparation: [nativeRooms(500)],
            runs: [
                Run(
                    name: "own",
                    work: .load(
                        talk(
                            5_000, in: 500, inflight: 16,
                            "--rate 200 --warmup 0 --memory-at 2000 --memory-at 4000 --memory-at 6000",
                            time: .exactly(60))))
            ],
            figures: [
                Figure("memory after 2,000 stored messages", "own", "server_rss_kib_at_2000", "KiB"),
                Figure("  after 4,000", "own", "server_rss_kib_at_4000", "KiB"),
                Figure("  after 6,000", "own", "server_rss_kib_at_6000", "KiB"),
                Figure(
                    "  after 6,000 to after 2,000", .init(run: "own", figure: "server_rss_kib_at_6000"),
                    to: .init(run: "own", figure: "server_rss_kib_at_2000"), .atMost(1.02)),
            ]),
    ]

    static let nativeLimits = "--set message_rate=0 --set frame_rate=0 --set user_connections=100000".words

    static func nativeRooms(_ count: Int) -> Preparation {
        .load(LoadRun(mode: "prepare-native", options: "--rooms \(count) -c \(count)".words, files: nativeFiles))
    }

    private static let nativeFiles: [PreparedFile] = [.tokens, .rooms, .positions]
    private static let hello = #"{"type":"hello","id":"h","token":"{token}"}"#

    /// Sockets that are signed in and subscribed to one room each; the first of each room sends.
    private static func talk(
        _ connections: Int, in rooms: Int, inflight: Int, _ options: String = "", time: LoadRun.Time = .asked
    ) -> LoadRun {
        let subscribe = #"{"type":"subscribe","id":"s","room":"{room_id}"}"#
        let send =
            #"{"type":"message.send","id":"1","room":"{room_id}","client_msg_id":"{uuid}","text":"{payload}"}"#
        return LoadRun(
            mode: "fanout", path: "/v1/ws",
            options: "-c \(connections) --rooms \(rooms) --inflight \(inflight) --size 64 --settle 2".words
                + ["--hello", hello, "--hello", subscribe, "--send", send] + options.words,
            files: nativeFiles, time: time)
    }

    private static func idle(helloOfEachRoom: String?) -> LoadRun {
        LoadRun(
            mode: "idle", path: "/v1/ws",
            options: "-c 18000 --from 1000 --source-ips 8 --settle 5 --hello".words + [hello], files: nativeFiles,
            helloOfEachRoom: helloOfEachRoom, time: .exactly(7))
    }
}
