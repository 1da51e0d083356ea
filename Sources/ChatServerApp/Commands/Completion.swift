/// What shells complete, made from the table of commands.
enum Completion: String, CaseIterable {
    case bash, zsh, fish

    var script: String {
        switch self {
        case .bash: Self.bashScript
        case .zsh: Self.zshScript
        case .fish: Self.fishScript
        }
    }

    private static var commands: [CommandSyntax] { CommandTable.all }

    /// The first words, none twice.
    private static var firstWords: [String] {
        var words: [String] = []
        for command in commands where !words.contains(command.words[0]) { words.append(command.words[0]) }
        return words
    }

    /// Of a command with two words, what may stand behind the first.
    private static func secondWords(_ first: String) -> [String] {
        commands.filter { $0.words[0] == first && $0.words.count > 1 }.map { $0.words[1] }
    }

    private static func isPath(_ option: CommandSyntax.Option) -> Bool {
        option.placeholder == "FILE" || option.placeholder == "DIR"
    }

    // MARK: bash

    private static var bashScript: String {
        var text = """
            # bash completion for chatserver
            _chatserver() {
                local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
                COMPREPLY=()
                case "$before" in
                \(pathFlags.joined(separator: "|")))
                    COMPREPLY=($(compgen -f -- "$word")); return ;;
                esac
                if [ "$COMP_CWORD" -eq 1 ]; then
                    COMPREPLY=($(compgen -W "\(firstWords.joined(separator: " "))" -- "$word")); return
                fi
                case "${COMP_WORDS[1]} ${COMP_WORDS[2]}" in

            """
        // Those with two words first: the others take whatever stands behind theirs.
        for command in commands.sorted(by: { $0.words.count > $1.words.count }) {
            let flags = (command.options.map { "--\($0.name)" } + ["--help"]).joined(separator: " ")
            let pattern = command.words.count > 1 ? "\"\(command.name)\"" : "\"\(command.name) \"*"
            text += "    \(pattern)) COMPREPLY=($(compgen -W \"\(flags)\" -- \"$word\")) ;;\n"
        }
        for first in firstWords where !secondWords(first).isEmpty {
            let words = secondWords(first).joined(separator: " ")
            text += "    \"\(first) \"*) COMPREPLY=($(compgen -W \"\(words)\" -- \"$word\")) ;;\n"
        }
        return text + """
                esac
                [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$word"))
            }
            complete -F _chatserver chatserver

            """
    }

    private static var pathFlags: [String] {
        var names: [String] = []
        for option in commands.flatMap(\.options) where isPath(option) && !names.contains("--\(option.name)") {
            names.append("--\(option.name)")
        }
        return names
    }

    // MARK: zsh

    private static var zshScript: String {
        var text = """
            #compdef chatserver
            _chatserver() {
                if (( CURRENT == 2 )); then
                    compadd -- \(firstWords.joined(separator: " ")); return
                fi
                case "$words[2] $words[3]" in

            """
        for command in commands.sorted(by: { $0.words.count > $1.words.count }) {
            let pattern = command.words.count > 1 ? "\"\(command.name)\"" : "\"\(command.name) \"*"
            text += "    \(pattern))\n        _arguments"
            for option in command.options {
                let help = option.help.flatMap { "[]:'\\".contains($0) ? "" : String($0) }
                let value =
                    option.placeholder.isEmpty
                    ? "" : ":\(option.placeholder.filter { $0.isLetter }):" + (isPath(option) ? "_files" : "")
                text += " \\\n            '*--\(option.name)\(value.isEmpty ? "" : "=")[\(help)]\(value)'"
            }
            text += " \\\n            '*:file:_files' ;;\n"
        }
        for first in firstWords where !secondWords(first).isEmpty {
            text += "    \"\(first) \"*) compadd -- \(secondWords(first).joined(separator: " ")) ;;\n"
        }
        return text + """
                esac
            }
            if [ "$funcstack[1]" = "_chatserver" ]; then _chatserver "$@"; else compdef _chatserver chatserver; fi

            """
    }

    // MARK: fish

    private static var fishScript: String {
        var text = "# fish completion for chatserver\n"
        func quoted(_ text: String) -> String {
            "'" + text.flatMap { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) } + "'"
        }
        for first in firstWords {
            let summary = commands.first { $0.name == first }?.summary ?? secondWords(first).joined(separator: ", ")
            text += "complete -c chatserver -n __fish_use_subcommand -f -a \(first) -d \(quoted(summary))\n"
        }
        for command in commands {
            let seen = "'" + command.words.map { "__fish_seen_subcommand_from \($0)" }.joined(separator: "; and ") + "'"
            if command.words.count > 1 {
                let others = secondWords(command.words[0]).joined(separator: " ")
                text +=
                    "complete -c chatserver -n '__fish_seen_subcommand_from \(command.words[0]); and not "
                    + "__fish_seen_subcommand_from \(others)' -f -a \(command.words[1]) -d \(quoted(command.summary))\n"
            }
            for option in command.options {
                let value = option.placeholder.isEmpty ? "" : isPath(option) ? " -r" : " -x"
                text += "complete -c chatserver -n \(seen) -l \(option.name)\(value) -d \(quoted(option.help))\n"
            }
        }
        return text
    }
}

extension LocalCommand {
    static let completion = LocalCommand(
        syntax: CommandSyntax(
            words: ["completion"], positions: ["shell"], options: [],
            help: "Prints what a shell completes: for bash, zsh or fish."),
        check: { (values) throws(UsageError) in
            guard Completion(rawValue: values["shell"] ?? "") == nil else { return }
            let names = Completion.allCases.map(\.rawValue).joined(separator: ", ")
            throw UsageError(sentence: "completion takes one of \(names), not '\(values["shell"] ?? "")'.")
        }
    ) { (values) throws(StartError) in Completion(rawValue: values["shell"] ?? "")?.script ?? "" }

    static let manual = LocalCommand(
        syntax: CommandSyntax(
            words: ["man"], positions: [], options: [], help: "Prints the man page: chatserver man | man -l -.")
    ) { (_) throws(StartError) in ManPage.text }
}
