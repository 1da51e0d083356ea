import ChatDomain
import ChatStore
import WSProtocol

/// What a socket says: from a frame to what is done about it.
///
/// A command names a user and a room. Where the directory does not know them, it is held, with all that follow it on
/// the socket, until a look-up has answered; likewise where its author has said too much, or the store is behind.
extension ChatApp {
    func received(_ message: Span<UInt8>, _ session: ChatAppSession, _ connection: Connection, hub: Hub) {
        guard let command = ChatAppCommand(parsing: message) else { return }
        var held = HeldCommand(command: command)
        if session.held.isEmpty, perform(&held, session, connection, hub: hub) { return }
        session.held.append(held)
        if connection.wantsBytes { hub.pauseReading(connection) }
    }

    /// Goes on with what was held, as far as that goes.
    func resume(_ session: ChatAppSession, _ connection: Connection, hub: Hub) {
        guard case .webSocket = connection.phase else { return }
        session.heldUntil = nil
        var done = 0
        while done < session.held.count {
            // Worked on as a copy: a command may end the session, which then drops all that it holds.
            var held = session.held[done]
            let isDone = perform(&held, session, connection, hub: hub)
            guard done < session.held.count else { return }
            session.held[done] = held
            guard isDone else { break }
            done += 1
        }
        session.held.removeFirst(done)
        if session.held.isEmpty { hub.resumeReading(connection) }
    }

    /// The writer has done something: those who waited for it go on.
    func storeCaughtUp(hub: Hub) {
        guard !waitingForStore.isEmpty, !hub.isStoreBehind else { return }
        let waiting = waitingForStore
        waitingForStore = []
        for (session, connection) in waiting { resume(session, connection, hub: hub) }
    }

    /// Goes on if the pause is over, and asks to be called again at its end if not.
    func timeCame(for session: ChatAppSession, _ connection: Connection, hub: Hub) {
        guard let until = session.heldUntil else { return }
        if until <= hub.now {
            resume(session, connection, hub: hub)
        } else {
            hub.setDeadline(of: connection, at: until)
        }
    }

    /// Does what a command says, if everything it needs is known; otherwise asks for it.
    ///
    /// - Returns: whether the command is done with.
    private func perform(
        _ held: inout HeldCommand, _ session: ChatAppSession, _ connection: Connection, hub: Hub
    ) -> Bool {
        // First the rooms of who it is, or what is said there would overtake what was said before.
        guard session.lookup == nil, resolve(&held, session, connection, hub: hub) else { return false }
        // The account may have been deleted while the room was looked up.
        if case .known(let user) = held.user, directory.isGone(user) { held.user = .unknown }
        if case .known(let user) = held.user, session.user == nil {
            identify(session, as: .init(id: user, handle: held.command.userHandle), connection, hub: hub)
        }
        guard case .known(let room) = held.room else { return true }
        takePart(in: room, connection, hub: hub)
        note(room, held.command.roomHandle, session, hub: hub)
        guard case .known(let user) = held.user else { return true }
        switch held.command.kind {
        case .text: return send(&held, by: user, in: room, session, connection, hub: hub)
        case .typing: type(held.command, by: user, in: room, session, connection, hub: hub)
        case .status: publishStatus(held.command, in: room, connection, hub: hub)
        case .presence: break
        }
        return true
    }

    /// The room will hear of the socket's user coming and going, be they a member of it or not.
    private func note(_ room: RoomID, _ handle: String, _ session: ChatAppSession, hub: Hub) {
        guard session.note(room, handle: handle, max: limits.listEntriesMax), let user = session.user?.id else {
            return
        }
        hub.tell(homeOf: .user(user), .home(.tookPart(user, room, roomHandle: handle)))
    }

    /// Finds out whom and what the command names: from the directory, or by look-ups that will resume the session.
    private func resolve(
        _ held: inout HeldCommand, _ session: ChatAppSession, _ connection: Connection, hub: Hub
    ) -> Bool {
        var isComplete = true
        if case .notAsked = held.user {
            let handle = held.command.userHandle
            if let user = session.user, user.handle == handle {
                held.user = .known(user.id)
            } else if let user = directory.user(handle) {
                held.user = .known(user)
            } else if handle.isEmpty {
                held.user = .unknown
            } else {
                isComplete = false
                hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> UserID? in
                    try reader.user(handle: handle).flatMap { $0.isOpen ? $0.id : nil }
                } then: { hub, result in
                    self.looked(up: result, session, connection, hub: hub) { user in
                        let isKnown = user.map { self.directory.found($0, handle: handle) } ?? false
                        session.held[0].user = if isKnown, let user { .known(user) } else { .unknown }
                    }
                }
            }
        }
        guard isComplete else { return false }
        if case .notAsked = held.room {
            let handle = held.command.roomHandle
            if let room = directory.room(handle) {
                held.room = .known(room)
            } else if handle.isEmpty {
                held.room = .unknown
            } else {
                isComplete = false
                hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> RoomID? in
                    try reader.room(handle: handle).flatMap { $0.isOpen ? $0.id : nil }
                } then: { hub, result in
                    self.looked(up: result, session, connection, hub: hub) { room in
                        let isKnown = room.map { self.directory.found($0, handle: handle) } ?? false
                        session.held[0].room = if isKnown, let room { .known(room) } else { .unknown }
                    }
                }
            }
        }
        return isComplete
    }

    /// The answer to a look-up for the first of the held commands.
    private func looked<ID>(
        up result: Result<ID?, StoreError>, _ session: ChatAppSession, _ connection: Connection, hub: Hub,
        note: (ID?) -> Void
    ) {
        guard case .webSocket = connection.phase, !session.held.isEmpty else { return }
        guard case .success(let found) = result else { return hub.refused(.unavailable, on: connection) }
        note(found)
        resume(session, connection, hub: hub)
    }

    /// The socket's first valid user: from now on it gets what the user's rooms say.
    private func identify(
        _ session: ChatAppSession, as user: ChatAppSession.NamedUser, _ connection: Connection, hub: Hub
    ) {
        session.user = user
        session.lookup = RoomsLookup()
        lookingUp.append(connection)
        connectionsByUser[user.id, default: []].append(connection)
        hub.tell(homeOf: .user(user.id), .home(.joined(user.id, handle: user.handle, connection.id)))
        for (room, handle) in session.places {
            hub.tell(homeOf: .user(user.id), .home(.tookPart(user.id, room, roomHandle: handle)))
        }
        let limit = limits.listEntriesMax
        hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.rooms(of: user.id, limit: limit)
        } then: { hub, result in
            self.lookingUp.removeAll { $0 === connection }
            let lookup = session.lookup ?? RoomsLookup()
            session.lookup = nil
            guard case .webSocket = connection.phase else { return }
            if session.user == user, case .success(let rooms) = result {
                self.takePart(in: rooms, after: lookup, session, connection, hub: hub)
            }
            self.resume(session, connection, hub: hub)
        }
    }

    /// The user's rooms are known: the socket gets what was said in them meanwhile, and who is there.
    private func takePart(
        in rooms: [RoomSummary], after lookup: RoomsLookup, _ session: ChatAppSession, _ connection: Connection,
        hub: Hub
    ) {
        for summary in rooms where summary.room.isOpen && !lookup.left.contains(summary.room.id) {
            let room = summary.room
            guard directory.found(room.id, handle: room.handle) else { continue }
            let hasTakenPart = hub.audiences[.room(room.id)]?.contains(connection) ?? false
            takePart(in: room.id, connection, hub: hub)
            for (heldRoom, frame) in lookup.frames where heldRoom == room.id { hub.enqueue(frame, to: connection) }
            let heardOf = hasTakenPart ? lookup.cameOnline : []
            for member in summary.members
            where member.id != session.user?.id && onlineUsers[member.id] != nil && !heardOf.contains(member.id) {
                let json = ChatAppFrame.status(isOnline: true, roomHandle: room.handle, userHandle: member.handle)
                hub.enqueue(textFrame(json), to: connection)
            }
            // It may have been cut off for taking too little.
            guard case .webSocket = connection.phase else { return }
        }
    }

    /// From the first room on that a socket takes part in, it gets that of its rooms only. One that was ended meanwhile,
    /// say for being slow, takes part in nothing any more.
    func takePart(in room: RoomID, _ connection: Connection, hub: Hub) {
        guard case .webSocket = connection.phase else { return }
        hub.join(hub.listeners(of: .room(room)), connection)
        hub.leave(hub.listeners(of: .chatAppUnplaced), connection)
    }

    /// - Returns: false where the command must wait, for the store or because its author has said so much.
    private func send(
        _ held: inout HeldCommand, by user: UserID, in room: RoomID, _ session: ChatAppSession,
        _ connection: Connection, hub: Hub
    ) -> Bool {
        let text = held.command.text
        guard !text.isEmpty, !text.utf8.contains(0) else { return true }
        guard text.utf8.count <= limits.textBytesMax else {
            hub.closeSocket(connection, .tooBig, reason: "the text is longer than \(limits.textBytesMax) bytes")
            return true
        }
        guard !hub.isStoreBehind else {
            waitingForStore.append((session, connection))
            return false
        }
        guard !session.isLimited || takesToken(&held, of: user, session, connection, hub: hub) else { return false }
        let key = MessageKey(at: hub.wallTime, using: &hub.random)
        hub.submit(
            .send(
                NewMessage(
                    room: room, author: user, key: key, text: text, joinsRoom: true, origin: connection.id.rawValue)),
            from: connection)
        return true
    }

    /// Asks the user's home whether they may say one more thing, unless that has been granted.
    ///
    /// - Returns: whether it is granted. If not, the session goes on once it is.
    private func takesToken(
        _ held: inout HeldCommand, of user: UserID, _ session: ChatAppSession, _ connection: Connection, hub: Hub
    ) -> Bool {
        guard case .notAsked = held.token else { return held.token == .granted }
        var isHere = true
        var token = HeldCommand.Token.asked
        hub.native.takeToken(of: user, hub: hub) { hub, waitMs in
            guard case .webSocket = connection.phase else { return }
            if let waitMs {
                token = .notAsked
                session.heldUntil = hub.now.advanced(byMs: waitMs)
                hub.setDeadline(of: connection, at: hub.now.advanced(byMs: waitMs))
            } else {
                token = .granted
            }
            // Either it goes on by what is returned, or it is the first of those that are held by now.
            guard !isHere, !session.held.isEmpty else { return }
            session.held[0].token = token
            if token == .granted { self.resume(session, connection, hub: hub) }
        }
        isHere = false
        held.token = token
        return token == .granted
    }

    private func type(
        _ command: ChatAppCommand, by user: UserID, in room: RoomID, _ session: ChatAppSession,
        _ connection: Connection, hub: Hub
    ) {
        guard command.text == "IN" || command.text == "OUT" else { return }
        let isTyping = command.text == "IN"
        publishTyping(
            isTyping: isTyping, room: room, roomHandle: command.roomHandle, userHandle: command.userHandle,
            by: connection.id, hub: hub)
        guard isTyping || session.hasTyped else { return }
        session.hasTyped = true
        let named = NamedTypist(
            room: room, roomHandle: command.roomHandle, user: user, userHandle: command.userHandle, isTyping: isTyping)
        hub.tell(homeOf: .room(room), .home(.typing(named, connection.id)))
    }

    func publishTyping(
        isTyping: Bool, room: RoomID, roomHandle: String, userHandle: String, by connection: ConnectionID, hub: Hub
    ) {
        let json = ChatAppFrame.json(
            "TYPING", value: isTyping ? "IN" : "OUT", roomHandle: roomHandle, userHandle: userHandle,
            connectionNumber: connection.number)
        publish(json, to: room, excluding: .connection(connection), isEphemeral: true, hub: hub)
    }

    private func publishStatus(_ command: ChatAppCommand, in room: RoomID, _ connection: Connection, hub: Hub) {
        guard command.text == "ONLINE" || command.text == "OFFLINE" else { return }
        let json = ChatAppFrame.status(
            isOnline: command.text == "ONLINE", roomHandle: command.roomHandle, userHandle: command.userHandle,
            connectionNumber: connection.id.number)
        publish(json, to: room, excluding: .connection(connection.id), isEphemeral: true, hub: hub)
    }

    /// Publishes a frame to those who take part in a room, and to those who have not said which room they are in.
    func publish(
        _ json: [UInt8], to room: RoomID, excluding exclusion: FrameBatch.Exclusion, isEphemeral: Bool,
        reachesOtherLoops: Bool = true, hub: Hub
    ) {
        let frame = textFrame(json)
        for audience in [Audience.room(room), .chatAppUnplaced] {
            hub.publish(
                frame, to: audience, excluding: exclusion, isEphemeral: isEphemeral,
                reachesOtherLoops: reachesOtherLoops)
        }
    }
}
