import CEpoll
import ChatStore
import Glibc

/// Makes a data directory of a backup.
struct BackupRestorer {
    let backup: String
    /// As for `BackupMaker`.
    var proceed: (String, Double) -> Bool = { _, _ in true }

    /// Fills a directory that is not there, or is empty. Where that fails, all is as it was before; where the process is
    /// ended meanwhile, the directory holds a file `restoring`, and no server starts in it.
    func restore(to data: String) throws(StartError) -> BackupManifest {
        let manifest = try BackupManifest.read(of: backup)
        guard manifest.schema <= SQLiteBackup.knownSchema else {
            throw StartError(
                "The backup is of version \(manifest.version), which is newer: its database has schema "
                    + "\(manifest.schema), and this server knows \(SQLiteBackup.knownSchema) at most.")
        }
        // What is not even of the right size need not be begun with.
        for file in manifest.files { try requireSize(of: file) }
        let isNew = FileTree.kind(data) == nil
        if !isNew {
            guard FileTree.isDirectory(data), try FileTree.names(in: data).isEmpty else {
                throw StartError("\(data) is not an empty directory: nothing is restored over anything.")
            }
        } else {
            try DataDirectory.make(data)
        }
        do throws(StartError) {
            let directory = try DataDirectory(data)
            try FileReplacement.write(Array((backup + "\n").utf8), to: DataFiles.restoringName, in: data)
            try fill(data, manifest)
            // The path is lent to the call.
            _ = unsafe unlink(data + "/" + DataFiles.restoringName)
            try FileTree.sync(data)
            directory.release()
            return manifest
        } catch {
            for name in (try? FileTree.names(in: data)) ?? [] { FileTree.remove(data + "/" + name) }
            // The path is lent to the call.
            if isNew { _ = unsafe rmdir(data) }
            throw error
        }
    }

    private func requireSize(of file: BackupManifest.File) throws(StartError) {
        let path = backup + "/" + file.path
        guard case .file(let bytes)? = FileTree.kind(path) else { throw StartError("The backup lacks \(path).") }
        guard bytes == file.bytes else {
            throw StartError("\(path) is damaged: it has \(bytes) bytes, and had \(file.bytes).")
        }
    }

    private func fill(_ data: String, _ manifest: BackupManifest) throws(StartError) {
        let owner = FileOwner(of: data)
        let total = max(1, manifest.files.reduce(0) { $0 + $1.bytes })
        var done: Int64 = 0
        var directories = Set<String>()
        for file in manifest.files {
            var directory = ""
            for part in file.path.split(separator: "/").dropLast() {
                directory += "/" + part
                guard directories.insert(directory).inserted else { continue }
                // The path is lent to the call.
                guard unsafe mkdir(data + directory, 0o700) == 0 else {
                    throw StartError("\(data)\(directory) cannot be made: \(systemMessage(errno)).")
                }
                owner?.take(path: data + directory)
            }
            let copied = try FileTree.copy(backup + "/" + file.path, to: data + "/" + file.path, owner: owner) {
                count in
                done += Int64(count)
                return proceed("files", Double(done) / Double(total))
            }
            guard copied.bytes == file.bytes, copied.sha256 == file.sha256 else {
                throw StartError("\(backup)/\(file.path) is damaged: its SHA-256 is not that of the manifest.")
            }
        }
        for directory in directories.sorted(by: >) { try FileTree.sync(data + directory) }
        do throws(StoreError) {
            var random = SystemRandomNumberGenerator()
            try SQLiteBackup.renewEpochs(of: "\(data)/\(DataDirectory.databaseName)", using: &random)
        } catch {
            throw StartError(error.description)
        }
    }
}
