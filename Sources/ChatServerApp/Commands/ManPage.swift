import ChatHub

/// The man page, in the language of `man`, made from the table of commands.
enum ManPage {
    static var text: String {
        var text = """
            .TH CHATSERVER 1 "" "chatserver \(Help.version)"
            .SH NAME
            chatserver \\- a real\\-time chat and pub/sub server
            .SH SYNOPSIS
            .B chatserver
            .I COMMAND
            .RI [ FLAGS ]
            .SH COMMANDS

            """
        for command in CommandTable.all where command.name != "check" {
            text += ".SS \(escaped("chatserver \(command.synopsis)"))\n\(paragraph(command.help))\n"
            for option in command.options {
                let value = option.placeholder.isEmpty ? "" : " \\fI\(escaped(option.placeholder))\\fR"
                text += ".TP\n\\fB\(escaped("--\(option.name)"))\\fR\(value)\n\(paragraph(option.help))\n"
            }
        }
        text += ".SS \"chatserver check\"\nTakes the flags of serve. Says ok, or everything that is wrong.\n"
        text += ".SH LIMITS\nFor \\fB\\-\\-set\\fR, with their defaults.\n"
        let limits = HubLimits()
        for setting in HubLimits.settings {
            text += ".TP\n\\fB\(escaped(setting.name))\\fR=\(limits.value(of: setting))\n\(paragraph(setting.help))\n"
        }
        return text + """
            .SH ENVIRONMENT
            Each flag of serve is a variable too: \\-\\-log\\-level is CHATSERVER_LOG_LEVEL. Flags beat the environment, which
            beats the file of \\-\\-config.
            .SH EXIT STATUS
            0: done; 1: it could not be done; 64: wrong words.

            """
    }

    private static func escaped(_ text: String) -> String {
        text.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
    }

    /// A line that begins with a dot or an apostrophe would be taken for an order.
    private static func paragraph(_ text: String) -> String {
        let escaped = escaped(text)
        return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
    }
}
