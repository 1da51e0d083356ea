import ChatDomain
import ChatStore

/// What comes from outside the loop, and what goes to other loops.
extension Hub {
    /// Takes what came from outside the loop.
    public func handle(_ mail: Mail, from sender: Sender) {
        correspondence.note(heardOf: sender)
        switch mail {
        case .post(let post): handle(post)
        case .service(let mail):
            switch mail {
            case .committed(let events):
                for event in events {
                    counters.count(event)
                    chatApp.committed(event, hub: self)
                    native.committed(event, hub: self)
                }
            case .noticed(let notices):
                for notice in notices { native.noticed(notice, hub: self) }
            case .written(let report):
                store.reported(report.count, at: now)
                chatApp.storeCaughtUp(hub: self)
                for (ticket, outcome) in report.outcomes { asks.answer(ticket, with: outcome)?(self, outcome) }
                for (id, refusal) in report.refusals {
                    guard let connection = connection(id) else { continue }
                    refused(refusal, on: connection)
                }
            case .answer(let ticket, let answer): asks.answer(ticket, with: answer)?(self, answer)
            case .worked(let ticket, let answer): asks.answer(ticket, with: answer)?(self, answer)
            case .order(let draft, let answer): submit(draft) { _, outcome in answer(outcome) }
            case .figures(let answer):
                metricsGathering.ask(hub: self) { [configuration] loops in
                    // Where too many are being asked for already, or a loop does not answer, whoever asked goes without.
                    if let loops { answer(Native.metricsText(of: loops, configuration.readings())) }
                }
            }
        }
    }

    private func handle(_ post: Post) {
        switch post {
        case .answered(let ticket, let answer): asks.answer(ticket, with: answer)?(self, answer)
        case .fence(let asker): answer(asker, .done)
        case .feeds(let mail): feeds.handle(mail, hub: self)
        case .metrics(let asker): answer(asker, .metrics(metrics()))
        case .identity(let mail): native.identity.handle(mail, hub: self)
        case .batch(let batch, let audience): deliver(batch, to: audience)
        case .home(let message): chatApp.handle(message, hub: self)
        case .presence(let user, let handle, let isOnline):
            chatApp.presenceChanged(of: user, handle: handle, isOnline: isOnline)
        case .userGone(let user, let handle): chatApp.userGone(user, handle: handle, hub: self)
        case .relay(let mail): relay.handle(mail, hub: self)
        case .topic(let mail): topicHub.handle(mail, hub: self)
        case .native(let mail): native.handle(mail, hub: self)
        case .nativeHome(let message): native.home.handle(message, hub: self)
        case .watched(let diffs): native.watching.tell(diffs, hub: self)
        case .frame(let frame, let id):
            guard let connection = connection(id) else { return }
            enqueue(frame, to: connection)
        }
    }

    /// Tells the loop something that is the home of what it is about.
    func tell(homeOf key: HomeKey, _ post: Post) { tell(loop: homes.home(of: key), post) }

    /// Tells one loop something: to this one by handling it at once.
    func tell(loop: Int, _ post: Post) {
        if loop == configuration.loopIndex {
            handle(post)
        } else {
            turn.mail.append((.loop(loop), post))
        }
    }

    /// Tells every loop something, this one included.
    func tellAll(_ post: Post) {
        if configuration.loopCount > 1 { turn.mail.append((.others, post)) }
        handle(post)
    }

    /// What this loop says of itself once it has settled.
    func settleReport(isOutOfTime: Bool) -> SettleReport {
        SettleReport(
            loop: configuration.loopIndex, isOutOfTime: isOutOfTime, sent: correspondence.sent,
            heard: correspondence.heard, heardOfWriter: correspondence.heardOfWriter)
    }
}
