import FuzzSupport
import HTTPCore

@main struct Main {
    static func main() { runLibFuzzer() }
}

/// Any bytes as requests: the same however they are cut and in either form, every accepted one within the limits, and
/// an error that has a status.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let bytes = unsafe Input(start, count).rest
    let whole = read([bytes])
    require(read(bytes.map { [$0] }).agrees(with: whole), "byte by byte differs")
    require(readInPlace([bytes]).agrees(with: whole), "in place differs")
    let cut = count / 2
    require(readInPlace([Array(bytes[..<cut]), Array(bytes[cut...])]).agrees(with: whole), "in place, cut, differs")
    return 0
}

private struct Seen: Equatable {
    var requests: [String] = []
    var error: HTTPError?

    /// A head that came in pieces is looked at when it is complete: so of an unfinished one a mistake may be seen, or
    /// not yet. In all else, two ways of reading must be the same.
    func agrees(with other: Seen) -> Bool {
        guard requests == other.requests else { return false }
        return error == nil || other.error == nil || error == other.error
    }

    mutating func add(_ request: Request) {
        require(request.body.count <= limits.bodyBytesMax, "a body beyond the limit")
        require(request.isHTTP10 || request.headers.count(of: "Host") == 1, "a request without one Host")
        require(!request.target.utf8.contains { $0 <= 32 || $0 == 127 }, "a target with a control character")
        request.headers.forEach { _, value in
            require(!value.utf8.contains { $0 == 10 || $0 == 13 || $0 == 0 }, "a value with a line break")
        }
        requests.append("\(request.method.name) \(request.target) \(request.keepsAlive) \(request.body)")
    }
}

private let limits: HTTPLimits = {
    var limits = HTTPLimits()
    limits.requestLineBytesMax = 256
    limits.headBytesMax = 1_024
    limits.headerCountMax = 16
    limits.bodyBytesMax = 512
    return limits
}()

private func read(_ pieces: [[UInt8]]) -> Seen {
    var parser = RequestParser(limits: limits)
    var seen = Seen()
    do throws(HTTPError) {
        for piece in pieces {
            parser.append(piece.span)
            while let request = try parser.next() {
                seen.add(request)
                if !request.keepsAlive { return seen }
            }
        }
    } catch {
        require((400...599).contains(error.status.code), "an error without a status")
        seen.error = error
    }
    return seen
}

private func readInPlace(_ pieces: [[UInt8]]) -> Seen {
    var parser = RequestParser(limits: limits)
    var seen = Seen()
    do throws(HTTPError) {
        for piece in pieces {
            var offset = 0
            while let request = try parser.next(in: piece.span, at: &offset) {
                seen.add(request)
                if !request.keepsAlive { return seen }
            }
            require(offset == piece.count, "nil before the bytes were used up")
        }
    } catch {
        seen.error = error
    }
    return seen
}
