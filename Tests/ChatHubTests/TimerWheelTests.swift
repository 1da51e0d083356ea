import ChatDomain
import Testing

@testable import ChatHub

@Suite struct TimerWheelTests {
    private static let bucketMs = TimerWheel.bucketMs

    /// A step of time: mostly small, now and then across the whole wheel and far beyond.
    private static func jump(_ random: inout SplitMix64) -> Int64 {
        switch random.next() % 8 {
        case 0: 0
        case 1...4: Int64(random.next() % 400)
        case 5: Int64(random.next() % 20_000)
        case 6: Int64(random.next() % 200_000)
        default: Int64(random.next() % 5_000_000)
        }
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func firesWhatANaiveTableFires(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var now = Int64(random.next() % 1_000_000)
        var wheel = TimerWheel(now: Instant(milliseconds: now))
        var model: [Int: Int64] = [:]
        for _ in 0..<1_500 {
            let slot = Int(random.next() % 150)
            switch random.next() % 4 {
            case 0, 1:
                // Deadlines in the past are allowed, and due at once.
                let deadline = now + Self.jump(&random) - 300
                wheel.schedule(slot, at: Instant(milliseconds: deadline))
                model[slot] = max(deadline, now)
            case 2:
                wheel.cancel(slot)
                model[slot] = nil
            default:
                now += Self.jump(&random)
                let due = wheel.takeDue(at: Instant(milliseconds: now))
                #expect(Set(due).count == due.count, "seed \(seed): a slot fired twice")
                for slot in due {
                    let waiting = model.removeValue(forKey: slot)
                    let deadline = try #require(waiting, "seed \(seed): nobody waits")
                    #expect(deadline <= now, "seed \(seed): fired early")
                }
                for (slot, deadline) in model {
                    #expect(deadline + Self.bucketMs > now, "seed \(seed): slot \(slot) is late")
                }
            }
            #expect(wheel.count == model.count, "seed \(seed)")
            // Waking then is in time for the first one, and nobody is woken without end.
            let next = wheel.nextDeadline?.milliseconds
            if let first = model.values.min() {
                let wake = try #require(next, "seed \(seed)")
                #expect(wake <= max(first, now) + Self.bucketMs, "seed \(seed)")
            } else {
                #expect(next == nil, "seed \(seed)")
            }
        }
    }

    @Test(arguments: [0, 1, 127, 128, 129, 500, 65_535, 65_536, 65_537, 131_072, 3_600_000] as [Int64])
    func followingNextDeadlineFiresInTimeAndNotEarly(delayMs: Int64) throws {
        for start in [0, 1, 127, 128, 1_000_003] as [Int64] {
            var wheel = TimerWheel(now: Instant(milliseconds: start))
            wheel.schedule(7, at: Instant(milliseconds: start + delayMs))
            var now = Instant(milliseconds: start)
            var wakes = 0
            var fired: [Int] = []
            while fired.isEmpty {
                let next = try #require(wheel.nextDeadline)
                try #require(next > now, "a deadline that has passed would spin the loop")
                now = next
                wakes += 1
                fired = wheel.takeDue(at: now)
            }
            #expect(fired == [7])
            #expect(now.milliseconds >= start + delayMs)
            #expect(now.milliseconds <= start + delayMs + Self.bucketMs)
            #expect(wakes <= 2 + Int(delayMs / 60_000), "woken for nothing")
            #expect(wheel.nextDeadline == nil)
        }
    }

    @Test func aSlotHasOneDeadline() {
        var wheel = TimerWheel(now: Instant(milliseconds: 0))
        wheel.schedule(3, at: Instant(milliseconds: 1_000))
        wheel.schedule(3, at: Instant(milliseconds: 5_000))
        #expect(wheel.count == 1)
        #expect(wheel.takeDue(at: Instant(milliseconds: 2_000)) == [])
        #expect(wheel.takeDue(at: Instant(milliseconds: 5_128)) == [3])
        #expect(wheel.takeDue(at: Instant(milliseconds: 90_000)) == [])
    }

    /// As that of a busy connection is: it costs one look when its first place comes up.
    @Test func aDeadlineThatIsMovedOnWaitsWhereItIs() {
        var wheel = TimerWheel(now: Instant(milliseconds: 0))
        for ms in stride(from: 1_000, through: 5_000, by: 10) {
            wheel.schedule(3, at: Instant(milliseconds: Int64(ms)))
        }
        #expect(wheel.takeDue(at: Instant(milliseconds: 1_200)) == [])
        #expect(wheel.nextDeadline.map { $0.milliseconds >= 5_000 } == true)
        wheel.schedule(3, at: Instant(milliseconds: 2_000))
        #expect(wheel.takeDue(at: Instant(milliseconds: 2_200)) == [3])
        #expect(wheel.nextDeadline == nil)
    }

    @Test func timeThatRunsBackwardsFiresNothing() {
        var wheel = TimerWheel(now: Instant(milliseconds: 10_000))
        wheel.schedule(0, at: Instant(milliseconds: 11_000))
        #expect(wheel.takeDue(at: Instant(milliseconds: 9_000)) == [])
        #expect(wheel.takeDue(at: Instant(milliseconds: 11_200)) == [0])
    }

    @Test func theFarthestDeadlineIsNoTrap() {
        var wheel = TimerWheel(now: Instant(milliseconds: 0))
        wheel.schedule(0, at: Instant(milliseconds: .max))
        wheel.schedule(1, at: Instant(milliseconds: .min))
        #expect(wheel.takeDue(at: Instant(milliseconds: 200)) == [1])
        #expect(wheel.count == 1)
    }
}
