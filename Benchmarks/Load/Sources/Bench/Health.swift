import Glibc
import LoadKit

/// Whether somebody answers on a port of 127.0.0.1.
enum Health {
    static func isAnswered(port: Int) -> Bool {
        guard let target = try? Target("http://127.0.0.1:\(port)/"), let client = try? HTTPClient(target) else {
            return false
        }
        return (try? client.send("GET", "/health", "")) != nil
    }
}

enum Ports {
    /// One that nobody listens on just now.
    static func free() throws(BenchError) -> Int {
        do {
            return Int(try Socket.freePort())
        } catch {
            throw .failed(error.description)
        }
    }
}
