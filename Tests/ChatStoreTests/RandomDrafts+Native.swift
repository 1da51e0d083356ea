import ChatDomain
import ChatStore

/// Drafts of the native protocol. Most of them name a few people and rooms, so that many are allowed.
extension RandomDrafts {
    mutating func nativeDraft() -> Draft {
        switch number(0...99) {
        case 0..<18: .account(accountDraft())
        case 18..<55: .room(roomDraft())
        case 55..<76: .post(postDraft())
        case 76..<83: .mark((0..<number(0...3)).map { _ in mark() })
        case 83: follower()
        default: checkedMessage()
        }
    }

    private mutating func follower() -> Draft {
        let name = number(0...9) == 0 ? "" : "f\(number(0...3))"
        return .keepFollower(name, at: number(0...3) == 0 ? nil : logPosition())
    }

    /// One that was given out, or could have been.
    mutating func logPosition() -> LogPosition {
        LogPosition(logID: Int64(number(-1...300)), noticeID: Int64(number(-1...150)))
    }

    // MARK: Accounts

    private mutating func accountDraft() -> AccountDraft {
        switch number(0...18) {
        case 0..<5: return register()
        case 5..<7: return .signIn(person(), credential: credential(), session())
        case 7: return .endSessions(person(), (0..<number(0...3)).map { _ in SessionID(Int64(number(0...12))) })
        case 8:
            return .setCredential(
                person(), old: number(0...1) == 0 ? nil : credential(), new: credential(),
                keeping: number(0...1) == 0 ? nil : SessionID(Int64(number(0...12))))
        case 9..<12:
            let phones: [String??] = [nil, .some(nil), "\(number(0...30))"]
            return .updateProfile(
                person(), displayName: number(0...1) == 0 ? nil : name(), phone: phones[number(0...2)],
                settings: number(0...1) == 0
                    ? nil
                    : UserSettings(
                        availability: [.automatic, .doNotDisturb, .invisible][number(0...2)],
                        statusText: "s\(number(0...1))", hidesTyping: number(0...1) == 0))
        case 12:
            return number(0...2) > 0
                ? .setAdmin(person(), number(0...1) == 0)
                : .delete(person(), credential: number(0...1) == 0 ? nil : credential())
        case 13..<15: return .block(person(), by: person())
        case 15: return .unblock(person(), by: person())
        case 16: return .inviteToRegister(invite(), by: person())
        default:
            return .touch(
                sessions: [SessionID(Int64(number(0...12))): WallTime(milliseconds: Int64(number(0...2_000_000)))],
                users: [person(): WallTime(milliseconds: Int64(number(0...2_000_000)))])
        }
    }

    private mutating func register() -> AccountDraft {
        countUser()
        return .register(
            NewAccount(
                handle: "a\(number(0...80))", login: (number(0...1) == 0 ? "Log-" : "log-") + "\(number(0...60))",
                displayName: name(), phone: number(0...2) == 0 ? "\(number(0...30))" : nil,
                credential: number(0...9) == 0 ? nil : credential(), isAdmin: number(0...9) == 0),
            session: number(0...1) == 0 ? nil : session(), invite: number(0...5) == 0 ? token() : nil)
    }

    private mutating func name() -> String { ["Ada B", "ada", "Łucja van B", "日本 b"][number(0...3)] }

    private mutating func credential() -> String { "c\(number(0...1))" }

    private mutating func token() -> [UInt8] { [UInt8](repeating: UInt8(number(0...40)), count: 32) }

    private mutating func session() -> NewSession {
        NewSession(
            tokenHash: token(), deviceID: number(0...1) == 0 ? nil : "d",
            expiresAt: WallTime(milliseconds: Int64(number(0...2_000_000))))
    }

    private mutating func invite() -> NewInvite {
        NewInvite(tokenHash: token(), expiresAt: time(), uses: number(0...1) == 0 ? nil : number(0...2))
    }

    /// Some are over, some are not.
    private mutating func time() -> WallTime? {
        number(0...1) == 0 ? nil : WallTime(milliseconds: Int64(number(0...2_000_000)))
    }

    // MARK: Rooms

    private mutating func roomDraft() -> RoomDraft {
        let owned = place(.owner)
        let (room, by) = number(0...3) == 0 ? (place().room, place().user) : (owned.room, owned.user)
        switch number(0...42) {
        case 0..<4:
            countRoom()
            return .create(
                NewNativeRoom(
                    handle: "n\(number(0...400))", kind: [.group, .group, .channel, .direct][number(0...3)],
                    name: name(), visibility: number(0...1) == 0 ? .public : .private,
                    members: (0..<number(0...3)).map { _ in place().user }), by: place().user)
        case 4..<6:
            countRoom()
            let user = place().user
            // Now and then oneself.
            return .direct(number(0...5) == 0 ? user : place().user, handle: "n\(number(0...400))", by: user)
        case 6..<10:
            return .update(
                room,
                RoomUpdate(
                    name: number(0...2) == 0 ? name() : nil, topic: number(0...2) == 0 ? "t\(number(0...2))" : nil,
                    visibility: number(0...2) == 0 ? (number(0...1) == 0 ? .public : .private) : nil,
                    history: number(0...1) == 0 ? (number(0...3) > 0 ? .joined : .all) : nil,
                    isArchived: number(0...3) == 0 ? number(0...2) == 0 : nil,
                    owner: number(0...3) == 0 ? target(in: room) : nil), by: by)
        case 10:
            return number(0...3) == 0
                ? .delete(room, by: by)
                : .update(room, RoomUpdate(isArchived: false), by: by)
        case 11..<18: return .join(place().room, invite: number(0...2) == 0 ? token() : nil, by: place().user)
        case 18..<20: return .leave(room, by: target(in: room))
        case 20..<26:
            return .addMembers(
                room, (0..<number(0...3)).map { _ in place().user },
                role: number(0...1) == 0 ? nil : Role.allCases[number(0...3)], by: by)
        case 26: return .kick(room, target(in: room), by: by)
        case 27: return .ban(room, target(in: room), reason: "r", until: time(), by: by)
        case 28: return .unban(room, person(), by: by)
        case 29..<31: return .mute(room, target(in: room), reason: nil, until: time(), by: by)
        case 31..<33: return .unmute(room, target(in: room), by: by)
        case 38..<43:
            let place = place()
            return .choose(place.room, choice(), by: number(0...5) == 0 ? person() : place.user)
        case 36: return .revokeInvite(room, InviteID(Int64(number(1...20))), by: by)
        default: return .invite(room, invite(), by: by)
        }
    }

    private mutating func choice() -> RoomChoice {
        RoomChoice(
            notify: number(0...1) == 0 ? nil : RoomSettings.Notify.allCases[number(0...2)],
            isFavorite: number(0...1) == 0 ? nil : number(0...1) == 0,
            isHidden: number(0...2) == 0 ? nil : number(0...2) > 0)
    }

    // MARK: Messages

    private mutating func postDraft() -> PostDraft {
        let (place, seq) = knownMessage()
        let (room, user) = (place.room, number(0...1) == 0 ? place.user : target(in: place.room))
        let version = number(0...2) == 0 ? number(1...2) : nil
        switch number(0...30) {
        case 21..<23: return .follow(room, seq: seq, by: user)
        case 23: return .unfollow(room, seq: seq, by: user)
        case 24..<28: return .markUnread(room, seq: seq, by: user)
        case 28..<30: return .pin(room, seq: seq, by: number(0...1) == 0 ? user : self.place(.owner).user)
        case 30: return .unpin(room, seq: seq, by: user)
        case 0..<4:
            return .edit(
                room, seq: seq, text: ["edited \(number(0...9))", "same", "\u{200B}"][number(0...9) / 2 % 3],
                mentions: number(0...2) == 0 ? (0..<number(0...3)).map { _ in target(in: room) } : nil,
                ifVersion: version, by: user)
        case 4..<6: return .delete(room, seq: seq, ifVersion: version, by: user)
        case 6..<9: return .hide(room, seq: seq, by: user)
        case 9..<16: return .react(room, seq: seq, key: reactionKey(), by: user)
        case 16..<18: return .removeReaction(room, seq: seq, key: reactionKey(), of: place.user, by: target(in: room))
        default: return .unreact(room, seq: seq, key: reactionKey(), by: user)
        }
    }

    /// In two forms each, and now and then none at all.
    private mutating func reactionKey() -> String { [":k0:", ":K0:", "❤", "❤️", "👍", "x"][number(0...5)] }

    private mutating func mark() -> MarkerUpdate {
        let place = place()
        return MarkerUpdate(
            room: place.room, user: place.user, read: number(0...2) == 0 ? nil : Int64(number(-1...30)),
            received: number(0...1) == 0 ? nil : Int64(number(-1...30)), isPrivate: number(0...2) == 0,
            thread: number(0...2) == 0 ? Int64(number(1...4)) : nil, endsUnread: number(0...1) == 0)
    }

    private mutating func checkedMessage() -> Draft {
        message { drafts, new in
            let place = drafts.place()
            (new.room, new.author) = (place.room, place.user)
            new.isChecked = true
            if drafts.number(0...3) == 0 { new.replyTo = Int64(drafts.number(0...6)) }
            if drafts.number(0...2) == 0 { new.thread = Int64(drafts.number(1...7)) }
            if drafts.number(0...2) == 0 {
                new.mentions = (0..<drafts.number(0...4)).map { _ in drafts.target(in: place.room) }
            }
        }
    }
}
