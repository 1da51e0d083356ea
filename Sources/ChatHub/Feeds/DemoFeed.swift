import ChatDomain

/// A source of invented items at a steady rate, so that there is something to see without a network. They have the form
/// of a filtered stream.
struct DemoFeed {
    private(set) var status: FeedStatus
    private(set) var deadline: Instant?
    private let name: String
    private var random: SplitMix64
    private var itemNumber: Int64

    private static let intervalMs: Int64 = 350
    private static let authors = [
        "ada", "babak", "chiara", "dmitri", "emeka", "fumiko", "grace", "hugo", "ines", "jun",
    ]
    private static let topics: [(words: [String], sayings: [String])] = [
        (
            ["cats", "#cats", "Cats"],
            [
                "Nothing keeps % from a warm keyboard.", "My neighbour's % have taken over the stairs.",
                "% sleep sixteen hours a day and still look tired.", "Who else brings % to the office on Friday?",
            ]
        ),
        (
            ["dogs", "#dogs", "Dogs"],
            [
                "It rains, and the % want out all the same.", "% know to the minute when dinner is due.",
                "Three % and one stick: negotiations go on.",
            ]
        ),
        (
            ["Swift", "#swift", "swift"],
            [
                "Spans in % make this parser shorter and faster.",
                "Wrote my first server in % today, and it fits one file.",
                "Typed throws in % tell me what can go wrong.",
            ]
        ),
        (
            ["Rust", "#rust", "rust"],
            ["The borrow checker of % was right again.", "% and Swift get along on the same machine."]
        ),
        (
            ["music", "#music", "Music"],
            [
                "Some % for a long evening: cello and rain.", "Live % in the park at eight, bring a blanket.",
                "Which % do you listen to while debugging?",
            ]
        ),
        (
            ["coffee", "#coffee"],
            [
                "Second cup of %, first line of code.", "The % machine is down. Nobody panic.",
                "猫 and % is all one needs.",
            ]
        ),
        (
            ["football", "space", "weather", "gardening"],
            ["Anybody following % today?", "All they talk about on the train is %.", "More about % after the break."]
        ),
    ]

    init(_ configuration: FeedConfiguration, random: SplitMix64, at now: Instant, wallTime: WallTime) {
        name = configuration.name
        self.random = random
        status = FeedStatus(configuration)
        status.state = .streaming
        // Counted up from the time, so that no number comes twice after a new start.
        itemNumber = wallTime.milliseconds * 1_000
        deadline = now
    }

    mutating func countDropped(_ count: Int) { status.dropped += count }

    /// The items that are due.
    mutating func advance(at now: Instant, wallTime: WallTime) -> [FeedItem] {
        guard let due = deadline, due <= now else { return [] }
        // Not one more for each that was missed.
        deadline = now.advanced(byMs: Self.intervalMs)
        status.items += 1
        status.lastItemAt = wallTime
        return [makeItem(wallTime)]
    }

    mutating func stop() {
        deadline = nil
        status.state = .stopped
    }

    private mutating func pick<T>(_ choices: [T], or other: T) -> T {
        choices.randomElement(using: &random) ?? other
    }

    private mutating func makeItem(_ wallTime: WallTime) -> FeedItem {
        let topic = pick(Self.topics, or: ([], []))
        let saying = pick(topic.sayings, or: "")
        let text = saying.split(separator: "%", omittingEmptySubsequences: false)
            .joined(separator: pick(topic.words, or: ""))
        let author = pick(Self.authors, or: "")
        itemNumber += 1
        let id = String(itemNumber)
        let authorID = String((Self.authors.firstIndex(of: author) ?? 0) + 1)
        var json = JSONWriter(reserving: 256)
        json.beginObject()
        json.key("data")
        json.beginObject()
        json.member("id", id)
        json.member("text", text)
        json.member("author_id", authorID)
        json.member("created_at", wallTime)
        json.endObject()
        json.key("includes")
        json.beginObject()
        json.key("users")
        json.beginArray()
        json.beginObject()
        json.member("id", authorID)
        json.member("username", author)
        json.endObject()
        json.endArray()
        json.endObject()
        json.endObject()
        return FeedItem(
            feed: name, text: text, author: author, time: wallTime.description, id: id, json: json.takeBytes())
    }
}
