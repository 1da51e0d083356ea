import ChatDomain
import Synchronization

@testable import ChatHub

/// Cryptography that is quick and can be played again, and hides nothing.
enum TestCryptography {
    static func make(seed: UInt64) -> Cryptography {
        let random = Mutex(SplitMix64(seed: seed))
        return Cryptography(
            digest: { bytes in digest(bytes) },
            randomBytes: { count in
                random.withLock { random in (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
            })
    }

    static func perform(_ work: Work) -> WorkAnswer {
        switch work {
        case .hashPassword(let password): .hash(hash(password))
        case .verifyPassword(let password, let stored):
            .checked(
                isRight: stored == hash(password) || stored == outdated(password),
                isOutdated: stored == outdated(password))
        }
    }

    static func hash(_ password: String) -> String { hash(Array(password.utf8)) }

    static func outdatedHash(_ password: String) -> String { outdated(Array(password.utf8)) }

    private static func outdated(_ password: [UInt8]) -> String { "old:" + hash(password) }

    private static func hash(_ password: [UInt8]) -> String { "plain:" + String(decoding: password, as: UTF8.self) }

    static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var mixer = SplitMix64(seed: state)
        return (0..<32).map { _ in UInt8(truncatingIfNeeded: mixer.next()) }
    }
}
