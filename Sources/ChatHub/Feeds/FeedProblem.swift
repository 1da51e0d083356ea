public import ChatDomain

/// What is wrong with a feed that somebody wants: a sentence for them, and a code.
public struct FeedProblem: Error, Equatable, Sendable, CustomStringConvertible, Codable {
    public let description: String
    public let code: ErrorCode

    init(_ sentence: String, _ code: ErrorCode = .unprocessable) {
        description = sentence
        self.code = code
    }
}
