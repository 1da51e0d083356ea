import ChatDomain
import ChatStore

/// Typing and presence, as a socket says them.
extension Native {
    // MARK: Typing

    func startTyping(in room: RoomID, _ medium: TypingMedium, _ thread: Int64?, _ call: SocketCall) {
        guard let user = call.user else { return }
        let session = call.session
        lastTypingQuestion += 1
        let question = lastTypingQuestion
        session.pendingTyping[room] = question
        RoomStanding.ask(of: user.id, in: room, hub: call.hub) { hub, result in
            guard call.isWelcome else { return }
            // Whoever has stopped, or sent what they wrote, in the meantime does not type.
            let isCurrent = session.pendingTyping[room] == question
            if isCurrent { session.pendingTyping[room] = nil }
            call.attempt { () throws(Problem) in
                let standing = try RoomStanding.require(.type, result, at: hub.wallTime)
                if isCurrent, !user.settings.hidesTyping,
                    standing.isHeard(of: user.settings, membersMax: self.limits.ephemeralMembersMax)
                {
                    session.hasTyped = true
                    hub.tell(
                        homeOf: .room(room),
                        .nativeHome(.typing(room, user.id, medium, thread: thread, call.connection.id)))
                }
                call.acknowledge()
            }
        }
    }

    func stopTyping(in room: RoomID, _ call: SocketCall) {
        guard let user = call.user else { return }
        call.session.pendingTyping[room] = nil
        call.hub.tell(homeOf: .room(room), .nativeHome(.stoppedTyping(room, user.id)))
        call.acknowledge()
    }

    // MARK: Presence

    func setPresence(_ choice: PresenceChoice, _ statusText: String?, _ call: SocketCall) {
        guard let user = call.user else { return }
        if let statusText, !Self.isStatusText(statusText) {
            return call.fail(.unprocessable, "A status has at most 140 characters, and no line breaks.")
        }
        var settings = user.settings
        if let statusText { settings.statusText = statusText }
        switch choice {
        case .online, .away:
            // What a device says ends what was chosen for the user.
            settings.availability = .automatic
            let isAway = choice == .away
            call.session.saysAway = isAway
            call.hub.tell(homeOf: .user(user.id), .nativeHome(.isAway(isAway, user.id, call.connection.id)))
        case .dnd: settings.availability = .doNotDisturb
        case .invisible: settings.availability = .invisible
        }
        guard settings != user.settings else { return call.acknowledge() }
        call.submitForNoContent(.account(.updateProfile(user.id, displayName: nil, phone: nil, settings: settings)))
    }

    static func isStatusText(_ text: String) -> Bool {
        text.utf8.count <= 1_024 && text.count <= 140
            && text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }

    // MARK: Coming, going, and doing nothing

    /// The socket is welcome: its user is there.
    func becamePresent(_ session: NativeSession, _ connection: Connection, hub: Hub) {
        guard let user = session.user, let record = session.record else { return }
        session.lastActive = hub.now
        let device = session.deviceID ?? record.deviceID ?? "session \(record.id.rawValue)"
        hub.tell(
            homeOf: .user(user.id),
            .nativeHome(
                .connected(
                    user.id, device: device, connection.id, user.settings, lastSeen: user.lastSeen)))
    }

    func becameAbsent(_ session: NativeSession, _ connection: Connection, hub: Hub) {
        guard let user = session.user, session.lastActive != nil else { return }
        watching.left(connection.id, hub: hub)
        if session.hasTyped { hub.tellAll(.nativeHome(.typistLeft(connection.id))) }
        hub.tell(homeOf: .user(user.id), .nativeHome(.disconnected(user.id, connection.id)))
    }

    /// Somebody does something with the device.
    func noteActivity(_ session: NativeSession, _ connection: Connection, hub: Hub) {
        session.lastActive = hub.now
        guard session.isIdle, let user = session.user else { return }
        session.isIdle = false
        hub.tell(homeOf: .user(user.id), .nativeHome(.isAway(session.saysAway, user.id, connection.id)))
    }

    /// Who has not done anything for a while is away.
    ///
    /// - Returns: when to look again; nil for not before something is done.
    func checkIdleness(_ session: NativeSession, _ connection: Connection, hub: Hub) -> Instant? {
        guard let lastActive = session.lastActive, !session.isIdle, let user = session.user else { return nil }
        let end = lastActive.advanced(byMs: Int64(limits.idleMs))
        guard end <= hub.now else { return end }
        session.isIdle = true
        hub.tell(homeOf: .user(user.id), .nativeHome(.isAway(true, user.id, connection.id)))
        return nil
    }

    // MARK: What commits mean for it

    /// Whoever has said what they wrote, or may write no more, types no more.
    func endTyping(by event: Event, hub: Hub) {
        guard hub.homes.isHere(.room(event.room)) else { return }
        switch event.kind {
        case .messageCreated(let message): home.stopped(message.author, in: event.room, hub: hub)
        case .memberLeft(let user, _), .memberKicked(let user, _), .memberBanned(let user, _),
            .memberRoleChanged(let user, _, _):
            home.stopped(user, in: event.room, hub: hub)
        default: break
        }
    }

    func changePresence(by notice: Notice, hub: Hub) {
        switch notice {
        case .user(let event):
            switch event.kind {
            case .roomLeft: watching.leftRoom(event.user, hub: hub)
            case .roomJoined: watching.joinedRoom(event.user, hub: hub)
            default: break
            }
        case .profileChanged(let account):
            guard hub.homes.isHere(.user(account.user.id)) else { return }
            home.settingsChanged(account.settings, of: account.user.id, hub: hub)
        case .accountDeleted(let user, _):
            if hub.homes.isHere(.user(user)) { home.forget(user, hub: hub) }
        case .blockChanged(let user, let by, _): watching.blockChanged(user, by: by, hub: hub)
        case .sessionsEnded, .faceChanged: break
        }
    }
}
