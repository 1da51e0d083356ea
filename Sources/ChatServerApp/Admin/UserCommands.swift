import ChatDomain
import ChatHub
import ChatStore

/// Accounts, as who runs the server sees to them.
extension AdminCommand {
    static let userCommands = [addUser, listUsers, setPassword, setAdmin, deleteUser]

    private static let addUser = AdminCommand(
        words: ["user", "add"], positions: ["name"],
        options: [
            Option(name: "admin", placeholder: "", help: "may administer the server"),
            Option(name: "display", placeholder: "NAME", help: "the name that others see (the user name)"),
        ],
        help: "Makes an account. The password is asked for, or read from standard input.", takesNewPassword: true
    ) { (values, desk) throws(AdminProblem) in
        let login = try checked(Names.login, values.string("name"))
        let displayName = try checked(Names.displayName, values["display"] ?? login)
        let hash = try desk.hash(values.string("password"))
        var random = SystemRandomNumberGenerator()
        let account = NewAccount(
            handle: MessageKey(at: Clock.wallTime(), using: &random).description, login: login,
            displayName: displayName, credential: hash, isAdmin: values.has("admin"))
        guard case .user(let user) = try desk.submit(.register(account, session: nil, invite: nil)) else {
            throw AdminProblem("The database gave no user back.")
        }
        return "added \(user.isAdmin ? "the administrator" : "the user") \(login), id \(user.id.rawValue)\n"
    }

    private static let listUsers = AdminCommand(
        words: ["user", "list"], positions: [], options: [],
        help: "Lists the accounts by user name: id, user name, since when, what they may, display name."
    ) { (_, desk) throws(AdminProblem) in
        let users = try desk.ask { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.users(matching: "", limit: 100_000)
        }
        var text = ""
        for user in users {
            let role = user.isAdmin ? "admin" : "user"
            text += "\(user.id.rawValue)\t\(user.login ?? "")\t\(user.createdAt)\t\(role)\t\(escaped(user.username))\n"
        }
        return text
    }

    private static let setPassword = AdminCommand(
        words: ["user", "password"], positions: ["name"], options: [],
        help: "Sets the password of an account, and ends all of its sessions.", takesNewPassword: true
    ) { (values, desk) throws(AdminProblem) in
        let account = try desk.account(named: values.string("name"))
        let hash = try desk.hash(values.string("password"))
        try desk.submit(.setCredential(account.user.id, old: nil, new: hash, keeping: nil))
        return "set the password of \(account.user.login ?? "")\n"
    }

    private static let setAdmin = AdminCommand(
        words: ["user", "admin"], positions: ["name"],
        options: [Option(name: "revoke", placeholder: "", help: "takes the right away again")],
        help: "Lets somebody administer the server."
    ) { (values, desk) throws(AdminProblem) in
        let account = try desk.account(named: values.string("name"))
        try desk.submit(.setAdmin(account.user.id, !values.has("revoke")))
        let state = values.has("revoke") ? "is no administrator" : "is an administrator"
        return "\(account.user.login ?? "") \(state)\n"
    }

    private static let deleteUser = AdminCommand(
        words: ["user", "delete"], positions: ["name"], options: [],
        help: "Deletes an account. Messages stay, as those of a deleted user."
    ) { (values, desk) throws(AdminProblem) in
        let account = try desk.account(named: values.string("name"))
        try desk.submit(.delete(account.user.id, credential: nil))
        return "deleted \(account.user.login ?? "")\n"
    }

    private static func checked(
        _ rule: (String) throws(NameError) -> String, _ text: String
    ) throws(AdminProblem) -> String {
        do throws(NameError) {
            return try rule(text)
        } catch {
            throw AdminProblem(error.description)
        }
    }
}
