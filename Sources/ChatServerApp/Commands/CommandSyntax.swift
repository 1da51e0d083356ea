/// How a command is typed: its words, the values behind them, its flags. Help, completion and the man page are made of it.
struct CommandSyntax: Sendable {
    /// As they are typed.
    let words: [String]
    /// The names of the values that stand behind the words, in order; each must be given, but for those in brackets.
    let positions: [String]
    let options: [Option]
    let help: String

    struct Option: Sendable {
        /// Without the dashes.
        let name: String
        /// What stands for the value in the help; empty for a switch.
        let placeholder: String
        let help: String
    }

    var name: String { words.joined(separator: " ") }

    /// The first sentence of the help, without its end.
    var summary: String { String(help.prefix { $0 != "." && $0 != ":" }) }

    /// What stands behind `chatserver` in the help, without the flags.
    var synopsis: String { ([name] + positions.map { $0.uppercased() }).joined(separator: " ") }

    var usage: String {
        var text = "Usage: chatserver \(synopsis) [FLAGS]\n\n\(help)\n\n"
        for option in options {
            let left = option.placeholder.isEmpty ? "--\(option.name)" : "--\(option.name) \(option.placeholder)"
            text += Help.row(left, option.help)
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
            guard let option = options.first(where: { $0.name == name }) else {
                let hint = SimilarName.find("--\(name)", among: options.map { "--\($0.name)" })
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
        if let missing = left.first(where: { !$0.hasPrefix("[") }) { throw wrong("needs a \(missing)") }
        return values
    }

    func wrong(_ what: String) -> UsageError {
        UsageError(sentence: "'\(name)' \(what): 'chatserver \(name) --help' shows its flags.")
    }
}
