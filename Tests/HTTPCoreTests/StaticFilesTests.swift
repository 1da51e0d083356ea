import HTTPCore
import Testing

@Suite struct StaticFilesTests {
    private static let modified: Int64 = 784_111_777
    private static let files: StaticFiles = {
        var files = StaticFiles()
        files.add("/index.html", content: [UInt8](text: "<p>"), lastModified: modified)
        files.add("/js/app.3f9a01bc.js", content: [UInt8](text: "1"))
        files.add("/a b.txt", content: [UInt8](text: "spaced"))
        return files
    }()

    private func response(_ line: String, _ fields: String = "") throws -> Response? {
        var parser = RequestParser()
        parser.append([UInt8](text: "\(line) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n").span)
        return Self.files.response(for: try #require(try parser.next()))
    }

    @Test func saysWhichMethodsThereAre() throws {
        var parser = RequestParser()
        parser.append([UInt8](text: "OPTIONS /a.txt HTTP/1.1\r\nHost: x\r\n\r\n").span)
        var files = StaticFiles()
        files.add("/a.txt", content: [1])
        let request = try #require(try parser.next())
        let response = try #require(files.response(for: request))
        #expect(response.status == .noContent && response.headers["Allow"] == "GET, HEAD")
    }

    @Test(
        arguments: [
            ("GET /", "<p>"), ("GET /index.html", "<p>"), ("HEAD /", "<p>"), ("GET /a%20b.txt", "spaced"),
            ("GET /js/app.3f9a01bc.js?v=1", "1"), ("GET /js/", nil), ("GET /js", nil),
            ("GET /../index.html", nil), ("GET /%2e%2e/index.html", nil), ("GET /js%2Fapp.3f9a01bc.js", "1"),
            ("GET /index.html%00", nil), ("GET /%zz", nil), ("GET //index.html", nil), ("GET /INDEX.HTML", nil),
        ] as [(String, String?)])
    func findsFilesByTheirPaths(_ line: String, _ content: String?) throws {
        #expect(try response(line)?.body == content.map { [UInt8](text: $0) })
    }

    @Test func isFilledByPathToo() {
        let file = StaticFile(content: [1], contentType: "a/b", cacheControl: StaticFile.immutable)
        var files = StaticFiles(["/a": file])
        files["/b"] = file
        files["/a"] = nil
        #expect(files.count == 1 && files["/b"]?.etag == file.etag && files["/a"] == nil)
    }

    @Test func describesWhatItSends() throws {
        let page = try #require(try response("GET /"))
        #expect(page.status == .ok)
        #expect(page.headers["Content-Type"] == "text/html; charset=utf-8")
        #expect(page.headers["Cache-Control"] == "no-cache")
        #expect(page.headers["Last-Modified"] == "Sun, 06 Nov 1994 08:49:37 GMT")
        let script = try #require(try response("GET /js/app.3f9a01bc.js"))
        #expect(script.headers["Cache-Control"] == "public, max-age=31536000, immutable")
        #expect(script.headers["Last-Modified"] == nil)
    }

    @Test func allowsNothingButReading() throws {
        let refused = try #require(try response("POST /"))
        #expect(refused.status == .methodNotAllowed && refused.headers["Allow"] == "GET, HEAD")
    }

    /// Every answer about a file has them, whatever it says.
    @Test(arguments: [
        ("GET /", ""), ("GET /", "If-None-Match: *\r\n"), ("GET /", "If-Match: \"x\"\r\n"), ("POST /", ""),
        ("GET /", "Range: bytes=0-0\r\n"), ("GET /", "Range: bytes=9-\r\n"), ("GET /", "Accept-Encoding: gzip\r\n"),
        ("GET /", "Range: bytes=0-0,2-2\r\n"),
    ])
    func carriesFieldsThatWereAdded(_ line: String, _ fields: String) throws {
        var headers = OutgoingHeaders()
        headers.append("X-One", "1")
        var files = StaticFiles()
        files["/index.html"] = StaticFile(content: [1, 2, 3], contentType: "a/b", gzippedContent: [4])
        files.addHeaders(headers)
        headers.set("X-One", "2")
        headers.append("X-Two", "2")
        var parser = RequestParser()
        parser.append([UInt8](text: "\(line) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n").span)
        let request = try #require(try parser.next())
        let once = try #require(files.response(for: request))
        #expect(once.headers.values(of: "X-One") == ["1"] && once.headers["X-Two"] == nil)
        files.addHeaders(headers)
        let twice = try #require(files.response(for: request))
        #expect(twice.headers.values(of: "X-One") == ["1", "2"] && twice.headers["X-Two"] == "2")
        #expect(twice.status == once.status && twice.body == once.body)
    }

    @Test func tagsAreOfTheContentAlone() {
        let one = StaticFile(content: [1, 2], contentType: "a/b")
        #expect(one.etag == StaticFile(content: [1, 2], contentType: "c/d").etag)
        #expect(one.etag != StaticFile(content: [2, 1], contentType: "a/b").etag)
        #expect(one.etag.hasPrefix("\"") && one.etag.hasSuffix("-2\""))
        #expect(StaticFile(content: [], contentType: "a/b").etag == "\"cbf29ce484222325-0\"")
    }

    /// RFC 9110 §13.1 and §13.2.2; TAG stands for the file's own.
    @Test(arguments: [
        ("If-None-Match: TAG\r\n", 304), ("If-None-Match: W/TAG\r\n", 304), ("If-None-Match: *\r\n", 304),
        ("If-None-Match: \"a\", TAG\r\n", 304), ("If-None-Match: \"a,\", W/\"b\" ,TAG\r\n", 304),
        ("If-None-Match: \"a\"\r\nIf-None-Match: TAG\r\n", 304), ("If-None-Match: \"a\"\r\n", 200),
        ("If-None-Match: a, TAG\r\n", 200), ("If-None-Match: \"TAG\r\n", 200), ("If-None-Match:\r\n", 200),
        ("If-Match: TAG\r\n", 200), ("If-Match: *\r\n", 200), ("If-Match: W/TAG\r\n", 412),
        ("If-Match: \"a\"\r\n", 412),
        ("If-Match: TAG\r\nIf-None-Match: TAG\r\n", 304), ("If-Match: \"a\"\r\nIf-None-Match: TAG\r\n", 412),
        ("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 304),
        ("If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n", 200),
        ("If-Modified-Since: Sun, 06 Nov 2094 08:49:36 GMT\r\n", 304), ("If-Modified-Since: yesterday\r\n", 200),
        ("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\nIf-None-Match: \"a\"\r\n", 200),
        ("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\n", 412),
        ("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n", 200),
        ("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\r\nIf-Match: TAG\r\n", 200),
    ])
    func honoursConditions(_ fields: String, _ status: Int) throws {
        let etag = try #require(Self.files["/index.html"]).etag
        let response = try #require(try response("GET /", fields.replacing("TAG", with: etag)))
        #expect(response.status.code == status)
        #expect(response.body.isEmpty == (status != 200))
        if status == 304 {
            #expect(response.headers["ETag"] == etag && response.headers["Cache-Control"] == "no-cache")
        }
    }

    @Test(arguments: [
        ("/app.3f9a01bc.js", true), ("/css/app-3F9A01BC77.css", true), ("/app.js", false), ("/app.deadbeef.js", false),
        ("/app.1234567.js", false), ("/app.12345678", false), ("/12345678.js", false), ("/app.12345678.", false),
        ("/a.3f9a01bc/app.js", false), ("/", false), ("", false), ("/app.js-12345678-x", false),
    ])
    func knowsFingerprints(_ path: String, _ isFingerprinted: Bool) {
        #expect(StaticFiles.isFingerprinted(path) == isFingerprinted)
    }

    @Test(arguments: [
        ("/a.html", "text/html; charset=utf-8"), ("/a.b/c.JS", "text/javascript; charset=utf-8"),
        ("/a.json", "application/json"), ("/a.svg", "image/svg+xml"), ("/a", "application/octet-stream"),
        ("/a.html/b", "application/octet-stream"), ("/a.exe", "application/octet-stream"),
        ("", "application/octet-stream"),
    ])
    func knowsTypes(_ path: String, _ type: String) {
        #expect(MIMETypes.contentType(ofPath: path) == type)
    }
}
