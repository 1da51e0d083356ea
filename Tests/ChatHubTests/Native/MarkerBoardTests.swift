import ChatDomain
import ChatStore
import Testing

@testable import ChatHub

/// Which markers go to the store when, and who is told.
@Suite struct MarkerBoardTests {
    private let room = RoomID(1)

    /// A board whose changes may stand in an expectation.
    private final class Board {
        private var board = MarkerBoard(intervalMs: 1_000)

        var isStored: Bool { board.isStored }
        var nextDeadline: Instant? { board.nextDeadline }

        func mark(_ notice: MarkerMove, _ asker: Asker?) -> Bool { board.mark(notice, asker) }
        func advance(to now: Instant) -> [MarkerBoard.Moved] { board.advance(to: now) }
        func takeMoved(all: Bool) -> [MarkerBoard.Moved] { board.takeMoved(all: all) }
        func settle(
            _ moved: [MarkerBoard.Moved], isStored: Bool, at now: Instant
        ) -> (told: [MarkerBoard.Moved], askers: [Asker]) { board.settle(moved, isStored: isStored, at: now) }
    }

    private func notice(_ kind: MarkerKind, _ seq: Int64, user: Int64 = 1) -> MarkerMove {
        MarkerMove(room: room, user: UserID(user), kind: kind, seq: seq, isTold: true)
    }

    private func at(_ ms: Int64) -> Instant { Instant(milliseconds: 10_000 + ms) }

    private func asker(_ number: UInt64) -> Asker { Asker(loop: 0, ticket: Ticket(rawValue: number)) }

    private func values(_ moved: [MarkerBoard.Moved]) -> [[Int64?]] {
        moved.map { [$0.update.user.rawValue, $0.update.read, $0.update.received] }
    }

    @Test func oneIsUnderWayAndTheNextGathers() {
        let board = Board()
        #expect(!board.mark(notice(.read, 3), asker(1)))
        #expect(!board.isStored)
        let first = board.takeMoved(all: false)
        #expect(values(first) == [[1, 3, nil]])
        for (number, seq) in [(2, 5), (3, 4), (4, 7)] as [(UInt64, Int64)] {
            #expect(!board.mark(notice(.read, seq), asker(number)))
        }
        // The store has it already, as far as anybody knows.
        #expect(!board.mark(notice(.read, 2), asker(5)))
        #expect(board.takeMoved(all: false).isEmpty)
        let stored = board.settle(first, isStored: true, at: at(0))
        #expect(values(stored.told) == [[1, 3, nil]])
        #expect(stored.askers == [asker(1), asker(5)])
        let second = board.takeMoved(all: false)
        #expect(values(second) == [[1, 7, nil]])
        #expect(board.isStored)
        let next = board.settle(second, isStored: true, at: at(10))
        #expect(next.askers == [asker(2), asker(3), asker(4)])
        // Others are told when the interval is over.
        #expect(next.told.isEmpty)
        #expect(board.advance(to: at(999)).isEmpty)
        #expect(board.nextDeadline == at(1_000))
        #expect(values(board.advance(to: at(1_000))) == [[1, 7, nil]])
        #expect(board.mark(notice(.read, 7), asker(6)))
        #expect(board.advance(to: at(2_000)).isEmpty)
        #expect(board.nextDeadline == nil)
    }

    /// One user's marker does not wait for another's.
    @Test func intervalsAreOnesOwn() {
        let board = Board()
        _ = board.mark(notice(.received, 1, user: 1), nil)
        #expect(values(board.settle(board.takeMoved(all: false), isStored: true, at: at(0)).told) == [[1, nil, 1]])
        _ = board.mark(notice(.received, 1, user: 2), nil)
        #expect(values(board.settle(board.takeMoved(all: false), isStored: true, at: at(5)).told) == [[2, nil, 1]])
        _ = board.mark(notice(.received, 2, user: 1), nil)
        _ = board.mark(notice(.received, 3, user: 1), nil)
        #expect(board.takeMoved(all: false).isEmpty && !board.isStored)
        #expect(board.advance(to: at(1_000)).isEmpty)
        let moved = board.takeMoved(all: false)
        #expect(values(moved) == [[1, nil, 3]])
        #expect(values(board.settle(moved, isStored: true, at: at(1_001)).told) == [[1, nil, 3]])
        // At the end nothing waits for its interval.
        _ = board.mark(notice(.received, 4, user: 1), nil)
        #expect(values(board.takeMoved(all: true)) == [[1, nil, 4]])
        #expect(board.isStored)
    }

    @Test func whatIsNotStoredIsTakenAgain() {
        let board = Board()
        _ = board.mark(notice(.read, 3), asker(1))
        let failed = board.settle(board.takeMoved(all: false), isStored: false, at: at(0))
        #expect(failed.told.isEmpty && failed.askers == [asker(1)])
        #expect(!board.mark(notice(.read, 3), asker(2)))
        #expect(values(board.takeMoved(all: false)) == [[1, 3, nil]])
    }
}
