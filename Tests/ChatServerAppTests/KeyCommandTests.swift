import ChatDomain
import ChatHub
import Glibc
import Testing

@testable import ChatServerApp

@Suite struct KeyCommandTests {
    private func pattern(_ text: String) throws -> TopicPattern { try #require(TopicPattern(text)) }

    private func read(_ words: String, variables: [String: String] = [:]) throws(UsageError) -> KeyCommand {
        let environment = Environment(variables)
        return try KeyCommand.read(words.split(separator: " ").map(String.init), environment)
    }

    // MARK: The command line

    @Test func readsWhatIsAskedFor() throws {
        #expect(
            try read("add --publish news.* --publish=a --feeds --name backend --data d")
                == KeyCommand(
                    dataDirectory: "d",
                    action: .add(
                        name: "backend",
                        KeyEntry.Grants(publish: [try pattern("news.*"), try pattern("a")], managesFeeds: true))))
        #expect(
            try read("add --metrics --create")
                == KeyCommand(action: .add(name: "", KeyEntry.Grants(readsMetrics: true)), creates: true))
        #expect(try read("list") == KeyCommand(action: .list))
        #expect(try read("list", variables: ["CHATSERVER_DATA": "e"]) == KeyCommand(dataDirectory: "e", action: .list))
        #expect(
            try read("remove k1 --data=d", variables: ["CHATSERVER_DATA": "e"])
                == KeyCommand(dataDirectory: "d", action: .remove(id: "k1")))
    }

    @Test(arguments: [
        ("", "add, list or remove"), ("make", "not 'make'"), ("add", "--publish PATTERN or --feeds or --metrics"),
        ("add x --feeds", "does not take 'x'"), ("list x", "does not take 'x'"), ("remove", "the ID"),
        ("remove a b", "the ID"), ("add --publish", "needs a value"), ("add --publish a*", "not 'a*'"),
        ("add --colour red", "no flag '--colour'"), ("add --feeds=yes", "no flag '--feeds=yes'"),
        ("add --feeds --name a --name=b", "--name is given twice"), ("list --data a --data b", "--data is given twice"),
        ("list --create", "makes nothing"), ("add --metric", "did you mean '--metrics'?"),
    ])
    func saysWhatIsWrong(words: String, sentence: String) throws {
        let error = #expect(throws: UsageError.self) { try read(words) }
        #expect(error?.sentence.contains(sentence) == true, "\(error?.sentence ?? "")")
    }

    @Test(arguments: [["key", "--help"], ["key", "add", "-h"], ["help", "key"]])
    func hasItsHelp(arguments: [String]) {
        guard case .help(let text) = CommandLineReader.read(arguments: arguments, environment: Environment([:]))
        else {
            Issue.record("no help")
            return
        }
        #expect(text.contains("chatserver key add"))
    }

    // MARK: The file

    @Test func keysAreAddedListedAndRemoved() throws {
        let directory = try Scratch()
        let data = directory.path + "/new/data"
        let store = KeyStore(directory: data)
        let now = WallTime(milliseconds: 1_700_000_000_000)
        func run(_ action: KeyCommand.Action, creates: Bool = false) throws(StartError) -> String {
            var printed = ""
            try KeyCommand(dataDirectory: data, action: action, creates: creates).run(at: now) { printed += $0 }
            return printed
        }
        // A directory that is not there is made for nobody who has not said so.
        #expect(throws: StartError.self) { try run(.list) }
        #expect(throws: StartError.self) { try run(.add(name: "", KeyEntry.Grants(managesFeeds: true))) }
        #expect(unsafe access(data, F_OK) != 0)
        let secrets = try (0..<3).map { index in
            let grants = KeyEntry.Grants(publish: [try pattern("news.*")], managesFeeds: index == 1)
            return try run(.add(name: index == 0 ? "first" : "", grants), creates: index == 0)
        }
        for secret in secrets {
            #expect(secret.hasPrefix("ck_") && secret.hasSuffix("\n") && secret.count == 68)
        }
        #expect(Set(secrets).count == 3)
        let lines = try run(.list).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].hasSuffix("2023-11-14T22:13:20.000Z  publish news.*  (first)"))
        #expect(lines[1].hasSuffix("publish news.*, feeds"))
        let keys = try store.read().map(\.key)
        #expect(keys.map(\.digest) == secrets.map { Cryptography.openSSL.digest(Array($0.dropLast().utf8)) })
        _ = try run(.remove(id: keys[1].id))
        #expect(try store.read().map(\.key) == [keys[0], keys[2]])
        #expect(throws: StartError.self) { try run(.remove(id: keys[1].id)) }
        // Nobody but the owner reads the file, and no key stands in it.
        var status = stat()
        // The path and the structure live for the call.
        #expect(unsafe stat(data + "/keys.json", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func aKeyThatNobodyGotToSeeIsNotKept() throws {
        let directory = try Scratch()
        let command = KeyCommand(
            dataDirectory: directory.path, action: .add(name: "", KeyEntry.Grants(readsMetrics: true)))
        #expect(throws: StartError.self) {
            try command.run(at: WallTime(milliseconds: 0)) { (_) throws(StartError) in throw StartError("Full.") }
        }
        #expect(try KeyStore(directory: directory.path).read().isEmpty)
    }

    @Test func theLastGoodKeysCountUntilTheFileCanBeReadAgain() throws {
        let directory = try Scratch()
        let store = KeyStore(directory: directory.path)
        // Of nothing, there is none.
        #expect(store.keys()?.count == 0)
        let (entry, _) = KeyEntry.make(
            name: "", grants: KeyEntry.Grants(readsMetrics: true), at: WallTime(milliseconds: 0), using: .openSSL)
        try store.change { $0 = [entry] }
        #expect(store.keys()?.contains(entry.key) == true)
        for damage in ["", "{", #"{"keys":[{}]}"#] {
            try directory.write(damage, to: "keys.json")
            #expect(store.keys()?.contains(entry.key) == true, "\(damage)")
        }
        try directory.write(#"{"keys":[]}"#, to: "keys.json")
        #expect(store.keys()?.count == 0)
        try directory.write("damaged", to: "keys.json")
        // Whoever has never seen a good one knows of none, and says so.
        #expect(KeyStore(directory: directory.path).keys() == nil)
    }

    @Test func aReaderSeesEachChangeAtOnce() throws {
        let directory = try Scratch()
        let store = KeyStore(directory: directory.path)
        let other = KeyStore(directory: directory.path)
        for _ in 0..<50 {
            let (entry, _) = KeyEntry.make(
                name: "", grants: KeyEntry.Grants(managesFeeds: true), at: WallTime(milliseconds: 0), using: .openSSL)
            try other.change { $0 = [entry] }
            #expect(store.keys()?.contains(entry.key) == true)
        }
        try other.change { $0 = [] }
        #expect(try store.read().isEmpty)
    }

    @Test(arguments: [
        "", "{", "[]", #"{"keys":7}"#, #"{"keys":[{}]}"#,
        #"{"keys":[{"id":"k","sha256":"zz","publish":[],"created_ms":1}]}"#,
        #"{"keys":[{"id":"k","sha256":"00","publish":[],"created_ms":1}]}"#,
        #"{"keys":[{"id":"k","sha256":"0000000000000000000000000000000000000000000000000000000000000000","publish":["a*"],"created_ms":1}]}"#,
    ])
    func aDamagedFileIsNotOverwritten(text: String) throws {
        let directory = try Scratch()
        try directory.write(text, to: "keys.json")
        let store = KeyStore(directory: directory.path)
        #expect(store.keys() == nil)
        #expect(throws: StartError.self) { try store.read() }
        #expect(throws: StartError.self) { try store.change { $0 = [] } }
    }

    @Test func digestsAreThoseOfSHA256() {
        // FIPS 180-2, appendix B.1.
        let digest = Cryptography.openSSL.digest(Array("abc".utf8))
        #expect(digest.prefix(4) == [0xBA, 0x78, 0x16, 0xBF] && digest.suffix(4) == [0xF2, 0x00, 0x15, 0xAD])
        #expect(Cryptography.openSSL.digest([]).prefix(4) == [0xE3, 0xB0, 0xC4, 0x42])
        #expect(Cryptography.openSSL.randomBytes(32) != Cryptography.openSSL.randomBytes(32))
    }
}

/// A directory that goes with the test.
private final class Scratch {
    let path: String

    init() throws {
        path = "/tmp/chatserver-keys-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        // The path is lent to the call.
        try #require(unsafe mkdir(path, 0o700) == 0)
    }

    deinit {
        for name in ["/keys.json", "/keys.lock", "/new/data/keys.json", "/new/data/keys.lock"] {
            // The path is lent to the call.
            _ = unsafe unlink(path + name)
        }
        // The path is lent to the call.
        for name in ["/new/data", "/new", ""] { _ = unsafe rmdir(path + name) }
    }

    func write(_ text: String, to name: String) throws {
        // The path is lent to the call.
        let file = unsafe creat(path + "/" + name, 0o600)
        try #require(file >= 0)
        defer { close(file) }
        let bytes = Array(text.utf8)
        // The bytes are lent to the call.
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
        try #require(count == bytes.count)
    }
}
