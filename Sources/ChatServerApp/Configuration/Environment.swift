import CEpoll
import Glibc

/// The process's environment, or one made for a test.
struct Environment: Sendable {
    private let variables: [String: String]

    private static let prefix = "CHATSERVER_"
    /// What stands for flags, and the name by which this project's scripts find the executable.
    private static let known = ServeFlag.all.map(\.variable) + ["CHATSERVER_BINARY"]
    /// What Kubernetes sets where a service is called `chatserver`.
    private static let foreign = ["CHATSERVER_SERVICE_", "CHATSERVER_PORT"]

    static let process = Environment(readProcess())

    init(_ variables: [String: String]) { self.variables = variables }

    func value(of name: String) -> String? { variables[name] }

    /// A sentence about a variable that looks like ours, and is none: what somebody has set must not be passed over.
    var mistake: String? {
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) where name.hasPrefix(Self.prefix) {
            if value.isEmpty || Self.known.contains(name) || Self.foreign.contains(where: { name.hasPrefix($0) }) {
                continue
            }
            // What all begin with is no likeness.
            let names = Self.known.map { String($0.dropFirst(Self.prefix.count)) }
            let meant = SimilarName.find(String(name.dropFirst(Self.prefix.count)), among: names)
            let hint = meant.map { "; did you mean '\(Self.prefix)\($0)'?" } ?? ":"
            return "there is no variable \(name)\(hint) \(Help.serveHint)"
        }
        return nil
    }

    private static func readProcess() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = unsafe chat_environment()
        // An array that ends with a null pointer; nothing in this process changes it.
        while let text = unsafe entry?.pointee {
            let parts = unsafe String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            unsafe entry = entry?.advanced(by: 1)
        }
        return variables
    }
}
