import ChatDomain
import HTTPCore

/// `POST /v1/topics/{topic}/publications` `{"data":…,"user_id"?:"…"}` on its way to an answer, `{"receivers":N}`.
struct TopicCall {
    /// As the path gives it.
    let topic: String
    let request: Request
    let connection: Connection
    let hub: Hub

    func publish() {
        guard let key = KeyRing.key(of: request) else {
            fail(RequestProblem(.unauthorized, "Publishing needs an API key."))
            return
        }
        hub.keyRing.find(key, hub: hub) { _, finding in
            switch finding {
            case .known(let key): publish(with: key)
            case .unknown: fail(RequestProblem(.unauthorized, "There is no such API key."))
            case .unavailable: fail(RequestProblem(.unavailable, "The keys cannot be read just now: try again later."))
            }
        }
    }

    private func publish(with key: APIKey) {
        do throws(RequestProblem) {
            guard let name = TopicName(topic) else {
                throw RequestProblem(
                    .unprocessable, "A topic has 1 to 255 bytes of letters, digits and '._-:/', and no wildcards.")
            }
            guard key.mayPublish(to: name) else {
                throw RequestProblem(.forbidden, "This key may not publish to that topic.")
            }
            send(try draft(name), key: key.id)
        } catch {
            fail(error)
        }
    }

    private func send(_ draft: TopicDraft, key: String?) {
        hub.topicHub.publish(draft, key: key, hub: hub) { hub, receipt in
            switch receipt {
            case .delivered(let receivers):
                var json = JSONWriter(reserving: 32)
                json.beginObject()
                json.key("receivers")
                json.value(receivers)
                json.endObject()
                hub.reply(.json(json.takeBytes()), to: connection)
            case .refused(let waitMs):
                var response = Response.error(.tooManyRequests, "Too many publications at once.", .site)
                response.headers.set("Retry-After", String((waitMs + 999) / 1_000))
                hub.reply(response, to: connection)
            }
        }
    }

    private func draft(_ name: TopicName) throws(RequestProblem) -> TopicDraft {
        let body = request.body
        let tree: JSONValue
        let data: Range<Int>?
        do throws(JSONError) {
            // The tree is made for what the reader does not see: a member that is named twice.
            tree = try JSONValue(parsing: body)
            data = try range(of: "data", in: body.span)
        } catch {
            throw RequestProblem(.badRequest, "The body is not valid JSON: \(error.description)")
        }
        guard case .object = tree else { throw RequestProblem(.badRequest, "The body is not a JSON object.") }
        guard let data else { throw RequestProblem(.badRequest, "The field 'data' is missing.") }
        guard data.count <= hub.limits.messageBytesMax else {
            throw RequestProblem(.contentTooLarge, "'data' has at most \(hub.limits.messageBytesMax) bytes.")
        }
        return TopicDraft(topic: name, data: Array(body[data]), user: try user(tree["user_id"]))
    }

    private func user(_ value: JSONValue?) throws(RequestProblem) -> UserID? {
        guard let value, !value.isNull else { return nil }
        guard let text = value.string else { throw RequestProblem(.badRequest, "The field 'user_id' is not a string.") }
        guard let number = Int64(text), number > 0 else {
            throw RequestProblem(.unprocessable, "The field 'user_id' is no user's identifier.")
        }
        return UserID(number)
    }

    private func fail(_ problem: RequestProblem) {
        var response = Response.error(problem.status, problem.sentence, .site)
        if problem.status == .unauthorized { response.headers.set("WWW-Authenticate", "Bearer") }
        hub.reply(response, to: connection)
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
