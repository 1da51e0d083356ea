import ChatDomain

/// The topics that one loop is home of: their offsets, and for some the last publications.
///
/// A topic costs nothing until something is published to it. Where there are too many, or their histories hold too
/// much, those that were published to the longest time ago are forgotten; topics made after that have another epoch, so
/// that nobody takes a position of before for one of after.
final class TopicHome {
    private var states: [TopicName: State] = [:]
    private var historyByteCount = 0
    private var useCount: UInt64 = 0
    private var generation: UInt64
    private let rules: [TopicHistoryRule]
    private let topicsMax: Int
    private let historyBytesMax: Int

    private final class State {
        let epoch: Epoch
        let rule: TopicHistoryRule?
        var offset: Int64 = 0
        var items: [Item] = []
        /// Those before are dropped already.
        var firstItem = 0
        var byteCount = 0
        var lastUse: UInt64 = 0

        init(epoch: Epoch, rule: TopicHistoryRule?) {
            self.epoch = epoch
            self.rule = rule
        }

        var itemCount: Int { items.count - firstItem }
    }

    private struct Item {
        let offset: Int64
        let at: Instant
        var frame: [UInt8]
    }

    init(configuration: HubConfiguration, random: inout SplitMix64) {
        rules = configuration.topicHistory
        topicsMax = max(1, configuration.limits.topicsMax / configuration.loopCount)
        historyBytesMax = max(1, configuration.limits.topicHistoryBytesMax / configuration.loopCount)
        generation = random.next()
    }

    /// Gives a publication its place.
    ///
    /// One for a single user has none: to all others it would look like something missed.
    func publish(_ draft: TopicDraft, at now: Instant, random: inout SplitMix64) -> TopicPublication {
        guard draft.user == nil else {
            return TopicPublication(topic: draft.topic, user: draft.user, frame: draft.frame(at: nil))
        }
        let state = state(of: draft.topic, random: &random)
        state.offset += 1
        let position = StreamPosition(epoch: state.epoch, offset: state.offset)
        let frame = draft.frame(at: position)
        if let rule = state.rule {
            state.items.append(Item(offset: state.offset, at: now, frame: frame))
            state.byteCount += frame.count
            historyByteCount += frame.count
            trim(state, rule, at: now)
            if historyByteCount > historyBytesMax { forgetOldest(&random) }
        }
        return TopicPublication(topic: draft.topic, user: nil, frame: frame)
    }

    /// Where a topic is, and what came after a position.
    func locate(_ topic: TopicName, since position: StreamPosition?, at now: Instant) -> TopicLocation {
        guard let state = states[topic] else {
            let head = StreamPosition(epoch: epoch(of: topic), offset: 0)
            return TopicLocation(topic: topic, head: head, isRecovered: position.map { $0 == head }, missed: [])
        }
        let head = StreamPosition(epoch: state.epoch, offset: state.offset)
        var location = TopicLocation(topic: topic, head: head, isRecovered: nil, missed: [])
        guard let position else { return location }
        if let rule = state.rule { trim(state, rule, at: now) }
        let missedCount = head.offset.subtractingReportingOverflow(position.offset)
        let isKept = !missedCount.overflow && (0...Int64(state.itemCount)).contains(missedCount.partialValue)
        guard position.epoch == head.epoch, isKept else {
            location.isRecovered = false
            return location
        }
        location.isRecovered = true
        location.missed = state.items.suffix(Int(missedCount.partialValue)).map(\.frame)
        return location
    }

    // MARK: States

    private func state(of topic: TopicName, random: inout SplitMix64) -> State {
        useCount += 1
        if let state = states[topic] {
            state.lastUse = useCount
            return state
        }
        if states.count >= topicsMax { forgetOldest(&random) }
        let rule = rules.first { $0.pattern.matches(topic) }
        let state = State(epoch: epoch(of: topic), rule: rule)
        state.lastUse = useCount
        states[topic] = state
        return state
    }

    private func epoch(of topic: TopicName) -> Epoch { Epoch(generation ^ topic.hash) }

    /// Drops what the rule does not keep.
    private func trim(_ state: State, _ rule: TopicHistoryRule, at now: Instant) {
        while state.firstItem < state.items.count {
            let item = state.items[state.firstItem]
            let isOld = rule.ageMsMax.map { now.milliseconds(since: item.at) > $0 } ?? false
            // One topic may not push out all others.
            let isTooMuch = state.itemCount > rule.itemsMax || state.byteCount > historyBytesMax / 4
            guard isTooMuch || isOld else { break }
            state.byteCount -= item.frame.count
            historyByteCount -= item.frame.count
            state.items[state.firstItem].frame = []
            state.firstItem += 1
        }
        // Half of the array is room that is not used any more.
        if state.firstItem > 16, state.firstItem * 2 > state.items.count {
            state.items.removeFirst(state.firstItem)
            state.firstItem = 0
        }
    }

    /// Forgets a tenth of the topics, at least one, and more until the histories are down to nine tenths.
    private func forgetOldest(_ random: inout SplitMix64) {
        let countGoal = states.count - max(1, states.count / 10)
        let bytesGoal = historyBytesMax / 10 * 9
        for (topic, state) in states.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
            guard states.count > countGoal || historyByteCount > bytesGoal else { break }
            historyByteCount -= state.byteCount
            states[topic] = nil
        }
        generation = random.next()
    }
}

/// How much of the topics of a pattern is kept for those who come back.
public struct TopicHistoryRule: Equatable, Sendable {
    public static let itemsMaxAllowed = 10_000

    public var pattern: TopicPattern
    public var itemsMax: Int
    /// nil: however old.
    public var ageMsMax: Int64?

    /// Reads `PATTERN=N` or `PATTERN=N,Ts`: the last N publications, none older than T seconds; nil for anything else.
    /// A slash may stand for the comma.
    public init?(_ text: String) {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false)
        guard sides.count == 2, let pattern = TopicPattern(String(sides[0])) else { return nil }
        let parts = sides[1].split(omittingEmptySubsequences: false) { $0 == "," || $0 == "/" }
        guard let items = Int(parts[0]), (1...Self.itemsMaxAllowed).contains(items), parts.count <= 2 else {
            return nil
        }
        self.pattern = pattern
        itemsMax = items
        guard parts.count == 2 else { return }
        guard parts[1].hasSuffix("s"), let seconds = Int64(parts[1].dropLast()), (1...31_536_000).contains(seconds)
        else { return nil }
        ageMsMax = seconds * 1_000
    }
}
