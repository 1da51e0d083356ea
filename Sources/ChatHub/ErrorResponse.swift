import ChatDomain
import HTTPCore

extension Response {
    static func json(_ body: [UInt8], status: Status = .ok) -> Response {
        Response(status: status, contentType: "application/json", body: body)
    }

    /// An error as JSON with a sentence, in the form that the clients of that part of the site know.
    static func error(_ status: Status, _ sentence: String, _ scope: RequestContext.Scope) -> Response {
        var json = JSONWriter(reserving: 128)
        json.beginObject()
        switch scope {
        case .site, .native, .relay:
            json.key("error")
            json.beginObject()
            json.member("code", ErrorCode(status: status.code).rawValue)
            json.member("message", sentence)
            json.endObject()
        case .chatApp:
            json.member("error", status.code)
            json.member("message", sentence)
        }
        json.endObject()
        return .json(json.takeBytes(), status: status)
    }
}
