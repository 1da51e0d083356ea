public import ChatDomain

/// What the loops tell each other of topics.
public enum TopicPost: Sendable, Codable {
    /// To the home of an API key: count a publication against its rate, then hand it on.
    case admit(TopicDraft, key: String, Asker)
    /// To the home of a topic: number a publication, and bring it to all loops.
    case publish(TopicDraft, Asker)
    /// To every loop: deliver, and answer to how many.
    case deliver(TopicPublication, Asker)
    /// To the home of a topic: where is it, and what has come since that position?
    case locate(TopicName, since: StreamPosition?, Asker)
}

/// What somebody wants to be published.
public struct TopicDraft: Sendable, Codable {
    var topic: TopicName
    /// JSON, checked.
    var data: [UInt8]
    /// For this user's connections only.
    var user: UserID?

    /// As it goes over the wire: one frame for all receivers.
    func frame(at position: StreamPosition?) -> [UInt8] {
        var json = JSONWriter(reserving: data.count + 128)
        json.beginObject()
        json.member("type", "publication")
        json.member("topic", topic.description)
        if let position {
            json.member("epoch", position.epoch)
            json.member("offset", position.offset)
        }
        json.key("data")
        json.raw(data)
        json.endObject()
        return textFrame(json.takeBytes())
    }
}

/// A publication on its way to those who are subscribed.
public struct TopicPublication: Sendable, Codable {
    var topic: TopicName
    var user: UserID?
    /// As it goes over the wire.
    var frame: [UInt8]
}

/// Where a topic is, and what a subscriber has missed.
public struct TopicLocation: Sendable, Codable {
    var topic: TopicName
    /// Of the last publication; offset 0 where there was none yet.
    var head: StreamPosition
    /// Whether `missed` is all that came after the position asked about; nil where none was.
    var isRecovered: Bool?
    /// The frames after that position, in order.
    var missed: [[UInt8]]
}
