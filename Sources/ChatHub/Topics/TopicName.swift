/// The name of a topic of the native protocol: 1 to 255 bytes of letters, digits and `._-:/`. The dot parts segments,
/// which patterns match one by one.
public struct TopicName: Hashable, Sendable, CustomStringConvertible, Codable {
    public static let bytesMax = 255

    public let description: String

    /// nil where the text is no name.
    public init?(_ text: String) {
        guard (1...Self.bytesMax).contains(text.utf8.count), text.utf8.allSatisfy(isNameByte) else { return nil }
        description = text
    }

    var segments: [Substring] { description.split(separator: ".", omittingEmptySubsequences: false) }

    /// The same in every process.
    var hash: UInt64 { stableHash(description) }

    /// Whose topic it is: `user.42.inbox` is for user 42 alone. nil for any other topic.
    var owner: String? {
        guard description.utf8.starts(with: "user.".utf8) else { return nil }
        let segments = segments
        return segments.count > 2 && segments[0] == "user" ? String(segments[1]) : nil
    }
}

private func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "/"): true
    default: false
    }
}

/// Topics by pattern: `news.*` stands for `news.sport`, `news.>` for `news.sport` and `news.sport.chess`, and neither
/// for `news`. A name without these is the pattern of itself.
public struct TopicPattern: Hashable, Sendable, CustomStringConvertible {
    static let segmentsMax = 32

    public let description: String
    /// The topic, where the pattern is the name of one.
    let name: TopicName?
    let segments: [Segment]

    enum Segment: Hashable, Sendable {
        case literal(String)
        /// `*`: any one segment.
        case one
        /// `>`, at the end: any one segment or more.
        case rest
    }

    /// nil where the text is no pattern: `*` and `>` stand alone in their segment, `>` in the last.
    public init?(_ text: String) {
        guard (1...TopicName.bytesMax).contains(text.utf8.count) else { return nil }
        description = text
        name = TopicName(text)
        if name != nil {
            segments = []
            return
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= Self.segmentsMax else { return nil }
        var segments: [Segment] = []
        for (index, part) in parts.enumerated() {
            switch part {
            case "*": segments.append(.one)
            case ">":
                guard index == parts.count - 1 else { return nil }
                segments.append(.rest)
            default:
                guard part.utf8.allSatisfy(isNameByte) else { return nil }
                segments.append(.literal(String(part)))
            }
        }
        self.segments = segments
    }

    init(_ name: TopicName) {
        description = name.description
        self.name = name
        segments = []
    }

    /// Whose topics it stands for, where it is those of one user.
    var owner: String? {
        if let name { return name.owner }
        guard segments.count > 2, segments[0] == .literal("user"), case .literal(let owner) = segments[1] else {
            return nil
        }
        return owner
    }

    public func matches(_ topic: TopicName) -> Bool {
        if let name { return name == topic }
        let parts = topic.segments
        for (index, segment) in segments.enumerated() {
            guard index < parts.count else { return false }
            switch segment {
            case .literal(let literal): if literal != parts[index] { return false }
            case .one: break
            case .rest: return true
            }
        }
        return parts.count == segments.count
    }

    /// Whether whatever `other` matches is matched here too.
    public func covers(_ other: TopicPattern) -> Bool {
        if let topic = other.name { return matches(topic) }
        guard name == nil else { return false }
        for (index, segment) in segments.enumerated() {
            guard index < other.segments.count else { return false }
            switch (segment, other.segments[index]) {
            case (.rest, _): return true
            case (_, .rest): return false
            case (.one, _): break
            case (.literal(let a), .literal(let b)): if a != b { return false }
            case (.literal, .one): return false
            }
        }
        return segments.count == other.segments.count
    }
}
