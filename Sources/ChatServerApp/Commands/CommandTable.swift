import ChatHub

/// All commands and their flags, in the order of the help. Completion and the man page are made of it, and so the same
/// as what is read.
enum CommandTable {
    static var all: [CommandSyntax] {
        [serve, check] + AdminCommand.all.map(\.syntax) + KeyCommand.syntaxes + LocalCommand.all.map(\.syntax)
            + [version, help]
    }

    private static var serveOptions: [CommandSyntax.Option] {
        ServeFlag.all.map {
            CommandSyntax.Option(name: String($0.name.dropFirst(2)), placeholder: $0.placeholder, help: $0.help)
        }
    }

    private static var serve: CommandSyntax {
        CommandSyntax(
            words: ["serve"], positions: [], options: serveOptions,
            help: "Serves HTTP and WebSocket until it is stopped.")
    }

    private static var check: CommandSyntax {
        CommandSyntax(
            words: ["check"], positions: [], options: serveOptions,
            help: "Says ok, or everything that is wrong with the configuration, without serving.")
    }

    private static let version = CommandSyntax(
        words: ["version"], positions: [], options: [],
        help: "Prints the version, the state of the sources, and the versions of the libraries that are used.")

    private static let help = CommandSyntax(
        words: ["help"], positions: ["[command]"], options: [], help: "Shows the help of a command.")
}

extension KeyCommand {
    private static let directory = CommandSyntax.Option(
        name: "data", placeholder: "DIR", help: "the server's data directory (./data, or CHATSERVER_DATA)")

    static let syntaxes = [
        CommandSyntax(
            words: ["key", "add"], positions: [],
            options: [
                .init(name: "publish", placeholder: "PATTERN", help: "topics that the key may publish to"),
                .init(name: "feeds", placeholder: "", help: "the key may add and remove feeds"),
                .init(name: "metrics", placeholder: "", help: "the key may read /metrics"),
                .init(name: "name", placeholder: "NAME", help: "a name for people"),
                directory,
                .init(name: "create", placeholder: "", help: "makes that directory where it is not there"),
            ], help: "Makes an API key, and prints it: once."),
        CommandSyntax(words: ["key", "list"], positions: [], options: [directory], help: "Lists the API keys."),
        CommandSyntax(
            words: ["key", "remove"], positions: ["id"], options: [directory], help: "Takes an API key out of use."),
    ]
}
