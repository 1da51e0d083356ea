import HTTPCore
import Testing

/// Ranges, variants and conditions of a file of ten bytes, "0123456789" (RFC 9110 §13 and §14).
@Suite struct RangeTests {
    private static let modified: Int64 = 784_111_777
    private static let file = StaticFile(
        content: [UInt8](text: "0123456789"), contentType: "text/plain", lastModified: modified,
        gzippedContent: [UInt8](text: "zip"))

    private func answer(_ fields: String, method: String = "GET", file: StaticFile = Self.file) throws -> Response {
        var parser = RequestParser()
        parser.append([UInt8](text: "\(method) / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n").span)
        return file.response(for: try #require(try parser.next()))
    }

    @Test(arguments: [
        ("bytes=0-0", "0", "0-0"), ("bytes=0-9", "0123456789", "0-9"), ("bytes=0-", "0123456789", "0-9"),
        ("bytes=3-5", "345", "3-5"), ("bytes=9-", "9", "9-9"), ("bytes=9-99", "9", "9-9"), ("bytes=-1", "9", "9-9"),
        ("bytes=-10", "0123456789", "0-9"), ("bytes=-99", "0123456789", "0-9"), ("BYTES=3-5", "345", "3-5"),
        ("bytes=3-18446744073709551615", "3456789", "3-9"), ("bytes=3-99999999999999999999999", "3456789", "3-9"),
        ("bytes=-18446744073709551615", "0123456789", "0-9"), ("bytes=-9223372036854775808", "0123456789", "0-9"),
        ("bytes= 3-5 ", "345", "3-5"), ("bytes=3-5,", "345", "3-5"), ("bytes=3-5,20-", "345", "3-5"),
        ("bytes=,3-5", "345", "3-5"),
    ])
    func oneRange(_ value: String, _ content: String, _ place: String) throws {
        let response = try answer("Range: \(value)\r\n")
        #expect(response.status == .partialContent)
        #expect(String(decoding: response.body, as: UTF8.self) == content)
        #expect(response.headers["Content-Range"] == "bytes \(place)/10")
        #expect(response.headers["Content-Type"] == "text/plain" && response.headers["ETag"] == Self.file.etag)
    }

    @Test(arguments: [
        "bytes=10-", "bytes=10-20", "bytes=-0", "bytes=18446744073709551615-", "bytes=9223372036854775807-",
        "bytes=99999999999999999999999-99999999999999999999999", "bytes=20-30,40-", "bytes=10-,-0",
    ])
    func noneWithin(_ value: String) throws {
        let response = try answer("Range: \(value)\r\n")
        #expect(response.status == .rangeNotSatisfiable && response.body.isEmpty)
        #expect(response.headers["Content-Range"] == "bytes */10")
    }

    @Test(arguments: [
        "bytes=", "bytes=,", "bytes=-", "bytes=5-3", "bytes=a-b", "bytes=1", "bytes=1-2-3", "bytes=+1-2", "bytes=1--2",
        "bytes=0x1-2", "lines=1-2", "bytes:1-2", "bytes 1-2", "", "bytes=1-2;3-4", "bytes=3-5,x", "bytes=0-9,0-0",
        "bytes=0-6,3-9", "bytes=" + String(repeating: "0-0,", count: 17),
    ])
    func notHonoured(_ value: String) throws {
        let response = try answer("Range: \(value)\r\n")
        #expect(response.status == .ok && response.body == Self.file.content)
        #expect(response.headers["Accept-Ranges"] == "bytes" && response.headers["Content-Range"] == nil)
    }

    @Test func severalRanges() throws {
        let response = try answer("Range: bytes=0-1, 4-4 ,-2\r\n")
        let boundary = "part-" + Self.file.etag.filter { $0 != "\"" }
        #expect(response.status == .partialContent)
        #expect(response.headers["Content-Type"] == "multipart/byteranges; boundary=\(boundary)")
        #expect(response.headers["Content-Range"] == nil)
        let parts = [("0-1", "01"), ("4-4", "4"), ("8-9", "89")].map { place, content in
            "--\(boundary)\r\nContent-Type: text/plain\r\nContent-Range: bytes \(place)/10\r\n\r\n\(content)\r\n"
        }
        #expect(String(decoding: response.body, as: UTF8.self) == parts.joined() + "--\(boundary)--\r\n")
    }

    @Test func onlyGETHasRanges() throws {
        #expect(try answer("Range: bytes=0-0\r\n", method: "HEAD").status == .ok)
    }

    @Test func nothingOfNothing() throws {
        let empty = StaticFile(content: [], contentType: "text/plain")
        #expect(try answer("Range: bytes=0-\r\n", file: empty).status == .rangeNotSatisfiable)
        #expect(try answer("Range: bytes=-5\r\n", file: empty).status == .rangeNotSatisfiable)
        #expect(try answer("", file: empty).status == .ok)
    }

    /// RFC 9110 §13.1.5; TAG stands for the file's own.
    @Test(arguments: [
        ("TAG", 206), ("\"other\"", 200), ("W/TAG", 200), ("*", 200), ("", 200),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 206), ("Sun, 06 Nov 1994 08:49:38 GMT", 200),
        ("Sun, 06 Nov 1994 08:49:36 GMT", 200),
    ])
    func ifRange(_ value: String, _ status: Int) throws {
        let value = value.replacing("TAG", with: Self.file.etag)
        #expect(try answer("Range: bytes=0-0\r\nIf-Range: \(value)\r\n").status.code == status)
    }

    @Test(arguments: [
        ("gzip", true), ("GZIP", true), ("x-gzip", true), ("deflate, gzip;q=1.0, br", true), ("*", true),
        ("gzip;q=0.001", true), ("gzip; q=0.5, identity;q=0.5", true), ("br, *;q=0.1", true),
        ("gzip;q=0", false), ("gzip;q=0.000", false), ("*;q=0", false), ("gzip;q=0, *", false), ("identity", false),
        ("gzip;q=0.5, identity", false), ("br", false), ("", false), ("gzipped", false), ("gzip;q=2", false),
        ("gzip;q=1.001", false), ("gzip;q=0.0001", false), ("gzip;q=-1", false), ("gzip;q=a", false),
        ("gzip;level=9", false), ("gzip;", false),
    ])
    func gzip(_ value: String, _ isGzipped: Bool) throws {
        let response = try answer("Accept-Encoding: \(value)\r\n")
        #expect(response.body == (isGzipped ? [UInt8](text: "zip") : Self.file.content))
        #expect(response.headers["Content-Encoding"] == (isGzipped ? "gzip" : nil))
        #expect((response.headers["ETag"] == Self.file.etag) != isGzipped)
        #expect(response.headers["Vary"] == "Accept-Encoding")
    }

    @Test func aVariantIsRevalidatedByItsOwnTag() throws {
        let tag = try #require(try answer("Accept-Encoding: gzip\r\n").headers["ETag"])
        let same = try answer("Accept-Encoding: gzip\r\nIf-None-Match: \(tag)\r\n")
        #expect(same.status == .notModified && same.headers["ETag"] == tag && same.headers["Vary"] == "Accept-Encoding")
        #expect(try answer("If-None-Match: \(tag)\r\n").status == .ok)
        #expect(try answer("Accept-Encoding: gzip\r\nIf-None-Match: \(Self.file.etag)\r\n").status == .ok)
    }

    @Test func rangesAreOfThePlainContent() throws {
        let response = try answer("Accept-Encoding: gzip\r\nRange: bytes=0-1\r\n")
        #expect(response.body == [UInt8](text: "01") && response.headers["Content-Encoding"] == nil)
        #expect(response.headers["Vary"] == "Accept-Encoding")
    }

    @Test func aFileWithoutVariantsDoesNotVary() throws {
        let plain = StaticFile(content: [1], contentType: "a/b")
        #expect(try answer("Accept-Encoding: gzip\r\n", file: plain).headers["Vary"] == nil)
    }
}
