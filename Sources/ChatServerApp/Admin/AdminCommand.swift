/// A command for who runs the server: `chatserver user add ada`. It is carried out by the running server, or, where none
/// runs, by the command's own process with the database open.
///
/// To add one, write it beside the others and name it in `all`.
struct AdminCommand: Sendable {
    /// As they are typed.
    let words: [String]
    /// The names of the values that stand behind the words, in order; each must be given.
    let positions: [String]
    let options: [Option]
    let help: String
    /// A new password is asked for, or made with `--generate`, before the command is carried out.
    var takesNewPassword = false
    /// Returns what is to be printed.
    let run: @Sendable (AdminValues, AdminDesk) throws(AdminProblem) -> String

    typealias Option = CommandSyntax.Option

    static let all: [AdminCommand] = userCommands + [invite]

    var name: String { words.joined(separator: " ") }

    /// Every option that the command knows, with those that all have.
    var allOptions: [Option] {
        var all = options
        if takesNewPassword {
            all.append(Option(name: "generate", placeholder: "", help: "makes a password, and prints it"))
        }
        all.append(Option(name: "data", placeholder: "DIR", help: "directory of the database (./data)"))
        all.append(Option(name: "create", placeholder: "", help: "makes directory and database where there are none"))
        return all
    }

    /// The commands that begin with a word but have another one behind it, as `user` does.
    static func group(_ word: String) -> [AdminCommand] { all.filter { $0.words.count > 1 && $0.words[0] == word } }

    /// What `chatserver user` prints.
    static func usage(of group: [AdminCommand]) -> String {
        let word = group.first?.words.first ?? ""
        var text = "Usage: chatserver \(word) COMMAND [FLAGS]\n\n"
        for command in group {
            let left = ([command.name] + command.positions.map { $0.uppercased() }).joined(separator: " ")
            text += "  \(left)\(String(repeating: " ", count: max(1, 30 - left.count)))\(command.summary)\n"
        }
        return text + "\n'chatserver \(word) COMMAND --help' shows the flags of a command.\n"
    }

    /// How it is typed.
    var syntax: CommandSyntax { CommandSyntax(words: words, positions: positions, options: allOptions, help: help) }

    var summary: String { syntax.summary }
    var usage: String { syntax.usage }

    /// The command that the arguments begin with.
    static func find(_ arguments: [String]) -> AdminCommand? { all.first { arguments.starts(with: $0.words) } }

    /// Reads what stands behind the words.
    func values(from arguments: [String]) throws(UsageError) -> AdminValues { try syntax.values(from: arguments) }
}

/// What a command was given, by name.
struct AdminValues: Equatable, Sendable {
    private(set) var pairs: [String: String] = [:]

    subscript(_ name: String) -> String? {
        get { pairs[name] }
        set { pairs[name] = newValue }
    }

    /// Whether a switch is on.
    func has(_ name: String) -> Bool { pairs[name].map { $0 != "false" } ?? false }

    func string(_ name: String) throws(AdminProblem) -> String {
        guard let value = pairs[name] else { throw AdminProblem("The \(name) is missing.") }
        return value
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(AdminProblem) -> Int? {
        guard let text = pairs[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw AdminProblem(
                "--\(name) takes a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'.")
        }
        return number
    }
}

/// Why a command was not carried out: a sentence for whoever gave it.
struct AdminProblem: Error, Equatable {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }
}
