/// A dictionary whose entries also stand in the order of their deadlines, for delays that are the same for all entries:
/// whatever is set last is due last, so that a linked list through an array of slots keeps the order, and every
/// operation takes constant time and leaves nothing stale behind.
///
/// Time may not run backwards here: a deadline before the last one counts as the last one.
package struct DeadlineTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    package struct Entry: Sendable {
        package let key: Key
        package let value: Value
        package let deadline: Instant
    }

    private struct Slot: Sendable {
        /// nil while the slot is free.
        var entry: Entry?
        var previous: Int
        /// The next slot in the order; of a free slot, the next free one.
        var next: Int
    }

    private static var none: Int { -1 }

    private var slots: [Slot] = []
    private var slotOf: [Key: Int] = [:]
    private var firstSlot = Self.none
    private var lastSlot = Self.none
    private var freeSlot = Self.none

    package init() {}

    package var count: Int { slotOf.count }
    package var isEmpty: Bool { slotOf.isEmpty }

    /// The entry that is due first.
    package var first: Entry? { firstSlot == Self.none ? nil : slots[firstSlot].entry }

    package subscript(key: Key) -> Value? {
        guard let slot = slotOf[key] else { return nil }
        return slots[slot].entry?.value
    }

    /// The keys, the one that is due first in front.
    package var keys: [Key] {
        var keys: [Key] = []
        keys.reserveCapacity(count)
        var slot = firstSlot
        while slot != Self.none {
            if let entry = slots[slot].entry { keys.append(entry.key) }
            slot = slots[slot].next
        }
        return keys
    }

    /// Adds or replaces an entry, and puts it last in the order.
    ///
    /// - Returns: the value that it replaced.
    @discardableResult
    package mutating func set(_ key: Key, to value: Value, deadline: Instant) -> Value? {
        let old = slotOf[key]
        let oldValue = old.flatMap { slots[$0].entry?.value }
        let slot: Int
        if let old {
            unlink(old)
            slot = old
        } else {
            slot = takeFreeSlot()
            slotOf[key] = slot
        }
        let lastDeadline = lastSlot == Self.none ? nil : slots[lastSlot].entry?.deadline
        slots[slot].entry = Entry(key: key, value: value, deadline: max(deadline, lastDeadline ?? deadline))
        link(slot)
        return oldValue
    }

    /// Changes the value of an entry that is there, and leaves its place in the order.
    package mutating func update(_ key: Key, to value: Value) {
        guard let slot = slotOf[key], let entry = slots[slot].entry else { return }
        slots[slot].entry = Entry(key: key, value: value, deadline: entry.deadline)
    }

    @discardableResult
    package mutating func remove(_ key: Key) -> Value? {
        guard let slot = slotOf.removeValue(forKey: key) else { return nil }
        return release(slot)?.value
    }

    package mutating func removeFirst() -> Entry? {
        guard let entry = first else { return nil }
        slotOf[entry.key] = nil
        return release(firstSlot)
    }

    /// Removes the entry that is due first if it is due by `now`.
    package mutating func removeFirst(dueBy now: Instant) -> Entry? {
        guard let entry = first, entry.deadline <= now else { return nil }
        return removeFirst()
    }

    // MARK: - The list

    private mutating func link(_ slot: Int) {
        slots[slot].previous = lastSlot
        slots[slot].next = Self.none
        if lastSlot == Self.none { firstSlot = slot } else { slots[lastSlot].next = slot }
        lastSlot = slot
    }

    private mutating func unlink(_ slot: Int) {
        let (previous, next) = (slots[slot].previous, slots[slot].next)
        if previous == Self.none { firstSlot = next } else { slots[previous].next = next }
        if next == Self.none { lastSlot = previous } else { slots[next].previous = previous }
    }

    private mutating func takeFreeSlot() -> Int {
        guard freeSlot != Self.none else {
            slots.append(Slot(entry: nil, previous: Self.none, next: Self.none))
            return slots.count - 1
        }
        let slot = freeSlot
        freeSlot = slots[slot].next
        return slot
    }

    private mutating func release(_ slot: Int) -> Entry? {
        let entry = slots[slot].entry
        unlink(slot)
        slots[slot] = Slot(entry: nil, previous: Self.none, next: freeSlot)
        freeSlot = slot
        // After a crowd the memory is given back.
        if slotOf.isEmpty { self = DeadlineTable() }
        return entry
    }
}
