import Glibc

/// Whole small files of lines.
enum Files {
    static func lines(of path: String) throws(LoadError) -> [String] {
        guard let file = unsafe fopen(path, "r") else { throw .failed("\(path) cannot be read") }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            // The buffer is valid for the call, and no more than its size is written.
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress, 1, $0.count, file) }
            if count == 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    static func write(_ lines: [String], to path: String) throws(LoadError) {
        guard let file = unsafe fopen(path, "w") else { throw .failed("\(path) cannot be written") }
        let text = Array((lines.joined(separator: "\n") + "\n").utf8)
        // The buffer is valid for the call.
        let count = unsafe text.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
        guard unsafe fclose(file) == 0, count == text.count else { throw .failed("\(path) cannot be written") }
    }
}
