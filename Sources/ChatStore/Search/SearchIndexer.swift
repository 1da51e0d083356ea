public import ChatDomain

/// Follows the log, and keeps the search index up to date with it. For one thread, beside all others: it holds up neither
/// commits nor readers.
public protocol SearchIndexer {
    /// Does at most some hundred milliseconds of what is left to do: indexes what is new, forgets what is gone, and at
    /// times rewrites the index, so that what was deleted is in it no more.
    ///
    /// - Returns: whether more is left.
    func advance(at now: WallTime) throws(StoreError) -> Bool

    /// How far it is behind.
    func lag(at now: WallTime) throws(StoreError) -> SearchLag

    /// Lets go of files. Nothing may be called afterwards.
    func close()
}

extension ChatStore {
    /// A store that is searched without an index needs none.
    public func makeSearchIndexer() throws(StoreError) -> (any SearchIndexer)? { nil }

    public func discardSearchIndex() {}

    /// One that is in memory can always be written.
    public func probe() throws(StoreError) {}

    public func release() {}
}
