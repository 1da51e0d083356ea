import ChatDomain
import Glibc
import Synchronization
import Testing

@testable import ChatServerApp

/// Mailboxes under real threads: nothing is lost, what one sender posts stays in order, and no wake is missed.
@Suite struct MailboxTests {
    private struct Item: Sendable, Equatable {
        var sender: Int
        var number: Int
    }

    private static let senderCount = 4
    private static let itemCount = 3_000

    private func startSenders(_ mailbox: Mailbox<Item>, on threads: ThreadGroup) throws {
        for sender in 0..<Self.senderCount {
            try threads.start("sender-\(sender)") {
                var random = SplitMix64(seed: UInt64(sender))
                var number = 0
                while number < Self.itemCount {
                    let count = min(Int(random.next() % 5), Self.itemCount - number)
                    mailbox.post((number..<number + count).map { Item(sender: sender, number: $0) })
                    number += count
                    // Lets the owner fall asleep now and then.
                    if random.next() % 50 == 0 { sched_yield() }
                }
            }
        }
    }

    private func check(_ items: [Item]) {
        #expect(items.count == Self.senderCount * Self.itemCount)
        for sender in 0..<Self.senderCount {
            #expect(items.filter { $0.sender == sender }.map(\.number) == Array(0..<Self.itemCount))
        }
    }

    @Test func anOwnerThatBlocksGetsEverything() throws {
        let mailbox = Mailbox<Item>(isBlocking: true)
        let received = SharedList<Item>()
        let threads = ThreadGroup()
        try threads.start("owner") {
            while received.count < Self.senderCount * Self.itemCount { received.append(mailbox.wait()) }
        }
        try startSenders(mailbox, on: threads)
        threads.join()
        check(received.items)
    }

    @Test func anOwnerThatPollsIsWokenWheneverItSleeps() throws {
        let mailbox = Mailbox<Item>(isBlocking: false)
        let received = SharedList<Item>()
        let missedWakes = Atomic<Int>(0)
        let threads = ThreadGroup()
        try threads.start("owner") {
            do throws(StartError) {
                let epoll = try Epoll()
                _ = epoll.add(mailbox.descriptor, Epoll.readable, token: 1)
                while received.count < Self.senderCount * Self.itemCount {
                    if mailbox.prepareToSleep() {
                        // Long enough that nothing but a missed wake comes to its end.
                        if epoll.wait(timeoutMs: 20_000) == 0 {
                            missedWakes.add(1, ordering: .relaxed)
                            return
                        }
                        mailbox.drainDescriptor()
                    }
                    received.append(mailbox.wakeAndTake())
                }
            } catch {
                missedWakes.add(1, ordering: .relaxed)
            }
        }
        try startSenders(mailbox, on: threads)
        threads.join()
        #expect(missedWakes.load(ordering: .relaxed) == 0)
        check(received.items)
    }

    @Test func nobodySleepsOverWhatIsThere() {
        let mailbox = Mailbox<Int>(isBlocking: false)
        #expect(mailbox.prepareToSleep())
        #expect(mailbox.wakeAndTake() == [])
        mailbox.post([])
        #expect(mailbox.prepareToSleep())
        mailbox.post(1)
        mailbox.post([2, 3])
        #expect(!mailbox.prepareToSleep())
        #expect(mailbox.take() == [1, 2, 3])
        #expect(mailbox.take() == [])
        #expect(mailbox.prepareToSleep())
    }

    @Test func threadsAreWaitedFor() throws {
        let ended = SharedList<Int>()
        let threads = ThreadGroup()
        for index in 0..<8 { try threads.start("t-\(index)") { ended.append([index]) } }
        threads.join()
        #expect(ended.items.sorted() == Array(0..<8))
    }
}

/// What threads of a test have gathered.
final class SharedList<Item: Sendable>: Sendable {
    private let list = Mutex<[Item]>([])

    func append(_ items: [Item]) { list.withLock { $0 += items } }

    var items: [Item] { list.withLock { $0 } }

    var count: Int { list.withLock { $0.count } }
}
