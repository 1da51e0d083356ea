import ChatDomain

/// The frames of topics, as they go over the wire: one for all receivers.
enum TopicFrame {
    static func publication(_ draft: TopicDraft, _ position: StreamPosition?) -> [UInt8] {
        var json = JSONWriter(reserving: draft.data.count + 128)
        json.beginObject()
        json.key("type")
        json.value("publication")
        json.key("topic")
        json.value(draft.topic.description)
        if let position {
            json.key("epoch")
            json.value(position.epoch)
            json.key("offset")
            json.value(position.offset)
        }
        json.key("data")
        json.raw(draft.data)
        json.endObject()
        return textFrame(json.takeBytes())
    }
}
