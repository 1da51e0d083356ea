import ChatDomain
import ChatStore
import HTTPCore

/// Whom a user has blocked: no direct messages from them, no presence to them.
extension Native {
    static let blockResources: [Route] = [
        .signedIn(.get, "/v1/users/me/blocks", listBlocks),
        .signedIn(.put, "/v1/users/me/blocks/{id}", block),
        .signedIn(.delete, "/v1/users/me/blocks/{id}", unblock),
    ]

    private static func listBlocks(_ call: RESTCall, _ principal: Principal) {
        let me = principal.id
        call.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> [User] in
            var users: [User] = []
            for id in try reader.blocks(by: me) {
                if let user = try reader.user(id) { users.append(user) }
            }
            return users
        } then: { users in
            reply(with: users, call)
        }
    }

    private static func block(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        let other = try call.userID("id")
        guard other != principal.id else { throw Problem(.unprocessable, "Nobody can block themselves.") }
        call.submitForNoContent(.account(.block(other, by: principal.id)))
    }

    private static func unblock(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        call.submitForNoContent(.account(.unblock(try call.userID("id"), by: principal.id)))
    }
}
