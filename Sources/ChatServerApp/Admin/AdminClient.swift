import ChatDomain
import ChatHub
import ChatStore
import Glibc

/// A command as it was typed.
struct AdminInvocation: Equatable {
    let command: AdminCommand
    var values: AdminValues
    let dataDirectory: String

    static func == (a: AdminInvocation, b: AdminInvocation) -> Bool {
        a.command.name == b.command.name && a.values == b.values && a.dataDirectory == b.dataDirectory
    }
}

/// The end of a command that somebody types at: asks the running server, or opens the database where none runs.
enum AdminClient {
    private static let answerBytesMax = 64 << 20

    /// - Returns: the exit code.
    static func run(_ invocation: AdminInvocation) -> Int32 {
        do throws(StartError) {
            var invocation = invocation
            var generated: String?
            if invocation.command.takesNewPassword {
                if invocation.values.has("generate") {
                    generated = Invitation.makePassword(using: .openSSL)
                    invocation.values["password"] = generated
                } else {
                    invocation.values["password"] = try PasswordPrompt.ask()
                }
            }
            let creates = invocation.values.has("create")
            invocation.values["create"] = nil
            if creates {
                try DataDirectory.make(invocation.dataDirectory)
            } else {
                try DataDirectory.require(invocation.dataDirectory, holding: DataDirectory.databaseName)
            }
            let line = AdminDesk.request(invocation.command, invocation.values)
            let answer = try ask(line, in: invocation.dataDirectory)
            if let problem = answer["problem"]?.string { throw StartError(problem) }
            let output = answer["output"]?.string ?? ""
            do throws(StartError) {
                try standardOutput(output + (generated.map { "password: \($0)\n" } ?? ""))
            } catch {
                // It is done, and nobody can find the password out.
                let advice = generated == nil ? "" : " The password counts all the same: set another one."
                throw StartError("\(error.description) What was asked for is done.\(advice)")
            }
            return 0
        } catch {
            standardError("chatserver: \(error.description)\n")
            return ExitCode.failure
        }
    }

    private static func ask(_ line: [UInt8], in directory: String) throws(StartError) -> JSONValue {
        var answer = try askServer(line, in: directory)
        if answer == nil { answer = try carryOut(line, in: directory) }
        guard let answer, let json = try? JSONValue(parsing: answer, valuesMax: 1_000) else {
            throw StartError("The server's answer cannot be read.")
        }
        return json
    }

    /// nil where no server runs.
    private static func askServer(_ line: [UInt8], in directory: String) throws(StartError) -> [UInt8]? {
        guard let socket = try UnixSocket.connect(to: directory + "/admin.sock") else { return nil }
        guard socket.write(line), let answer = socket.readLine(bytesMax: answerBytesMax) else {
            throw StartError("The server has ended before it could answer.")
        }
        return answer
    }

    private static func carryOut(_ line: [UInt8], in path: String) throws(StartError) -> [UInt8] {
        let directory = try DataDirectory(path)
        do throws(StoreError) {
            let store = try SQLiteStore(path: directory.databasePath)
            defer { store.close() }
            let desk = AdminDesk(
                reader: try store.makeReader(),
                passwords: PasswordDesk(parameters: Scrypt(), cryptography: .openSSL)
            ) { (draft) throws(AdminProblem) in
                do throws(StoreError) {
                    return try store.append([draft], at: Clock.wallTime()).outcomes.first ?? .refused(.unavailable)
                } catch {
                    throw AdminProblem("The database cannot be written: \(error.description)")
                }
            }
            return desk.answer(line)
        } catch {
            throw StartError(error.description)
        }
    }
}
