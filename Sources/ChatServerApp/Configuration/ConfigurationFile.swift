/// A configuration file in the plain form of TOML: `name = value`, lists, comments, and one table `[set]` for the limits.
/// What TOML has beyond that is refused.
struct ConfigurationFile {
    /// A setting as it is written.
    struct Entry: Equatable {
        var name: String
        var values: [String]
        var isList: Bool
        /// Of the file, from 1.
        var line: Int
    }

    private(set) var entries: [Entry] = []
    /// What is in the table `[set]`.
    private(set) var limits: [Entry] = []
    /// Sentences about what cannot be read, each with its line.
    private(set) var problems: [(line: Int, sentence: String)] = []

    static let bytesMax = 1 << 20

    private var text: ArraySlice<Unicode.Scalar>
    private var line = 1
    private var isInLimits = false

    init(_ text: String) {
        self.text = Array(text.unicodeScalars)[...]
        if self.text.first == "\u{FEFF}" { self.text.removeFirst() }
        while skipToStatement() {
            let start = line
            do throws(Problem) {
                try readStatement()
            } catch {
                problems.append((start, error.sentence))
                skipLine()
            }
        }
    }

    private struct Problem: Error {
        let sentence: String

        init(_ sentence: String) { self.sentence = sentence }
    }

    // MARK: Statements

    /// Passes over empty lines and comments. False at the end.
    private mutating func skipToStatement() -> Bool {
        skipBlank(acrossLines: true)
        return !text.isEmpty
    }

    private mutating func readStatement() throws(Problem) {
        let start = line
        if take("[") {
            isInLimits = false
            let name = takeName()
            guard take("]"), name == "set" else {
                throw Problem("there is no table '[\(name)…': only [set], for the limits, has its own.")
            }
            isInLimits = true
            return try endLine()
        }
        let name = takeName()
        guard !name.isEmpty else { throw Problem("a name is wanted, as in: threads = 2") }
        skipBlank(acrossLines: false)
        guard take("=") else { throw Problem("behind '\(name)' there has to be '=' and a value.") }
        skipBlank(acrossLines: false)
        let (values, isList) = try readValue()
        try endLine()
        let entry = Entry(name: name, values: values, isList: isList, line: start)
        let known = isInLimits ? limits : entries
        if let before = known.first(where: { $0.name == name }) {
            throw Problem("'\(name)' is given a second time: the first is in line \(before.line).")
        }
        if isInLimits { limits.append(entry) } else { entries.append(entry) }
    }

    private mutating func endLine() throws(Problem) {
        skipBlank(acrossLines: false)
        guard text.isEmpty || text.first == "\n" else { throw Problem("there is something behind the value.") }
    }

    // MARK: Values

    private mutating func readValue() throws(Problem) -> (values: [String], isList: Bool) {
        guard take("[") else { return ([try readScalar()], false) }
        var values: [String] = []
        while true {
            skipBlank(acrossLines: true)
            if take("]") { return (values, true) }
            values.append(try readScalar())
            skipBlank(acrossLines: true)
            if take("]") { return (values, true) }
            guard take(",") else { throw Problem("between the values of a list there has to be a comma.") }
        }
    }

    private mutating func readScalar() throws(Problem) -> String {
        if take("\"") { return try readString() }
        if take("'") { return try readLiteral() }
        let word = takeWhile { !" \t\r\n#,]".unicodeScalars.contains($0) }
        if word == "true" || word == "false" { return word }
        let digits = word.unicodeScalars.filter { $0 != "_" }
        let isNumber = !digits.isEmpty && digits.allSatisfy { ("0"..."9").contains($0) }
        guard isNumber, word.unicodeScalars.first != "_", word.unicodeScalars.last != "_" else {
            throw Problem(
                word.isEmpty
                    ? "a value is wanted." : "'\(word)' is no value: text has to be in quotes, as in \"\(word)\".")
        }
        return String(String.UnicodeScalarView(digits))
    }

    private mutating func readLiteral() throws(Problem) -> String {
        let value = takeWhile { $0 != "'" && $0 != "\n" }
        guard take("'") else { throw Problem("the text has no end.") }
        return value
    }

    private mutating func readString() throws(Problem) -> String {
        var value = ""
        while let scalar = text.first, scalar != "\n" {
            text.removeFirst()
            if scalar == "\"" { return value }
            guard scalar == "\\" else {
                value.unicodeScalars.append(scalar)
                continue
            }
            value.unicodeScalars.append(try readEscape())
        }
        throw Problem("the text has no end.")
    }

    private mutating func readEscape() throws(Problem) -> Unicode.Scalar {
        let simple: [Unicode.Scalar: Unicode.Scalar] = [
            "\"": "\"", "\\": "\\", "n": "\n", "r": "\r", "t": "\t", "b": "\u{8}", "f": "\u{C}",
        ]
        guard let kind = text.popFirst() else { throw Problem("the text has no end.") }
        if let scalar = simple[kind] { return scalar }
        let count = kind == "u" ? 4 : kind == "U" ? 8 : 0
        let digits = String(String.UnicodeScalarView(text.prefix(count)))
        guard count > 0, digits.unicodeScalars.count == count, let code = UInt32(digits, radix: 16),
            let scalar = Unicode.Scalar(code)
        else { throw Problem("'\\\(kind)' stands for nothing: a backslash itself is written twice.") }
        text.removeFirst(count)
        return scalar
    }

    // MARK: Characters

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard text.first == scalar else { return false }
        text.removeFirst()
        return true
    }

    private mutating func takeWhile(_ isWanted: (Unicode.Scalar) -> Bool) -> String {
        let taken = text.prefix(while: isWanted)
        text.removeFirst(taken.count)
        return String(String.UnicodeScalarView(taken))
    }

    private mutating func takeName() -> String {
        takeWhile { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
            default: false
            }
        }
    }

    private mutating func skipBlank(acrossLines: Bool) {
        while let scalar = text.first {
            if scalar == "#" {
                _ = takeWhile { $0 != "\n" }
            } else if scalar == "\n", acrossLines {
                line += 1
                text.removeFirst()
            } else if scalar == " " || scalar == "\t" || scalar == "\r" {
                text.removeFirst()
            } else {
                return
            }
        }
    }

    private mutating func skipLine() { _ = takeWhile { $0 != "\n" } }
}
