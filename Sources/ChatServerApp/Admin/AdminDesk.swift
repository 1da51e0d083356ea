import ChatDomain
import ChatHub
import ChatStore
import HTTPCore

/// Carries out commands, for one thread: in the running server, or in a process of its own.
final class AdminDesk {
    let passwords: PasswordDesk
    /// Where clients find the server, if it was told.
    var publicURL: Origin?
    private let reader: any ChatStoreReader
    private let apply: (Draft) throws(AdminProblem) -> Outcome

    /// - Parameter apply: has the store apply a draft, and waits for the outcome.
    init(
        reader: any ChatStoreReader, passwords: PasswordDesk,
        apply: @escaping (Draft) throws(AdminProblem) -> Outcome
    ) {
        self.reader = reader
        self.passwords = passwords
        self.apply = apply
    }

    // MARK: For commands

    func ask<T>(_ body: (borrowing any ChatStoreReader) throws(StoreError) -> T) throws(AdminProblem) -> T {
        do throws(StoreError) {
            return try body(reader)
        } catch {
            throw AdminProblem("The database cannot be read: \(error.description)")
        }
    }

    @discardableResult
    func submit(_ draft: AccountDraft) throws(AdminProblem) -> Outcome {
        let outcome = try apply(.account(draft))
        guard case .refused(let refusal) = outcome else { return outcome }
        switch refusal {
        case .loginTaken: throw AdminProblem("This user name is taken.")
        case .phoneTaken: throw AdminProblem("This phone number is taken.")
        case .unknownUser: throw AdminProblem("There is no such user.")
        case .unavailable: throw AdminProblem("The database cannot take this just now.")
        default: throw AdminProblem("The database has refused this.")
        }
    }

    func account(named login: String) throws(AdminProblem) -> Account {
        let account = try ask { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.account(login: login)
        }
        guard let account else { throw AdminProblem("There is no user '\(login)'.") }
        return account
    }

    func hash(_ password: String) throws(AdminProblem) -> String {
        guard (8...1_024).contains(password.utf8.count) else {
            throw AdminProblem("A password has 8 to 1,024 bytes.")
        }
        guard case .hash(let hash) = passwords.perform(.hashPassword(Array(password.utf8))) else {
            throw AdminProblem("There is not enough memory to hash the password.")
        }
        return hash
    }

    // MARK: The protocol

    /// Carries out what one line says, `{"command":"user add","values":{"name":"ada"}}`.
    ///
    /// - Returns: a line, `{"output":"…"}` or `{"problem":"…"}`.
    func answer(_ line: [UInt8]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        do throws(AdminProblem) {
            let output = try carryOut(line)
            json.member("output", output)
        } catch {
            json.member("problem", error.sentence)
        }
        json.endObject()
        return json.takeBytes() + [UInt8(ascii: "\n")]
    }

    private func carryOut(_ line: [UInt8]) throws(AdminProblem) -> String {
        guard let request = try? JSONValue(parsing: line), let name = request["command"]?.string,
            let members = request["values"]?.object
        else { throw AdminProblem("The request is malformed.") }
        guard let command = AdminCommand.all.first(where: { $0.name == name }) else {
            throw AdminProblem("The running server does not know the command '\(name)'.")
        }
        var values = AdminValues()
        for member in members { values[member.key] = member.value.string }
        return try command.run(values, self)
    }

    /// The line that asks for a command.
    static func request(_ command: AdminCommand, _ values: AdminValues) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("command", command.name)
        json.key("values")
        json.beginObject()
        for (name, value) in values.pairs {
            json.key(text: name)
            json.value(value)
        }
        json.endObject()
        json.endObject()
        return json.takeBytes() + [UInt8(ascii: "\n")]
    }
}
