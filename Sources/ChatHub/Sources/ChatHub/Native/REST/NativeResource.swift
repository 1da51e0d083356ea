import HTTPCore

extension Native {
    /// One route of the REST interface. Each file of handlers has a table of its own; `resources` is all of them.
    struct Resource: Sendable {
        let method: Method
        /// As `Router` takes it.
        let pattern: String
        let isOpen: Bool
        let begin: @Sendable (NativeCall) throws(NativeProblem) -> Void

        /// For everybody.
        static func open(
            _ method: Method, _ pattern: String,
            _ begin: @escaping @Sendable (NativeCall) throws(NativeProblem) -> Void
        ) -> Resource {
            Resource(method: method, pattern: pattern, isOpen: true, begin: begin)
        }

        /// For whoever is signed in: others get a 401, and `begin` never hears of them.
        static func signedIn(
            _ method: Method, _ pattern: String,
            _ begin: @escaping @Sendable (NativeCall, Principal) throws(NativeProblem) -> Void
        ) -> Resource {
            Resource(method: method, pattern: pattern, isOpen: false) { call in
                call.authenticated { principal throws(NativeProblem) in try begin(call, principal) }
            }
        }
    }

    /// Every route of the REST interface.
    static let resources: [Resource] =
        authResources + sessionResources + userResources + blockResources + inviteResources + roomResources
        + memberResources + messageResources + stateResources + searchResources + topicResources
        + operationResources

    /// Begins to answer. The answer comes by `hub.reply`, in this turn or a later one.
    func serve(
        _ resource: Resource, _ parameters: Parameters, _ request: Request, _ context: RequestContext,
        _ connection: Connection, hub: Hub
    ) {
        let call = NativeCall(
            parameters: parameters, request: request, context: context, connection: connection, hub: hub)
        call.attempt { () throws(NativeProblem) in try resource.begin(call) }
    }
}
