import HTTPCore

/// What is wrong with a feed that somebody wants: a sentence for them.
public struct FeedProblem: Error, Equatable, Sendable, CustomStringConvertible, Codable {
    public let description: String
    let kind: Kind

    enum Kind: Codable {
        /// A field is missing or of the wrong kind.
        case malformed
        /// The value is none that can be used.
        case unusable
        /// There is a feed of that name, or there is none.
        case conflict
        case notFound
        case unavailable
    }

    init(_ sentence: String, _ kind: Kind = .unusable) {
        description = sentence
        self.kind = kind
    }

    var status: Status {
        switch kind {
        case .malformed: .badRequest
        case .unusable: .unprocessable
        case .conflict: .conflict
        case .notFound: .notFound
        case .unavailable: .unavailable
        }
    }
}
