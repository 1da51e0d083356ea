import ChatDomain
import Testing

@Suite struct IdentifiersTests {
    @Test func areOrderedByNumber() {
        #expect(UserID(1) < UserID(2))
        #expect(RoomID(-1) < RoomID(1))
        #expect([UserID(3), UserID(1), UserID(2)].sorted() == [UserID(1), UserID(2), UserID(3)])
    }

    @Test(arguments: [
        (1, 0), (1, 0xFF_FFFF), (0x7F_FFFF_FFFF, 0), (0x7F_FFFF_FFFF, 0xFF_FFFF), (12_345, 678),
    ])
    func packsANumberAndASlot(_ number: UInt64, _ slot: Int) {
        let id = ConnectionID(number: number, slot: slot)
        #expect(id.number == number)
        #expect(id.slot == slot)
        #expect(ConnectionID(rawValue: id.rawValue) == id)
    }

    @Test func tellsApartWhoHadTheSlotBefore() {
        #expect(ConnectionID(number: 1, slot: 5) != ConnectionID(number: 2, slot: 5))
    }

    @Test func ignoresWhatDoesNotFitTheSlot() {
        #expect(ConnectionID(number: 1, slot: 0x100_0005) == ConnectionID(number: 1, slot: 5))
        #expect(ConnectionID(number: 1, slot: -1).number == 1)
    }
}
