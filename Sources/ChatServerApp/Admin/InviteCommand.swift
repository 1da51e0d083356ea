import ChatDomain
import ChatHub
import ChatStore
import HTTPCore

extension AdminCommand {
    /// An invitation to register, where registration is not open.
    static let invite = AdminCommand(
        words: ["invite"], positions: [],
        options: [
            Option(name: "uses", placeholder: "N", help: "how many accounts can be made with it (1)"),
            Option(name: "days", placeholder: "N", help: "how long it can be used (7)"),
        ],
        help:
            "Makes an invitation to register, and prints its link: without --public-url, what is to be put behind the "
            + "server's address."
    ) { (values, desk) throws(AdminProblem) in
        let uses = try values.number("uses", in: 1...100_000) ?? 1
        let days = try values.number("days", in: 1...365) ?? 7
        let cryptography = desk.passwords.cryptography
        let token = Invitation.makeToken(using: cryptography)
        let expiry = WallTime(milliseconds: Clock.wallTime().milliseconds + Int64(days) * 86_400_000)
        let invite = NewInvite(
            tokenHash: Invitation.hash(of: token, using: cryptography), expiresAt: expiry, uses: uses)
        try desk.submit(.inviteToRegister(invite, by: nil))
        return "\(desk.publicURL?.description ?? "")/#invite=\(token)\n"
    }
}
