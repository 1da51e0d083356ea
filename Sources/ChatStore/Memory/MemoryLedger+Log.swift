import ChatDomain

/// The notices of the memory store, in their order.
struct NoticeList {
    private var kept: [(logID: Int64, notice: Notice)] = []
    /// How many were let go of.
    private var dropped: Int64 = 0

    /// The number of the oldest one; nil for none.
    var first: Int64? { kept.isEmpty ? nil : dropped + 1 }

    mutating func append(_ notice: Notice, behind logID: Int64) {
        kept.append((logID, notice))
        let count = dropped + Int64(kept.count)
        guard count % Int64(StoreLimits.noticesTrimmed) == 0, kept.count > StoreLimits.noticesMin else { return }
        let surplus = kept.count - StoreLimits.noticesMin
        kept.removeFirst(surplus)
        dropped += Int64(surplus)
    }

    func after(_ id: Int64, limit: Int) -> [KeptNotice] {
        let from = Int(min(max(id - dropped, 0), Int64(kept.count)))
        return kept[from...].prefix(limit).enumerated().map { index, entry in
            KeptNotice(id: dropped + Int64(from + index) + 1, logID: entry.logID, notice: entry.notice)
        }
    }
}

/// What was committed, in its order.
extension MemoryLedger {
    func commits(after position: LogPosition, limit: Int) -> CommitPage {
        let wanted = CommitPage.lookedUp(limit)
        let from = Int(min(max(position.logID, 0), Int64(log.count)))
        let events = log[from...].prefix(wanted).enumerated().map { index, place in
            let logID = Int64(from + index) + 1
            return (logID: logID, event: endings[logID] ?? held(place.room)?.event(at: place.offset))
        }
        let notices = notices.after(position.noticeID, limit: wanted).map { kept in
            KeptNotice(id: kept.id, logID: kept.logID, notice: kept.notice.flatMap { readBack($0) })
        }
        return CommitPage(
            after: position, events: events, notices: notices, firstNotice: self.notices.first, limit: limit)
    }

    /// What is said of an account is as it is now; nothing, where it is no more.
    private func readBack(_ notice: Notice) -> Notice? {
        switch notice {
        case .accountDeleted: return notice
        case .sessionsEnded(let user, _), .blockChanged(_, let user, _): return liveUser(user) == nil ? nil : notice
        case .profileChanged(let changed): return account(changed.user.id).map { .profileChanged($0) }
        case .faceChanged(let changed, let rooms): return user(changed.id).map { .faceChanged($0, in: rooms) }
        case .user(var event):
            guard let account = account(event.user) else { return nil }
            switch event.kind {
            case .roomJoined(let room, _): event.kind = .roomJoined(room, nil)
            case .settingsUpdated: event.kind = .settingsUpdated(account.settings)
            case .roomLeft, .messageHidden, .roomSettings: break
            }
            return .user(event)
        }
    }
}
