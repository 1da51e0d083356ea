/// Why a run could not be made, or not go on.
package enum LoadError: Error, CustomStringConvertible {
    /// The command line is wrong.
    case usage(String)
    /// The server, or the system, did not play along.
    case failed(String)

    package var description: String {
        switch self {
        case .usage(let sentence), .failed(let sentence): sentence
        }
    }

    package var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .failed: 1
        }
    }
}
