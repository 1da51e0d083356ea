import ChatHub
import HTTPCore
import Testing

@testable import ChatServerApp

/// What `chatserver` is told, by arguments and environment.
@Suite struct CommandLineReaderTests {
    private func read(_ arguments: [String], _ environment: [String: String] = [:]) -> CommandLineReader.Result {
        CommandLineReader.read(arguments: arguments, environment: Environment(environment))
    }

    private func serve(
        _ arguments: [String] = [], _ environment: [String: String] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ServerConfiguration {
        let result = read(["serve"] + arguments, environment)
        guard case .serve(let configuration) = result else {
            Issue.record("\(result)", sourceLocation: sourceLocation)
            return ServerConfiguration()
        }
        return configuration
    }

    private func sentence(_ arguments: [String], _ environment: [String: String] = [:]) -> String? {
        guard case .wrong(let sentence) = read(arguments, environment) else { return nil }
        return sentence
    }

    // MARK: Commands

    @Test func withoutACommandThereIsAHint() {
        #expect(sentence([])?.contains("--help") == true)
        #expect(sentence(["dance"])?.contains("'dance'") == true)
        #expect(sentence(["help", "dance"])?.contains("'dance'") == true)
    }

    @Test(arguments: [["--help"], ["-h"], ["help"]])
    func helpListsTheCommands(arguments: [String]) {
        guard case .help(let text) = read(arguments) else {
            Issue.record("no help")
            return
        }
        #expect(text.contains("serve"))
    }

    @Test(arguments: [["serve", "--help"], ["serve", "-h"], ["help", "serve"], ["serve", "--demo", "--help"]])
    func helpOfServeNamesEveryFlagAndLimit(arguments: [String]) {
        guard case .help(let text) = read(arguments) else {
            Issue.record("no help")
            return
        }
        for flag in ServeFlag.all { #expect(text.contains("  \(flag.name)")) }
        for setting in HubLimits.settings {
            #expect(text.contains("\(setting.name)=\(HubLimits().value(of: setting))"))
        }
    }

    @Test func theVersionIsPrinted() {
        guard case .help(let text) = read(["--version"]) else {
            Issue.record("no version")
            return
        }
        #expect(text.hasPrefix("chatserver \(Help.version)\ncommit "))
    }

    // MARK: Flags

    private func plain(_ host: String, _ port: UInt16) -> ListenPlace {
        .address(ListenAddress(host: host, port: port), isTLS: false)
    }

    @Test func withoutFlagsTheDefaultsHold() throws {
        let configuration = try serve()
        #expect(configuration.listen == [plain("127.0.0.1", 8080)])
        #expect(configuration.dataDirectory == "./data")
        #expect(configuration.store == .sqlite)
        #expect(configuration.threads == nil)
        #expect(configuration.dialects == nil)
        #expect(configuration.corsOrigins == nil)
        #expect(!configuration.installsDemo && !configuration.enablesEcho)
        #expect(configuration.logLevel == .info)
    }

    @Test(arguments: [true, false])
    func everyFlagIsTaken(isJoined: Bool) throws {
        let flags = [
            ("--listen", "[::1]:9"), ("--data", "/some/where"), ("--store", "memory"), ("--threads", "7"),
            ("--dialect", "chat-app"), ("--cors-origin", "https://example.org"), ("--log-level", "debug"),
            ("--set", "text_bytes=99"),
        ]
        let arguments = flags.flatMap { isJoined ? ["\($0)=\($1)"] : [$0, $1] } + ["--demo", "--enable-echo"]
        let configuration = try serve(arguments)
        #expect(configuration.listen == [plain("::1", 9)])
        #expect(configuration.dataDirectory == "/some/where")
        #expect(configuration.store == .memory)
        #expect(configuration.threads == 7)
        #expect(configuration.dialects == [.chatApp])
        #expect(configuration.corsOrigins?.map(\.description) == ["https://example.org"])
        #expect(configuration.logLevel == .debug)
        #expect(configuration.limits.textBytesMax == 99)
        #expect(configuration.installsDemo && configuration.enablesEcho)
    }

    @Test func repeatedFlagsAddUp() throws {
        let configuration = try serve([
            "--dialect", "chat-app", "--dialect=broadcast", "--cors-origin", "http://a", "--cors-origin", "http://b:1",
            "--set", "text_bytes=5", "--set", "message_rate=0", "--set", "text_bytes=6",
        ])
        #expect(configuration.dialects == [.chatApp, .broadcast])
        #expect(configuration.corsOrigins?.map(\.description) == ["http://a", "http://b:1"])
        #expect(configuration.limits.textBytesMax == 6)
        #expect(configuration.limits.messagesPerSecond == 0)
    }

    @Test func thereMayBeSeveralAddresses() throws {
        let listen = try serve(["--listen", "127.0.0.1:80", "--listen=[::1]:81"]).listen
        #expect(listen == [plain("127.0.0.1", 80), plain("::1", 81)])
        #expect(try serve([], ["CHATSERVER_LISTEN": "a:1, b:2"]).listen.count == 2)
        #expect(sentence(["serve"] + [String](repeating: "--listen=a:1", count: 33))?.contains("32 times") == true)
    }

    @Test func noneIsADialectSet() throws {
        #expect(try serve(["--dialect", "none"]).dialects == [])
        #expect(try serve(["--dialect", "none", "--dialect", "broadcast"]).dialects == [.broadcast])
    }

    @Test(arguments: [
        ["--threads", "2", "--threads=2"], ["--demo", "--demo=false"], ["--admin-listen=a:1", "--admin-listen", "b:1"],
    ])
    func otherFlagsAreGivenOnce(arguments: [String]) {
        let name = String(arguments[0].prefix { $0 != "=" })
        #expect(sentence(["serve"] + arguments)?.contains("\(name) is given twice") == true)
    }

    @Test(
        arguments: [
            ("500ms", 500), ("30s", 30_000), ("2m", 120_000), ("1h", 3_600_000), ("7", 7_000), ("0", 0),
        ] as [(String, Int64)])
    func timesHaveUnits(text: String, milliseconds: Int64) throws {
        #expect(try serve(["--wait-lock", text]).waitLockMs == milliseconds)
    }

    @Test func theAdminListenerIsNowhereByDefault() throws {
        #expect(try serve([]).adminListen == nil)
        #expect(try serve(["--admin-listen", "[::1]:9"]).adminListen == ListenAddress(host: "::1", port: 9))
    }

    @Test(arguments: [
        ("1", true), ("true", true), ("YES", true), ("on", true), ("0", false), ("False", false), ("no", false),
        ("off", false),
    ])
    func aSwitchTakesTrueOrFalse(value: String, expected: Bool) throws {
        #expect(try serve(["--demo=\(value)"]).installsDemo == expected)
        #expect(try serve([], ["CHATSERVER_ENABLE_ECHO": value]).enablesEcho == expected)
    }

    // MARK: Environment

    @Test func everyFlagIsAVariableToo() throws {
        #expect(
            Set(ServeFlag.all.map(\.variable)).isSuperset(of: [
                "CHATSERVER_LISTEN", "CHATSERVER_LOG_LEVEL", "CHATSERVER_CORS_ORIGIN", "CHATSERVER_SET",
            ]))
        let configuration = try serve(
            [],
            [
                "CHATSERVER_LISTEN": "0.0.0.0:80", "CHATSERVER_DATA": "d", "CHATSERVER_STORE": "memory",
                "CHATSERVER_THREADS": "3", "CHATSERVER_DIALECT": "chat-app, broadcast",
                "CHATSERVER_CORS_ORIGIN": " http://a ,,http://b", "CHATSERVER_DEMO": "true",
                "CHATSERVER_LOG_LEVEL": "error", "CHATSERVER_SET": "text_bytes=5,ping_interval_ms=1000",
            ])
        #expect(configuration.listen == [plain("0.0.0.0", 80)])
        #expect(configuration.dataDirectory == "d")
        #expect(configuration.store == .memory)
        #expect(configuration.threads == 3)
        #expect(configuration.dialects == [.chatApp, .broadcast])
        #expect(configuration.corsOrigins?.map(\.description) == ["http://a", "http://b"])
        #expect(configuration.installsDemo)
        #expect(configuration.logLevel == .error)
        #expect(configuration.limits.textBytesMax == 5)
        #expect(configuration.limits.pingIntervalMs == 1_000)
    }

    @Test func flagsBeatAndReplaceTheEnvironment() throws {
        let environment = [
            "CHATSERVER_THREADS": "3", "CHATSERVER_DIALECT": "chat-app", "CHATSERVER_SET": "text_bytes=5",
            "CHATSERVER_DEMO": "true",
        ]
        let configuration = try serve(
            ["--threads", "4", "--dialect", "broadcast", "--set", "message_rate=1", "--demo=no"], environment)
        #expect(configuration.threads == 4)
        #expect(configuration.dialects == [.broadcast])
        #expect(configuration.limits.messagesPerSecond == 1)
        #expect(configuration.limits.textBytesMax == HubLimits().textBytesMax)
        #expect(!configuration.installsDemo)
    }

    @Test func anEmptyVariableIsNone() throws {
        #expect(try serve([], ["CHATSERVER_THREADS": "", "CHATSERVER_DIALECT": ""]).dialects == nil)
    }

    // MARK: Mistakes

    @Test(arguments: [
        (["--nope"], "'--nope'"), (["nope"], "'nope'"), (["--listen"], "--listen needs a value"),
        (["--listen", "8080"], "--listen takes HOST:PORT"), (["--threads", "0"], "from 1 to 256, not '0'"),
        (["--threads", "257"], "'257'"), (["--threads", "two"], "'two'"), (["--store", "disk"], "sqlite, memory"),
        (["--dialect", "irc"], "chat-app, broadcast, relay, stream, none"),
        (["--data", ""], "--data takes a directory"),
        (["--cors-origin", "example.org"], "--cors-origin takes an origin"),
        (["--cors-origin", "https://example.org/"], "--cors-origin takes an origin"),
        (["--log-level", "loud"], "error, warning, info, debug"), (["--demo=maybe"], "true or false, not 'maybe'"),
        (["--set", "text_bytes"], "--set takes NAME=VALUE"), (["--set", "nope=1"], "no limit named 'nope'"),
        (["--set", "text_bytes=0"], "from 1 to 1048576, not '0'"), (["--set", "text_bytes=x"], "not 'x'"),
        (["--set", "text_bytes="], "not ''"), (["--trust-proxy", "proxy.example"], "not 'proxy.example'"),
        (["--trust-proxy", "10.0.0.1/8"], "--trust-proxy takes"),
        (["--proxy-fields", "both"], "x-forwarded, forwarded, none"),
        (["--public-url", "chat.example"], "--public-url takes"), (["--public-url", "ftp://a"], "--public-url takes"),
        (["--public-url", "https://a/b"], "without a path"), (["--public-url", "null"], "--public-url takes"),
        (["--allow-origin", "*"], "--allow-origin takes"), (["--allow-origin", "https://a/"], "--allow-origin takes"),
        (["--proxy-protocol"], "--proxy-protocol needs --trust-proxy"),
        (["--admin-listen", "9"], "HOST:PORT"),
        (["--wait-lock", "soon"], "not 'soon'"), (["--wait-lock", "s"], "30s"), (["--wait-lock", "-1s"], "30s"),
        (["--wait-lock", "99999h"], "30s"), (["--lisen", "a:1"], "did you mean '--listen'?"),
        (["--set", "text_byte=1"], "did you mean 'text_bytes'?"),
        (["--set", "disk_fre=1"], "did you mean 'disk_free_min'?"),
    ])
    func aMistakeIsASentence(arguments: [String], part: String) {
        let found = sentence(["serve"] + arguments)
        #expect(found?.contains(part) == true, "\(found ?? "no mistake")")
    }

    @Test func addressesAndOrigins() throws {
        let configuration = try serve([
            "--public-url", "https://Chat.Example:443/", "--allow-origin", "app://x", "--allow-origin", "null",
        ])
        #expect(configuration.publicURL?.description == "https://chat.example")
        #expect(configuration.allowedOrigins.map(\.description) == ["app://x", "null"])
        let listed = try serve([], ["CHATSERVER_ALLOW_ORIGIN": "https://a.example, https://b.example"])
        #expect(listed.allowedOrigins.count == 2)
        #expect(listed.publicURL == nil)
    }

    @Test func proxiesAreAList() throws {
        let configuration = try serve(
            ["--trust-proxy", "10.0.0.0/8", "--trust-proxy", "::1", "--proxy-fields", "forwarded"],
            ["CHATSERVER_PROXY_PROTOCOL": "true"])
        #expect(configuration.trustedProxies == [try #require(IPBlock("10.0.0.0/8")), try #require(IPBlock("::1"))])
        #expect(configuration.proxyFields == .forwarded)
        #expect(configuration.expectsProxyProtocol)
        let listed = try serve([], ["CHATSERVER_TRUST_PROXY": "10.0.0.1, 10.0.0.2"])
        #expect(listed.trustedProxies.count == 2)
        #expect(listed.proxyFields == nil)
        #expect(!listed.expectsProxyProtocol)
    }

    @Test func aMistakeInTheEnvironmentIsOneToo() {
        #expect(sentence(["serve"], ["CHATSERVER_THREADS": "many"])?.contains("--threads") == true)
        #expect(sentence(["serve"], ["CHATSERVER_DIALECT": "chat-app,irc"])?.contains("'irc'") == true)
    }

    @Test(arguments: [
        ("CHATSERVER_LISTN", "did you mean 'CHATSERVER_LISTEN'?"),
        ("CHATSERVER_TRUST_PROXIES", "CHATSERVER_TRUST_PROXY"),
        ("CHATSERVER_X", "no variable CHATSERVER_X:"),
    ])
    func anUnknownVariableIsRefused(name: String, part: String) {
        for command in [["serve"], ["user", "list"], ["key", "list"]] {
            #expect(sentence(command, [name: "x"])?.contains(part) == true)
        }
    }

    @Test(arguments: [
        "CHATSERVER_SERVICE_HOST", "CHATSERVER_SERVICE_PORT_HTTP", "CHATSERVER_PORT", "CHATSERVER_PORT_8080_TCP_ADDR",
        "CHATSERVER_BINARY", "CHATSERVERX", "chatserver_listen",
    ])
    func whatKubernetesSetsIsNotOurs(name: String) throws { _ = try serve([], [name: "tcp://10.0.0.1:8080"]) }

    // MARK: Help

    @Test(arguments: [
        (["user", "--help"], "chatserver user COMMAND"), (["help", "user"], "user password NAME"),
        (["user", "-h"], "user list"), (["help", "user", "add"], "Usage: chatserver user add NAME"),
        (["help", "invite"], "Usage: chatserver invite"), (["invite", "--help"], "Usage: chatserver invite"),
        (["help", "key"], "chatserver key add"), (["help", "version"], "chatserver version"),
        (["help", "help"], "Usage: chatserver COMMAND"), (["help"], "  version"),
        (["version", "-h"], "chatserver version"),
        (["--version"], "SQLite 3"), (["-V"], "OpenSSL 3"), (["version"], "commit "),
        (["version"], "chatserver \(Help.version)\n"),
    ])
    func thereIsHelp(arguments: [String], part: String) {
        guard case .help(let text) = CommandLineReader.read(arguments: arguments, environment: Environment([:])) else {
            Issue.record("there is none")
            return
        }
        #expect(text.contains(part))
    }

    @Test(arguments: [
        (["user"], "add, list, password, admin, delete"), (["usr"], "did you mean 'user'?"),
        (["user", "lst"], "did you mean 'user list'?"), (["help", "dance"], "'dance'"),
    ])
    func whatIsNoCommandIsSaid(arguments: [String], part: String) {
        #expect(sentence(arguments)?.contains(part) == true)
    }

    // MARK: Limits

    @Test func everyLimitTakesItsRangeAndNoMore() throws {
        for setting in HubLimits.settings {
            let (low, high) = (setting.range.lowerBound, setting.range.upperBound)
            for value in [low, high] {
                let limits = try serve(["--set", "\(setting.name)=\(value)"]).limits
                #expect(limits.value(of: setting) == value)
            }
            for value in [low - 1, high + 1] {
                #expect(sentence(["serve", "--set", "\(setting.name)=\(value)"])?.contains(setting.name) == true)
            }
            #expect(setting.range.contains(HubLimits().value(of: setting)), "\(setting.name)")
        }
        #expect(Set(HubLimits.settings.map(\.name)).count == HubLimits.settings.count)
    }
}

@Suite struct ListenPlaceTests {
    @Test(
        arguments: [
            ("a:1", .address(ListenAddress(host: "a", port: 1), isTLS: false)),
            (":80", .address(ListenAddress(host: "", port: 80), isTLS: false)),
            ("http://[::1]:80", .address(ListenAddress(host: "::1", port: 80), isTLS: false)),
            ("https://a:443/", .address(ListenAddress(host: "a", port: 443), isTLS: true)),
            ("https://:443", .address(ListenAddress(host: "", port: 443), isTLS: true)),
            ("unix:/run/chat.sock", .unix("/run/chat.sock")), ("systemd", .systemd),
        ] as [(String, ListenPlace)])
    func isRead(text: String, place: ListenPlace) { #expect(ListenPlace(text) == place) }

    @Test(arguments: ["", ":", "unix:", "unix:a", "unix:/", "https://", "http://a", "a:1/", "https://a:1//", "SYSTEMD"])
    func nothingElseIs(text: String) { #expect(ListenPlace(text) == nil) }
}

@Suite struct ListenAddressTests {
    @Test(
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1", 8080), ("localhost:0", "localhost", 0), ("[::1]:80", "::1", 80),
            ("[fe80::1%eth0]:65535", "fe80::1%eth0", 65_535), ("0.0.0.0:1", "0.0.0.0", 1),
        ] as [(String, String, UInt16)])
    func isReadAndWritten(text: String, host: String, port: UInt16) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.description == text)
    }

    @Test(arguments: [
        "", ":", "8080", "localhost", ":8080", "localhost:", "localhost:x", "localhost:65536", "localhost:-1",
        "::1:80", "[]:80", "[::1]", "localhost:80 ",
    ])
    func nothingElseIsRead(text: String) { #expect(ListenAddress(text) == nil) }
}
