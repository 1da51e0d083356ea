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
            let verdict = self.lookups.end(begun, session: found?.session.id, user: found?.id)
            guard case .success(let answer) = result else { return use(hub, .failure(.unavailable)) }
            guard var principal = answer else { return use(hub, .failure(.unknown)) }
            let expiry = self.identity.expiry(of: principal.session)
            guard expiry > hub.wallTime else { return use(hub, .failure(.expired)) }
            switch verdict {
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

extension NativeCall {
    /// How somebody shows who they are.
    enum Credentials {
        /// `Authorization: Bearer`: no page can have a browser add it unasked.
        case bearer(String)
        case cookie(String)
        case none
    }

    /// A request that shows a token is not looked at for a cookie as well. Nor is one of a foreign page that may use the
    /// interface: it has to show a token.
    var credentials: Credentials {
        if let token = BearerToken.find(in: request) { return .bearer(token) }
        if case .listed = page { return .none }
        let cookie = hub.cookies.session(in: request, isSecure: context.isSecure)
        return cookie.map { .cookie($0) } ?? .none
    }

    /// What kind of page the request comes from.
    var page: Site.Page { hub.site.page(of: context) }

    /// Goes on as whoever is signed in; answers 401 where nobody is, and 403 where a page of another origin makes use of
    /// a cookie.
    func authenticated(_ use: @escaping (Principal) throws(NativeProblem) -> Void) {
        let token: String
        var isByCookie = false
        switch credentials {
        case .bearer(let text): token = text
        case .cookie(let text):
            token = text
            isByCookie = true
        case .none: return fail(NativeProblem(.unauthorized, "Sign in first: there is no token with this request."))
        }
        if isByCookie, changesState, !isOfThisSite {
            hub.refusedOrigin(of: request, context, otherwise: nil)
            return fail(NativeProblem(.forbidden, "Only pages of this server may change anything with its cookie."))
        }
        hub.native.authenticate(token: token, hub: hub) { _, result in
            do throws(NativeProblem) {
                switch result {
                case .success(let principal):
                    if isByCookie { self.renewCookie(token, of: principal) }
                    try use(principal)
                case .failure(.unknown), .failure(.ended):
                    throw NativeProblem(.unauthorized, "The token is not known, or has ended.")
                case .failure(.expired): throw NativeProblem(.tokenExpired, "The token has expired: sign in again.")
                case .failure(.unavailable): throw .unavailable
                }
            } catch {
                self.fail(error)
            }
        }
    }

    /// A browser keeps a cookie as long as it was told last: those in use are told again once a day.
    private func renewCookie(_ token: String, of principal: Principal) {
        guard hub.wallTime.milliseconds - principal.session.lastSeenAt.milliseconds > 86_400_000 else { return }
        setSessionCookie(token)
    }

    func setSessionCookie(_ token: String) {
        // A page of another origin has the token itself; a cookie of ours is not for it.
        if case .listed = page { return }
        let seconds = Int(hub.native.identity.sessionMs / 1_000)
        setCookie(hub.cookies.makeSession(token, maxAgeSeconds: seconds, isSecure: context.isSecure))
    }

    func removeSessionCookie() {
        if case .listed = page { return }
        setCookie(hub.cookies.removalOfSession(isSecure: context.isSecure))
    }

    private var changesState: Bool { request.method != .get && request.method != .head }

    /// The request names a page of this server as the one it comes from. Browsers say so with all that changes anything.
    private var isOfThisSite: Bool {
        if context.origin != nil {
            if case .own = page { return true }
            return false
        }
        guard let referer = request.headers["Referer"].flatMap({ Origin(ofURL: $0) }) else { return false }
        return hub.site.isOwn(referer, in: context)
    }

    /// Refuses what a page of a foreign origin asks for without any credentials of ours: it must not be able to sign its
    /// visitors in as somebody of its choice.
    func refuseForeignPages() throws(NativeProblem) {
        guard case .foreign = page else { return }
        hub.refusedOrigin(of: request, context, otherwise: "--allow-origin")
        throw NativeProblem(.forbidden, "Pages of other origins may not sign anybody in.")
    }
}

extension Principal {
    /// Refuses whoever may not administer the server.
    func requireAdmin() throws(NativeProblem) {
        guard user.isAdmin else { throw NativeProblem(.forbidden, "Only administrators may do this.") }
    }
}
