import CEpoll
import Glibc
import Synchronization

/// How much memory the hashing of passwords may take together. Whoever needs some waits in line until there is enough for
/// it; one that needs more than there is gets it alone, so that a small machine can check passwords at all.
final class HashBudget: Sendable {
    let bytesMax: Int

    private struct State {
        var taken = 0
        var line: [Waiter] = []
    }

    private struct Waiter {
        let bytes: Int
        /// Written when it is this one's turn.
        let turn: Int32
    }

    private let state = Mutex(State())

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Waits for so many bytes, and runs `body` with them.
    func use<Result>(bytes: Int, _ body: () -> Result) -> Result {
        wait(for: bytes)
        defer { giveBack(bytes) }
        return body()
    }

    private func wait(for bytes: Int) {
        let turn: Int32? = state.withLock { state in
            if state.line.isEmpty, fits(bytes, state) {
                state.taken += bytes
                return nil
            }
            let turn = eventfd(0, Int32(EFD_CLOEXEC))
            // Without a descriptor nobody can be woken; a little too much memory is the lesser evil.
            guard turn >= 0 else {
                state.taken += bytes
                return nil
            }
            state.line.append(Waiter(bytes: bytes, turn: turn))
            return turn
        }
        guard let turn else { return }
        var count: eventfd_t = 0
        // The number lives for the call, which sleeps until it is written.
        while unsafe eventfd_read(turn, &count) != 0 {}
        close(turn)
    }

    private func fits(_ bytes: Int, _ state: State) -> Bool {
        state.taken == 0 || bytes <= bytesMax - state.taken
    }

    private func giveBack(_ bytes: Int) {
        state.withLock { state in
            state.taken -= bytes
            while let next = state.line.first, fits(next.bytes, state) {
                state.line.removeFirst()
                state.taken += next.bytes
                eventfd_write(next.turn, 1)
            }
        }
    }
}
