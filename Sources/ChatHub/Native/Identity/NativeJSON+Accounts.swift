import ChatDomain
import ChatStore

/// Accounts and sessions as their owners see them.
extension NativeJSON {
    /// What only the user may know.
    static func appendOwn(_ user: User, _ settings: UserSettings, to json: inout JSONWriter) {
        json.beginObject()
        appendMembers(of: user, to: &json)
        if let phone = user.phone { json.member("phone", phone) }
        json.member("admin", user.isAdmin)
        json.key("settings")
        append(settings, to: &json)
        json.endObject()
    }

    static func append(_ session: SessionRecord, isCurrent: Bool, to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", session.id)
        if let device = session.deviceID { json.member("device_id", device) }
        json.member("created_at", session.createdAt)
        json.member("last_seen_at", session.lastSeenAt)
        json.member("current", isCurrent)
        json.endObject()
    }
}
