import ChatHub
import HTTPCore

/// What `chatserver serve` is told.
struct ServerConfiguration {
    var listen = [ListenPlace.address(ListenAddress(host: "127.0.0.1", port: 8080), isTLS: false)]
    /// Whether somebody has said so; until then it is the default.
    var hasListen = false
    /// Where probes and Prometheus ask.
    var adminListen: ListenAddress?
    /// Whether peers by sockets in the file system count as this machine's own.
    var trustsUnix = false
    /// Certificates and keys, in the same order.
    var certificatePaths: [String] = []
    var keyPaths: [String] = []
    var redirectsToHTTPS = false
    /// How long browsers are told to come by https only.
    var strictTransportSeconds: Int?
    /// Where challenges for a certificate are.
    var challengeDirectory: String?
    var dataDirectory = "./data"
    /// How long to wait for another server that holds the directory.
    var waitLockMs: Int64 = 0
    var store = StoreKind.sqlite
    /// Event loops; nil for one a core.
    var threads: Int?
    /// nil: all, for loopback requests only.
    var dialects: Set<Dialect>?
    var corsOrigins: [Origin]?
    var allowedOrigins: [Origin] = []
    /// Where clients find the server.
    var publicURL: Origin?
    var registration = Registration.openLocally
    var installsDemo = false
    /// A file that lists feeds.
    var feedsPath: String?
    var allowsPrivateFeeds = false
    /// Certificates that feeds' sources are believed by, in place of the system's.
    var feedAuthoritiesPath: String?
    var enablesEcho = false
    var logLevel = LogLevel.info
    var limits = HubLimits()
    /// A directory whose files are served in place of the built-in pages.
    var pagesDirectory: String?
    var topicHistory: [TopicHistoryRule] = []
    var topicPublish: [TopicPattern] = []
    /// nil: everything.
    var topicSubscribe: [TopicPattern]?
    var trustedProxies: [IPBlock] = []
    /// nil: those that are usual; of a proxy that writes PROXY heads, none.
    var proxyFields: Forwarding.Field?
    var expectsProxyProtocol = false
    /// How often a backup is made; nil for never.
    var backupEveryMs: Int64?
    /// How many are kept; nil for as many as usual.
    var backupKeep: Int?
    /// Where they go; nil for `backups` in the data directory.
    var backupDirectory: String?

    /// What makes backups by itself, if anything does.
    var backupPlan: BackupSchedule.Plan? {
        guard let backupEveryMs else { return nil }
        var plan = BackupSchedule.Plan(everyMs: backupEveryMs, directory: backupDirectory)
        if let backupKeep { plan.keep = backupKeep }
        return plan
    }

    var certificatePairs: [TLSIdentities.Pair] {
        zip(certificatePaths, keyPaths).map { TLSIdentities.Pair(certificate: $0, key: $1) }
    }

    var diskLimits: DiskLimits {
        DiskLimits(freeMin: Int64(limits.diskFreeMin), isDefault: limits.diskFreeMin == HubLimits().diskFreeMin)
    }

    enum StoreKind: String, CaseIterable {
        case sqlite
        case memory
    }
}

/// Where to listen: a name or an address, and a port, 0 for any that is free.
struct ListenAddress: Equatable {
    /// How many a server has at most.
    static let countMax = 32

    var host: String
    var port: UInt16

    init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT` or `[IPv6]:PORT`; nil for anything else.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            text[text.index(after: colon)...].allSatisfy(\.isNumber)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: String(host), port: port)
    }

    /// As in a URL.
    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
