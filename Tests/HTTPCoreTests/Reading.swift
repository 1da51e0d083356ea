import HTTPCore

/// What came of feeding bytes to a parser: the requests, and the error that ended it.
struct Reading: Equatable {
    struct Seen: Equatable {
        var method: String
        var path: String
        var query: String?
        var host: String?
        var fields: [String]
        var body: String
        var keepsAlive: Bool
        var isHTTP10: Bool

        init(_ request: Request) {
            method = request.method.name
            path = request.path
            query = request.query
            host = request.host
            var lines: [String] = []
            request.headers.forEach { lines.append($0 + ": " + $1) }
            fields = lines
            body = String(decoding: request.body, as: UTF8.self)
            keepsAlive = request.keepsAlive
            isHTTP10 = request.isHTTP10
        }
    }

    var requests: [Seen] = []
    var error: HTTPError?
    var isIdle = true

    /// The plain form, the bytes cut in pieces.
    static func plain(_ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits()) -> Reading {
        var (reading, parser) = (Reading(), RequestParser(limits: limits))
        do throws(HTTPError) {
            for piece in pieces {
                parser.append(piece.span)
                while let request = try parser.next() { reading.requests.append(Seen(request)) }
            }
        } catch {
            reading.error = error
        }
        reading.isIdle = parser.isIdle
        return reading
    }

    /// The server loop's form, each piece a receive buffer of its own.
    static func inPlace(_ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits()) -> Reading {
        var (reading, parser) = (Reading(), RequestParser(limits: limits))
        do throws(HTTPError) {
            for piece in pieces {
                var offset = 0
                while let request = try parser.next(in: piece.span, at: &offset) {
                    reading.requests.append(Seen(request))
                }
                // Need more: then all that was given has been consumed.
                if offset != piece.count { reading.error = .endedEarly }
            }
        } catch {
            reading.error = error
        }
        reading.isIdle = parser.isIdle
        return reading
    }
}

extension [UInt8] {
    init(text: String) { self = Array(text.utf8) }

    var singles: [[UInt8]] { map { [$0] } }

    func cut(at offset: Int) -> [[UInt8]] { [Array(self[..<offset]), Array(self[offset...])] }
}
