import HTTPCore

/// An answer that is the same for everybody, as bytes with this second's date in them: asked for again within the
/// second, it costs neither its making nor a copy.
struct ReadyAnswer {
    private let response: Response
    private var bytes: [UInt8] = []
    private var dateSecond: Int64 = -1

    init(_ response: Response) { self.response = response }

    /// The whole answer to a GET of HTTP/1.1 on a connection that stays.
    mutating func bytes(_ date: [UInt8], ofSecond second: Int64) -> [UInt8] {
        if second != dateSecond {
            dateSecond = second
            bytes = []
            response.encode(into: &bytes, for: .get, date: date)
        }
        return bytes
    }
}
