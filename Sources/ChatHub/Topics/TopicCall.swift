import ChatDomain
import HTTPCore

extension Native {
    /// `POST /v1/topics/{topic}/publications` `{"data":…,"user_id"?:"…"}`, which answers `{"receivers":N}`.
    static let topicResources: [Route] = [
        .open(.post, "/v1/topics/{topic}/publications", bodyValuesMax: 100_000) { call throws(Problem) in
            TopicCall(call: call).publish()
        }
    ]
}

/// A publication by REST on its way to an answer: with an API key, or as whoever is signed in.
private struct TopicCall {
    let call: RESTCall

    private var limits: HubLimits { call.hub.limits }

    func publish() {
        guard let key = KeyRing.key(of: call.request) else {
            call.authenticated { principal throws(Problem) in
                let draft = try draft { call.hub.topicHub.grants.mayPublish(to: $0, principal.id) }
                call.hub.native.takeToken(of: principal.id, hub: call.hub) { _, waitMs in
                    if let waitMs { refuse(waitMs) } else { send(draft) }
                }
            }
            return
        }
        call.hub.keyRing.find(key, hub: call.hub) { _, finding in
            call.attempt { () throws(Problem) in
                switch finding {
                case .known(let key): send(try draft { key.mayPublish(to: $0) }, key: key.id)
                case .unknown: throw Problem(.unauthorized, "There is no such API key.")
                case .unavailable: throw .unavailable
                }
            }
        }
    }

    private func send(_ draft: TopicDraft, key: String? = nil) {
        call.hub.topicHub.publish(draft, key: key, hub: call.hub) { _, receipt in
            switch receipt {
            case .delivered(let receivers):
                call.reply { json in
                    json.beginObject()
                    json.member("receivers", receivers)
                    json.endObject()
                }
            case .refused(let waitMs): refuse(waitMs)
            case .unavailable: call.fail(.unavailable)
            }
        }
    }

    private func refuse(_ waitMs: Int64) {
        call.fail(Problem(.rateLimited, "Too many publications at once.", retryAfterMs: waitMs))
    }

    /// What the request wants to be published, if that is granted.
    private func draft(isGranted: (TopicName) -> Bool) throws(Problem) -> TopicDraft {
        guard let name = TopicName(call.parameter("topic")) else {
            throw Problem(
                .unprocessable, "A topic has 1 to 255 bytes of letters, digits and '._-:/', and no wildcards.")
        }
        guard isGranted(name) else { throw Problem(.forbidden, "You may not publish to that topic.") }
        // The tree is made for what the reader does not see: a member that is named twice.
        let tree = try call.body()
        let body = call.request.body
        // What the tree was made of can be read.
        guard let data = (try? range(of: "data", in: body.span)) ?? nil else { throw .missing("data") }
        guard data.count <= limits.messageBytesMax else {
            throw Problem(.tooLarge, "'data' has at most \(limits.messageBytesMax) bytes.")
        }
        return TopicDraft(topic: name, data: Array(body[data]), user: try user(tree.value["user_id"]))
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
