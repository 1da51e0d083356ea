/// One item of a feed: what its source said, and what of it is known.
public struct FeedItem: Sendable, Equatable, Codable {
    /// The name of the feed.
    public let feed: String
    /// What was said. Phrases are compared with it.
    public let text: String
    /// The topic, where the feed's configuration names a field that has it.
    public let topic: String?
    public let author: String?
    /// As the source wrote it: in no certain form.
    public let time: String?
    public let id: String?
    /// The item as it came, if it came as JSON, else an object with its `text`: in any case one JSON object in UTF-8,
    /// without line ends.
    public let json: [UInt8]

    public init(
        feed: String, text: String, topic: String? = nil, author: String? = nil, time: String? = nil,
        id: String? = nil, json: [UInt8]
    ) {
        self.feed = feed
        self.text = text
        self.topic = topic
        self.author = author
        self.time = time
        self.id = id
        self.json = json
    }

    /// What it takes in memory, about.
    var byteCount: Int { json.count + text.utf8.count + 160 }
}
