import Glibc
import Testing

/// Many random runs of the whole native protocol. A failure names its seed; `script/simulate SEED` plays it again, and
/// `script/simulate 1-10000` many others.
@Suite struct NativeSimulationTests {
    @Test(arguments: Self.seeds)
    func nothingIsLostDoubledOrToldToTheWrongOnes(seed: UInt64) throws {
        var simulation = try NativeSimulation(seed: seed, loopCount: [1, 2, 3][Int(seed % 3)])
        for _ in 0..<150 { try simulation.act() }
        try simulation.finish()
    }

    /// Those of the environment, `FROM-TO` or one, else two hundred.
    private static var seeds: [UInt64] {
        // The text is copied before anything could change the environment.
        guard let text = unsafe getenv("CHATSERVER_SEEDS").map({ unsafe String(cString: $0) }) else {
            return Array(1...200)
        }
        let bounds = text.split(separator: "-").compactMap { UInt64($0) }
        guard let first = bounds.first, let last = bounds.last, first <= last else { return [] }
        return Array(first...last)
    }
}
