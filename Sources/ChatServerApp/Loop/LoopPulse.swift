import Synchronization

/// How often a loop has been asked to count, and did.
final class LoopPulse: Sendable {
    private let counted = Atomic<Int>(0)

    var count: Int { counted.load(ordering: .acquiring) }

    func beat() { _ = counted.add(1, ordering: .releasing) }
}
