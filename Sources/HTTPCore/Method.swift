/// A request method that this library knows (RFC 9110 §9, RFC 5789). Others are answered 501 by the parser, so that no
/// unknown name ever reaches a table.
public struct Method: Hashable, Sendable {
    private enum Code: UInt8 { case get, head, post, put, patch, delete, options, connect, trace }

    private let code: Code

    private init(_ code: Code) { self.code = code }

    public static var get: Method { Method(.get) }
    public static var head: Method { Method(.head) }
    public static var post: Method { Method(.post) }
    public static var put: Method { Method(.put) }
    public static var patch: Method { Method(.patch) }
    public static var delete: Method { Method(.delete) }
    public static var options: Method { Method(.options) }
    public static var connect: Method { Method(.connect) }
    public static var trace: Method { Method(.trace) }

    public static var all: [Method] { [.get, .head, .post, .put, .patch, .delete, .options, .connect, .trace] }

    /// The name as it is written in a request line, case-sensitive (RFC 9110 §9.1); nil for a method not known here.
    public init?(_ name: String) {
        guard let method = Method(parsing: name.utf8.span, 0..<name.utf8.count) else { return nil }
        self = method
    }

    public var name: String {
        switch code {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .connect: "CONNECT"
        case .trace: "TRACE"
        }
    }

    /// The method that `range` of `bytes` names. Up to seven bytes make one number, so one comparison settles it.
    init?(parsing bytes: Span<UInt8>, _ range: Range<Int>) {
        guard range.count <= 7 else { return nil }
        var word: UInt64 = 0
        for index in range { word = word << 8 | UInt64(bytes[index]) }
        switch word {
        case 0x47_4554: self = .get
        case 0x4845_4144: self = .head
        case 0x504F_5354: self = .post
        case 0x50_5554: self = .put
        case 0x50_4154_4348: self = .patch
        case 0x4445_4C45_5445: self = .delete
        case 0x4F_5054_494F_4E53: self = .options
        case 0x43_4F4E_4E45_4354: self = .connect
        case 0x54_5241_4345: self = .trace
        default: return nil
        }
    }
}

extension Method: CustomStringConvertible {
    public var description: String { name }
}
