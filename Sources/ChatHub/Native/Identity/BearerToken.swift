import HTTPCore

/// What follows `Bearer` in the field `Authorization` (RFC 6750 §2.1).
///
/// Other schemes are somebody else's: a proxy in front that asks for a password of its own has browsers send it with
/// every request. They are passed over, wherever a request is asked who it is from.
enum BearerToken {
    private static let scheme = Array("bearer".utf8)

    /// The token as it came, of which nothing is known: empty where the field names the scheme and shows none, or where
    /// there are several, so that it lets nobody in. nil: the request does not use the scheme.
    static func find(in request: Request) -> String? {
        var found: String?
        for value in request.headers.values(of: "Authorization") {
            guard let token = token(in: value.utf8) else { continue }
            found = found == nil ? token : ""
        }
        return found
    }

    /// `1*SP` lies between the two, and the case of the scheme does not matter (RFC 9110 §11.1, §11.4).
    private static func token(in value: String.UTF8View) -> String? {
        let space = UInt8(ascii: " ")
        let name = value.prefix { $0 != space }
        guard name.count == scheme.count, zip(name, scheme).allSatisfy({ $0 | 0x20 == $1 }) else { return nil }
        return String(Substring(value[name.endIndex...].drop { $0 == space }))
    }
}
