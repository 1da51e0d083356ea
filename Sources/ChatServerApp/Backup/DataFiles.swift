import ChatStore
import Glibc

/// Which files of a data directory are to be kept: all but the database, which is copied by other means, and what is
/// made anew. So what a later version puts there is kept too.
enum DataFiles {
    /// Where `serve --every` puts backups, unless told otherwise.
    static let backupsName = "backups"
    /// Is there while a restore is under way.
    static let restoringName = "restoring"

    private static let madeAnew = [
        DataDirectory.databaseName, SQLiteStore.searchPath(beside: DataDirectory.databaseName), "lock", "keys.lock",
        "admin.sock", backupsName, restoringName,
        BackupManifest.fileName,
    ]

    /// Whether a name at the top of the directory belongs to what is kept.
    static func isKept(_ name: String) -> Bool {
        for made in madeAnew where name == made || name == made + "-wal" || name == made + "-shm" { return false }
        return !name.hasSuffix(".new") && !name.hasSuffix(PartialDirectory.suffix) && name != "lost+found"
    }

    /// The paths, within the directory, of the files that are kept besides the database; links are followed.
    static func list(_ directory: String) throws(StartError) -> [String] {
        var paths: [String] = []
        try list(directory, "", depth: 0, into: &paths)
        return paths
    }

    private static func list(
        _ directory: String, _ prefix: String, depth: Int, into paths: inout [String]
    ) throws(StartError) {
        guard depth < FileTree.depthMax else {
            throw StartError("\(directory)/\(prefix) lies more than \(FileTree.depthMax) directories deep.")
        }
        for name in try FileTree.names(in: directory + "/" + prefix) where !prefix.isEmpty || isKept(name) {
            let path = prefix + name
            switch FileTree.kind(directory + "/" + path) {
            case .file?: paths.append(path)
            case .directory?:
                // Another backup, or one that is being made.
                if FileTree.kind("\(directory)/\(path)/\(BackupManifest.fileName)") != nil { continue }
                if name.hasSuffix(PartialDirectory.suffix) { continue }
                try list(directory, path + "/", depth: depth + 1, into: &paths)
            case .other?: break
            case nil:
                // Gone meanwhile, which is as if it had never been there; but not a link that leads nowhere.
                var status = stat()
                // The path and the structure live for the call.
                guard unsafe lstat("\(directory)/\(path)", &status) == 0 else { continue }
                throw StartError("\(directory)/\(path) is a link to nothing.")
            }
        }
    }
}
