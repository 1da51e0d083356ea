import ChatDomain
import ChatHub
import Glibc

/// `chatserver key`: adds, lists and removes API keys, also beside a running server, which takes note by itself.
struct KeyCommand: Equatable {
    var dataDirectory = "./data"
    var action: Action
    /// Whether a directory that is not there is made.
    var creates = false

    enum Action: Equatable {
        case add(name: String, KeyEntry.Grants)
        case list
        case remove(id: String)
    }

    static let help = """
        Usage: chatserver key add [--publish PATTERN]… [--feeds] [--metrics] [--name NAME] [--data DIR] [--create]
               chatserver key list [--data DIR]
               chatserver key remove ID [--data DIR]

        API keys let programs publish to topics, manage feeds and read figures. A key is shown once, when it is added; only its
        SHA-256 is kept. A running server takes new keys at once, and removed ones for a second at most.

          --publish PATTERN …         topics that the key may publish to: 'news.sport', 'news.*' (one segment),
                                      'news.>' (one or more)
          --feeds                     the key may add and remove feeds
          --metrics                   the key may read /metrics, wherever it is asked from
          --name NAME                 a name for people
          --data DIR                  the server's data directory (./data, or CHATSERVER_DATA)
          --create                    makes that directory where it is not there

        A program sends the key with each request, as in:
          curl -H "Authorization: Bearer $KEY" -d '{"data":{"score":"2:1"}}' \\
            http://127.0.0.1:8080/v1/topics/news.sport/publications

        """

    /// Reads what follows `chatserver key`.
    static func read(_ arguments: [String], _ environment: Environment) throws(UsageError) -> KeyCommand {
        var rest = arguments[...]
        guard let verb = rest.popFirst() else { throw UsageError(sentence: "key takes add, list or remove.") }
        var values = Values()
        while let argument = rest.popFirst() { try values.take(argument, from: &rest) }
        var command = KeyCommand(action: .list)
        if let directory = values.dataDirectory ?? environment.value(of: "CHATSERVER_DATA"), !directory.isEmpty {
            command.dataDirectory = directory
        }
        switch (verb, values.words.count) {
        case ("add", 0):
            guard !values.grants.isEmpty else {
                throw UsageError(
                    sentence:
                        "key add takes --publish PATTERN or --feeds or --metrics: a key must be good for something.")
            }
            command.action = .add(name: values.name ?? "", values.grants)
            command.creates = values.creates
        case ("list", 0): command.action = .list
        case ("remove", 1): command.action = .remove(id: values.words[0])
        case ("remove", _):
            throw UsageError(sentence: "key remove takes the ID of one key: 'chatserver key list' has it.")
        case ("add", _), ("list", _): throw UsageError(sentence: "key \(verb) does not take '\(values.words[0])'.")
        default:
            let hint = SimilarName.hint(verb, among: ["add", "list", "remove"], otherwise: ".")
            throw UsageError(sentence: "key takes add, list or remove, not '\(verb)'\(hint)")
        }
        guard !values.creates || verb == "add" else {
            throw UsageError(sentence: "key \(verb) makes nothing: no --create.")
        }
        return command
    }

    /// The flags and words of the command line, as they come.
    private struct Values {
        var grants = KeyEntry.Grants()
        var creates = false
        var name: String?
        var dataDirectory: String?
        var words: [String] = []

        mutating func take(_ argument: String, from rest: inout ArraySlice<String>) throws(UsageError) {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                return
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch argument {
            case "--feeds": return grants.managesFeeds = true
            case "--metrics": return grants.readsMetrics = true
            case "--create": return creates = true
            default: break
            }
            guard ["--publish", "--name", "--data"].contains(parts[0]) else {
                let names = ["--publish", "--name", "--data", "--feeds", "--metrics", "--create"]
                throw UsageError(
                    sentence: "there is no flag '\(argument)' for key\(SimilarName.hint(parts[0], among: names)) "
                        + "'chatserver key --help' lists them.")
            }
            guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                throw UsageError(sentence: "the flag \(parts[0]) needs a value.")
            }
            guard parts[0] == "--publish" || (parts[0] == "--name" ? name : dataDirectory) == nil else {
                throw UsageError(sentence: "the flag \(parts[0]) is given twice, and takes one value.")
            }
            switch parts[0] {
            case "--publish":
                guard let pattern = TopicPattern(value) else {
                    throw UsageError(
                        sentence: "--publish takes a topic, or a pattern such as 'news.*' or 'news.>', not '\(value)'.")
                }
                grants.publish.append(pattern)
            case "--name":
                guard value.utf8.count <= 100, !value.unicodeScalars.contains(where: { $0.value < 32 }) else {
                    throw UsageError(sentence: "--name takes at most 100 bytes without control characters.")
                }
                name = value
            default: dataDirectory = value
            }
        }
    }

    /// Does it, and hands what is to be printed to `write`.
    ///
    /// - Parameter write: a new key is kept only if this has not failed: nobody could ever learn it.
    func run(at now: WallTime, write: (String) throws(StartError) -> Void) throws(StartError) {
        if creates { try DataDirectory.make(dataDirectory) }
        try DataDirectory.require(dataDirectory)
        let store = KeyStore(directory: dataDirectory)
        switch action {
        case .add(let name, let grants):
            let (entry, secret) = KeyEntry.make(name: name, grants: grants, at: now, using: .openSSL)
            try store.change { $0.append(entry) }
            do throws(StartError) {
                try write(secret + "\n")
            } catch {
                try store.change { entries in entries.removeAll { $0.key.id == entry.key.id } }
                throw StartError("\(error.description) The key was not kept.")
            }
        case .list:
            try write(
                try store.read().map { entry in
                    "\(entry.key.id)  \(entry.createdAt)  \(entry.grants)\(entry.name.isEmpty ? "" : "  (\(entry.name))")\n"
                }.joined())
        case .remove(let id):
            try store.change { (entries) throws(StartError) in
                let count = entries.count
                entries.removeAll { $0.key.id == id }
                guard entries.count < count else { throw StartError("There is no key '\(id)'.") }
            }
        }
    }
}
