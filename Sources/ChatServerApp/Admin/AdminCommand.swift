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

    struct Option: Sendable {
        /// Without the dashes.
        let name: String
        /// What stands for the value in the help; empty for a switch.
        let placeholder: String
        let help: String
    }

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

    /// The first sentence of the help, without its end.
    var summary: String { String(help.prefix { $0 != "." && $0 != ":" }) }

    /// The command that the arguments begin with.
    static func find(_ arguments: [String]) -> AdminCommand? { all.first { arguments.starts(with: $0.words) } }

    var usage: String {
        var text = "Usage: chatserver \(name)"
        for position in positions { text += " \(position.uppercased())" }
        text += " [FLAGS]\n\n\(help)\n\n"
        for option in allOptions {
            let left = option.placeholder.isEmpty ? "--\(option.name)" : "--\(option.name) \(option.placeholder)"
            text += "  \(left)\(String(repeating: " ", count: max(1, 30 - left.count)))\(option.help)\n"
        }
        return text
    }

    /// Reads what stands behind the words.
    func values(from arguments: [String]) throws(UsageError) -> AdminValues {
        var values = AdminValues()
        var left = positions[...]
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            guard argument.hasPrefix("--") else {
                guard let position = left.popFirst() else { throw wrong("has no use for '\(argument)'") }
                values[position] = argument
                continue
            }
            let name = String(argument.dropFirst(2).prefix { $0 != "=" })
            guard let option = allOptions.first(where: { $0.name == name }) else {
                let hint = SimilarName.find("--\(name)", among: allOptions.map { "--\($0.name)" })
                throw wrong("has no flag '\(argument)'\(hint.map { ", perhaps '\($0)'" } ?? "")")
            }
            guard values[name] == nil else { throw wrong("takes --\(name) once") }
            if argument.utf8.count > name.utf8.count + 2 {
                values[name] = String(argument.dropFirst(name.count + 3))
            } else if option.placeholder.isEmpty {
                values[name] = "true"
            } else {
                guard index < arguments.count else { throw wrong("needs a value for --\(name)") }
                values[name] = arguments[index]
                index += 1
            }
        }
        if let missing = left.first { throw wrong("needs a \(missing)") }
        return values
    }

    private func wrong(_ what: String) -> UsageError {
        UsageError(sentence: "'\(name)' \(what): 'chatserver \(name) --help' shows its flags.")
    }
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
