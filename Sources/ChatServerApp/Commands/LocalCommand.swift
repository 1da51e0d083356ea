/// A command that is carried out by its own process, whether or not a server runs.
///
/// To add one, write it beside the others and name it in `all`.
struct LocalCommand: Sendable {
    let syntax: CommandSyntax
    /// Refuses values that contradict one another, before anything is done.
    var check: @Sendable (AdminValues) throws(UsageError) -> Void = { (_) throws(UsageError) in }
    /// Returns what is to be printed.
    let run: @Sendable (AdminValues) throws(StartError) -> String

    static let all: [LocalCommand] = [backup, restore, verify, completion, manual]

    static func find(_ arguments: [String]) -> LocalCommand? { all.first { arguments.starts(with: $0.syntax.words) } }

    static let dataOption = CommandSyntax.Option(
        name: "data", placeholder: "DIR", help: "the server's data directory (./data, or CHATSERVER_DATA)")
}

/// A command as it was typed.
struct LocalInvocation {
    let command: LocalCommand
    let values: AdminValues
}
