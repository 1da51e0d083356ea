import ChatHub
import HTTPCore

/// One flag of `chatserver serve`: how it is written, what it means, and what it sets.
struct ServeFlag: Sendable {
    let name: String
    /// What stands for the value in the help; empty for a switch.
    let placeholder: String
    let help: String
    let repeats: Bool
    let apply: @Sendable (String, inout ServerConfiguration) throws(UsageError) -> Void

    var takesValue: Bool { !placeholder.isEmpty }
    /// The value may be left out.
    var isValueOptional: Bool { placeholder.hasPrefix("[") }

    /// The environment variable: `--log-level` is `CHATSERVER_LOG_LEVEL`.
    var variable: String {
        "CHATSERVER_" + name.dropFirst(2).map { $0 == "-" ? "_" : $0.uppercased() }.joined()
    }

    /// In a configuration file: `--log-level` is `log_level`.
    var setting: String { name.dropFirst(2).map { $0 == "-" ? "_" : String($0) }.joined() }

    private init(
        _ name: String, _ placeholder: String, _ help: String, repeats: Bool = false,
        apply: @escaping @Sendable (String, inout ServerConfiguration) throws(UsageError) -> Void
    ) {
        self.name = name
        self.placeholder = placeholder
        self.help = help
        self.repeats = repeats
        self.apply = apply
    }

    static let all: [ServeFlag] = [
        ServeFlag("--config", "FILE", "a configuration file: each flag by its name, as in log_level = \"debug\" (none)")
        {
            // Read before all others.
            (_, _) throws(UsageError) in
        },
        ServeFlag(
            "--listen", "PLACE",
            "where to listen: HOST:PORT, :PORT, https://HOST:PORT, unix:/path or systemd; port 0 takes any that is free "
                + "(127.0.0.1:8080)",
            repeats: true
        ) { (value, configuration) throws(UsageError) in
            guard let place = ListenPlace(value) else {
                throw UsageError(
                    sentence: "--listen takes HOST:PORT, [IPV6]:PORT, :PORT, one of these behind http:// or https://, "
                        + "unix:/path or systemd, not '\(value)'.")
            }
            configuration.listen = (configuration.hasListen ? configuration.listen : []) + [place]
            configuration.hasListen = true
            guard configuration.listen.count <= ListenAddress.countMax else {
                throw UsageError(sentence: "--listen can be given \(ListenAddress.countMax) times at most.")
            }
        },
        ServeFlag(
            "--trust-unix", "", "takes whoever comes by a socket in the file system for somebody on this machine"
        ) { (value, configuration) throws(UsageError) in
            configuration.trustsUnix = try flag(value, "--trust-unix")
        },
        ServeFlag(
            "--tls-cert", "FILE",
            "a certificate with its chain (PEM), for https; several: by the name that is asked for",
            repeats: true
        ) { (value, configuration) throws(UsageError) in
            guard !value.isEmpty else { throw UsageError(sentence: "--tls-cert takes a file.") }
            configuration.certificatePaths.append(value)
        },
        ServeFlag("--tls-key", "FILE", "its key (PEM); as many, and in the same order", repeats: true) {
            (value, configuration) throws(UsageError) in
            guard !value.isEmpty else { throw UsageError(sentence: "--tls-key takes a file.") }
            configuration.keyPaths.append(value)
        },
        ServeFlag(
            "--redirect-to-https", "", "sends whoever comes by plain HTTP to https"
        ) { (value, configuration) throws(UsageError) in
            configuration.redirectsToHTTPS = try flag(value, "--redirect-to-https")
        },
        ServeFlag(
            "--hsts", "[SECONDS]", "tells browsers that come by https to do so always, for so long (a year)"
        ) { (value, configuration) throws(UsageError) in
            if value == "false" { return configuration.strictTransportSeconds = nil }
            guard let seconds = value == "true" ? 31_536_000 : Int(value), (0...630_720_000).contains(seconds) else {
                throw UsageError(sentence: "--hsts takes a number of seconds, or nothing, not '\(value)'.")
            }
            configuration.strictTransportSeconds = seconds
        },
        ServeFlag(
            "--acme-dir", "DIR", "where what is asked for under /.well-known/acme-challenge/ lies (nowhere)"
        ) { (value, configuration) throws(UsageError) in
            guard !value.isEmpty else { throw UsageError(sentence: "--acme-dir takes a directory.") }
            configuration.challengeDirectory = value
        },
        ServeFlag(
            "--admin-listen", "HOST:PORT",
            "where /health, /ready and /metrics, and nothing else, are answered without sign-in (nowhere)"
        ) { (value, configuration) throws(UsageError) in
            guard let address = ListenAddress(value) else {
                throw UsageError(sentence: "--admin-listen takes HOST:PORT or [IPV6]:PORT, not '\(value)'.")
            }
            configuration.adminListen = address
        },
        ServeFlag("--data", "DIR", "directory of the database, made if missing (./data)") {
            (value, configuration) throws(UsageError) in
            guard !value.isEmpty else { throw UsageError(sentence: "--data takes a directory.") }
            configuration.dataDirectory = value
        },
        ServeFlag("--wait-lock", "TIME", "waits so long, as in 30s, for another server that holds the directory (0s)") {
            (value, configuration) throws(UsageError) in
            guard let milliseconds = Self.milliseconds(value) else {
                throw UsageError(sentence: "--wait-lock takes a time such as 30s, 500ms or 2m, not '\(value)'.")
            }
            configuration.waitLockMs = milliseconds
        },
        ServeFlag("--store", "sqlite|memory", "where history is kept (sqlite)") {
            (value, configuration) throws(UsageError) in
            configuration.store = try choice(value, "--store")
        },
        ServeFlag(
            "--every", "TIME", "makes a backup so often, as in 6h or 1d, a second to 31 days (never)"
        ) { (value, configuration) throws(UsageError) in
            guard let milliseconds = Self.milliseconds(value, max: 31 * 86_400_000), milliseconds >= 1_000 else {
                throw UsageError(sentence: "--every takes a time such as 6h or 1d, 31 days at most, not '\(value)'.")
            }
            configuration.backupEveryMs = milliseconds
        },
        ServeFlag("--keep", "N", "how many of these backups are kept, 1 to 10000 (10)") {
            (value, configuration) throws(UsageError) in
            guard let count = Int(value), (1...10_000).contains(count) else {
                throw UsageError(sentence: "--keep takes a number from 1 to 10000, not '\(value)'.")
            }
            configuration.backupKeep = count
        },
        ServeFlag("--backup-dir", "DIR", "where they go, made if missing (backups in the data directory)") {
            (value, configuration) throws(UsageError) in
            guard !value.isEmpty else { throw UsageError(sentence: "--backup-dir takes a directory.") }
            configuration.backupDirectory = value
        },
        ServeFlag("--threads", "N", "event loops, 1 to 256 (one a core)") { (value, configuration) throws(UsageError) in
            guard let count = Int(value), (1...256).contains(count) else {
                throw UsageError(sentence: "--threads takes a number from 1 to 256, not '\(value)'.")
            }
            configuration.threads = count
        },
        ServeFlag(
            "--dialect", "NAME",
            "chat-app, broadcast, relay, stream or none: opens that dialect to everybody, in place of all to loopback only",
            repeats: true
        ) { (value, configuration) throws(UsageError) in
            let dialects = configuration.dialects ?? []
            if value == "none" {
                configuration.dialects = dialects
                return
            }
            configuration.dialects = dialects.union([try choice(value, "--dialect", also: ["none"])])
        },
        ServeFlag(
            "--public-url", "URL",
            "where clients find the server, as https://chat.example: for links, cookies, and which pages are its own"
        ) { (value, configuration) throws(UsageError) in
            let text = value.hasSuffix("/") ? String(value.dropLast()) : value
            guard let origin = Origin(text), origin.scheme == "https" || origin.scheme == "http" else {
                throw UsageError(
                    sentence:
                        "--public-url takes an address without a path, such as https://chat.example, not '\(value)'."
                )
            }
            configuration.publicURL = origin
        },
        ServeFlag(
            "--allow-origin", "ORIGIN",
            "a foreign origin, of any scheme, or null, whose pages may use the native interface with a token (none)",
            repeats: true
        ) { (value, configuration) throws(UsageError) in
            guard let origin = Origin(value) else {
                throw UsageError(
                    sentence: "--allow-origin takes an origin such as https://example.org, app://name or null, not "
                        + "'\(value)'.")
            }
            configuration.allowedOrigins.append(origin)
        },
        ServeFlag(
            "--cors-origin", "ORIGIN",
            "a foreign origin whose pages may use chat-app (http://localhost:3000 and http://localhost:8080)",
            repeats: true
        ) { (value, configuration) throws(UsageError) in
            guard let origin = Origin(value), origin.scheme == "http" || origin.scheme == "https" else {
                throw UsageError(sentence: "--cors-origin takes an origin such as https://example.org, not '\(value)'.")
            }
            configuration.corsOrigins = (configuration.corsOrigins ?? []) + [origin]
        },
        ServeFlag(
            "--trust-proxy", "ADDRESS[/BITS]",
            "a proxy that is believed about whom it speaks for; its requests are never taken for this machine's own",
            repeats: true
        ) { (value, configuration) throws(UsageError) in
            guard let block = IPBlock(value) else {
                throw UsageError(
                    sentence: "--trust-proxy takes an address or a block such as 10.0.0.0/8, not '\(value)'.")
            }
            configuration.trustedProxies.append(block)
        },
        ServeFlag(
            "--proxy-fields", "KIND",
            "by which fields these proxies say so: x-forwarded (X-Forwarded-For, -Proto, -Host), forwarded, or none "
                + "(x-forwarded; with --proxy-protocol none)"
        ) { (value, configuration) throws(UsageError) in
            configuration.proxyFields = try choice(value, "--proxy-fields")
        },
        ServeFlag("--proxy-protocol", "", "their connections begin with a PROXY head, version 1 or 2") {
            (value, configuration) throws(UsageError) in
            configuration.expectsProxyProtocol = try flag(value, "--proxy-protocol")
        },
        ServeFlag(
            "--topic-history", "PATTERN=N[,Ts]",
            "keeps the last N publications of native topics, none older than T seconds (in the environment: N/Ts)",
            repeats: true
        ) { (value, configuration) throws(UsageError) in
            guard let rule = TopicHistoryRule(value) else {
                throw UsageError(
                    sentence: "--topic-history takes PATTERN=N or PATTERN=N,Ts, with N from 1 to "
                        + "\(TopicHistoryRule.itemsMaxAllowed), as in news.*=100,60s, not '\(value)'.")
            }
            configuration.topicHistory.append(rule)
        },
        ServeFlag(
            "--topic-publish", "PATTERN", "native topics to which all signed-in users may publish (none but their own)",
            repeats: true
        ) { (value, configuration) throws(UsageError) in
            configuration.topicPublish.append(try pattern(value, "--topic-publish"))
        },
        ServeFlag(
            "--topic-subscribe", "PATTERN", "native topics to which signed-in users may subscribe (>)", repeats: true
        ) { (value, configuration) throws(UsageError) in
            configuration.topicSubscribe =
                (configuration.topicSubscribe ?? []) + [try pattern(value, "--topic-subscribe")]
        },
        ServeFlag("--feeds", "FILE", "feeds to follow: a JSON list, as described in docs/feeds.md") {
            (value, configuration) throws(UsageError) in
            guard !value.isEmpty else { throw UsageError(sentence: "--feeds takes a file.") }
            configuration.feedsPath = value
        },
        ServeFlag("--allow-private-feeds", "", "lets feeds come from loopback and private addresses too") {
            (value, configuration) throws(UsageError) in
            configuration.allowsPrivateFeeds = try flag(value, "--allow-private-feeds")
        },
        ServeFlag("--feed-ca", "FILE", "certificates (PEM) that feeds' sources are checked with (the system's)") {
            (value, configuration) throws(UsageError) in
            guard !value.isEmpty else { throw UsageError(sentence: "--feed-ca takes a file.") }
            configuration.feedAuthoritiesPath = value
        },
        ServeFlag(
            "--pages", "DIR", "serves the files of a directory, read at the start, in place of the built-in pages"
        ) {
            (value, configuration) throws(UsageError) in
            guard !value.isEmpty else { throw UsageError(sentence: "--pages takes a directory.") }
            configuration.pagesDirectory = value
        },
        ServeFlag(
            "--registration", "open|invite|closed",
            "who may make an account (default: open to this machine, by invitation elsewhere)"
        ) { (value, configuration) throws(UsageError) in
            configuration.registration = try choice(value, "--registration")
        },
        ServeFlag("--demo", "", "adds a few users, rooms, messages and a feed of invented items to look at") {
            (value, configuration) throws(UsageError) in
            configuration.installsDemo = try flag(value, "--demo")
        },
        ServeFlag("--enable-echo", "", "serves GET /echo, a WebSocket echo, for checks and measurements") {
            (value, configuration) throws(UsageError) in
            configuration.enablesEcho = try flag(value, "--enable-echo")
        },
        ServeFlag("--log-level", "LEVEL", "error, warning, info or debug (info)") {
            (value, configuration) throws(UsageError) in
            configuration.logLevel = try choice(value, "--log-level")
        },
        ServeFlag("--set", "NAME=VALUE", "sets a limit; the names are below", repeats: true) {
            (value, configuration) throws(UsageError) in
            let parts = value.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { throw UsageError(sentence: "--set takes NAME=VALUE, not '\(value)'.") }
            let names = HubLimits.settings.map(\.name)
            guard names.contains(String(parts[0])) else {
                throw UsageError(
                    sentence: "there is no limit named '\(parts[0])'"
                        + SimilarName.hint(String(parts[0]), among: names) + " " + Help.serveHint)
            }
            if let sentence = configuration.limits.set(String(parts[0]), to: String(parts[1])) {
                throw UsageError(sentence: sentence)
            }
        },
    ]

    /// A number of seconds, or one with its unit; at most a day, unless told otherwise.
    static func milliseconds(_ text: String, max: Int64 = 86_400_000) -> Int64? {
        let units: [(String, Int64)] = [
            ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("", 1_000),
        ]
        for (unit, factor) in units where text.hasSuffix(unit) {
            let digits = text.dropLast(unit.count)
            guard !digits.isEmpty, digits.utf8.count <= 8, digits.utf8.allSatisfy({ (48...57).contains($0) }),
                let number = Int64(digits), number * factor <= max
            else { return nil }
            return number * factor
        }
        return nil
    }

    private static func pattern(_ value: String, _ name: String) throws(UsageError) -> TopicPattern {
        guard let pattern = TopicPattern(value) else {
            throw UsageError(
                sentence: "\(name) takes a topic, or a pattern such as news.* or news.>, not '\(value)'.")
        }
        return pattern
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ value: String, _ name: String, also: [String] = []
    ) throws(UsageError) -> Choice {
        if let choice = Choice(rawValue: value) { return choice }
        let names = Choice.allCases.map(\.rawValue) + also
        throw UsageError(sentence: "\(name) takes one of \(names.joined(separator: ", ")), not '\(value)'.")
    }

    private static func flag(_ value: String, _ name: String) throws(UsageError) -> Bool {
        switch value.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default: throw UsageError(sentence: "\(name) takes true or false, not '\(value)'.")
        }
    }
}
