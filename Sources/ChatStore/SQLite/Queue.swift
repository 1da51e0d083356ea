/// First in, first out, with access by position. What is removed is let go of at once; its places are closed up when
/// they are half of all.
struct Queue<Element> {
    private var slots: [Element?] = []
    private var head = 0

    var count: Int { slots.count - head }
    var isEmpty: Bool { count == 0 }
    var first: Element? { isEmpty ? nil : slots[head] }
    var last: Element? { isEmpty ? nil : slots[slots.count - 1] }

    /// The element `index` places behind the first; nil where there is none.
    func element(at index: Int) -> Element? {
        index >= 0 && index < count ? slots[head + index] : nil
    }

    mutating func append(_ element: Element) { slots.append(element) }

    mutating func replace(at index: Int, with element: Element) {
        if index >= 0 && index < count { slots[head + index] = element }
    }

    mutating func removeLast() -> Element? {
        guard !isEmpty else { return nil }
        return slots.removeLast()
    }

    mutating func removeFirst() {
        guard !isEmpty else { return }
        slots[head] = nil
        head += 1
        if head == slots.count {
            slots.removeAll(keepingCapacity: head <= 64)
            head = 0
        } else if head >= 64 && head * 2 >= slots.count {
            slots.removeFirst(head)
            head = 0
        }
    }
}
