public import ChatDomain
import HTTPCore

/// One feed, as somebody wants it.
public struct FeedConfiguration: Sendable, Equatable, Codable {
    /// 1 to 64 letters, digits, `.`, `_` and `-`.
    public let name: String
    public let source: Source
    /// To be sent with each request, to the host of the URL only.
    let headers: [Header]
    /// Paths of members in an item, such as `data.text`; nil looks for what is usual.
    let textField: FieldPath?
    /// nil: an item has no topic.
    let topicField: FieldPath?
    /// What a WebSocket asks to be spoken over it.
    let subprotocol: String?
    /// Where an item has what the source wants to be told when we come again, and in which parameter of the query.
    let cursor: Cursor?

    /// Where items come from.
    public enum Source: Sendable, Equatable, Codable {
        case url(FeedURL, FeedFormat)
        /// Invented ones, without a network.
        case demo
    }

    struct Header: Sendable, Equatable, Codable {
        let name: String
        let value: String
    }

    struct Cursor: Sendable, Equatable, Codable {
        let field: FieldPath
        let parameter: String
    }

    /// The feed of invented items.
    public static let demo = FeedConfiguration(name: "demo", source: .demo)

    private init(name: String, source: Source) {
        self.name = name
        self.source = source
        (headers, textField, topicField, subprotocol, cursor) = ([], nil, nil, nil, nil)
    }

    /// Reads a feed from a JSON object.
    public init(_ json: JSONValue) throws(FeedProblem) {
        guard let members = json.object else { throw FeedProblem("A feed is an object.", .badRequest) }
        // What is misspelt must not be taken for what is left out.
        for member in members where !Self.fields.contains(member.key) {
            throw FeedProblem("A feed has no field '\(member.key.prefix(64))'.", .badRequest)
        }
        name = try Self.name(json)
        let url = try FeedURL(try Self.string(json, "url", isNeeded: true) ?? "")
        let format = try Self.format(json, of: url)
        source = .url(url, format)
        subprotocol = try Self.subprotocol(json, format)
        headers = try Self.headers(json)
        textField = try Self.path(json, "text_field")
        topicField = try Self.path(json, "topic_field")
        let cursorField = try Self.path(json, "cursor_field")
        let parameter = try Self.string(json, "cursor_parameter")
        guard (cursorField == nil) == (parameter == nil), parameter != "" else {
            throw FeedProblem("cursor_field and cursor_parameter belong together.")
        }
        cursor = cursorField.flatMap { field in parameter.map { Cursor(field: field, parameter: $0) } }
    }

    /// Reads a list of feeds, or an object whose member `feeds` is one. No two have the same name.
    public static func list(parsing bytes: [UInt8]) throws(FeedProblem) -> [FeedConfiguration] {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw FeedProblem("This is no JSON: \(error.description)", .badRequest)
        }
        guard let entries = json.array ?? json["feeds"]?.array else {
            throw FeedProblem("There is no list of feeds.", .badRequest)
        }
        var feeds: [FeedConfiguration] = []
        for (index, entry) in entries.enumerated() {
            do throws(FeedProblem) {
                let feed = try FeedConfiguration(entry)
                guard !feeds.contains(where: { $0.name == feed.name }) else {
                    throw FeedProblem("There are two feeds with the name '\(feed.name)'.", .conflict)
                }
                feeds.append(feed)
            } catch {
                throw FeedProblem("Feed \(index + 1): \(error.description)", error.code)
            }
        }
        return feeds
    }

    // MARK: Fields

    private static let fields: Set<String> = [
        "name", "url", "format", "headers", "text_field", "topic_field", "cursor_field", "cursor_parameter",
        "subprotocol",
    ]

    private static func string(
        _ json: JSONValue, _ key: String, isNeeded: Bool = false
    ) throws(FeedProblem) -> String? {
        guard let value = json[key], !value.isNull else {
            if isNeeded { throw FeedProblem("The field '\(key)' is missing.", .badRequest) }
            return nil
        }
        guard let text = value.string else { throw FeedProblem("The field '\(key)' must be a string.", .badRequest) }
        return text
    }

    private static func name(_ json: JSONValue) throws(FeedProblem) -> String {
        let name = try string(json, "name", isNeeded: true) ?? ""
        let isAllowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard (1...64).contains(name.utf8.count), isAllowed, name != ".", name != ".." else {
            throw FeedProblem("A feed's name consists of 1 to 64 letters, digits, '.', '_' and '-'.")
        }
        return name
    }

    private static func format(_ json: JSONValue, of url: FeedURL) throws(FeedProblem) -> FeedFormat {
        guard let text = try string(json, "format") else {
            if url.scheme.isWebSocket { return .webSocket }
            throw FeedProblem("The field 'format' is missing: ndjson, sse or websocket.", .badRequest)
        }
        guard let format = FeedFormat(rawValue: text) else {
            throw FeedProblem("The format must be ndjson, sse or websocket.")
        }
        guard (format == .webSocket) == url.scheme.isWebSocket else {
            throw FeedProblem("The format websocket goes with ws:// and wss://, the others with http:// and https://.")
        }
        return format
    }

    private static func subprotocol(_ json: JSONValue, _ format: FeedFormat) throws(FeedProblem) -> String? {
        guard let text = try string(json, "subprotocol") else { return nil }
        guard format == .webSocket else { throw FeedProblem("A subprotocol goes with the format websocket only.") }
        // RFC 6455 §4.1: a token.
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        let isToken = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: marks.contains(byte)
            }
        }
        guard (1...128).contains(text.utf8.count), isToken else {
            throw FeedProblem("A subprotocol is one word, of at most 128 letters, digits and signs.")
        }
        return text
    }

    private static func path(_ json: JSONValue, _ key: String) throws(FeedProblem) -> FieldPath? {
        guard let text = try string(json, key) else { return nil }
        guard let path = FieldPath(text) else {
            throw FeedProblem("The field '\(key)' takes a path such as data.text, of at most 8 names.")
        }
        return path
    }

    private static func headers(_ json: JSONValue) throws(FeedProblem) -> [Header] {
        guard let value = json["headers"], !value.isNull else { return [] }
        guard let members = value.object else { throw FeedProblem("The headers must be an object.", .badRequest) }
        var headers: [Header] = []
        var bytes = 0
        var outgoing = OutgoingHeaders()
        for member in members {
            guard let text = member.value.string else {
                throw FeedProblem("A header's value must be a string.", .badRequest)
            }
            let lowered = member.key.lowercased()
            guard !ours.contains(lowered), !lowered.hasPrefix("sec-websocket-"), !lowered.hasPrefix("proxy-") else {
                throw FeedProblem("The header '\(lowered)' is made by the server itself.")
            }
            // Takes only what cannot break a request.
            guard outgoing.append(member.key, text) else {
                throw FeedProblem("A header has a name or a value that cannot be sent.")
            }
            bytes += member.key.utf8.count + text.utf8.count
            headers.append(Header(name: member.key, value: text))
        }
        guard headers.count <= 32, bytes <= 8_192 else {
            throw FeedProblem("There may be 32 headers, of 8,192 bytes together.")
        }
        return headers
    }

    /// Headers that say how the request itself is made.
    private static let ours: Set<String> = [
        "host", "connection", "upgrade", "content-length", "transfer-encoding", "te", "trailer", "expect", "keep-alive",
        "accept-encoding", "date",
    ]
}

/// How a feed's items come.
public enum FeedFormat: String, Sendable, Equatable, Codable {
    /// A response that goes on and on, with one JSON object a line.
    case ndjson
    /// Server-Sent Events.
    case sse
    case webSocket = "websocket"
}

/// Where in an item a value is: names of members from the outside in; a number takes an element of an array.
struct FieldPath: Sendable, Equatable, Codable {
    let names: [String]

    /// Reads `data.text`; nil for what is none.
    init?(_ text: String) {
        names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard text.utf8.count <= 256, names.count <= 8, names.allSatisfy({ !$0.isEmpty }) else { return nil }
    }
}
