import ChatDomain

/// What a backup says of itself, in its `manifest.json`: by which version and when it was made, and of each file its
/// size and SHA-256. A directory without it is no backup.
struct BackupManifest: Equatable {
    /// Of this layout.
    static let format = 1
    static let fileName = "manifest.json"
    private static let bytesMax = 256 << 20
    private static let valuesMax = 8_000_000

    var version: String
    var commit: String
    /// As in `2026-01-31T23:59:59.999Z`.
    var createdAt: String
    /// Of the database.
    var schema: Int
    var files: [File]

    struct File: Equatable {
        /// Within the backup, and within the data directory.
        var path: String
        var bytes: Int64
        /// In hexadecimal.
        var sha256: String
    }

    /// The one of a directory.
    static func read(of directory: String) throws(StartError) -> BackupManifest {
        let path = directory + "/" + fileName
        guard FileTree.kind(path) != nil else { throw StartError("\(directory) is no backup: it has no \(fileName).") }
        let text = try FileTree.contents(path, bytesMax: bytesMax)
        guard let json = try? JSONValue(parsing: text, valuesMax: valuesMax), let format = json["format"]?.integer
        else {
            throw StartError("\(path) is damaged: it cannot be read.")
        }
        guard format == Int64(Self.format) else {
            throw StartError("\(path) has format \(format): use a version of the server that knows it.")
        }
        guard let manifest = BackupManifest(json) else { throw StartError("\(path) is damaged: it is not complete.") }
        return manifest
    }

    init(version: String, commit: String, createdAt: String, schema: Int, files: [File]) {
        self.version = version
        self.commit = commit
        self.createdAt = createdAt
        self.schema = schema
        self.files = files
    }

    private init?(_ json: JSONValue) {
        guard let version = json["version"]?.string, let createdAt = json["created_at"]?.string,
            let schema = json["schema"]?.integer, let listed = json["files"]?.array
        else { return nil }
        var paths = Set<String>()
        files = []
        for value in listed {
            guard let path = value["path"]?.string, Self.isWithin(path), paths.insert(path).inserted,
                let bytes = value["bytes"]?.integer, bytes >= 0, let sha256 = value["sha256"]?.string
            else { return nil }
            files.append(File(path: path, bytes: bytes, sha256: sha256))
        }
        guard paths.contains(DataDirectory.databaseName) else { return nil }
        self.version = version
        self.createdAt = createdAt
        self.schema = Int(clamping: schema)
        commit = json["commit"]?.string ?? ""
    }

    /// Whether a path leads to something within the directory, and to nothing that is made there anew.
    private static func isWithin(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count <= FileTree.depthMax && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
            && !path.utf8.contains(0) && (path == DataDirectory.databaseName || DataFiles.isKept(String(parts[0])))
    }

    func encode() -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("format", Self.format)
        json.member("version", version)
        json.member("commit", commit)
        json.member("created_at", createdAt)
        json.member("schema", schema)
        json.key("files")
        json.beginArray()
        for file in files {
            json.beginObject()
            json.member("path", file.path)
            json.member("bytes", file.bytes)
            json.member("sha256", file.sha256)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        return json.takeBytes() + [UInt8(ascii: "\n")]
    }
}
