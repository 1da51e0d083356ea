import ChatDomain

/// What dialects do to rooms, and how they list them.
extension MemoryState {
    mutating func createRoom(_ new: NewRoom) throws(Refusal) -> Outcome {
        guard new.members.allSatisfy({ liveUser($0) != nil }) else { throw .unknownUser }
        guard room(handle: new.handle) == nil else { throw .handleTaken }
        let room = addRoom(handle: new.handle, kind: new.kind, name: new.name, isOpen: new.isOpen)
        for member in new.members { join(member, room) }
        return .room(summary(of: room))
    }

    mutating func updateRoom(_ id: RoomID, name: String?, members: [UserID]?, by: UserID?) throws(Refusal) -> Outcome {
        guard let room = room(id) else { throw .unknownRoom }
        if let members {
            let old = room.members
            // A member whose account was deleted may stay, but not come back.
            guard members.allSatisfy({ old.contains($0) || liveUser($0) != nil }) else {
                throw .unknownUser
            }
            for member in members { join(member, room) }
            let staying = Set(members)
            for member in old.ordered where !staying.contains(member) {
                record(.memberLeft(member, by: by), in: room)
            }
        }
        if let name, ExactText(name) != ExactText(room.room.name) {
            var changed = room.room
            changed.name = name
            record(.roomUpdated(changed, by: by), in: room)
        }
        return .room(summary(of: room))
    }

    mutating func deleteRoom(_ id: RoomID, by: UserID?) throws(Refusal) -> Outcome {
        guard let room = room(id) else { throw .unknownRoom }
        remove(room, by: by)
        return .done
    }

    /// Makes somebody a member who is none.
    mutating func join(_ user: UserID, _ room: MemoryRoom, as role: Role = .member, by: UserID? = nil) {
        guard !room.members.contains(user) else { return }
        record(.memberJoined(user, role: role, by: by), in: room)
    }

    func summary(of room: MemoryRoom) -> RoomSummary {
        RoomSummary(
            room: room.room, members: room.members.ordered.compactMap { user($0) }, lastMessage: room.lastMessage)
    }

    func openRooms(limit: Int) -> [RoomSummary] {
        liveRooms.lazy.filter(\.room.isOpen).prefix(max(limit, 0)).map { summary(of: $0) }
    }

    func rooms(of user: UserID, limit: Int) -> [RoomSummary] {
        roomIDs(of: user).prefix(max(limit, 0)).compactMap { room($0).map { summary(of: $0) } }
    }
}
