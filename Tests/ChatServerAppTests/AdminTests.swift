import ChatDomain
import ChatHub
import ChatStore
import HTTPCore
import Testing

@testable import ChatServerApp

/// Commands for who runs the server: how they are read, and what they do to a store.
@Suite struct AdminTests {
    private let empty = Environment([:])

    @Test(arguments: [
        (["user", "add", "ada"], "user add", ["name": "ada"], "./data"),
        (
            ["user", "add", "--admin", "ada", "--display", "Ada L."], "user add",
            ["name": "ada", "admin": "true", "display": "Ada L."], "./data"
        ),
        (["user", "list", "--data=/x/y"], "user list", [:], "/x/y"),
        (["invite", "--uses=3", "--days", "1", "--data", "d"], "invite", ["uses": "3", "days": "1"], "d"),
        (["user", "password", "ada", "--generate"], "user password", ["name": "ada", "generate": "true"], "./data"),
    ]) func commandsAreRead(arguments: [String], name: String, values: [String: String], directory: String) throws {
        guard case .admin(let invocation) = CommandLineReader.read(arguments: arguments, environment: empty) else {
            Issue.record("it is no command")
            return
        }
        #expect(invocation.command.name == name)
        #expect(invocation.values.pairs == values)
        #expect(invocation.dataDirectory == directory)
    }

    @Test func theEnvironmentNamesTheDirectory() {
        let environment = Environment(["CHATSERVER_DATA": "/elsewhere"])
        guard
            case .admin(let invocation) = CommandLineReader.read(arguments: ["user", "list"], environment: environment)
        else {
            Issue.record("it is no command")
            return
        }
        #expect(invocation.dataDirectory == "/elsewhere")
    }

    @Test(arguments: [
        ["user"], ["user", "add"], ["user", "add", "a", "b"], ["user", "add", "ada", "--none"], ["invite", "--uses"],
        ["user", "list", "--generate"], ["user", "list", "--data", "a", "--data", "b"],
    ]) func mistakesAreSentences(arguments: [String]) {
        guard case .wrong(let sentence) = CommandLineReader.read(arguments: arguments, environment: empty) else {
            Issue.record("it is no mistake")
            return
        }
        #expect(sentence.contains("--help"))
    }

    @Test(arguments: AdminCommand.all.map(\.name)) func everyCommandHasHelp(name: String) {
        let words = name.split(separator: " ").map(String.init)
        for arguments in [words + ["--help"], ["help"] + words] {
            guard case .help(let text) = CommandLineReader.read(arguments: arguments, environment: empty) else {
                Issue.record("there is no help")
                return
            }
            #expect(text.hasPrefix("Usage: chatserver \(name)"))
        }
        #expect(Help.main.contains("\n  \(name)"))
    }

    // MARK: What they do

    private func makeDesk(_ store: MemoryStore) -> AdminDesk {
        AdminDesk(
            reader: store, passwords: PasswordDesk(parameters: Scrypt(logN: 4), cryptography: .openSSL)
        ) { (draft) throws(AdminProblem) in
            do throws(StoreError) {
                return try store.append([draft], at: WallTime(milliseconds: 1_000)).outcomes[0]
            } catch {
                throw AdminProblem(error.description)
            }
        }
    }

    private func answer(_ desk: AdminDesk, _ line: String) -> JSONValue? {
        try? JSONValue(parsing: desk.answer(Array(line.utf8)))
    }

    @Test func accountsAreMadeAndChanged() throws {
        let store = MemoryStore()
        let desk = makeDesk(store)
        let added = answer(
            desk, #"{"command":"user add","values":{"name":"Ada","password":"correct horse","admin":"true"}}"#)
        #expect(added?["output"]?.string == "added the administrator Ada, id 1\n")
        let account = try #require(store.account(login: "ada"))
        #expect(account.user.isAdmin && account.user.username == "Ada")
        let hash = try #require(account.credential.flatMap { PasswordHash($0) })
        #expect(hash.isOf(Array("correct horse".utf8)) == true)
        let listed = answer(desk, #"{"command":"user list","values":{}}"#)?["output"]?.string
        #expect(listed?.contains("\tAda\t") == true && listed?.contains("\tadmin\t") == true)
        let other = answer(desk, #"{"command":"user password","values":{"name":"ada","password":"another horse"}}"#)
        #expect(other?["output"] != nil)
        #expect(store.account(login: "ada")?.credential != account.credential)
        #expect(answer(desk, #"{"command":"user admin","values":{"name":"ada","revoke":"true"}}"#)?["output"] != nil)
        #expect(store.account(login: "ada")?.user.isAdmin == false)
        #expect(answer(desk, #"{"command":"user delete","values":{"name":"ada"}}"#)?["output"] != nil)
        #expect(store.account(login: "ada") == nil)
    }

    @Test func invitationsAreStoredAsHashes() throws {
        let store = MemoryStore()
        let desk = makeDesk(store)
        let output = answer(desk, #"{"command":"invite","values":{}}"#)?["output"]?.string
        let token = try #require(output).dropFirst("/#invite=".count).dropLast()
        let hash = Invitation.hash(of: String(token), using: .openSSL)
        #expect(store.isInvitation(tokenHash: hash, at: Clock.wallTime()))
        #expect(!store.isInvitation(tokenHash: Array(token.utf8), at: Clock.wallTime()))
        desk.publicURL = Origin("https://chat.example")
        let link = answer(desk, #"{"command":"invite","values":{}}"#)?["output"]?.string
        #expect(link?.hasPrefix("https://chat.example/#invite=") == true)
    }

    @Test(arguments: [
        "", "x", "[]", #"{"command":"user add"}"#, #"{"command":"nothing","values":{}}"#,
        #"{"command":"user add","values":{}}"#,
        #"{"command":"user add","values":{"name":"a","password":"correct horse"}}"#,
        #"{"command":"user add","values":{"name":"ada","password":"short"}}"#,
        #"{"command":"user delete","values":{"name":"nobody"}}"#, #"{"command":"invite","values":{"uses":"0"}}"#,
        #"{"command":"invite","values":{"days":"x"}}"#,
    ]) func whatCannotBeDoneIsAProblem(line: String) {
        let answer = answer(makeDesk(MemoryStore()), line)
        #expect(answer?["problem"]?.string?.isEmpty == false)
        #expect(answer?["output"] == nil)
    }
}
