import ChatDomain
import ChatHub
import Glibc

/// `chatserver key`: adds, lists and removes API keys, also beside a running server, which takes note by itself.
struct KeyCommand: Equatable {
    var dataDirectory = "./data"
    var action: Action

    enum Action: Equatable {
        case add(name: String, publish: [TopicPattern], managesFeeds: Bool)
        case list
        case remove(id: String)
    }

    static let help = """
        Usage: chatserver key add [--publish PATTERN]… [--feeds] [--name NAME] [--data DIR]
               chatserver key list [--data DIR]
               chatserver key remove ID [--data DIR]

        API keys let programs publish to topics and manage feeds. A key is shown once, when it is added; only its
        SHA-256 is kept. A running server takes new keys at once, and removed ones for a second at most.

          --publish PATTERN …         topics that the key may publish to: 'news.sport', 'news.*' (one segment),
                                      'news.>' (one or more)
          --feeds                     the key may add and remove feeds
          --name NAME                 a name for people
          --data DIR                  the server's data directory (./data, or CHATSERVER_DATA)

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
            guard !values.publish.isEmpty || values.managesFeeds else {
                throw UsageError(
                    sentence: "key add takes --publish PATTERN or --feeds: a key must be good for something.")
            }
            command.action = .add(name: values.name, publish: values.publish, managesFeeds: values.managesFeeds)
        case ("list", 0): command.action = .list
        case ("remove", 1): command.action = .remove(id: values.words[0])
        case ("remove", _):
            throw UsageError(sentence: "key remove takes the ID of one key: 'chatserver key list' has it.")
        case ("add", _), ("list", _): throw UsageError(sentence: "key \(verb) does not take '\(values.words[0])'.")
        default: throw UsageError(sentence: "key takes add, list or remove, not '\(verb)'.")
        }
        return command
    }

    /// The flags and words of the command line, as they come.
    private struct Values {
        var publish: [TopicPattern] = []
        var managesFeeds = false
        var name = ""
        var dataDirectory: String?
        var words: [String] = []

        mutating func take(_ argument: String, from rest: inout ArraySlice<String>) throws(UsageError) {
            guard argument.hasPrefix("--") else {
                words.append(argument)
                return
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts[0] == "--feeds", parts.count == 1 {
                managesFeeds = true
                return
            }
            guard ["--publish", "--name", "--data"].contains(parts[0]) else {
                throw UsageError(
                    sentence: "there is no flag '\(argument)' for key: 'chatserver key --help' lists them.")
            }
            guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
                throw UsageError(sentence: "the flag \(parts[0]) needs a value.")
            }
            switch parts[0] {
            case "--publish":
                guard let pattern = TopicPattern(value) else {
                    throw UsageError(
                        sentence: "--publish takes a topic, or a pattern such as 'news.*' or 'news.>', not '\(value)'.")
                }
                publish.append(pattern)
            case "--name":
                guard value.utf8.count <= 100, !value.unicodeScalars.contains(where: { $0.value < 32 }) else {
                    throw UsageError(sentence: "--name takes at most 100 bytes without control characters.")
                }
                name = value
            default: dataDirectory = value
            }
        }
    }

    /// Does it.
    ///
    /// - Returns: what to print.
    func run(at now: WallTime) throws(StartError) -> String {
        let store = KeyStore(directory: dataDirectory)
        switch action {
        case .add(let name, let publish, let managesFeeds):
            try DataDirectory.make(dataDirectory)
            let (entry, secret) = KeyEntry.make(
                name: name, publish: publish, managesFeeds: managesFeeds, at: now, using: .openSSL)
            try store.change { $0.append(entry) }
            return secret + "\n"
        case .list:
            return try store.read().map { entry in
                "\(entry.key.id)  \(entry.createdAt)  \(entry.grants)\(entry.name.isEmpty ? "" : "  (\(entry.name))")\n"
            }.joined()
        case .remove(let id):
            try store.change { (entries) throws(StartError) in
                let count = entries.count
                entries.removeAll { $0.key.id == id }
                guard entries.count < count else { throw StartError("There is no key '\(id)'.") }
            }
            return ""
        }
    }
}
