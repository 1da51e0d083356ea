import ChatDomain
import ChatStore

/// Makes drafts that mean something: most of them name users, rooms, messages and keys that may exist.
struct RandomDrafts {
    private var random: SeededGenerator
    private(set) var sent: [NewMessage] = []
    private var nextKey: UInt64 = 0
    private var users: Int64 = 1
    private var rooms: Int64 = 1
    /// Who joined which room, and who wrote which message, of late: as far as the events were told.
    private(set) var places: [Place] = []
    private(set) var messages: [(place: Place, seq: Int64)] = []

    struct Place {
        var room: RoomID
        var user: UserID
        var role: Role
    }

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// Looks at what came of a batch, so that later drafts name what is there.
    mutating func learn(from commit: Commit) {
        for event in commit.events {
            switch event.kind {
            case .memberJoined(let user, let role, _), .memberRoleChanged(let user, let role, _):
                places.append(Place(room: event.room, user: user, role: role))
            case .messageCreated(let message):
                messages.append((Place(room: event.room, user: message.author, role: .member), message.seq))
            case .memberLeft(let user, _), .memberKicked(let user, _), .memberBanned(let user, _):
                places.removeAll { $0.room == event.room && $0.user == user }
            case .roomDeleted:
                places.removeAll { $0.room == event.room }
                messages.removeAll { $0.place.room == event.room }
            default: break
            }
        }
        places.removeFirst(max(places.count - 40, 0))
        messages.removeFirst(max(messages.count - 40, 0))
    }

    /// Somebody where they are a member, mostly; of this role, if there is one.
    mutating func place(_ role: Role? = nil) -> Place {
        let known = places.filter { role == nil || $0.role == role }
        guard number(0...7) > 0, let place = known.randomElement(using: &random) else {
            return Place(room: room(), user: person(), role: .member)
        }
        return place
    }

    /// Another member of the room, mostly.
    mutating func target(in room: RoomID) -> UserID {
        let known = places.filter { $0.room == room }
        return number(0...5) == 0 ? person() : known.randomElement(using: &random)?.user ?? person()
    }

    mutating func knownMessage() -> (place: Place, seq: Int64) {
        guard number(0...7) > 0, let message = messages.randomElement(using: &random) else {
            return (place(), Int64(number(0...20)))
        }
        return message
    }

    mutating func batch() -> [Draft] {
        let count = number(0...9) == 0 ? number(20...60) : number(0...6)
        return (0..<count).map { _ in number(0...1) == 0 ? draft() : nativeDraft() }
    }

    private mutating func draft() -> Draft {
        switch number(0...99) {
        case 0..<6:
            users += 1
            return .createUser(
                NewUser(
                    handle: "u\(number(0...40))", username: "n\(number(0...9))",
                    phone: number(0...1) == 0 ? nil : "\(number(0...30))", isOpen: number(0...1) == 0))
        case 6..<8: return .renameUser(user(), username: "n\(number(0...99))")
        case 8..<9: return .deleteUser(user())
        case 9..<14:
            rooms += 1
            return .createRoom(
                NewRoom(
                    handle: "r\(number(0...60))", kind: number(0...1) == 0 ? .direct : .group, name: "name",
                    members: (0..<number(0...4)).map { _ in user() }, isOpen: number(0...1) == 0))
        case 14..<18:
            return .updateRoom(
                room(), name: number(0...1) == 0 ? nil : "name \(number(0...3))",
                members: number(0...1) == 0 ? nil : (0..<number(0...4)).map { _ in user() },
                by: number(0...1) == 0 ? nil : user())
        case 18..<19: return .deleteRoom(room(), by: number(0...1) == 0 ? nil : user())
        case 19..<27: return .edit(room(), reference(), text: "edited \(number(0...99))", by: user())
        case 27..<33: return .delete(room(), reference(), by: user())
        case 33..<40: return repeated()
        default: return message()
        }
    }

    /// - Parameter change: makes another message of it.
    mutating func message(_ change: (inout RandomDrafts, inout NewMessage) -> Void = { _, _ in }) -> Draft {
        nextKey += 1
        // In order, out of order, and of every bit.
        let choices: [UInt64] = [nextKey, 10_000 - nextKey, random.next()]
        let high = choices[number(0...2)]
        var new = NewMessage(
            room: room(), author: user(), key: MessageKey(high: high, low: nextKey), text: "text \(number(0...999))",
            joinsRoom: number(0...2) > 0, origin: UInt64(number(0...3)))
        change(&self, &new)
        sent.append(new)
        return .send(new)
    }

    private mutating func repeated() -> Draft {
        guard var new = sent.randomElement(using: &random) else { return message() }
        switch number(0...5) {
        case 0: new.text = "else"
        case 3: new.replyTo = 1
        case 4: new.thread = 1
        case 1: new.author = user()
        case 2: new.room = room()
        default: break
        }
        return .send(new)
    }

    mutating func user() -> UserID { UserID(Int64(number(0...Int(min(users, 30))))) }

    /// One of few, mostly.
    mutating func person() -> UserID { number(0...7) == 0 ? user() : UserID(Int64(number(1...8))) }

    mutating func countUser() { users += 1 }

    mutating func countRoom() { rooms += 1 }

    /// The first rooms more often, so that some of them have a long history.
    mutating func room() -> RoomID {
        RoomID(Int64(min(number(1...Int(min(rooms, 40))), number(1...Int(min(rooms, 40))))))
    }

    private mutating func reference() -> MessageReference {
        guard number(0...1) == 0, let key = sent.randomElement(using: &random)?.key else {
            return .seq(Int64(number(0...30)))
        }
        return .key(key)
    }
}
