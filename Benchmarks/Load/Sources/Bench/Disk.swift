import Foundation

/// Small files.
enum Disk {
    /// Empty if it cannot be read.
    static func text(of path: String) -> String {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    static func read(_ path: String) throws(BenchError) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { throw .failed("\(path) cannot be read") }
        return String(decoding: data, as: UTF8.self)
    }

    static func lines(of path: String) -> [String] { text(of: path).split(separator: "\n").map(String.init) }

    static func write(_ text: String, to path: String) throws(BenchError) {
        guard FileManager.default.createFile(atPath: path, contents: Data(text.utf8)) else {
            throw .failed("\(path) cannot be written")
        }
    }

    static func append(_ text: String, to path: String) throws(BenchError) {
        if !FileManager.default.fileExists(atPath: path) { try write("", to: path) }
        do {
            guard let handle = FileHandle(forWritingAtPath: path) else { throw BenchError.failed("") }
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        } catch {
            throw .failed("\(path) cannot be written")
        }
    }

    /// Makes an empty folder, whatever was there.
    static func makeEmptyFolder(_ path: String) throws(BenchError) {
        remove(path)
        try makeFolder(path)
    }

    static func makeFolder(_ path: String) throws(BenchError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .failed("\(path) cannot be made")
        }
    }

    static func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

    static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }
}
