import Foundation

/// A directory of a test's own, removed with all that is in it when the test lets go of it.
final class ScratchDirectory {
    let path: String

    init() throws {
        // In memory where there is such a place: what is tested is not the disk.
        let shared = "/dev/shm"
        let parent =
            FileManager.default.isWritableFile(atPath: shared)
            ? URL(fileURLWithPath: shared) : FileManager.default.temporaryDirectory
        let url = parent.appendingPathComponent("chatstore-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/chat.db" }

    /// Puts a copy of the database into another directory. Nobody may write meanwhile.
    func copyDatabase(to other: ScratchDirectory) throws {
        for suffix in ["", "-wal"] where FileManager.default.fileExists(atPath: database + suffix) {
            try FileManager.default.copyItem(atPath: database + suffix, toPath: other.database + suffix)
        }
    }
}
