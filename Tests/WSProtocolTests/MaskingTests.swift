import Testing

@testable import WSProtocol

@Suite struct MaskingTests {
    /// The fast way equals the definition of §5.3 at every length and alignment, and touches nothing else.
    @Test func equalsTheDefinition() {
        let source = (0..<330).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }
        let key: UInt32 = 0x1234_ABCD
        for offset in 0...15 {
            for length in 0...300 {
                var fast = source
                var span = fast.mutableSpan
                applyMask(MaskKey(key), to: &span, in: offset..<offset + length)
                var slow = source
                applyMaskNaively(key, to: &slow, in: offset..<offset + length)
                if fast != slow { Issue.record("differs at offset \(offset), length \(length)") }
            }
        }
    }

    /// Cut anywhere, with the key turned by what was done, the result is the same.
    @Test func canBeCutAnywhere() {
        let source = (0..<40).map { UInt8($0) }
        var whole = source
        applyMaskNaively(0xDEAD_BEEF, to: &whole, in: 0..<40)
        for cut in 0...40 {
            var pieced = source
            var span = pieced.mutableSpan
            var key = MaskKey(0xDEAD_BEEF)
            applyMask(key, to: &span, in: 0..<cut)
            key.advance(by: cut)
            applyMask(key, to: &span, in: cut..<40)
            #expect(pieced == whole)
        }
    }
}
