import ChatDomain
import ChatStore

/// Accounts and sessions as their owners see them.
extension NativeJSON {
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

    static func append(_ session: SessionRecord, isCurrent: Bool, to json: inout JSONWriter) {
        json.beginObject()
        json.key("id")
        json.value(decimalString: session.id.rawValue)
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
}
