import ChatHub
import Glibc

/// From arguments and environment to what to do.
enum CommandLineReader {
    enum Result {
        case help(String)
        /// A sentence about what is wrong.
        case wrong(String)
        case serve(ServerConfiguration)
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
        if let sentence = environment.mistake { return .wrong(sentence) }
        do throws(UsageError) {
            switch command {
            case "serve": return .serve(try serve(rest, environment))
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

    /// Environment first, then flags: a flag beats, and for a repeated one replaces, what the environment says.
    private static func serve(
        _ arguments: [String], _ environment: Environment
    ) throws(UsageError) -> ServerConfiguration {
        let flags = try readFlags(arguments)
        var configuration = ServerConfiguration()
        for flag in ServeFlag.all {
            if let given = flags[flag.name] {
                for value in given { try flag.apply(value, &configuration) }
                continue
            }
            guard let text = environment.value(of: flag.variable), !text.isEmpty else { continue }
            let values = flag.repeats ? text.split(separator: ",").map { String(trimming($0)) } : [text]
            do throws(UsageError) {
                for value in values where !value.isEmpty { try flag.apply(value, &configuration) }
            } catch {
                throw UsageError(sentence: "\(flag.variable): \(error.sentence)")
            }
        }
        if configuration.expectsProxyProtocol, configuration.trustedProxies.isEmpty {
            throw UsageError(sentence: "--proxy-protocol needs --trust-proxy: which peers send such a head?")
        }
        if configuration.backupEveryMs == nil, configuration.backupKeep != nil || configuration.backupDirectory != nil {
            throw UsageError(sentence: "--keep and --backup-dir need --every: how often is a backup to be made?")
        }
        if configuration.backupEveryMs != nil, configuration.store == .memory {
            throw UsageError(sentence: "--every has nothing to save with --store memory.")
        }
        return configuration
    }

    private static func readFlags(_ arguments: [String]) throws(UsageError) -> [String: [String]] {
        var values: [String: [String]] = [:]
        var index = 0
        while index < arguments.count {
            let argument = arguments[index]
            index += 1
            let name = String(argument.prefix { $0 != "=" })
            guard argument.hasPrefix("--"), let flag = ServeFlag.all.first(where: { $0.name == name }) else {
                let hint = SimilarName.hint(name, among: ServeFlag.all.map(\.name))
                throw UsageError(sentence: "there is no flag '\(argument)' for serve\(hint) \(Help.serveHint)")
            }
            let value: String
            if name.count < argument.count {
                value = String(argument.dropFirst(name.count + 1))
            } else if !flag.takesValue {
                value = "true"
            } else if index < arguments.count {
                value = arguments[index]
                index += 1
            } else {
                throw UsageError(sentence: "the flag \(name) needs a value: \(Help.serveHint)")
            }
            guard flag.repeats || values[name] == nil else {
                throw UsageError(sentence: "the flag \(name) is given twice, and takes one value: \(Help.serveHint)")
            }
            values[name, default: []].append(value)
        }
        return values
    }

    private static func trimming(_ text: Substring) -> Substring {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// What is wrong with the command line.
struct UsageError: Error {
    let sentence: String
}
