/// Goes through everything that was committed, in order, and begins again where it was: what it has kept is remembered in
/// the store under its name. Handle a page, then have the store `keep` where it ends: then each thing is handled at least
/// once, whenever the process ends, and twice only if it ended in between.
///
///     var follower = try LogFollower(named: "push", reader)
///     while true {
///         let page = try follower.next(from: reader)
///         …                                               // do what is to be done about the page
///         _ = try store.append([follower.keep], at: now)
///         if !page.hasMore { … }                          // wait for the next commit
///     }
public struct LogFollower: Sendable {
    /// 1 to 64 bytes.
    public let name: String
    /// Behind all that `next` has given out.
    public private(set) var position: LogPosition

    /// Begins where the follower of that name was last, or before everything.
    public init(named name: String, _ reader: any LogReader) throws(StoreError) {
        self.name = name
        position = try reader.position(ofFollower: name) ?? .start
    }

    /// The next part, at most `limit` entries.
    public mutating func next(from reader: any LogReader, limit: Int = 500) throws(StoreError) -> CommitPage {
        let page = try reader.commits(after: position, limit: limit)
        position = page.end
        return page
    }

    /// What has the store remember where the follower is.
    public var keep: Draft { .keepFollower(name, at: position) }
}

/// Reads what was committed, whatever room or user it concerns. For one thread at a time.
public protocol LogReader {
    /// What was committed behind the position, in the order of commit, from one state of the store: at most `limit`
    /// entries, of which some may be left out. Going on from `CommitPage.end` gives each thing once, and leaves none out,
    /// whatever is committed meanwhile. Positions mean something in the store that gave them out, and are kept there.
    func commits(after position: LogPosition, limit: Int) throws(StoreError) -> CommitPage
    /// Where a follower was; nil for one that is not known.
    func position(ofFollower name: String) throws(StoreError) -> LogPosition?
}
