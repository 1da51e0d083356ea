import ChatDomain
import HTTPCore

/// The REST interface of feeds: `GET` and `POST /v1/feeds`, `DELETE /v1/feeds/{name}`.
extension Feeds {
    /// What can be asked for.
    enum Resource: Sendable {
        case list
        case add
        case remove

        static let table: [(Method, String, Resource)] = [
            (.get, "/v1/feeds", .list), (.post, "/v1/feeds", .add), (.delete, "/v1/feeds/{name}", .remove),
        ]
    }

    /// Begins to answer. The answer comes by `hub.reply`, in this turn or a later one.
    func serve(
        _ resource: Resource, _ parameters: Parameters, _ request: Request, _ context: RequestContext,
        _ connection: Connection, hub: Hub
    ) {
        hub.withFeedPermission(request, context) { hub, permission in
            switch permission {
            case .granted: self.serve(resource, parameters, request.body, connection.id, hub: hub)
            case .unauthorized:
                Self.reply(.error(.unauthorized, "Feeds need an administrator or a key.", .site), connection.id, hub)
            case .forbidden:
                Self.reply(
                    .error(
                        .forbidden, "Only administrators, keys for feeds, and no pages of other origins may use this.",
                        .site), connection.id, hub)
            }
        }
    }

    private func serve(
        _ resource: Resource, _ parameters: Parameters, _ body: [UInt8], _ id: ConnectionID, hub: Hub
    ) {
        switch resource {
        case .list: Self.reply(.json(list()), id, hub)
        case .add:
            let configuration: FeedConfiguration
            do throws(FeedProblem) {
                configuration = try Self.configuration(body)
            } catch {
                Self.reply(.error(error.status, error.description, .site), id, hub)
                return
            }
            submit(.add(configuration), hub: hub) { hub, answer in Self.reply(Self.response(answer), id, hub) }
        case .remove:
            submit(.remove(name: parameters["name"] ?? ""), hub: hub) { hub, answer in
                Self.reply(Self.response(answer), id, hub)
            }
        }
    }

    private static func configuration(_ body: [UInt8]) throws(FeedProblem) -> FeedConfiguration {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: body, valuesMax: 1_000)
        } catch {
            throw FeedProblem("The body is no JSON: \(error.description)", .malformed)
        }
        return try FeedConfiguration(json)
    }

    private func list() -> [UInt8] {
        var json = JSONWriter(reserving: 256 + 256 * statuses.count)
        json.beginObject()
        json.key("feeds")
        json.beginArray()
        for status in statuses.values.sorted(by: { $0.name < $1.name }) { status.append(to: &json) }
        json.endArray()
        json.endObject()
        return json.takeBytes()
    }

    private static func response(_ answer: FeedAnswer) -> Response {
        switch answer {
        case .removed: return Response(status: .noContent)
        case .refused(let problem): return .error(problem.status, problem.description, .site)
        case .added(let status):
            var json = JSONWriter(reserving: 256)
            json.beginObject()
            json.key("feed")
            status.append(to: &json)
            json.endObject()
            return .json(json.takeBytes(), status: .created)
        }
    }

    private static func reply(_ response: Response, _ id: ConnectionID, _ hub: Hub) {
        guard let connection = hub.connection(id) else { return }
        hub.reply(response, to: connection)
    }
}

/// Whether somebody may see and change feeds.
enum FeedPermission {
    case granted
    case unauthorized
    /// Somebody asks who is neither an administrator nor has a key for feeds, or a page of a foreign origin.
    case forbidden
}

extension Hub {
    /// Finds out whether the request may see and change feeds, and calls `then` with it, in this turn or a later one.
    ///
    /// It may while the open dialects are open to it as a local one, and with a token of an administrator or a key made
    /// for feeds. A page of a foreign origin may not in any case: it
    /// could have this server send requests in its place. One of an origin that is allowed may with such a token.
    func withFeedPermission(
        _ request: Request, _ context: RequestContext, then: @escaping (Hub, FeedPermission) -> Void
    ) {
        let page = site.page(of: context)
        if case .foreign = page {
            refusedOrigin(of: request, context, otherwise: "--allow-origin")
            then(self, .forbidden)
        } else if !configuration.dialects.isEmpty, context.isLocal, page != .listed {
            then(self, .granted)
        } else if let key = KeyRing.key(of: request) {
            keyRing.find(key, hub: self) { hub, finding in
                guard case .known(let key) = finding else { return then(hub, .unauthorized) }
                then(hub, key.managesFeeds ? .granted : .forbidden)
            }
        } else if let token = BearerToken.find(in: request) {
            native.authenticate(token: token, hub: self) { hub, result in
                guard case .success(let principal) = result else { return then(hub, .unauthorized) }
                then(hub, principal.user.isAdmin ? .granted : .forbidden)
            }
        } else {
            then(self, .unauthorized)
        }
    }
}
