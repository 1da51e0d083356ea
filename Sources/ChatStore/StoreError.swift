/// What can go wrong with a store as a whole. What is wrong with one draft is a `Refusal`.
public enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file cannot be made, opened or written; the reason in the system's words.
    case cannotOpen(path: String, reason: String)
    /// The file was written by a newer version of this software.
    case newerSchema(path: String, found: Int, known: Int)
    /// The file is not such a store, or damaged.
    case corrupt(String)
    /// The disk that the file is on is full.
    case full(path: String)
    /// Another process holds the file.
    case busy
    /// The search index is not there just now, or is being made anew. All else can be read.
    case noSearchIndex
    /// The store was closed, or given to another process.
    case closed
    /// Any other failure of the storage engine, in its words.
    case failed(String)

    /// One sentence for a person.
    public var description: String {
        switch self {
        case .cannotOpen(let path, let reason): "The database \(path) cannot be opened: \(reason)."
        case .newerSchema(let path, let found, let known):
            "The database \(path) has schema version \(found), and this version of the server knows \(known) at most: "
                + "use a newer server, or another data directory."
        case .corrupt(let reason): "The database is damaged: \(reason)."
        case .full(let path): "The disk is full: \(path) cannot grow."
        case .noSearchIndex: "There is no search index just now."
        case .closed: "The database is closed."
        case .busy: "The database is in use by another process."
        case .failed(let reason): "The database failed: \(reason)."
        }
    }
}
