import ChatDomain
import Testing

@Suite struct MessageKeyTests {
    /// RFC 9562 §A.6, its example of version 7.
    @Test(arguments: ["017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F"])
    func readsBothCases(_ text: String) throws {
        let key = try #require(MessageKey(text))
        #expect(key.high == 0x017F_22E2_79B0_7CC3)
        #expect(key.low == 0x98C4_DC0C_0C07_398F)
        #expect(key.description == text.lowercased())
    }

    @Test(arguments: [
        "", "017f22e2", "017f22e279b07cc398c4dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2_79b0-7cc3-98c4-dc0c0c07398f", "-017f22e-79b0-7cc3-98c4-dc0c0c07398f",
        "017f22e27-9b0-7cc3-98c4-dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f\n", " 017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
        "０17f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c0739é",
        "1bc833808-05ed-455a-9d26-64fe1d96d62d",
    ])
    func refusesOtherForms(_ text: String) {
        #expect(MessageKey(text) == nil)
    }

    @Test(arguments: [
        (0, 0, "00000000-0000-0000-0000-000000000000"),
        (UInt64.max, UInt64.max, "ffffffff-ffff-ffff-ffff-ffffffffffff"),
        (0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210, "01234567-89ab-cdef-fedc-ba9876543210"),
    ])
    func writesLowerCase(_ high: UInt64, _ low: UInt64, _ expected: String) {
        let key = MessageKey(high: high, low: low)
        #expect(key.description == expected)
        #expect(MessageKey(expected) == key)
    }

    /// RFC 9562 §5.7: 48 bits of time, the version, 12 random bits, the variant, 62 random bits.
    @Test func makesVersion7() {
        var random = SplitMix64(seed: 1)
        var seen: Set<MessageKey> = []
        for step in 0..<1_000 {
            let time = WallTime(milliseconds: 1_645_557_742_000 + Int64(step))
            let key = MessageKey(at: time, using: &random)
            #expect(key.high >> 16 == UInt64(time.milliseconds))
            #expect(key.high >> 12 & 0xF == 7)
            #expect(key.low >> 62 == 0b10)
            #expect(MessageKey(key.description) == key)
            seen.insert(key)
        }
        #expect(seen.count == 1_000)
    }
}
