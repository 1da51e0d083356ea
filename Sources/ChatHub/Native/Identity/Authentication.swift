import ChatDomain
import ChatStore
import HTTPCore

/// Why a token lets nobody in.
enum TokenProblem: Error {
    /// It was never given out, or its session has ended.
    case unknown
    /// Its session has ended just now.
    case ended
    case expired
    /// The store cannot be asked just now.
    case unavailable
}

/// From a token to who it stands for.
extension Native {
    /// Looks up who a token stands for, and notes that its session is in use: for requests and for sockets. The answer is
    /// as of the moment at which `use` is called, in this turn or a later one.
    func authenticate(
        token: String, hub: Hub, then use: @escaping (Hub, Result<Principal, TokenProblem>) -> Void
    ) {
        guard let cryptography = identity.cryptography, let token = SessionToken(token) else {
            return use(hub, .failure(.unknown))
        }
        let hash = token.hash(using: cryptography)
        guard let principal = sessions.find(hash, at: hub.now, wallTime: hub.wallTime) else {
            return askWho(hash, hub: hub, then: use)
        }
        if identity.used(principal.session, hub: hub) { sessions.used(hash, at: hub.wallTime) }
        use(hub, .success(principal))
    }

    private func askWho(
        _ hash: [UInt8], hub: Hub, then use: @escaping (Hub, Result<Principal, TokenProblem>) -> Void
    ) {
        let begun = lookups.begin()
        let mark = sessions.mark
        hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Principal? in
            guard let session = try reader.session(tokenHash: hash), let account = try reader.account(session.user)
            else { return nil }
            return Principal(
                user: account.user, settings: account.settings, session: session, lastSeen: account.lastSeen)
        } then: { hub, result in
            let found = (try? result.get()) ?? nil
            let validity = self.lookups.end(begun, session: found?.session.id, user: found?.id)
            guard case .success(let answer) = result else { return use(hub, .failure(.unavailable)) }
            guard var principal = answer else { return use(hub, .failure(.unknown)) }
            let expiry = self.identity.expiry(of: principal.session)
            guard expiry > hub.wallTime else { return use(hub, .failure(.expired)) }
            switch validity {
            case .ended: return use(hub, .failure(.ended))
            case .unknown: return self.askWho(hash, hub: hub, then: use)
            case .valid: break
            }
            let answered = principal
            if self.identity.used(principal.session, hub: hub) { principal.session.lastSeenAt = hub.wallTime }
            self.sessions.keep(principal, hash, until: expiry, mark: mark, at: hub.now)
            use(hub, .success(answered))
        }
    }
}

extension Principal {
    /// Refuses whoever may not administer the server.
    func requireAdmin() throws(Problem) {
        guard user.isAdmin else { throw Problem(.forbidden, "Only administrators may do this.") }
    }
}
