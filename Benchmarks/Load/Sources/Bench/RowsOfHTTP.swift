// Requests, the relay's publications among them, and a server that nobody asks anything.

extension Rows {
    static let http: [Row] = [
        Row(
            name: "idle",
            summary: "no connection: CPU in 5 seconds",
            isRepeated: false,
            runs: [Run(name: "own", work: .silence(seconds: 5))],
            figures: [Figure("an idle server, CPU in 5 s", "own", "server_cpu_ms", "ms", .atMost(10))]),
        Row(
            name: "start",
            summary: """
                from the start of the process, without data, to the first answer to `GET /health`, the median of five \
                starts in each round
                """,
            server: .none,
            runs: [Run(name: "own", work: .starts(5))],
            figures: [
                Figure("from start to first answer, empty data", "own", "first_answer_ms", "ms", .atMost(20))
            ]),
        Row(
            name: "http",
            summary: """
                `GET /health` on 64 connections kept alive, and the same 16 deep, from wrk; beside it nginx, which \
                returns the same text from its configuration: CPU of a request
                """,
            tools: ["wrk", "nginx"],
            runs: [
                Run(name: "own", work: .requests(path: "/health", connections: 64)),
                Run(name: "nginx", subject: .nginx, work: .requests(path: "/health", connections: 64)),
                Run(name: "deep", work: .requests(path: "/health", connections: 64, isDeep: true)),
            ],
            figures: [
                Figure("GET /health, 64 connections", "own", "cpu_us_per_request", "us/request"),
                Figure("  nginx, return 200", "nginx", "cpu_us_per_request", "us/request"),
                Figure(
                    "  CPU of a request, ours to nginx's", ratioOf: "cpu_us_per_request", "own", to: "nginx",
                    .atMost(1)),
                Figure("  16 deep", "deep", "cpu_us_per_request", "us/request"),
                Figure(
                    "  16 deep, requests/s to those one by one", ratioOf: "requests_per_s", "deep", to: "own",
                    .atLeast(6)),
            ]),
        Row(
            name: "asset",
            summary: "a script of 20 KB on 64 connections, from wrk; beside it nginx, which serves the same file",
            tools: ["wrk", "nginx"],
            flags: ["--pages", Pages.placeholder],
            runs: [
                Run(name: "own", work: .requests(path: "/asset.js", connections: 64)),
                Run(name: "nginx", subject: .nginx, work: .requests(path: "/asset.js", connections: 64)),
            ],
            figures: [
                Figure("a script of 20 KB, 64 connections", "own", "cpu_us_per_request", "us/request"),
                Figure("  nginx", "nginx", "cpu_us_per_request", "us/request"),
                Figure(
                    "  CPU of a request, ours to nginx's", ratioOf: "cpu_us_per_request", "own", to: "nginx",
                    .atMost(1.5)),
            ]),
        Row(
            name: "halfopen",
            summary: """
                10,000 connections that send a request at one byte a second: memory of each, when the last is cut, and \
                what they do to the p99 of four clients that ask for `/health`. The 10,000 come from a process of low \
                priority on the load generator's core, so that it is the server they meet in. On a machine that others \
                use, that process notices too late to say anything of times
                """,
            tools: ["wrk", "python3"],
            // Memory that one round has given back would serve the next.
            server: .round,
            runs: [
                Run(name: "before", work: .requests(path: "/health", connections: 4)),
                Run(name: "own", work: .halfOpen(connections: 10_000)),
            ],
            figures: [
                Figure("10,000 half-open requests: memory of each", "own", "memory_bytes", "bytes", .atMost(4_096)),
                Figure("  cut by the server", "own", "cut", "", .atLeast(10_000)),
                // The limit is 10 s; a deadline is looked at every 128 ms, and the clients are slow to notice.
                Figure("  the last of them after", "own", "life_s_max", "s", .atMost(11)),
                Figure("  four other clients' p99, without them", "before", "latency_p99_us", "us"),
                Figure(
                    "  with them, as a ratio", ratioOf: "latency_p99_us", "own", to: "before", .atMost(1.2)),
            ]),
    ]

    static let relay = Row(
        name: "relay",
        summary: """
            64 connections that are kept, each posting one publication after another to one receiver: publications per \
            second; and 8 of them to 10,000 receivers, beside a broadcast room of as many: CPU per delivery. Both with \
            the relay dialect and with a topic of the native protocol
            """,
        flags: nativeLimits,
        preparation: [nativeRooms(1), .key],
        runs: [
            Run(name: "own", work: .load(LoadRun(mode: "relay", options: "-c 64 --size 64".words))),
            Run(name: "native", work: .load(topic("-c 64 --size 64"))),
            Run(name: "many", work: .load(LoadRun(mode: "relay", options: many.words))),
            Run(name: "native-many", work: .load(topic(many))),
            Run(name: "room", work: .load(broadcast(bytes: 64))),
            // As long as the frames of the topic.
            Run(name: "long", work: .load(broadcast(bytes: 154))),
        ],
        figures: [
            Figure(
                "publishing by POST, 64 connections", "own", "publications_per_s", "publications/s", .atLeast(40_000)),
            Figure("", "own", "server_cpu_us_per_publication", "us/publication"),
            Figure("  from posting to receiving, p99", "own", "latency_p99_us", "us"),
            Figure("  the load generator's share of its core", "own", "load_cpu_cores", ""),
            Figure("  the same to a native topic", "native", "publications_per_s", "publications/s", .atLeast(40_000)),
            Figure("", "native", "server_cpu_us_per_publication", "us/publication"),
            Figure("  from posting to receiving, p99", "native", "latency_p99_us", "us"),
            Figure("one publication to 10,000 receivers", "many", "server_cpu_us_per_delivery", "us/delivery"),
            Figure("", "many", "deliveries_per_s", "deliveries/s"),
            Figure("  to those of a native topic", "native-many", "server_cpu_us_per_delivery", "us/delivery"),
            Figure("  a broadcast room of 10,000", "room", "server_cpu_us_per_delivery", "us/delivery"),
            Figure("", "room", "deliveries_per_s", "deliveries/s"),
            Figure(
                "  CPU per delivery, relay to broadcast", ratioOf: "server_cpu_us_per_delivery", "many", to: "room",
                .atMost(1.1)),
            Figure(
                "  … native topic to broadcast of frames as long", ratioOf: "server_cpu_us_per_delivery",
                "native-many", to: "long", .atMost(1.1)),
        ])

    private static let many = "-c 8 --receivers 10000 --size 64"

    private static func topic(_ options: String) -> LoadRun {
        LoadRun(mode: "relay", options: options.words, files: [.tokens], hasKey: true)
    }

    private static func broadcast(bytes: Int) -> LoadRun {
        LoadRun(
            mode: "fanout", path: "/broadcast/{room}",
            options: "-c 10000 --rooms 1 --inflight 8 --size \(bytes)".words)
    }
}
