public import ChatStore

/// A question to the store, so that a reader's thread can answer it: whatever the closure asks the reader.
public struct StoreQuery: Sendable {
    private let body: @Sendable (borrowing any ChatStoreReader) throws(StoreError) -> any Sendable

    /// - Parameter body: runs on a reader's thread.
    public init(_ body: @escaping @Sendable (borrowing any ChatStoreReader) throws(StoreError) -> any Sendable) {
        self.body = body
    }

    /// Asks the reader. Blocks.
    public func run(on reader: borrowing any ChatStoreReader) -> StoreAnswer {
        do throws(StoreError) {
            return .success(try body(reader))
        } catch {
            return .failure(error)
        }
    }
}

/// What the question has returned.
public typealias StoreAnswer = Result<any Sendable, StoreError>
