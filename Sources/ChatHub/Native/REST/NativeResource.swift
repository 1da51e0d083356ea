import HTTPCore

extension Native {
    /// One route of the REST interface. Each file of handlers has a table of its own; `resources` is all of them.
    struct Resource: Sendable {
        let method: Method
        /// As `Router` takes it.
        let pattern: String
        let begin: Begin

        /// What begins to answer.
        enum Begin: Sendable {
            case open(@Sendable (NativeCall) throws(NativeProblem) -> Void)
            case signedIn(@Sendable (NativeCall, Principal) throws(NativeProblem) -> Void)
        }

        var isOpen: Bool { if case .open = begin { true } else { false } }

        /// For everybody.
        static func open(
            _ method: Method, _ pattern: String,
            _ begin: @escaping @Sendable (NativeCall) throws(NativeProblem) -> Void
        ) -> Resource {
            Resource(method: method, pattern: pattern, begin: .open(begin))
        }

        /// For whoever is signed in: others get a 401, and `begin` never hears of them.
        static func signedIn(
            _ method: Method, _ pattern: String,
            _ begin: @escaping @Sendable (NativeCall, Principal) throws(NativeProblem) -> Void
        ) -> Resource {
            Resource(method: method, pattern: pattern, begin: .signedIn(begin))
        }
    }

    /// Every route of the REST interface.
    static let resources: [Resource] =
        authResources + sessionResources + userResources + blockResources + inviteResources + roomResources
        + roomInviteResources + memberResources + messageResources + threadResources + pinResources + stateResources
        + searchResources + topicResources
        + operationResources

    /// Begins to answer. The answer comes by `hub.reply`, in this turn or a later one.
    func serve(
        _ resource: Resource, _ parameters: Parameters, _ request: Request, _ context: RequestContext,
        _ connection: Connection, hub: Hub
    ) {
        let call = NativeCall(
            parameters: parameters, request: request, context: context, connection: connection, hub: hub)
        switch resource.begin {
        case .open(let begin): call.attempt { () throws(NativeProblem) in try begin(call) }
        case .signedIn(let begin):
            call.authenticated { principal throws(NativeProblem) in try begin(call, principal) }
        }
    }
}
