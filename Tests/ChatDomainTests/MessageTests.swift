import ChatDomain
import Testing

@Suite struct MessageTests {
    private let time = WallTime(milliseconds: 1)

    @Test func isNewUnlessSaidOtherwise() {
        let message = Message(
            room: RoomID(1), seq: 2, author: UserID(3), authorHandle: "a", key: MessageKey(high: 4, low: 5), text: "hi",
            sentAt: time)
        #expect(message.version == 1 && message.editedAt == nil && !message.isDeleted)
        #expect(message.room == RoomID(1) && message.seq == 2 && message.author == UserID(3))
        #expect(message.authorHandle == "a" && message.text == "hi" && message.sentAt == time)
    }

    @Test func belongsToARoomAndAUser() {
        let user = User(id: UserID(1), handle: "u", username: "Ada", phone: nil, createdAt: time, isOpen: true)
        #expect(!user.isDeleted && user.isOpen && user.phone == nil && user.handle == "u" && user.username == "Ada")
        let room = Room(id: RoomID(2), handle: "r", kind: .group, name: "R", createdAt: time, epoch: 7, isOpen: false)
        #expect(room.kind == .group && room.epoch == 7 && !room.isOpen && room.name == "R" && room.handle == "r")
    }
}
