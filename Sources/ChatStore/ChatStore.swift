public import ChatDomain

/// Where users, rooms and messages are kept. Every call may block: none belongs on an event loop.
///
/// One thread at a time calls `append` and `tidy`: the order of its calls is the order of events. Any number of threads
/// read, each through a reader of its own.
public protocol ChatStore: Sendable {
    /// Applies the drafts in order, as one transaction. When it returns, what it did survives a crash and a power cut,
    /// and every reader sees it.
    ///
    /// - Parameter now: the time of the new events, unless a room's last event is later.
    /// - Throws: when nothing at all was stored; no draft took effect.
    func append(_ drafts: [Draft], at now: WallTime) throws(StoreError) -> Commit

    /// Does at most some milliseconds of the work that `append` left for later, such as filling indexes.
    ///
    /// - Returns: whether more is left: call again when there is nothing to append.
    func tidy() throws(StoreError) -> Bool

    /// A reader for one thread.
    func makeReader() throws(StoreError) -> any ChatStoreReader

    /// What keeps the search up to date, for one thread; nil where nothing has to.
    func makeSearchIndexer() throws(StoreError) -> (any SearchIndexer)?

    /// Frees what the search index takes on the disk, whoever has it open. An indexer that is at work fails from then on;
    /// a new one makes it again.
    func discardSearchIndex()

    /// Writes something that changes nothing, to find out whether the store can be written.
    func probe() throws(StoreError)

    /// Lets go of what must not be held by two processes, as fast as that goes; the next one to open the store does the
    /// rest. Nothing can be stored afterwards, but readers go on.
    func release()

    /// Puts everything in its final place and lets go of files. Nothing may be called afterwards.
    func close()
}

/// Looks up what is stored. For one thread at a time. What `append` has returned is seen at once.
public protocol ChatStoreReader: NativeReader, LogReader {
    /// Deleted users are found by `id` only.
    func user(_ id: UserID) throws(StoreError) -> User?
    func user(handle: String) throws(StoreError) -> User?
    func user(phone: String) throws(StoreError) -> User?
    /// The users made through open dialects, in the order of creation, without deleted ones.
    func openUsers(limit: Int) throws(StoreError) -> [User]

    /// Deleted rooms are not found.
    func room(_ id: RoomID) throws(StoreError) -> Room?
    func room(handle: String) throws(StoreError) -> Room?
    func summary(of room: RoomID) throws(StoreError) -> RoomSummary?
    /// The rooms made through open dialects, in the order of creation.
    func openRooms(limit: Int) throws(StoreError) -> [RoomSummary]
    /// The rooms that somebody is a member of, in the order of creation.
    func rooms(of user: UserID, limit: Int) throws(StoreError) -> [RoomSummary]
    func isMember(_ user: UserID, of room: RoomID) throws(StoreError) -> Bool

    /// Messages with `seq` between the two, both excluded, ascending, deleted ones included (without text): the newest
    /// `limit` of them, or the oldest where only `after` is given.
    func messages(in room: RoomID, after: Int64?, before: Int64?, limit: Int) throws(StoreError) -> [Message]
    /// Events with an `offset` above the one given, ascending. A text reads as it did at its event, except that a message
    /// deleted since has none.
    func events(in room: RoomID, after offset: Int64, limit: Int) throws(StoreError) -> [Event]
    /// The room's newest `seq` and `offset`, 0 where there is none yet.
    func head(of room: RoomID) throws(StoreError) -> (seq: Int64, offset: Int64)
}
