import ChatDomain

extension LocalCommand {
    static let backup = LocalCommand(
        syntax: CommandSyntax(
            words: ["backup"], positions: ["dir"], options: [dataOption],
            help: "Makes a backup of a data directory, beside the running server or without one. DIR must not be there "
                + "yet, or be empty; it is there, whole and on the disk, once the command has ended well.")
    ) { (values) throws(StartError) in
        let progress = Progress()
        defer { progress.end() }
        let target = values["dir"] ?? ""
        let maker = BackupMaker(data: values.dataDirectory) { progress.show($0, $1) }
        let made = try maker.make(at: target, now: Clock.wallTime())
        progress.end()
        return "backed up \(made.files) files, \(made.bytes) bytes, to \(target)\n"
    }

    static let restore = LocalCommand(
        syntax: CommandSyntax(
            words: ["restore"], positions: ["dir"], options: [dataOption],
            help:
                "Makes a data directory of the backup DIR. The directory must not be there yet, or be empty. Clients that "
                + "remember what came after the backup are told to begin anew.")
    ) { (values) throws(StartError) in
        let progress = Progress()
        defer { progress.end() }
        let source = values["dir"] ?? ""
        let restorer = BackupRestorer(backup: source) { progress.show($0, $1) }
        let manifest = try restorer.restore(to: values.dataDirectory)
        progress.end()
        return "restored \(manifest.files.count) files of \(manifest.createdAt) to \(values.dataDirectory)\n"
    }

    static let verify = LocalCommand(
        syntax: CommandSyntax(
            words: ["verify"], positions: [],
            options: [
                dataOption,
                CommandSyntax.Option(name: "backup", placeholder: "DIR", help: "looks at a backup instead"),
            ],
            help:
                "Looks for damage in a data directory or a backup: in the database, its log and its indexes, and in files. "
                + "It may be done beside the running server."),
        check: { (values) throws(UsageError) in
            guard values["backup"] == nil || values["data"] == nil else {
                throw UsageError(
                    sentence: "'verify' takes --data or --backup: 'chatserver verify --help' shows its flags.")
            }
        }
    ) { (values) throws(StartError) in
        let progress = Progress()
        defer { progress.end() }
        var verification = DataVerification { progress.show($0, $1) }
        if let backup = values["backup"] {
            try verification.verifyBackup(backup)
        } else {
            try verification.verifyData(values.dataDirectory)
        }
        progress.end()
        guard verification.problems.isEmpty else {
            throw StartError(verification.problems.joined(separator: "\nchatserver: "))
        }
        return verification.summary + "\n"
    }
}

extension AdminValues {
    /// The data directory that is meant.
    var dataDirectory: String {
        if let given = self["data"] { return given }
        let value = Environment.process.value(of: "CHATSERVER_DATA") ?? ""
        return value.isEmpty ? "./data" : value
    }
}
