import Synchronization
import Testing

@testable import ChatServerApp

@Suite struct HashBudgetTests {
    /// Counts how many are at work, and how many were at most.
    private final class Gauge: Sendable {
        private let state = Mutex((now: 0, most: 0, done: 0))

        func enter(_ bytes: Int) {
            state.withLock { state in
                state.now += bytes
                state.most = max(state.most, state.now)
            }
        }

        func leave(_ bytes: Int) {
            state.withLock { state in
                state.now -= bytes
                state.done += 1
            }
        }

        var most: Int { state.withLock { $0.most } }
        var done: Int { state.withLock { $0.done } }
    }

    private func run(_ budget: HashBudget, _ sizes: [Int]) throws -> Gauge {
        let gauge = Gauge()
        let threads = ThreadGroup()
        for bytes in sizes {
            try threads.start("hash") {
                for _ in 0..<50 {
                    budget.use(bytes: bytes) {
                        gauge.enter(bytes)
                        gauge.leave(bytes)
                    }
                }
            }
        }
        threads.join()
        return gauge
    }

    @Test func takesNoMoreTogetherThanThereIs() throws {
        let gauge = try run(HashBudget(bytesMax: 256), [128, 128, 128, 128, 1])
        #expect(gauge.most <= 256)
        #expect(gauge.done == 250)
    }

    @Test(arguments: [0, 100, 127]) func whatIsMoreThanThereIsIsAlone(bytesMax: Int) throws {
        let gauge = try run(HashBudget(bytesMax: bytesMax), [128, 128, 200])
        #expect(gauge.most <= 200)
        #expect(gauge.done == 150)
    }

    @Test func whoWaitsIsLetInWhenThereIsRoom() throws {
        let budget = HashBudget(bytesMax: 100)
        let (inside, mayLeave) = (Mailbox<Int>(isBlocking: true), Mailbox<Bool>(isBlocking: true))
        let threads = ThreadGroup()
        for number in 0..<2 {
            try threads.start("hash") {
                budget.use(bytes: 60) {
                    inside.post(number)
                    _ = mayLeave.wait()
                }
            }
        }
        let first = inside.wait()
        #expect(first.count == 1)
        mayLeave.post(true)
        let second = inside.wait()
        #expect(second.count == 1 && second != first)
        mayLeave.post(true)
        threads.join()
    }

    @Test func scryptTakesWhatItSays() {
        #expect(Scrypt(logN: 17).memoryBytes >= 128 << 20)
        #expect(Scrypt(logN: 17).memoryBytes < 129 << 20)
        #expect(Scrypt(logN: 99).memoryBytes == 0)
    }
}

@Suite struct MemoryLimitTests {
    private static let none = "9223372036854771712"

    @Test(
        arguments: [
            // Version 2: each group above counts, and the least of them.
            (
                [
                    "/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/memory.max": "max",
                    "/sys/fs/cgroup/a/memory.max": "500",
                ], 500
            ),
            (
                [
                    "/proc/self/cgroup": "0::/a\n", "/sys/fs/cgroup/a/memory.max": "700",
                    "/sys/fs/cgroup/memory.max": "300",
                ], 300
            ),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "200"], 200),
            // Version 1; in a container, the path is the host's.
            (
                ["/proc/self/cgroup": "7:memory:/a\n3:cpu:/b", "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "400"],
                400
            ),
            (["/proc/self/cgroup": "7:memory:/docker/x", "/sys/fs/cgroup/memory/memory.limit_in_bytes": "600"], 600),
            (["/proc/self/cgroup": "2:cpu,memory:/", "/sys/fs/cgroup/memory/memory.limit_in_bytes": none], 1_000),
            // Both, where the old one has the controller.
            (
                [
                    "/proc/self/cgroup": "7:memory:/a\n0::/b", "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "450",
                    "/sys/fs/cgroup/unified/b/memory.max": "900",
                ], 450
            ),
            // None, nonsense, and more than the machine has.
            ([:], 1_000), (["/proc/self/cgroup": "nonsense\n\n0::"], 1_000),
            (["/proc/self/cgroup": "0::/", "/sys/fs/cgroup/memory.max": "-5"], 1_000),
            (["/proc/self/cgroup": "0::/../..", "/sys/fs/cgroup/memory.max": "5000"], 1_000),
        ] as [([String: String], Int)])
    func isTheLeastThatAnybodySays(files: [String: String], expected: Int) {
        #expect(MemoryLimit.bytes(machine: 1_000) { files[$0] } == expected)
    }

    @Test func hashingTakesAQuarterAtMost() {
        #expect(MemoryLimit.hashBytes(configured: 1) == 1)
        #expect(MemoryLimit.hashBytes(configured: .max) < .max / 4 + 1)
    }
}
