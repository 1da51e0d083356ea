import CEpoll
import ChatDomain
import ChatStore
import Glibc

/// Makes backups of a data directory, beside the server that runs in it, be it this process, or without one.
struct BackupMaker {
    let data: String
    /// How much of the disk is to stay free.
    var freeMin: Int64 = 0
    /// Is told what is done, and which part of it; says whether to go on.
    var proceed: (String, Double) -> Bool = { _, _ in true }

    struct Made: Equatable {
        var files: Int
        var bytes: Int64
    }

    /// Makes one. What is there in the end is whole, and on the disk; where it fails, nothing is.
    func make(at target: String, now: WallTime) throws(StartError) -> Made {
        try DataDirectory.require(data, holding: DataDirectory.databaseName)
        let partial = try PartialDirectory(for: target)
        do throws(StartError) {
            let made = try fill(partial.path, now: now)
            try partial.publish()
            return made
        } catch {
            partial.discard()
            throw error
        }
    }

    private func fill(_ target: String, now: WallTime) throws(StartError) -> Made {
        let owner = FileOwner(of: target)
        let kept = try DataFiles.list(data)
        try requireRoom(at: target, for: kept)
        // Before the files: what the database speaks of is there as long as it does.
        var files = [try copyDatabase(to: target)]
        var directories = Set<String>()
        for (index, path) in kept.enumerated() {
            guard proceed("files", Double(index) / Double(kept.count)) else { throw .stopped }
            try makeDirectories(for: path, in: target, owner, &directories)
            // One that is gone meanwhile is needed by nothing.
            guard FileTree.kind(data + "/" + path) != nil else { continue }
            let (bytes, sha256) = try FileTree.copy(data + "/" + path, to: target + "/" + path, owner: owner)
            files.append(BackupManifest.File(path: path, bytes: bytes, sha256: sha256))
        }
        for directory in directories.sorted(by: >) { try FileTree.sync(target + "/" + directory) }
        let manifest = BackupManifest(
            version: Help.version, commit: Versions.commit, createdAt: now.description,
            schema: try reading { () throws(StoreError) in try SQLiteBackup.schema(of: databasePath(in: target)) },
            files: files)
        // It is synced, as is its name.
        try FileReplacement.write(manifest.encode(), to: BackupManifest.fileName, in: target)
        return Made(files: files.count, bytes: files.reduce(0) { $0 + $1.bytes })
    }

    /// Better to say so than to fill the disk that the server lives on.
    private func requireRoom(at target: String, for kept: [String]) throws(StartError) {
        guard let disk = DiskSpace(of: target) else { return }
        var needed: Int64 = freeMin
        for path in kept + [DataDirectory.databaseName] {
            if case .file(let bytes)? = FileTree.kind(data + "/" + path) { needed += bytes }
        }
        guard disk.free >= needed else {
            throw StartError("The disk has no room for a backup at \(target): \(needed >> 20) MiB are needed.")
        }
    }

    private func copyDatabase(to target: String) throws(StartError) -> BackupManifest.File {
        let path = databasePath(in: target)
        let isWhole = try reading { () throws(StoreError) in
            try SQLiteBackup.copy(databasePath(in: data), to: path) { proceed("database", $0) }
        }
        guard isWhole else { throw .stopped }
        // Nobody else has it open: the locks that closing it would break are those of the original.
        _ = unsafe chmod(path, 0o600)
        try FileTree.sync(path)
        var done = 0
        guard case .file(let size)? = FileTree.kind(path) else { throw StartError("\(path) is gone.") }
        let (bytes, sha256) = try FileTree.digest(of: path) { count in
            done += count
            return proceed("checksum", Double(done) / Double(max(1, size)))
        }
        return BackupManifest.File(path: DataDirectory.databaseName, bytes: bytes, sha256: sha256)
    }

    private func makeDirectories(
        for path: String, in target: String, _ owner: FileOwner?, _ made: inout Set<String>
    ) throws(StartError) {
        var directory = ""
        for part in path.split(separator: "/").dropLast() {
            directory += directory.isEmpty ? part : "/" + part
            guard made.insert(directory).inserted else { continue }
            // The path is lent to the call.
            guard unsafe mkdir(target + "/" + directory, 0o700) == 0 else {
                throw StartError("\(target)/\(directory) cannot be made: \(systemMessage(errno)).")
            }
            owner?.take(path: target + "/" + directory)
        }
    }

    private func databasePath(in directory: String) -> String { "\(directory)/\(DataDirectory.databaseName)" }

    private func reading<T>(_ body: () throws(StoreError) -> T) throws(StartError) -> T {
        do throws(StoreError) { return try body() } catch { throw StartError(error.description) }
    }
}
