import ChatDomain
import ChatStore
import HTTPCore

/// Everything that is a user's own, as one JSON document.
extension Native {
    static let exportResources: [Route] = [
        .signedIn(.get, "/v1/users/me/export", exportMe)
    ]

    private static func exportMe(_ call: RESTCall, _ principal: Principal) throws(Problem) {
        guard call.hub.native.exporting.insert(principal.id).inserted else {
            throw Problem(.rateLimited, "An export of yours is on its way already.", retryAfterMs: 10_000)
        }
        let export = Export(principal, call.connection)
        call.hub.read { (reader: borrowing any ChatStoreReader) throws(StoreError) -> Export.Beginning in
            try Export.Beginning(of: principal.id, reader)
        } then: { hub, result in
            guard case .success(let beginning) = result else {
                export.left(hub: hub)
                return call.fail(.unavailable)
            }
            export.begin(with: beginning, call)
        }
    }
}
