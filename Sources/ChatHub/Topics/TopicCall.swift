import ChatDomain
import HTTPCore

extension Native {
    /// `POST /v1/topics/{topic}/publications` `{"data":…,"user_id"?:"…"}`, which answers `{"receivers":N}`.
    static let topicResources: [Route] = [
        .open(.post, "/v1/topics/{topic}/publications", bodyValuesMax: 100_000) { $0.publishToTopic() }
    ]
}

extension RESTCall {
    /// With an API key, or as whoever is signed in.
    fileprivate func publishToTopic() {
        guard let key = KeyRing.key(of: request) else {
            return authenticated { principal throws(Problem) in
                let draft = try self.topicDraft { self.hub.topicHub.grants.mayPublish(to: $0, principal.id) }
                self.hub.native.takeToken(of: principal.id, hub: self.hub) { _, waitMs in
                    if let waitMs { self.refusePublication(waitMs) } else { self.publish(draft) }
                }
            }
        }
        hub.keyRing.find(key, hub: hub) { _, finding in
            self.attempt { () throws(Problem) in
                switch finding {
                case .known(let key): self.publish(try self.topicDraft { key.mayPublish(to: $0) }, key: key.id)
                case .unknown: throw Problem(.unauthorized, "There is no such API key.")
                case .unavailable: throw .unavailable
                }
            }
        }
    }

    private func publish(_ draft: TopicDraft, key: String? = nil) {
        hub.topicHub.publish(draft, key: key, hub: hub) { _, result in
            switch result {
            case .delivered(let receivers):
                self.reply { json in
                    json.beginObject()
                    json.member("receivers", receivers)
                    json.endObject()
                }
            case .refused(let waitMs): self.refusePublication(waitMs)
            case .unavailable: self.fail(.unavailable)
            }
        }
    }

    private func refusePublication(_ waitMs: Int64) {
        fail(Problem(.rateLimited, "Too many publications at once.", retryAfterMs: waitMs))
    }

    /// What the request wants to be published, if that is granted.
    private func topicDraft(isGranted: (TopicName) -> Bool) throws(Problem) -> TopicDraft {
        guard let name = TopicName(parameter("topic")) else {
            throw Problem(
                .unprocessable, "A topic has 1 to 255 bytes of letters, digits and '._-:/', and no wildcards.")
        }
        guard isGranted(name) else { throw Problem(.forbidden, "You may not publish to that topic.") }
        // The tree is made for what the reader does not see: a member that is named twice.
        let tree = try body()
        let bytes = request.body
        // What the tree was made of can be read.
        guard let data = (try? range(of: "data", in: bytes.span)) ?? nil else { throw .missing("data") }
        guard data.count <= hub.limits.messageBytesMax else {
            throw Problem(.tooLarge, "'data' has at most \(hub.limits.messageBytesMax) bytes.")
        }
        return TopicDraft(topic: name, data: Array(bytes[data]), user: try user(tree.value["user_id"]))
    }

    private func user(_ value: JSONValue?) throws(Problem) -> UserID? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.string else { throw Problem(.badRequest, "The field 'user_id' is not a string.") }
        guard let id = WireID.parse(text) else {
            throw Problem(.unprocessable, "The field 'user_id' is no user's identifier.")
        }
        return UserID(id)
    }
}

/// Where the value of a member of the document's object lies; nil where there is no such member.
private func range(of member: StaticString, in bytes: Span<UInt8>) throws(JSONError) -> Range<Int>? {
    var reader = JSONReader()
    guard try reader.next(in: bytes) == .beginObject else { return nil }
    while case .key(let key)? = try reader.next(in: bytes) {
        var start = reader.position
        try reader.skipValue(in: bytes)
        guard key.equals(member, in: bytes) else { continue }
        while bytes[start] <= 0x20 { start += 1 }
        return start..<reader.position
    }
    return nil
}
