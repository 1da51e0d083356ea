import ChatHub

/// What `--help` prints.
enum Help {
    static let version = "0.1.0"
    static let hint = "'chatserver --help' lists the commands."
    static let serveHint = "'chatserver serve --help' lists the flags."

    static let versionUsage = """
        Usage: chatserver version

        Prints the version, the state of the sources, and the versions of the libraries that are used.

        """

    static var main: String {
        var text = mainHead
        for command in AdminCommand.all {
            let left = ([command.name] + command.positions.map { $0.uppercased() }).joined(separator: " ")
            text += row(left, command.summary)
        }
        for command in LocalCommand.all { text += row(command.syntax.synopsis, command.syntax.summary) }
        text += row("key add, list, remove", "API keys for programs that publish to topics or manage feeds")
        return text + """
              version                       print what this is made of
              help [COMMAND]                show the help of a command

            'chatserver COMMAND --help' shows the flags of a command.

            """
    }

    private static let mainHead = """
        chatserver: a real-time chat and pub/sub server.

        Usage: chatserver COMMAND [FLAGS]

          serve                         serve HTTP and WebSocket until stopped
          check                         say whether it could, without serving

        """

    static var serve: String {
        var text = """
            Usage: chatserver serve [FLAGS]

            Serves the chat page, its REST interface and its sockets. Stops cleanly on SIGTERM and SIGINT; on SIGUSR1
            too, and lets a successor have the data as soon as all is stored. SIGHUP has the keys read again, SIGQUIT
            ends at once and shows what the threads are doing.


            """
        for flag in ServeFlag.all {
            let synopsis = flag.takesValue ? "\(flag.name) \(flag.placeholder)" : flag.name
            text += row(synopsis + (flag.repeats ? " …" : ""), flag.help)
        }
        text += row("--help", "shows this")
        text += """

            Every flag is an environment variable too: --log-level is CHATSERVER_LOG_LEVEL, a switch takes true or
            false, repeated values are separated by commas. And it is a name in the file of --config, which is TOML in
            its plain form: log_level = "debug", demo = true, listen = [":80", ":443"], and limits in the table [set].
            Flags beat the environment, which beats the file; a list is replaced as a whole, limits one by one. Unknown
            names are refused, and so are flags given twice that take one value. 'chatserver check' finds out.

            Limits for --set, with their defaults:


            """
        let limits = HubLimits()
        for setting in HubLimits.settings { text += row("\(setting.name)=\(limits.value(of: setting))", setting.help) }
        return text
    }

    static let check = """
        Usage: chatserver check [FLAGS OF serve]

        Says ok, or everything that is wrong with the configuration, and looks at the data directory, ports and
        certificates, without serving. What a server of the same data directory holds is no problem.
        'chatserver serve --help' lists the flags.

        """

    static func row(_ left: String, _ right: String) -> String {
        let padding = String(repeating: " ", count: max(1, 30 - left.count))
        return "  \(left)\(padding)\(right)\n"
    }
}
