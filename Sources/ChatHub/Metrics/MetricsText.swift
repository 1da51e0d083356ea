/// One figure that the process outside the hubs knows, such as how far the search index is behind.
public struct MetricReading: Sendable {
    /// As Prometheus wants it: `chat_search_lag_entries`.
    public var name: String
    public var help: String
    public var isCounter: Bool
    public var labels: [(String, String)]
    public var value: Double

    public init(
        name: String, help: String, isCounter: Bool = false, labels: [(String, String)] = [], value: Double
    ) {
        self.name = name
        self.help = help
        self.isCounter = isCounter
        self.labels = labels
        self.value = value
    }
}

/// Writes figures in the text format of Prometheus, version 0.0.4: for each name its help and its kind once, then a
/// line for each set of labels.
struct MetricsText {
    enum Kind: String { case counter, gauge }

    private(set) var text = ""

    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func add(_ name: String, _ labels: [(String, String)], _ value: Int) {
        add(name, labels, "\(value)")
    }

    mutating func add(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let whole = Int64(exactly: value)
        add(name, labels, whole.map { "\($0)" } ?? "\(value)")
    }

    private mutating func add(_ name: String, _ labels: [(String, String)], _ value: String) {
        text += name
        if !labels.isEmpty {
            text += "{" + labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    /// A label's value: backslash, quote and line feed are escaped.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
