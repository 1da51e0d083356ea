import ChatHub
import Glibc

/// From arguments and environment to what to do.
enum CommandLineReader {
    enum Result {
        case help(String)
        /// A sentence about what is wrong, or several, each in its line.
        case wrong(String)
        case serve(ServerConfiguration)
        /// To say whether one could serve so.
        case check(ServerConfiguration)
        case key(KeyCommand)
        case admin(AdminInvocation)
        case local(LocalInvocation)
    }

    static func read(arguments: [String], environment: Environment) -> Result {
        guard let command = arguments.first else { return .wrong("give a command: \(Help.hint)") }
        let rest = Array(arguments.dropFirst())
        switch command {
        case "--help", "-h": return .help(Help.main)
        case "help":
            guard let topic = rest.first, !isHelp(topic) else { return .help(Help.main) }
            return help(of: rest) ?? unknown(rest.joined(separator: " "))
        case "--version", "-V": return .help(Versions.text)
        case "version": return rest.contains(where: isHelp) ? .help(Help.versionUsage) : .help(Versions.text)
        default:
            if rest.contains(where: isHelp), let help = help(of: arguments) { return help }
            let group = AdminCommand.group(command)
            if rest.isEmpty, !group.isEmpty {
                let verbs = group.map { $0.words[1] }.joined(separator: ", ")
                return .wrong("\(command) takes one of \(verbs): 'chatserver \(command) --help' shows what they do.")
            }
        }
        if command == "serve" || command == "check" {
            let reader = ConfigurationReader(arguments: rest, environment: environment)
            guard reader.problems.isEmpty else { return .wrong(reader.problems.joined(separator: "\n")) }
            return command == "serve" ? .serve(reader.configuration) : .check(reader.configuration)
        }
        if let sentence = environment.mistake { return .wrong(sentence) }
        do throws(UsageError) {
            switch command {
            case "key": return .key(try KeyCommand.read(rest, environment))
            default:
                if let command = LocalCommand.find(arguments) {
                    let values = try command.syntax.values(from: Array(arguments.dropFirst(command.syntax.words.count)))
                    try command.check(values)
                    return .local(LocalInvocation(command: command, values: values))
                }
                guard let command = AdminCommand.find(arguments) else { return unknown(named(arguments)) }
                return admin(command, Array(arguments.dropFirst(command.words.count)), environment)
            }
        } catch {
            return .wrong(error.sentence)
        }
    }

    static func isHelp(_ argument: String) -> Bool { argument == "--help" || argument == "-h" }

    /// The help of the command that the arguments begin with; nil where there is none.
    private static func help(of arguments: [String]) -> Result? {
        if let command = AdminCommand.find(arguments) { return .help(command.usage) }
        if let command = LocalCommand.find(arguments) { return .help(command.syntax.usage) }
        switch arguments.first {
        case "serve": return .help(Help.serve)
        case "check": return .help(Help.check)
        case "key": return .help(KeyCommand.help)
        case "version": return .help(Help.versionUsage)
        case "help": return .help(Help.main)
        case let word?:
            let group = AdminCommand.group(word)
            let isWhole = arguments.count == 1 || isHelp(arguments[1])
            return group.isEmpty || !isWhole ? nil : .help(AdminCommand.usage(of: group))
        case nil: return nil
        }
    }

    /// As much of the arguments as names a command.
    private static func named(_ arguments: [String]) -> String {
        let hasGroup = arguments.count > 1 && !AdminCommand.group(arguments[0]).isEmpty
        return hasGroup ? "\(arguments[0]) \(arguments[1])" : arguments[0]
    }

    private static func unknown(_ command: String) -> Result {
        let names =
            ["serve", "key", "user", "version", "help"] + AdminCommand.all.map(\.name)
            + LocalCommand.all.map(\.syntax.name)
        return .wrong("there is no command '\(command)'\(SimilarName.hint(command, among: names)) \(Help.hint)")
    }

    private static func admin(
        _ command: AdminCommand, _ arguments: [String], _ environment: Environment
    ) -> Result {
        if arguments.contains(where: isHelp) { return .help(command.usage) }
        do throws(UsageError) {
            var values = try command.values(from: arguments)
            let directory = values["data"] ?? environment.value(of: "CHATSERVER_DATA") ?? "./data"
            values["data"] = nil
            return .admin(AdminInvocation(command: command, values: values, dataDirectory: directory))
        } catch {
            return .wrong(error.sentence)
        }
    }
}

/// What is wrong with the command line.
struct UsageError: Error {
    let sentence: String
}
