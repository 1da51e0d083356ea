/// Puts the page's modules together, so that a browser asks for few files instead of many small ones.
///
/// Each entry becomes one file with all that it imports and no earlier entry has; whatever else is loaded later asks
/// these files for what it shares with them, so that every module is there once. A module is put into a function of its
/// own, which answers what the module exports; that works since nothing imports in a circle. Comments stay behind.
///
/// This is no parser of JavaScript: it knows the few forms that the page's modules have, each on a line of its own
/// (`import { … } from '…';`, `export function`, `class` and `const`). A module of another form stays as it is, and must
/// not be among those that are put together.
public struct ModuleBundles {
    private let modules: [String: Module]
    /// In which entry's file a module is.
    private var homes: [String: String] = [:]
    /// The modules of each entry's file, what is imported before what imports it.
    private var contents: [(entry: String, paths: [String])] = []

    /// What cannot be put together: a module that is not there, or has another form.
    public struct UnknownForm: Error {
        public let path: String
    }

    /// - Parameters:
    ///   - sources: the modules by their paths, `app/main.js`.
    ///   - entries: what a page loads first, in the order of loading.
    public init(_ sources: [String: String], entries: [String]) throws(UnknownForm) {
        var modules: [String: Module] = [:]
        for (path, source) in sources { modules[path] = Module(source, at: path) }
        self.modules = modules
        for entry in entries {
            var paths: [String] = []
            try gather(entry, into: &paths)
            for path in paths { homes[path] = entry }
            contents.append((entry, paths))
        }
    }

    /// The entries' files and those that ask them for something, by path; the others stay as they are.
    public func files() -> [String: String] {
        var files: [String: String] = [:]
        for (path, module) in modules where homes[path] == nil {
            guard module.imports.contains(where: { homes[$0.path] != nil }) else { continue }
            files[path] = importLines(of: [module], into: path) + Self.destructured(module, homes) + module.text
        }
        for (entry, paths) in contents { files[entry] = file(of: entry, paths) }
        return files
    }

    private func file(of entry: String, _ paths: [String]) -> String {
        let members = paths.compactMap { modules[$0] }
        var text = importLines(of: members, into: entry)
        for module in members {
            let inputs = module.imports.map { "const {\($0.names)} = \(Module.name(of: $0.path));\n" }.joined()
            let outputs = module.exports.joined(separator: ", ")
            text += "const \(module.name) = (() => {\n\(inputs)\(module.body)return { \(outputs) };\n})();\n"
        }
        text += "export { \(members.map(\.name).joined(separator: ", ")) };\n"
        // Whoever loads the entry by its path finds what it exports.
        if let module = modules[entry], !module.exports.isEmpty {
            text += "export const { \(module.exports.joined(separator: ", ")) } = \(module.name);\n"
        }
        return text
    }

    /// What is in other entries' files, asked for once each.
    private func importLines(of members: [Module], into path: String) -> String {
        var wanted: [String: Set<String>] = [:]
        for case let (home?, name) in members.flatMap(\.imports).map({ (homes[$0.path], Module.name(of: $0.path)) })
        where home != path {
            wanted[home, default: []].insert(name)
        }
        return wanted.sorted { $0.key < $1.key }
            .map { "import { \($0.value.sorted().joined(separator: ", ")) } from '/assets/\($0.key)';\n" }.joined()
    }

    /// For a module that stays a file of its own: what it takes from entries' files, and its other imports.
    private static func destructured(_ module: Module, _ homes: [String: String]) -> String {
        module.imports.map {
            homes[$0.path] == nil
                ? "import {\($0.names.replacing(": ", with: " as "))} from '/assets/\($0.path)';\n"
                : "const {\($0.names)} = \(Module.name(of: $0.path));\n"
        }.joined()
    }

    /// What a module imports comes before it.
    private func gather(_ path: String, into paths: inout [String]) throws(UnknownForm) {
        guard homes[path] == nil, !paths.contains(path) else { return }
        guard let module = modules[path] else { throw UnknownForm(path: path) }
        for (_, other) in module.imports { try gather(other, into: &paths) }
        paths.append(path)
    }
}

extension ModuleBundles {
    /// One module, taken apart.
    struct Module {
        let name: String
        /// What it imports, as it stands in a destructuring, and from where.
        private(set) var imports: [(names: String, path: String)] = []
        private(set) var exports: [String] = []
        /// What is left, with `export` and without.
        private(set) var text = ""
        private(set) var body = ""

        init?(_ source: String, at path: String) {
            name = Self.name(of: path)
            var isInComment = false
            for line in source.split(separator: "\n", omittingEmptySubsequences: true) {
                let start = line.drop { $0 == " " }
                if isInComment || start.hasPrefix("/*") && !start.contains("*/") {
                    isInComment = !start.contains("*/")
                } else if start.hasPrefix("/**") && start.hasSuffix("*/") || start.hasPrefix("//") {
                    continue
                } else if line.hasPrefix("import ") {
                    guard let found = Self.imported(by: line, at: path) else { return nil }
                    imports.append(found)
                } else if line.hasPrefix("export ") {
                    guard take(exportLine: line) else { return nil }
                } else {
                    text += line + "\n"
                    body += line + "\n"
                }
            }
        }

        /// What a module is called in the files that it is put into.
        static func name(of path: String) -> String {
            "m_" + String(path.dropLast(3).map { $0 == "/" || $0 == "-" ? "_" : $0 })
        }

        private mutating func take(exportLine line: Substring) -> Bool {
            let rest = line.dropFirst("export ".count)
            for form in ["function ", "async function ", "class ", "const "] where rest.hasPrefix(form) {
                let name = rest.dropFirst(form.count).prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
                guard !name.isEmpty else { return false }
                exports.append(String(name))
                text += line + "\n"
                body += rest + "\n"
                return true
            }
            return false
        }

        /// `import { a, b as c } from './d.js';`
        private static func imported(by line: Substring, at path: String) -> (names: String, path: String)? {
            guard let opening = line.firstIndex(of: "{"), let closing = line.firstIndex(of: "}"), opening < closing,
                line.hasSuffix("';"), let quote = line.firstIndex(of: "'")
            else { return nil }
            let target = line[line.index(after: quote)...].dropLast(2)
            var folders = path.split(separator: "/").dropLast()
            for part in target.split(separator: "/") where part != "." {
                if part == ".." {
                    guard folders.popLast() != nil else { return nil }
                } else {
                    folders.append(part)
                }
            }
            let names = line[line.index(after: opening)..<closing].replacing(" as ", with: ": ")
            return (String(names), folders.joined(separator: "/"))
        }
    }
}
