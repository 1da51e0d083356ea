/// Where the parts of a request target lie (RFC 9112 §3.2).
struct RequestTarget {
    var form: Request.TargetForm
    var path: Range<Int>
    var query: Range<Int>?
    /// Of the absolute and the authority form.
    var authority: Range<Int>?

    /// - Parameter range: where the target is; each byte of it is a visible character other than "#".
    init(_ bytes: Span<UInt8>, _ range: Range<Int>, method: Method) throws(HTTPError) {
        let (start, end) = (range.lowerBound, range.upperBound)
        guard start < end else { throw .malformedTarget }
        if method == .connect {
            try self.init(authority: range, bytes)
        } else if bytes[start] == ASCII.slash {
            self.init(form: .origin, pathAndQuery: range, authority: nil, bytes)
        } else if range.count == 1, bytes[start] == ASCII.asterisk {
            guard method == .options else { throw .malformedTarget }
            self.init(form: .asterisk, path: start..<start)
        } else {
            try self.init(absolute: range, bytes)
        }
    }

    /// `CONNECT` names a host and a port, both there (RFC 9112 §3.2.3).
    private init(authority range: Range<Int>, _ bytes: Span<UInt8>) throws(HTTPError) {
        guard let (_, port) = HostSyntax.split(bytes, range), let port, !port.isEmpty else { throw .malformedTarget }
        self.init(form: .authority, path: range.lowerBound..<range.lowerBound, authority: range)
    }

    private init(form: Request.TargetForm, pathAndQuery: Range<Int>, authority: Range<Int>?, _ bytes: Span<UInt8>) {
        var mark = pathAndQuery.lowerBound
        while mark < pathAndQuery.upperBound, bytes[mark] != ASCII.question { mark += 1 }
        let query = mark < pathAndQuery.upperBound ? mark + 1..<pathAndQuery.upperBound : nil
        self.init(form: form, path: pathAndQuery.lowerBound..<mark, query: query, authority: authority)
    }

    private init(form: Request.TargetForm, path: Range<Int>, query: Range<Int>? = nil, authority: Range<Int>? = nil) {
        self.form = form
        self.path = path
        self.query = query
        self.authority = authority
    }

    /// `http://host[:port][/path][?query]`, as a proxy sends it; a server must understand it (RFC 9112 §3.2.2).
    private init(absolute range: Range<Int>, _ bytes: Span<UInt8>) throws(HTTPError) {
        let schemeEnd = min(range.lowerBound + 8, range.upperBound)
        var start = min(range.lowerBound + 7, range.upperBound)
        if !bytes.equalsCaseless(range.lowerBound..<start, "http://".utf8.span) {
            start = schemeEnd
            guard bytes.equalsCaseless(range.lowerBound..<start, "https://".utf8.span) else { throw .malformedTarget }
        }
        var end = start
        while end < range.upperBound, bytes[end] != ASCII.slash, bytes[end] != ASCII.question { end += 1 }
        // An empty host is invalid in these schemes (RFC 9110 §4.2.1); so is "user@", which `split` does not accept.
        guard end > start, HostSyntax.split(bytes, start..<end) != nil else { throw .malformedTarget }
        self.init(form: .absolute, pathAndQuery: end..<range.upperBound, authority: start..<end, bytes)
    }
}
