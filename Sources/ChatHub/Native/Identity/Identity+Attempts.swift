import ChatDomain
import HTTPCore

/// What the loops tell each other of attempts to sign in: all are counted on the first one.
public enum SignInPost: Sendable, Codable {
    case begin(Attempt, Asker)
    case giveBack(Attempt, AttemptGrant)
}

extension Identity {
    /// Asks whether an attempt may be made; `use` gets what is said to it, in this turn or a later one.
    func begin(_ attempt: Attempt, hub: Hub, then use: @escaping (Hub, AttemptAnswer) -> Void) {
        let asker = hub.askLoops { hub, answer in
            // Whoever guesses must not get on by making others slow.
            if case .attempt(let answer) = answer { use(hub, answer) } else { use(hub, .wait(ms: 1_000)) }
        }
        hub.tell(homeOf: .signIns, .identity(.begin(attempt, asker)))
    }

    /// The attempt has not failed: it counts for nothing.
    func giveBack(_ attempt: Attempt, _ grant: AttemptGrant, hub: Hub) {
        hub.tell(homeOf: .signIns, .identity(.giveBack(attempt, grant)))
    }

    func handle(_ mail: SignInPost, hub: Hub) {
        switch mail {
        case .begin(let attempt, let asker): hub.answer(asker, .attempt(attempts.begin(attempt, at: hub.now)))
        case .giveBack(let attempt, let grant): attempts.giveBack(attempt, grant)
        }
    }

    /// The address that attempts of this request are counted by; nil where they are not: on this very machine.
    func countedAddress(of context: RequestContext) -> IPAddress? {
        if context.isLocal, !countsLoopback { return nil }
        return context.clientAddress?.subscriber
    }
}
