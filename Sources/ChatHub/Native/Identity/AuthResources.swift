import ChatDomain
import ChatStore
import HTTPCore

/// How one comes to a session, and changes the password.
extension Native {
    static let authResources: [Route] = [
        .open(.post, "/v1/auth/register", register),
        .open(.post, "/v1/auth/login", logIn),
        .signedIn(.post, "/v1/auth/password", changePassword),
        .signedIn(.delete, "/v1/users/me", deleteMe),
    ]

    private static let passwordBytes = 8...1_024
    private static let deviceIDBytes = 1...64

    // MARK: Registering

    private static func register(_ call: RESTCall) throws(Problem) {
        try call.refuseForeignPages("Pages of other origins may not sign anybody in.")
        let body = try call.body()
        let login = try checked(Names.login, body.string("username"))
        let password = try newPassword("password", in: body)
        let displayName = try checked(Names.displayName, body.optionalString("display_name") ?? login)
        var phone: String?
        if let text = try body.optionalString("phone") { phone = try checked(Names.phone, text) }
        let deviceID = try deviceID(in: body)
        let invite = try invite(in: body, call)
        let identity = call.hub.native.identity
        let now = call.hub.wallTime
        identity.begin(.register(address: identity.countedAddress(of: call.context)), hub: call.hub) { _, answer in
            call.attempt { () throws(Problem) in
                if case .wait(let ms) = answer { throw tooMany(ms) }
                // Looked up before the password is hashed, which is dear.
                call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Refusal? in
                    if try reader.account(login: login) != nil { return .loginTaken }
                    if let invite, try !reader.isInvitation(tokenHash: invite, at: now) { return .unknownInvite }
                    return nil
                } then: { refusal throws(Problem) in
                    if let refusal { throw Problem(refusal) }
                    let account = NewAccount(
                        handle: call.makeHandle(), login: login, displayName: displayName, phone: phone, credential: nil
                    )
                    create(account, password: password, deviceID: deviceID, invite: invite, call)
                }
            }
        }
    }

    private static func create(
        _ account: NewAccount, password: [UInt8], deviceID: String?, invite: [UInt8]?, _ call: RESTCall
    ) {
        call.perform(.hashPassword(password)) { answer throws(Problem) in
            guard case .hash(let hash) = answer else { throw .unavailable }
            var account = account
            account.credential = hash
            let (token, session) = try newSession(deviceID: deviceID, call)
            call.submit(.account(.register(account, session: session, invite: invite))) {
                outcome throws(Problem) in
                try replySignedIn(outcome, token, credential: hash, status: .created, call)
            }
        }
    }

    /// The hash of the invitation, where one is needed.
    private static func invite(in body: JSONBody, _ call: RESTCall) throws(Problem) -> [UInt8]? {
        let text = try body.optionalString("invite")
        switch call.hub.configuration.registration {
        case .open: return nil
        case .openLocally where call.context.isLocal: return nil
        case .closed: throw Problem(.forbidden, "Nobody can register here.")
        case .openLocally, .invite:
            guard let text else { throw Problem(.forbidden, "To register here one has to be invited.") }
            guard let cryptography = call.hub.configuration.cryptography else { throw .unavailable }
            guard let token = SessionToken(text) else { throw Problem(.unknownInvite) }
            return token.hash(using: cryptography)
        }
    }

    // MARK: Signing in

    private static func logIn(_ call: RESTCall) throws(Problem) {
        try call.refuseForeignPages("Pages of other origins may not sign anybody in.")
        let body = try call.body()
        let login = try body.string("username")
        let password = Array(try body.string("password").utf8)
        let deviceID = try deviceID(in: body)
        guard let cryptography = call.hub.configuration.cryptography else { throw .unavailable }
        let earlier = call.earlierToken?.hash(using: cryptography)
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> (Account?, hasSession: Bool) in
            guard let account = try reader.account(login: login) else { return (nil, false) }
            guard let earlier, let session = try reader.session(tokenHash: earlier) else { return (account, false) }
            return (account, session.user == account.user.id)
        } then: { account, hasSession in
            var device: String?
            if let mark = call.deviceMark(of: account, cryptography) {
                device = mark.nonce
            } else if hasSession {
                device = "session"
            }
            let attempt = call.signIn(as: login, device: device)
            let wrong = Problem(.unauthorized, "The user name or the password is wrong.")
            verify(password, of: account, attempt, call, wrong: wrong) {
                (account, credential, isOutdated) throws(Problem) in
                let (token, session) = try newSession(deviceID: deviceID, call)
                let draft = AccountDraft.signIn(account.user.id, credential: credential, session)
                // The password was changed, or the account deleted, while it was looked at.
                call.submit(.account(draft), refused: { $0 == .unavailable ? nil : wrong }) {
                    outcome throws(Problem) in
                    try replySignedIn(outcome, token, credential: credential, status: .ok, call)
                    if isOutdated { renew(credential, of: account.user.id, by: password, hub: call.hub) }
                }
            }
        }
    }

    /// The hash was made with other parameters than those of today: now that the password is known, it is made anew.
    private static func renew(_ credential: String, of user: UserID, by password: [UInt8], hub: Hub) {
        hub.perform(.hashPassword(password)) { hub, answer in
            guard case .hash(let hash) = answer, !hub.isStoreBehind else { return }
            hub.submit(.account(.renewCredential(user, old: credential, new: hash))) { _, _ in }
        }
    }

    // MARK: The password of who is signed in

    private static func changePassword(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let body = try call.body()
        let old = Array(try body.string("current_password").utf8)
        let new = try newPassword("new_password", in: body)
        verifyOwn(old, of: principal, call) { credential in
            call.perform(.hashPassword(new)) { answer throws(Problem) in
                guard case .hash(let hash) = answer else { throw .unavailable }
                let draft = AccountDraft.setCredential(
                    principal.id, old: credential, new: hash, keeping: principal.session.id)
                call.submit(.account(draft), refused: { $0 == .conflict ? wrongPassword : nil }) { _ in
                    call.markDevice(credential: hash)
                    call.replyNoContent()
                }
            }
        }
    }

    private static func deleteMe(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let password = Array(try call.body().string("password").utf8)
        verifyOwn(password, of: principal, call) { credential in
            let draft = AccountDraft.delete(principal.id, credential: credential)
            call.submit(.account(draft), refused: { $0 == .conflict ? wrongPassword : nil }) { _ in
                call.removeSessionCookie()
                call.replyNoContent()
            }
        }
    }

    private static var wrongPassword: Problem { Problem(.forbidden, "The password is wrong.") }

    private static func verifyOwn(
        _ password: [UInt8], of principal: Principal, _ call: RESTCall,
        then use: @escaping (_ credential: String) throws(Problem) -> Void
    ) {
        let id = principal.id
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) in
            try reader.account(id)
        } then: { account in
            // The session is its own proof of having signed in before.
            let device = "\(principal.session.id.rawValue)"
            let attempt = call.signIn(as: principal.user.login ?? "", device: device)
            verify(password, of: account, attempt, call, wrong: wrongPassword) {
                (_, credential, _) throws(Problem) in
                try use(credential)
            }
        }
    }

    // MARK: Parts

    /// Goes on if the password is that of the account; otherwise answers `wrong`, after as long as if it were.
    private static func verify(
        _ password: [UInt8], of account: Account?, _ attempt: Attempt, _ call: RESTCall, wrong: Problem,
        then use: @escaping (Account, _ credential: String, _ isOutdated: Bool) throws(Problem) -> Void
    ) {
        let identity = call.hub.native.identity
        identity.begin(attempt, hub: call.hub) { hub, said in
            guard case .granted(let grant) = said else {
                if case .wait(let ms) = said { call.fail(tooMany(ms)) }
                return
            }
            hub.perform(.verifyPassword(password, against: account?.credential)) { hub, answer in
                call.attempt { () throws(Problem) in
                    switch answer {
                    case .checked(isRight: true, let isOutdated):
                        guard let account, let credential = account.credential else { throw wrong }
                        identity.giveBack(attempt, grant, hub: hub)
                        try use(account, credential, isOutdated)
                    case .checked: throw wrong
                    case .unavailable, .hash:
                        identity.giveBack(attempt, grant, hub: hub)
                        throw .unavailable
                    }
                }
            }
        }
    }

    private static func newPassword(_ field: String, in body: JSONBody) throws(Problem) -> [UInt8] {
        let password = Array(try body.string(field).utf8)
        guard passwordBytes.contains(password.count) else {
            throw Problem(
                .unprocessable, "A password has \(passwordBytes.lowerBound) to \(passwordBytes.upperBound) bytes.")
        }
        return password
    }

    private static func deviceID(in body: JSONBody) throws(Problem) -> String? {
        guard let id = try body.optionalString("device_id") else { return nil }
        guard deviceIDBytes.contains(id.utf8.count) else {
            throw Problem(.unprocessable, "The 'device_id' has 1 to \(deviceIDBytes.upperBound) bytes.")
        }
        return id
    }

    private static func newSession(
        deviceID: String?, _ call: RESTCall
    ) throws(Problem) -> (SessionToken, NewSession) {
        guard let cryptography = call.hub.configuration.cryptography else { throw .unavailable }
        let token = SessionToken(using: cryptography)
        let expiry = call.hub.wallTime.milliseconds + call.hub.native.identity.sessionMs
        let session = NewSession(
            tokenHash: token.hash(using: cryptography), deviceID: deviceID,
            expiresAt: WallTime(milliseconds: expiry))
        return (token, session)
    }

    private static func replySignedIn(
        _ outcome: Outcome, _ token: SessionToken, credential: String, status: Status, _ call: RESTCall
    ) throws(Problem) {
        guard case .signedIn(let user, let session) = outcome else { throw .unavailable }
        call.setSessionCookie(token.text)
        call.markDevice(credential: credential)
        call.reply(status) { json in
            json.beginObject()
            json.key("user")
            NativeJSON.append(user, to: &json)
            json.member("token", token.text)
            json.member("session_id", session.id)
            json.member("expires_at", session.expiresAt)
            json.endObject()
        }
    }

    private static func tooMany(_ milliseconds: Int64) -> Problem {
        Problem(.rateLimited, "Too many attempts have failed: wait a moment.", retryAfterMs: milliseconds)
    }
}

extension RESTCall {
    /// A token of a session that whoever signs in has, or had.
    fileprivate var earlierToken: SessionToken? {
        switch credentials {
        case .bearer(let text), .cookie(let text): SessionToken(text)
        case .none: nil
        }
    }

    fileprivate func deviceMark(of account: Account?, _ cryptography: Cryptography) -> DeviceMark? {
        guard let credential = account?.credential,
            let text = hub.cookies.device(in: request, isSecure: context.isSecure)
        else { return nil }
        return DeviceMark(text, credential: credential, using: cryptography)
    }

    fileprivate func markDevice(credential: String) {
        guard let cryptography = hub.configuration.cryptography else { return }
        if case .listed = page { return }
        let mark = DeviceMark(credential: credential, using: cryptography)
        setCookie(hub.cookies.makeDevice(mark, isSecure: context.isSecure))
    }

    /// - Parameter login: as it was given, of any length.
    fileprivate func signIn(as login: String, device: String?) -> Attempt {
        let account = String(login.prefix(Names.loginCharactersMax + 1)).lowercased()
        return .signIn(account: account, device: device, address: hub.native.identity.countedAddress(of: context))
    }
}
