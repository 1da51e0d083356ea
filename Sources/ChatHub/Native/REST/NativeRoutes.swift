import HTTPCore
import WSProtocol

extension Native {
    /// Every route of the REST interface. Each file of handlers has a table of its own.
    static let routes: [Route] =
        authResources + sessionResources + userResources + exportResources + blockResources + inviteResources
        + roomResources + roomSettingsResources + roomInviteResources + memberResources + messageResources
        + threadResources + pinResources + stateResources + searchResources + topicResources + operationResources

    /// For pages of this server and of the origins allowed, and for whoever is no page.
    static let socketRoute = Route.open(.get, "/v1/ws") { call throws(Problem) in
        try call.refuseForeignPages("Pages of other origins may not connect.")
        call.upgrade(deflate: deflate, subprotocol: subprotocol) { agreement in
            call.connection.takesPacked = agreement?.allowsSharedFrames(windowBits: 15) ?? false
            return call.hub.native.makeSession(for: call.request, call.context, hub: call.hub)
        }
    }
}
