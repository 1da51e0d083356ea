import ChatDomain
import ChatStore

/// Typing, receipts and presence, as a socket says them.
extension Native {
    func performState(
        _ command: ClientCommand, _ id: String?, _ session: NativeSession, _ connection: Connection, hub: Hub
    ) {
        guard let user = session.user else { return }
        switch command {
        case .typing(let room, let isTyping, let medium, let thread):
            if isTyping {
                startTyping(in: room, medium, thread, id, session, connection, hub: hub)
            } else {
                session.pendingTyping[room] = nil
                hub.tell(loop: homeLoop(of: room), .nativeHome(.stoppedTyping(room, user.id)))
                acknowledge(id, on: connection, hub: hub)
            }
        case .receipt(let room, let kind, let seq, _):
            let hides = user.settings.hidesReading
            mark(room, by: user.id, hidesReading: hides, kind, seq, isAwaited: id != nil, hub: hub) { hub, problem in
                guard session.isLive else { return }
                self.answer(problem, id, connection, hub: hub)
            }
        case .setPresence(let choice, let statusText):
            setPresence(choice, statusText, id ?? "", session, connection, hub: hub)
        case .watchPresence(let users):
            watching.watch(users, by: user.id, on: connection.id, commandID: id ?? "", hub: hub)
        default: fail(id, .notSupported, on: connection, hub: hub)
        }
    }

    /// Whoever wants no answer gets none, whatever came of it.
    private func answer(_ problem: NativeProblem?, _ id: String?, _ connection: Connection, hub: Hub) {
        guard let id else { return }
        guard let problem else { return acknowledge(id, on: connection, hub: hub) }
        fail(id, problem.code, problem.message, on: connection, hub: hub)
    }

    // MARK: Typing

    private func startTyping(
        in room: RoomID, _ medium: TypingMedium, _ thread: Int64?, _ id: String?, _ session: NativeSession,
        _ connection: Connection, hub: Hub
    ) {
        guard let user = session.user else { return }
        lastTypingQuestion += 1
        let question = lastTypingQuestion
        session.pendingTyping[room] = question
        askStanding(of: user.id, in: room, hub: hub) { hub, result in
            guard session.isLive, let user = session.user else { return }
            // Whoever has stopped, or sent what they wrote, in the meantime does not type.
            let isCurrent = session.pendingTyping[room] == question
            if isCurrent { session.pendingTyping[room] = nil }
            let standing: RoomStanding
            do throws(NativeProblem) {
                standing = try self.admit(.type, result, at: hub.wallTime)
            } catch {
                return self.answer(error, id, connection, hub: hub)
            }
            if isCurrent, !user.settings.hidesTyping, standing.memberCount <= self.limits.ephemeralMembersMax {
                session.hasTyped = true
                hub.tell(
                    loop: self.homeLoop(of: room),
                    .nativeHome(.typing(room, user.id, medium, thread: thread, connection.id)))
            }
            self.answer(nil, id, connection, hub: hub)
        }
    }

    // MARK: Markers

    /// Moves a marker, for a socket or a request.
    ///
    /// - Parameters:
    ///   - isAwaited: whether somebody is told that it is done: then it is stored, and whoever reads sees it.
    ///   - completion: gets nil where it is moved, or was there already.
    func mark(
        _ room: RoomID, by user: UserID, hidesReading: Bool, _ kind: ReceiptKind, _ seq: Int64, isAwaited: Bool,
        hub: Hub, then completion: @escaping (Hub, NativeProblem?) -> Void
    ) {
        askStanding(of: user, in: room, hub: hub) { hub, result in
            do throws(NativeProblem) {
                let standing = try self.admit(.mark, result, at: hub.wallTime)
                let kind = kind == .read && hidesReading ? .readPrivate : kind
                let seq = min(seq, standing.headSeq)
                let known = kind == .received ? standing.member.received : standing.member.read
                guard kind == .readPrivate || seq > known else { return completion(hub, nil) }
                guard !hub.isStoreBehind else { throw .unavailable }
                var asker: Asker?
                if isAwaited {
                    asker = hub.askLoops { hub, answer in
                        if case .done = answer { completion(hub, nil) } else { completion(hub, .unavailable) }
                    }
                }
                let notice = MarkerUpdateNotice(
                    room: room, user: user, kind: kind, seq: seq,
                    isTold: standing.memberCount <= self.limits.ephemeralMembersMax)
                hub.tell(loop: self.homeLoop(of: room), .nativeHome(.marked(notice, asker)))
                if !isAwaited { completion(hub, nil) }
            } catch {
                completion(hub, error)
            }
        }
    }

    /// What decides about typing and markers.
    private struct RoomStanding: Sendable {
        var rules: RoomRules
        var member: Member
        var memberCount: Int
        var headSeq: Int64
    }

    private enum RoomLook: Sendable {
        case member(RoomStanding)
        case stranger(RoomRules)
        case nothing
    }

    private func askStanding(
        of user: UserID, in room: RoomID, hub: Hub, then use: @escaping (Hub, Result<RoomLook, StoreError>) -> Void
    ) {
        hub.read(
            { (reader: borrowing any ChatStoreReader) throws(StoreError) -> RoomLook in
                guard let stored = try reader.room(room) else { return .nothing }
                guard let member = try reader.member(user, of: room) else { return .stranger(stored.rules) }
                return .member(
                    RoomStanding(
                        rules: stored.rules, member: member, memberCount: try reader.memberCount(of: room),
                        headSeq: try reader.head(of: room).seq))
            }, then: use)
    }

    private func admit(
        _ action: RoomAction, _ result: Result<RoomLook, StoreError>, at now: WallTime
    ) throws(NativeProblem) -> RoomStanding {
        guard case .success(let look) = result else { throw .unavailable }
        let verdict: Verdict
        switch look {
        case .nothing: throw .notFound
        case .stranger(let rules): verdict = Permissions.check(action, by: Standing(role: nil), in: rules)
        case .member(let standing):
            verdict = Permissions.check(action, by: standing.member.standing(at: now), in: standing.rules)
            if verdict == .allowed { return standing }
        }
        guard verdict == .notFound else { throw NativeProblem(.forbidden, "You may not do this.") }
        throw .notFound
    }

    // MARK: Presence

    private func setPresence(
        _ choice: PresenceChoice, _ statusText: String?, _ id: String, _ session: NativeSession,
        _ connection: Connection, hub: Hub
    ) {
        guard let user = session.user else { return }
        if let statusText, !Self.isStatusText(statusText) {
            return fail(
                id, .unprocessable, "A status has at most 140 characters, and no line breaks.", on: connection, hub: hub
            )
        }
        var settings = user.settings
        if let statusText { settings.statusText = statusText }
        switch choice {
        case .online, .away:
            // What a device says ends what was chosen for the user.
            settings.availability = .automatic
            session.saysAway = choice == .away
            hub.tell(loop: homeLoop(of: user.id), .nativeHome(.isAway(session.saysAway, user.id, connection.id)))
        case .dnd: settings.availability = .doNotDisturb
        case .invisible: settings.availability = .invisible
        }
        guard settings != user.settings else { return acknowledge(id, on: connection, hub: hub) }
        guard !hub.isStoreBehind else { return fail(id, .unavailable, on: connection, hub: hub) }
        hub.submit(.account(.updateProfile(user.id, displayName: nil, phone: nil, settings: settings))) {
            hub, outcome in
            guard session.isLive else { return }
            if case .refused(let refusal) = outcome { return self.fail(id, refusal, on: connection, hub: hub) }
            self.acknowledge(id, on: connection, hub: hub)
        }
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
            loop: homeLoop(of: user.id),
            .nativeHome(
                .connected(
                    user.id, device: device, connection.id, user.settings, lastSeen: user.lastSeen)))
    }

    func becameAbsent(_ session: NativeSession, _ connection: Connection, hub: Hub) {
        guard let user = session.user, session.lastActive != nil else { return }
        watching.left(connection.id, hub: hub)
        if session.hasTyped { hub.tellAll(.nativeHome(.typistLeft(connection.id))) }
        hub.tell(loop: homeLoop(of: user.id), .nativeHome(.disconnected(user.id, connection.id)))
    }

    /// Somebody does something with the device.
    func noteActivity(_ session: NativeSession, _ connection: Connection, hub: Hub) {
        session.lastActive = hub.now
        guard session.isIdle, let user = session.user else { return }
        session.isIdle = false
        hub.tell(loop: homeLoop(of: user.id), .nativeHome(.isAway(session.saysAway, user.id, connection.id)))
    }

    /// Who has not done anything for a while is away.
    ///
    /// - Returns: when to look again; nil for not before something is done.
    func checkIdleness(_ session: NativeSession, _ connection: Connection, hub: Hub) -> Instant? {
        guard let lastActive = session.lastActive, !session.isIdle, let user = session.user else { return nil }
        let end = lastActive.advanced(byMs: Int64(limits.idleMs))
        guard end <= hub.now else { return end }
        session.isIdle = true
        hub.tell(loop: homeLoop(of: user.id), .nativeHome(.isAway(true, user.id, connection.id)))
        return nil
    }

    func homeLoop(of room: RoomID) -> Int { Int(UInt64(bitPattern: room.rawValue) % UInt64(loopCount)) }

    // MARK: What commits mean for it

    /// Whoever has said what they wrote, or may write no more, types no more.
    func endTyping(by event: Event, hub: Hub) {
        guard homeLoop(of: event.room) == loopIndex else { return }
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
            if case .roomLeft = event.kind { watching.leftRoom(event.user, hub: hub) }
        case .profileChanged(let account):
            guard homeLoop(of: account.user.id) == loopIndex else { return }
            home.settingsChanged(account.settings, of: account.user.id, hub: hub)
        case .accountDeleted(let user, _):
            if homeLoop(of: user) == loopIndex { home.forget(user, hub: hub) }
        case .blockChanged(let user, let by, let isBlocked):
            if isBlocked { watching.blocked(user, by: by, hub: hub) }
        case .sessionsEnded: break
        }
    }
}
