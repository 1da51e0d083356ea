import CEpoll
import Glibc

/// What tells this server from others on the same host, in the names of its cookies: made at random when a data
/// directory is first used, and kept there, so that whoever is signed in stays so over restarts and changes of the port.
enum InstanceName {
    private static let characters = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    private static let length = 8
    private static let fileName = "instance"

    /// The name that `DIR/instance` holds; it is made if it is missing, by whoever holds the directory's lock.
    ///
    /// - Parameter fallback: what will do where nothing is kept, or the directory cannot be written just now.
    static func of(directory: String?, fallback: String, log: Log) -> String {
        guard let directory else { return fallback }
        if let name = read(directory + "/" + fileName) { return name }
        let made = make()
        do throws(StartError) {
            try FileReplacement.write(Array((made + "\n").utf8), to: fileName, in: directory)
        } catch {
            log.warning("\(error.description) The cookies are named by the port.")
            return fallback
        }
        return made
    }

    private static func make() -> String {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<length).map { _ in characters[Int(random.next() % UInt64(characters.count))] }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// nil: there is none, or what is there is not one.
    private static func read(_ path: String) -> String? {
        // The path is lent to the call.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 64)
        // The buffer lives for the call, and has room for that many bytes.
        let count = unsafe Glibc.read(file, &buffer, buffer.count)
        guard count > 0 else { return nil }
        let name = buffer[..<count].prefix { $0 != 10 }
        guard (1...32).contains(name.count), name.allSatisfy(isNameByte) else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
