import ChatDomain
import ChatStore
import HTTPCore

/// Who may ask.
extension RESTCall {
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
    func authenticated(_ use: @escaping (Principal) throws(Problem) -> Void) {
        let token: String
        var isByCookie = false
        switch credentials {
        case .bearer(let text): token = text
        case .cookie(let text):
            token = text
            isByCookie = true
        case .none: return fail(Problem(.unauthorized, "Sign in first: there is no token with this request."))
        }
        if isByCookie, request.method.changesState, !isOfThisSite {
            hub.refusedOrigin(of: request, context, otherwise: nil)
            return fail(Problem(.forbidden, "Only pages of this server may change anything with its cookie."))
        }
        hub.native.authenticate(token: token, hub: hub) { _, result in
            do throws(Problem) {
                switch result {
                case .success(let principal):
                    if isByCookie { self.renewCookie(token, of: principal) }
                    try use(principal)
                case .failure(.unknown), .failure(.ended):
                    throw Problem(.unauthorized, "The token is not known, or has ended.")
                case .failure(.expired): throw Problem(.tokenExpired, "The token has expired: sign in again.")
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

    /// The request names a page of this server as the one it comes from. Browsers say so with all that changes anything.
    private var isOfThisSite: Bool {
        if context.origin != nil {
            if case .own = page { return true }
            return false
        }
        guard let referer = request.headers["Referer"].flatMap({ Origin(ofURL: $0) }) else { return false }
        return hub.site.isOwn(referer, in: context)
    }

    /// Refuses what a page of a foreign origin asks for: it must not be able to sign its visitors in as somebody of its
    /// choice, to send requests in their place, or to read along.
    func refuseForeignPages(_ sentence: String) throws(Problem) {
        guard !hub.site.isAllowed(context) else { return }
        hub.refusedOrigin(
            of: request, context, otherwise: context.scope == .chatApp ? "--cors-origin" : "--allow-origin")
        throw Problem(.forbidden, sentence)
    }

    // MARK: Operators

    /// Goes on for a request from this very machine, of an administrator, or with an API key that may. To others there is
    /// nothing at the path.
    func forOperators(key mayUse: ((APIKey) -> Bool)?, _ use: @escaping () -> Void) {
        if context.isLocal, page != .listed { return use() }
        if case .operations = hub.configuration.offer { return use() }
        if let key = KeyRing.key(of: request) {
            guard let mayUse else { return replyNothingHere() }
            return hub.keyRing.find(key, hub: hub) { _, finding in
                switch finding {
                case .known(let key) where mayUse(key): use()
                case .unavailable: self.fail(.unavailable)
                case .known, .unknown: self.replyNothingHere()
                }
            }
        }
        guard case .none = credentials else {
            return authenticated { principal throws(Problem) in
                if principal.user.isAdmin { use() } else { self.replyNothingHere() }
            }
        }
        replyNothingHere()
    }

    private func replyNothingHere() {
        hub.reply(.error(.notFound, "There is nothing at this path.", .site), to: connection)
    }

    // MARK: Feeds

    /// Goes on for who may see and change feeds: while the open dialects are open to the request as a local one, and with
    /// a token of an administrator or a key made for feeds. A page of a foreign origin may not in any case: it could have
    /// this server send requests in its place. One of an origin that is allowed may with such a token.
    func forFeedKeepers(_ use: @escaping () -> Void) throws(Problem) {
        let sentence = "Only administrators, keys for feeds, and no pages of other origins may use this."
        try refuseForeignPages(sentence)
        if !hub.configuration.dialects.isEmpty, context.isLocal, page != .listed { return use() }
        let unauthorized = Problem(.unauthorized, "Feeds need an administrator or a key.")
        let goOn = { (may: Bool?) in
            guard let may else { return self.fail(unauthorized) }
            if may { use() } else { self.fail(Problem(.forbidden, sentence)) }
        }
        if let key = KeyRing.key(of: request) {
            hub.keyRing.find(key, hub: hub) { _, finding in
                if case .known(let key) = finding { goOn(key.managesFeeds) } else { goOn(nil) }
            }
        } else if let token = BearerToken.find(in: request) {
            hub.native.authenticate(token: token, hub: hub) { _, result in
                goOn((try? result.get())?.user.isAdmin)
            }
        } else {
            goOn(nil)
        }
    }
}

extension Method {
    /// Whether a request is more than a look (RFC 9110 §9.2.1).
    var changesState: Bool { self != .get && self != .head }
}
