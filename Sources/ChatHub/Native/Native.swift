import ChatDomain
import ChatStore

/// The native protocol on one loop: accounts, rooms, messages, presence, by REST and by the socket `/v1/ws`.
///
/// Its parts are in this folder; what each loop is told of commits comes in here.
final class Native {
    let limits: HubLimits
    let identity: Identity

    init(configuration: HubConfiguration) {
        limits = configuration.limits
        identity = Identity(configuration: configuration)
    }

    /// When `advance` has something to do next; nil while nothing waits.
    var nextDeadline: Instant? { identity.nextDeadline }

    func advance(hub: Hub) { identity.advance(hub: hub) }

    /// What the store has committed to a room's stream: on every loop, in order.
    func committed(_ event: Event, hub: Hub) {}

    /// What the same commit did to users: on every loop, after its events.
    func noticed(_ notice: Notice, hub: Hub) {}
}
