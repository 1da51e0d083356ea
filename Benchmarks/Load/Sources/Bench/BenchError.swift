/// Why there is no figure.
enum BenchError: Error, Equatable, CustomStringConvertible {
    /// The command line is wrong.
    case usage(String)
    /// The benchmark cannot go on.
    case failed(String)
    /// One run is void; the others go on.
    case runFailed(String)
    case interrupted

    var description: String {
        switch self {
        case .usage(let sentence), .failed(let sentence): sentence
        case .runFailed(let sentence): "a run failed: \(sentence)"
        case .interrupted: "interrupted"
        }
    }

    var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .failed, .runFailed: 1
        case .interrupted: 130
        }
    }
}
