import ChatDomain
import ChatStore
import HTTPCore

/// What somebody chooses for a room of theirs; nobody else sees it.
extension Native {
    static let roomSettingsResources: [Route] = [
        .signedIn(.put, "/v1/rooms/{id}/settings", putRoomSettings)
    ]

    private static func putRoomSettings(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let room = try call.roomID()
        let body = try call.body()
        var choice = RoomChoice()
        if let name = try body.optionalString("notify") {
            guard let notify = RoomSettings.Notify(name: name) else {
                throw Problem(.unprocessable, "'notify' takes all, mentions or none.")
            }
            choice.notify = notify
        }
        choice.isFavorite = try body.optionalBool("favorite")
        choice.isHidden = try body.optionalBool("hidden")
        call.submit(.room(.choose(room, choice, by: principal.id))) { outcome throws(Problem) in
            guard case .settings(let settings) = outcome else { throw .unavailable }
            call.reply { json in
                json.beginObject()
                json.key("settings")
                NativeJSON.append(settings, to: &json)
                json.endObject()
            }
        }
    }
}
