import ChatDomain
import HTTPCore

/// The REST interface of feeds.
extension Feeds {
    static let routes: [Route] = [
        .feedKeepers(.get, "/v1/feeds", listFeeds),
        .feedKeepers(.post, "/v1/feeds", addFeed),
        .feedKeepers(.delete, "/v1/feeds/{name}", removeFeed),
    ]

    private static func listFeeds(_ call: RESTCall) {
        call.reply { json in
            json.beginObject()
            json.key("feeds")
            json.beginArray()
            for status in call.hub.feeds.statuses.values.sorted(by: { $0.name < $1.name }) { status.append(to: &json) }
            json.endArray()
            json.endObject()
        }
    }

    private static func addFeed(_ call: RESTCall) throws(Problem) {
        let body = try call.body()
        do throws(FeedProblem) {
            submit(.add(try FeedConfiguration(body.value)), call)
        } catch {
            throw Problem(error)
        }
    }

    private static func removeFeed(_ call: RESTCall) { submit(.remove(name: call.parameter("name")), call) }

    private static func submit(_ command: FeedCommand, _ call: RESTCall) {
        call.hub.feeds.submit(command, hub: call.hub) { _, answer in
            switch answer {
            case .removed: call.replyNoContent()
            case .refused(let problem): call.fail(Problem(problem))
            case .added(let status):
                call.reply(.created) { json in
                    json.beginObject()
                    json.key("feed")
                    status.append(to: &json)
                    json.endObject()
                }
            }
        }
    }
}

extension Problem {
    fileprivate init(_ problem: FeedProblem) {
        self.init(problem.code, problem.description)
    }
}
