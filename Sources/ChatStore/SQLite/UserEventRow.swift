import ChatDomain

/// How an event's kind is written in the columns `me_log.kind` and `notices.code`. In files: never changed.
enum UserEventCode: Int64 {
    case roomJoined = 1
    case roomLeft = 2
    case messageHidden = 3
    case settingsUpdated = 4
    case roomSettings = 5
}

/// What a row of a user's own stream holds beside its position; the columns are described at the migrations.
struct UserEventRow {
    var code: UserEventCode
    var room: RoomID?
    var seq: Int64?
    var number: Int64?
    var text: String?

    init(_ kind: UserEventKind) {
        code = .roomJoined
        switch kind {
        case .roomJoined(let id, _): room = id
        case .roomLeft(let id, let reason): (code, room, number) = (.roomLeft, id, Int64(reason.rawValue))
        case .messageHidden(let id, let hidden): (code, room, seq) = (.messageHidden, id, hidden)
        case .settingsUpdated(let settings):
            (code, text) = (.settingsUpdated, settings.statusText)
            number = Int64(settings.availability.rawValue) | settings.hides << 8
        case .roomSettings(let id, let settings): (code, room, number) = (.roomSettings, id, settings.number)
        }
    }

    /// - Parameter column: where the kind stands; behind it room, `seq`, `number` and text.
    init(from row: Statement, at column: Int32) throws(StoreError) {
        guard let code = UserEventCode(rawValue: row.integer(column)) else {
            throw .corrupt("an event of a user is of an unknown kind")
        }
        self.code = code
        room = row.optionalInteger(column + 1).map { RoomID($0) }
        seq = row.optionalInteger(column + 2)
        number = row.optionalInteger(column + 3)
        text = row.optionalText(column + 4)
    }

    /// A room without its listing.
    func kind() throws(StoreError) -> UserEventKind {
        let room = room ?? RoomID(0)
        let number = number ?? 0
        switch code {
        case .roomJoined: return .roomJoined(room, nil)
        case .roomLeft: return .roomLeft(room, UInt8(exactly: number).flatMap(LeaveReason.init) ?? .left)
        case .messageHidden: return .messageHidden(room, seq: seq ?? 0)
        case .settingsUpdated:
            return .settingsUpdated(
                try UserSettings(availability: number & 0xFF, status: text ?? "", hides: number >> 8))
        case .roomSettings: return .roomSettings(room, try RoomSettings(number: number))
        }
    }
}

extension UserSettings {
    /// The column `users.hides`.
    var hides: Int64 { (hidesLastSeen ? 1 : 0) | (hidesTyping ? 2 : 0) | (hidesReading ? 4 : 0) }

    /// As the columns have them.
    init(availability: Int64, status: String, hides: Int64) throws(StoreError) {
        guard let state = UInt8(exactly: availability).flatMap(Availability.init) else {
            throw .corrupt("a user's availability is unknown")
        }
        self.init(
            availability: state, statusText: status, hidesLastSeen: hides & 1 != 0, hidesTyping: hides & 2 != 0,
            hidesReading: hides & 4 != 0)
    }
}

extension RoomSettings {
    /// The column `me_log.number`.
    var number: Int64 { Int64(notify.rawValue) | (isFavorite ? 256 : 0) | (isHidden ? 512 : 0) }

    init(number: Int64) throws(StoreError) {
        guard let notify = try RoomQueries.notify(number & 0xFF) else {
            throw .corrupt("a choice for a room says nothing")
        }
        self.init(notify: notify, isFavorite: number & 256 != 0, isHidden: number & 512 != 0)
    }
}
