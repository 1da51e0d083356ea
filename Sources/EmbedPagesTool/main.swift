import Foundation
import Gzip
import ModuleBundles

/// Writes a Swift file that holds the files of a folder: EmbedPagesTool FOLDER OUTPUT
///
/// Each file becomes a literal of a string, which compiles in no time; an array of as many numbers takes a minute. What
/// is no UTF-8, an icon say, or a compressed variant, is a string of the scalars 0 to 255. The modules that a page loads
/// first are put together; a demo's page loads one file with all of its modules in it.

func fail(_ sentence: String) -> Never {
    FileHandle.standardError.write(Data("EmbedPagesTool: \(sentence)\n".utf8))
    exit(1)
}

/// The paths of the files below a folder, relative to it, in order. Names that begin with a dot are left out.
func paths(in folder: URL, below prefix: String = "") throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false)).sorted()
    var found: [String] = []
    for name in names where !name.hasPrefix(".") {
        let entry = folder.appending(path: name)
        var isFolder: ObjCBool = false
        _ = unsafe FileManager.default.fileExists(
            atPath: entry.path(percentEncoded: false), isDirectory: &isFolder)
        found += isFolder.boolValue ? try paths(in: entry, below: "\(prefix)\(name)/") : ["\(prefix)\(name)"]
    }
    return found
}

/// As the literal of a string.
func literal(of text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": literal += "\\\\"
        case "\"": literal += "\\\""
        case "\n": literal += "\\n"
        case "\t": literal += "\\t"
        case " "..."~": literal.unicodeScalars.append(scalar)
        default: literal += "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
    return literal + "\""
}

/// The literal of a string with a scalar for each byte.
func literal(ofBytes bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes { text.unicodeScalars.append(Unicode.Scalar(byte)) }
    return literal(of: text)
}

func entry(_ path: String, _ content: [UInt8]) -> String {
    var entry = "    EmbeddedPage(\(literal(of: path)), "
    if let text = String(validating: content, as: UTF8.self) {
        entry += "text: \(literal(of: text))"
        if let gzipped = Gzip.shorter(content) { entry += ", gzipped: \(literal(ofBytes: gzipped))" }
    } else {
        entry += "bytes: \(literal(ofBytes: content))"
    }
    return entry + "),\n"
}

/// The modules that take the place of others: what a page loads first, and what is loaded later and shares that.
func bundles(of contents: [(path: String, content: [UInt8])]) throws(ModuleBundles.UnknownForm) -> [String: String] {
    var sources: [String: String] = [:]
    for (path, content) in contents where path.hasSuffix(".js") {
        sources[path] = String(decoding: content, as: UTF8.self)
    }
    let ofChat = sources.filter { !$0.key.hasPrefix("demo/") }
    var files = try ModuleBundles(ofChat, entries: ["app/main.js", "app/shell.js"]).files()
    for (path, content) in contents where path.hasPrefix("demo/") && path.hasSuffix(".html") {
        guard let entry = demoEntry(of: String(decoding: content, as: UTF8.self)) else { continue }
        files[entry] = try ModuleBundles(sources, entries: [entry]).files()[entry]
    }
    return files
}

/// The module that a demo's page loads, by its path.
func demoEntry(of page: String) -> String? {
    let parts = page.split(separator: "<script type=\"module\" src=\"/assets/", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let path = parts[1].prefix { $0 != "\"" }
    return path.hasPrefix("demo/") ? String(path) : nil
}

let arguments = CommandLine.arguments
guard arguments.count == 3 else { fail("the folder and the file to write are needed") }
do {
    let folder = URL(fileURLWithPath: arguments[1], isDirectory: true)
    var contents: [(path: String, content: [UInt8])] = []
    for path in try paths(in: folder) {
        contents.append((path, Array(try Data(contentsOf: folder.appending(path: path)))))
    }
    let bundles = try bundles(of: contents)
    var source = "/// Made of the folder Web when this was built.\nlet embeddedPages: [EmbeddedPage] = [\n"
    for (path, content) in contents {
        source += entry(path, bundles[path].map { Array($0.utf8) } ?? content)
    }
    source += "]\n"
    try Data(source.utf8).write(to: URL(fileURLWithPath: arguments[2]), options: .atomic)
} catch {
    fail("\(error)")
}
