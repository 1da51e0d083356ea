import ChatDomain
import ChatStore
import HTTPCore

/// Invitations to register, where registration is not open.
extension Native {
    static let inviteResources: [Route] = [.signedIn(.post, "/v1/invites", invite)]

    private static let lifetimeSeconds: ClosedRange<Int64> = 60...31_536_000
    private static let usualLifetimeSeconds: Int64 = 7 * 86_400
    private static let uses: ClosedRange<Int64> = 1...100_000

    private static func invite(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        try principal.requireAdmin()
        let body = call.request.body.isEmpty ? JSONBody(.object([])) : try call.body()
        let seconds = try body.optionalInteger("expires_in_s") ?? usualLifetimeSeconds
        guard lifetimeSeconds.contains(seconds) else {
            throw Problem(
                .unprocessable, "'expires_in_s' takes a number from a minute's 60 to a year's 31536000.")
        }
        let count = try body.optionalInteger("uses") ?? 1
        guard uses.contains(count) else {
            throw Problem(.unprocessable, "'uses' takes a number from 1 to \(uses.upperBound).")
        }
        guard let cryptography = call.hub.configuration.cryptography else { throw .unavailable }
        let token = SessionToken(using: cryptography)
        let expiry = WallTime(milliseconds: call.hub.wallTime.milliseconds + seconds * 1_000)
        let invite = NewInvite(tokenHash: token.hash(using: cryptography), expiresAt: expiry, uses: Int(count))
        call.submit(.account(.inviteToRegister(invite, by: principal.id))) { _ in
            call.reply(.created) { json in
                json.beginObject()
                json.member("token", token.text)
                json.member("url", call.context.siteURL + "/#invite=" + token.text)
                json.member("expires_at", expiry)
                json.endObject()
            }
        }
    }
}
