import ChatDomain
import ChatStore
import HTTPCore

extension NativeCall {
    /// Answers one page of a list, with `next_cursor` where there are more.
    ///
    /// - Parameters:
    ///   - entries: from the `skip`th on, one more than `limit` where there are as many.
    ///   - append: writes one of them.
    func reply<T>(
        page name: StaticString, _ entries: [T], skip: Int, limit: Int, append: (T, inout JSONWriter) -> Void
    ) {
        reply { json in
            json.beginObject()
            json.key(name)
            json.beginArray()
            for entry in entries.prefix(limit) { append(entry, &json) }
            json.endArray()
            if entries.count > limit { json.member("next_cursor", "\(skip + limit)") }
            json.endObject()
        }
    }

    /// An identifier for something new that dialects could see.
    func makeHandle() -> String { MessageKey(at: hub.wallTime, using: &hub.random).description }

    /// A new secret for a link, with what is stored in its place.
    func makeToken() throws(NativeProblem) -> (text: String, hash: [UInt8]) {
        guard let cryptography = hub.native.identity.cryptography else { throw .unavailable }
        let token = SessionToken(using: cryptography)
        return (token.text, token.hash(using: cryptography))
    }

    /// What is stored in the place of a secret that somebody has shown. What can be none is of nobody.
    func hash(ofToken text: String) throws(NativeProblem) -> [UInt8] {
        guard let cryptography = hub.native.identity.cryptography else { throw .unavailable }
        return SessionToken(text)?.hash(using: cryptography) ?? []
    }
}
