import ChatDomain

/// The frames of topics, as they go over the wire: one for all receivers.
enum TopicFrame {
    static func publication(_ draft: TopicDraft, _ position: StreamPosition?) -> [UInt8] {
        var json = JSONWriter(reserving: draft.data.count + 128)
        json.beginObject()
        json.member("type", "publication")
        json.member("topic", draft.topic.description)
        if let position {
            json.member("epoch", position.epoch)
            json.member("offset", position.offset)
        }
        json.key("data")
        json.raw(draft.data)
        json.endObject()
        return textFrame(json.takeBytes())
    }
}
