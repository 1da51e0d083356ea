import Testing

@testable import LoadKit

@Suite struct MarkerTests {
    @Test(arguments: [
        Marker(sequence: 1, sentAtUs: 0, sender: 0, run: 0),
        Marker(sequence: 0xFFFF_FFFF, sentAtUs: 0xFFFF_FFFF_FFFF, sender: 0xFFFFF, run: 0xFFFF),
        Marker(sequence: 123_456, sentAtUs: 987_654_321_012, sender: 17_999, run: 4_711),
    ])
    func readsWhatItWrote(_ marker: Marker) {
        for offset in 0...3 {
            var text = [UInt8](repeating: UInt8(ascii: "a"), count: offset + Marker.length)
            marker.write(into: &text, at: offset)
            #expect(Marker(in: text.span, at: offset) == marker)
            #expect(Marker.offset(in: text.span, from: 0) == offset)
            let cut = Array(text.dropLast())
            #expect(Marker(in: cut.span, at: offset) == nil)
            #expect(Marker.offset(in: cut.span, from: 0) == nil)
        }
    }

    @Test(arguments: ["", "@@", "no marker in this text, however long one makes it to be", "@@0000000g"])
    func findsNoneWhereThereIsNone(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(Marker.offset(in: bytes.span, from: 0) == nil)
    }
}
