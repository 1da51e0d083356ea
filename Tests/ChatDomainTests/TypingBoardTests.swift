import ChatDomain
import Testing

@Suite struct TypingBoardTests {
    private let ada = UserID(1)
    private let bob = UserID(2)
    private let room = RoomID(1)
    private let phone = ConnectionID(number: 1, slot: 1)
    private let laptop = ConnectionID(number: 2, slot: 2)

    @Test func tellsAtOnceAndThenOnceASecond() {
        var board = TypingBoard()
        start(&board, ada, at: 0)
        #expect(board.nextDeadline == at(0))
        #expect(board.advance(to: at(0)) == [room: [entry(ada, 8_000)]])
        start(&board, bob, laptop, at: 100)
        #expect(board.advance(to: at(999)).isEmpty)
        #expect(board.nextDeadline == at(1_000))
        #expect(board.advance(to: at(1_000)) == [room: [entry(ada, 7_000), entry(bob, 7_100)]])
    }

    /// A dialect's typists are on no list; they are named once they fall silent or go, and not when they say so.
    @Test func aDialectsTypistsAreOnNoList() {
        var board = TypingBoard()
        let (here, there) = (Typist(user: ada, room: room), Typist(user: bob, room: room))
        #expect(board.noted(isTyping: true, here, on: phone, at: at(0)) == true)
        #expect(board.noted(isTyping: true, there, on: laptop, at: at(0)) == true)
        #expect(board.advance(to: at(0)).isEmpty && board.nextDeadline == at(8_000))
        // What ends a typist on a list is none of theirs.
        board.stopped(ada, in: room, at: at(1))
        #expect(board.advance(to: at(1)).isEmpty)
        #expect(board.left(laptop, at: at(2)) == [there])
        #expect(board.advance(to: at(8_000)).isEmpty && board.ended == [here])
        _ = board.advance(to: at(8_001))
        #expect(board.ended.isEmpty && board.nextDeadline == nil)
        #expect(board.noted(isTyping: true, here, on: phone, at: at(9_000)) == true)
        #expect(board.noted(isTyping: false, here, on: phone, at: at(9_001)) == true)
        #expect(board.advance(to: at(20_000)).isEmpty && board.ended.isEmpty)
    }

    @Test func beyondTheLimitNobodyIsNoted() {
        var board = TypingBoard(limit: 1)
        let (here, there) = (Typist(user: ada, room: room), Typist(user: bob, room: room))
        #expect(board.noted(isTyping: true, here, on: phone, at: at(0)) == true)
        #expect(board.noted(isTyping: true, there, on: laptop, at: at(1)) == false)
        #expect(board.noted(isTyping: true, here, on: phone, at: at(2)) == true)
        #expect(board.advance(to: at(8_001)).isEmpty && board.ended.isEmpty)
        _ = board.advance(to: at(8_002))
        #expect(board.ended == [here])
    }

    @Test func nobodyTypesForEver() {
        var board = TypingBoard()
        start(&board, ada, at: 0)
        _ = board.advance(to: at(0))
        #expect(board.nextDeadline == at(8_000))
        #expect(board.advance(to: at(8_000)) == [room: []])
        #expect(board.nextDeadline == nil)
    }

    @Test func tellsAgainOfWhoGoesOn() {
        var board = TypingBoard()
        start(&board, ada, at: 0)
        _ = board.advance(to: at(0))
        start(&board, ada, at: 1_000)
        #expect(board.advance(to: at(1_000)).isEmpty)
        start(&board, ada, at: 5_000)
        #expect(board.advance(to: at(5_000)) == [room: [entry(ada, 8_000)]])
    }

    @Test func whoSendsOrLeavesHasStopped() {
        var board = TypingBoard()
        start(&board, ada, at: 0)
        start(&board, bob, laptop, at: 0)
        _ = board.advance(to: at(0))
        board.stopped(ada, in: room, at: at(2_000))
        #expect(board.advance(to: at(2_000)) == [room: [entry(bob, 6_000)]])
        board.left(laptop, at: at(2_500))
        #expect(board.advance(to: at(2_999)).isEmpty)
        #expect(board.advance(to: at(3_000)) == [room: []])
        board.left(laptop, at: at(3_500))
        board.stopped(ada, in: room, at: at(3_500))
        #expect(board.nextDeadline == nil)
    }

    @Test func saysWhatIsMade() {
        var board = TypingBoard()
        start(&board, ada, at: 0)
        _ = board.advance(to: at(0))
        board.started(ada, in: room, kind: .audio, thread: 4, on: phone, at: at(1_000))
        let lists = board.advance(to: at(1_000))
        #expect(
            lists == [room: [TypingBoard.Entry(user: ada, kind: .audio, thread: 4, expiresInMs: 8_000)]])
    }

    @Test func isBounded() {
        var board = TypingBoard(limit: 1)
        start(&board, ada, at: 0)
        start(&board, bob, laptop, at: 0)
        #expect(board.advance(to: at(0)) == [room: [entry(ada, 8_000)]])
    }

    private func start(_ board: inout TypingBoard, _ user: UserID, _ connection: ConnectionID? = nil, at ms: Int64) {
        board.started(user, in: room, kind: .text, thread: nil, on: connection ?? phone, at: at(ms))
    }

    private func entry(_ user: UserID, _ ms: Int64) -> TypingBoard.Entry {
        TypingBoard.Entry(user: user, kind: .text, thread: nil, expiresInMs: ms)
    }

    private func at(_ ms: Int64) -> Instant { Instant(milliseconds: ms) }
}
