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
        case .site, .native:
            json.key("error")
            json.beginObject()
            json.key("code")
            json.value(errorCode(of: status))
            json.key("message")
            json.value(sentence)
            json.endObject()
        case .chatApp:
            json.key("error")
            json.value(status.code)
            json.key("message")
            json.value(sentence)
        }
        json.endObject()
        return .json(json.takeBytes(), status: status)
    }
}

/// The name that goes with a status in an error's `code`.
private func errorCode(of status: Status) -> String {
    switch status.code {
    case 401: "unauthorized"
    case 403: "forbidden"
    case 404: "not_found"
    case 405: "method_not_allowed"
    case 408: "timeout"
    case 409: "conflict"
    case 413, 414, 431: "too_large"
    case 422: "unprocessable"
    case 426: "upgrade_required"
    case 429: "rate_limited"
    case 500: "internal"
    case 501, 505: "not_supported"
    case 503: "unavailable"
    default: "bad_request"
    }
}
