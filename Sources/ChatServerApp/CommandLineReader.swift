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
    }

    static func read(arguments: [String], environment: Environment) -> Result {
        guard let command = arguments.first else { return .wrong("give a command: \(Help.hint)") }
        let rest = Array(arguments.dropFirst())
        switch command {
        case "--help", "-h": return .help(Help.main)
        case "help":
            guard let topic = rest.first, topic != "--help", topic != "-h" else { return .help(Help.main) }
            if topic == "key" { return .help(KeyCommand.help) }
            if let command = AdminCommand.find(rest) { return .help(command.usage) }
            return topic == "serve" ? .help(Help.serve) : .wrong("there is no command '\(topic)': \(Help.hint)")
        case "--version": return .help("chatserver \(Help.version)\n")
        case "serve":
            if rest.contains("--help") || rest.contains("-h") { return .help(Help.serve) }
            do throws(UsageError) {
                return .serve(try serve(rest, environment))
            } catch {
                return .wrong(error.sentence)
            }
        case "key":
            if rest.contains("--help") || rest.contains("-h") { return .help(KeyCommand.help) }
            do throws(UsageError) {
                return .key(try KeyCommand.read(rest, environment))
            } catch {
                return .wrong(error.sentence)
            }
        default:
            guard let command = AdminCommand.find(arguments) else {
                return .wrong("there is no command '\(command)': \(Help.hint)")
            }
            return admin(command, Array(arguments.dropFirst(command.words.count)), environment)
        }
    }

    private static func admin(
        _ command: AdminCommand, _ arguments: [String], _ environment: Environment
    ) -> Result {
        if arguments.contains("--help") || arguments.contains("-h") { return .help(command.usage) }
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
                throw UsageError(sentence: "there is no flag '\(argument)' for serve: \(Help.serveHint)")
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
            if flag.repeats { values[name, default: []].append(value) } else { values[name] = [value] }
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

/// The process's environment, or one made for a test.
struct Environment: Sendable {
    private let lookUp: @Sendable (String) -> String?

    static let process = Environment { name in
        // The string is copied at once; nothing in this process changes its environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    init(_ lookUp: @escaping @Sendable (String) -> String?) { self.lookUp = lookUp }

    func value(of name: String) -> String? { lookUp(name) }
}
