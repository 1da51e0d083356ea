import ChatDomain
import ChatStore

/// Accounts, settings and sessions as clients see them.
enum AccountJSON {
    static let deletedName = "Deleted user"

    /// What everybody who is signed in may know of somebody.
    static func append(_ user: User, to json: inout JSONWriter) {
        json.beginObject()
        appendMembers(of: user, to: &json)
        json.endObject()
    }

    /// What only the user may know.
    static func appendOwn(_ user: User, _ settings: UserSettings, to json: inout JSONWriter) {
        json.beginObject()
        appendMembers(of: user, to: &json)
        if let phone = user.phone {
            json.key("phone")
            json.value(phone)
        }
        json.key("admin")
        json.value(user.isAdmin)
        json.key("settings")
        append(settings, to: &json)
        json.endObject()
    }

    static func append(_ settings: UserSettings, to json: inout JSONWriter) {
        json.beginObject()
        json.key("availability")
        json.value(name(of: settings.availability))
        json.key("status_text")
        json.value(settings.statusText)
        json.key("hides_last_seen")
        json.value(settings.hidesLastSeen)
        json.key("hides_typing")
        json.value(settings.hidesTyping)
        json.key("hides_reading")
        json.value(settings.hidesReading)
        json.endObject()
    }

    static func append(_ session: SessionRecord, isCurrent: Bool, to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.value("\(session.id.rawValue)")
        if let device = session.deviceID {
            json.key("device_id")
            json.value(device)
        }
        json.key("created_at")
        json.value(session.createdAt)
        json.key("last_seen_at")
        json.value(session.lastSeenAt)
        json.key("current")
        json.value(isCurrent)
        json.endObject()
    }

    private static func appendMembers(of user: User, to json: inout JSONWriter) {
        json.key("id")
        json.value("\(user.id.rawValue)")
        json.key("username")
        json.value(user.login ?? "")
        json.key("display_name")
        json.value(user.isDeleted ? deletedName : user.username)
        json.key("created_at")
        json.value(user.createdAt)
        if user.isDeleted {
            json.key("deleted")
            json.value(true)
        }
    }

    private static func name(of availability: UserSettings.Availability) -> String {
        switch availability {
        case .automatic: "automatic"
        case .doNotDisturb: "dnd"
        case .invisible: "invisible"
        }
    }
}
