import ChatDomain
import ChatStore
import HTTPCore

extension RESTCall {
    /// Answers one page of a list, with `next_cursor` where there are more.
    ///
    /// - Parameter append: writes a row.
    func reply<Row>(page name: StaticString, _ page: ListPage<Row>, append: (Row, inout JSONWriter) -> Void) {
        reply { json in
            json.beginObject()
            json.key(name)
            json.beginArray()
            for row in page.rows { append(row, &json) }
            json.endArray()
            if let next = page.next { json.member("next_cursor", next.description) }
            json.endObject()
        }
    }

    /// An identifier for something new that dialects could see.
    func makeHandle() -> String { MessageKey(at: hub.wallTime, using: &hub.random).description }

    /// A new secret for a link, with what is stored in its place.
    func makeToken() throws(Problem) -> (text: String, hash: [UInt8]) {
        guard let cryptography = hub.native.identity.cryptography else { throw .unavailable }
        let token = SessionToken(using: cryptography)
        return (token.text, token.hash(using: cryptography))
    }

    /// What is stored in the place of a secret that somebody has shown. What can be none is of nobody.
    func hash(ofToken text: String) throws(Problem) -> [UInt8] {
        guard let cryptography = hub.native.identity.cryptography else { throw .unavailable }
        return SessionToken(text)?.hash(using: cryptography) ?? []
    }
}
