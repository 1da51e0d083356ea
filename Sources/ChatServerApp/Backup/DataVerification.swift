import ChatStore

/// Looks for damage in a data directory or a backup.
struct DataVerification {
    /// As for `BackupMaker`.
    var proceed: (String, Double) -> Bool = { _, _ in true }
    /// Sentences; empty where all is well.
    private(set) var problems: [String] = []
    /// What was looked at.
    private(set) var summary = ""

    init(proceed: @escaping (String, Double) -> Bool = { _, _ in true }) { self.proceed = proceed }

    /// Looks at a data directory, beside the server that runs in it or without one.
    mutating func verifyData(_ directory: String) throws(StartError) {
        try DataDirectory.require(directory, holding: DataDirectory.databaseName)
        let path = "\(directory)/\(DataDirectory.databaseName)"
        try verifyDatabase(path)
        let search = SQLiteStore.searchPath(beside: path)
        if FileTree.kind(search) != nil, let problem = SQLiteVerifier.searchProblem(search) {
            problems.append("the search index: \(problem): remove \(search) while no server runs, it is made again")
        }
        do throws(StartError) {
            _ = try KeyStore(directory: directory).read()
        } catch {
            problems.append(error.description)
        }
        // What cannot be read cannot be saved either.
        for file in try DataFiles.list(directory) {
            guard proceed(file, 1) else { throw .stopped }
            do throws(StartError) {
                try FileTree.read(directory + "/" + file) { _ in }
            } catch {
                problems.append(error.description)
            }
        }
    }

    /// Looks at a backup: every file has the size and the SHA-256 that the manifest says, and the database is whole.
    mutating func verifyBackup(_ directory: String) throws(StartError) {
        let manifest = try BackupManifest.read(of: directory)
        let total = max(1, manifest.files.reduce(0) { $0 + $1.bytes })
        var done: Int64 = 0
        for file in manifest.files {
            let path = directory + "/" + file.path
            guard case .file(let bytes)? = FileTree.kind(path), bytes == file.bytes else {
                problems.append("\(path) is not there, or has not the size that the manifest says")
                continue
            }
            let proceed = proceed
            let digest = try FileTree.digest(of: path) { count in
                done += Int64(count)
                return proceed("files", Double(done) / Double(total))
            }
            if digest.sha256 != file.sha256 { problems.append("\(path) has not the SHA-256 that the manifest says") }
        }
        // What is known to be damaged need not be looked into.
        guard problems.isEmpty else { return }
        try verifyDatabase("\(directory)/\(DataDirectory.databaseName)")
        summary += ", of \(manifest.createdAt), \(manifest.files.count) files"
    }

    private mutating func verifyDatabase(_ path: String) throws(StartError) {
        guard proceed("database", 0) else { throw .stopped }
        do throws(StoreError) {
            let report = try SQLiteVerifier.verify(path)
            problems += report.problems
            summary = "ok: \(report.events) events, \(report.rooms) rooms, \(report.users) users"
        } catch {
            throw StartError(error.description)
        }
    }
}
