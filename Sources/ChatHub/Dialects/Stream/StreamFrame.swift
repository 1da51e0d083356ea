import ChatDomain

/// What a client of the stream is sent of an item: `{"data":{…,"text":…},"feed":…,"matching_rules":[{"tag":…}]}`.
///
/// An item that came in that form, with an object `data`, is handed on as it came. Of any other the parts that are
/// known are put into `data`. Which rules matched is always ours to say.
struct StreamFrame {
    /// The object as far as it is the same for all receivers.
    private let beginning: [UInt8]

    init(_ item: FeedItem) {
        var json = JSONWriter(reserving: item.json.count + 128)
        json.beginObject()
        if !Self.appendMembers(of: item.json.span, to: &json) {
            json.key("data")
            json.beginObject()
            if let id = item.id { json.member("id", id) }
            json.member("text", item.text)
            if let author = item.author { json.member("author", author) }
            if let time = item.time { json.member("created_at", time) }
            if let topic = item.topic { json.member("topic", topic) }
            json.endObject()
        }
        json.member("feed", item.feed)
        beginning = json.takeBytes()
    }

    func json(matching topics: [String]) -> [UInt8] {
        var rules = JSONWriter(reserving: 64)
        rules.beginArray()
        for topic in topics {
            rules.beginObject()
            rules.member("tag", topic)
            rules.endObject()
        }
        rules.endArray()
        var json: [UInt8] = []
        json.reserveCapacity(beginning.count + rules.bytes.count + 20)
        json += beginning
        json += Array(#","matching_rules":"#.utf8)
        json += rules.takeBytes()
        json.append(UInt8(ascii: "}"))
        return json
    }

    /// Appends the members of an object that has an object `data`, as they came, without those that are ours.
    ///
    /// - Returns: false where it has none, and nothing was appended.
    private static func appendMembers(of bytes: Span<UInt8>, to json: inout JSONWriter) -> Bool {
        var members: [(key: String, value: Range<Int>)] = []
        var hasData = false
        var reader = JSONReader()
        guard (try? reader.next(in: bytes)) == .beginObject else { return false }
        while case .key(let key)? = try? reader.next(in: bytes) {
            var start = reader.position
            guard (try? reader.skipValue(in: bytes)) != nil else { return false }
            while bytes[start] <= 0x20 { start += 1 }
            if key.equals("matching_rules", in: bytes) || key.equals("feed", in: bytes) { continue }
            if key.equals("data", in: bytes), bytes[start] == UInt8(ascii: "{") { hasData = true }
            members.append((key.string(in: bytes), start..<reader.position))
        }
        guard hasData else { return false }
        for (key, value) in members {
            json.key(text: key)
            json.raw(bytes.extracting(value))
        }
        return true
    }
}
