import ChatHub
import Glibc

extension FeedProxy {
    /// The proxy that the environment names for encrypted connections, as other programs read it; nil for none.
    static func ofEnvironment() throws(StartError) -> FeedProxy? {
        guard let text = variable("https_proxy") ?? variable("HTTPS_PROXY") else { return nil }
        do throws(FeedProblem) {
            return try FeedProxy(text, except: variable("no_proxy") ?? variable("NO_PROXY") ?? "")
        } catch {
            // Not the value: it may have a password in it.
            throw StartError("HTTPS_PROXY names no proxy: \(error.description)")
        }
    }

    private static func variable(_ name: String) -> String? {
        // The environment does not change while the server starts.
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}
