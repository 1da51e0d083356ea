import ChatHub
import Glibc

/// The feeds that a file lists.
enum FeedFile {
    private static let bytesMax = 4_194_304

    static func read(_ path: String) throws(StartError) -> [FeedConfiguration] {
        // The path lives for the call.
        guard let descriptor = Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC)) else {
            throw StartError("The feeds in '\(path)' cannot be read: \(systemMessage(errno)).")
        }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            // The kernel writes at most the chunk's size.
            let count = unsafe Glibc.read(descriptor.raw, &chunk, chunk.count)
            guard count >= 0 else {
                throw StartError("The feeds in '\(path)' cannot be read: \(systemMessage(errno)).")
            }
            if count == 0 { break }
            content += chunk[..<count]
            guard content.count <= bytesMax else { throw StartError("The list of feeds in '\(path)' is too long.") }
        }
        do throws(FeedProblem) {
            return try FeedConfiguration.list(parsing: content)
        } catch {
            throw StartError("The list of feeds in '\(path)' is not valid. \(error.description)")
        }
    }
}
