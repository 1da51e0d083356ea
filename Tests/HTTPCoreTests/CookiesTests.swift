import HTTPCore
import Testing

@Suite struct CookiesTests {
    private func request(_ fields: String) throws -> Request {
        var parser = RequestParser()
        parser.append([UInt8](text: "POST / HTTP/1.1\r\nHost: x\r\n\(fields)\r\n").span)
        return try #require(try parser.next())
    }

    @Test func readsPairs() throws {
        let cookies = Cookies(try request("Cookie: a=1; b=\"2\";c= 3 ;=4; d; e=f=g;  ; a=9\r\nCookie: h=\r\n").headers)
        #expect(cookies["a"] == "1" && cookies.values(of: "a") == ["1", "9"])
        #expect(cookies["b"] == "2" && cookies["c"] == "3" && cookies["e"] == "f=g" && cookies["h"] == "")
        #expect(cookies["d"] == nil && cookies[""] == nil && cookies["A"] == nil)
        #expect(cookies.pairs.count == 6)
        #expect(Cookies(try request("").headers).pairs.isEmpty)
    }

    @Test func readsSoManyOnly() throws {
        let many = String(repeating: "a=1;", count: Cookies.countMax + 5)
        #expect(Cookies(try request("Cookie: \(many)\r\n").headers).pairs.count == Cookies.countMax)
    }

    @Test func setsSafeOnes() {
        let cookie = SetCookie(name: "__Host-session", value: "abc", maxAgeSeconds: 60)
        let text = "__Host-session=abc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax"
        #expect(cookie.fieldValue == text)
        var response = Response(status: .ok)
        response.setCookie(cookie)
        response.setCookie(SetCookie(name: "b", value: ""))
        #expect(
            response.headers.values(of: "Set-Cookie") == [text, "b=; Path=/; Secure; HttpOnly; SameSite=Lax"])
    }

    @Test func setsWhatIsSaid() {
        var cookie = SetCookie(name: "a", value: "b", maxAgeSeconds: -5)
        cookie.isSecure = false
        cookie.isHTTPOnly = false
        cookie.domain = "chat.example"
        cookie.path = "/p"
        cookie.sameSite = .strict
        #expect(cookie.fieldValue == "a=b; Path=/p; Domain=chat.example; Max-Age=0; SameSite=Strict")
    }

    @Test(arguments: [
        ("", "b"), ("a b", "c"), ("a=b", "c"), ("a;b", "c"), ("ä", "c"), ("a", "b c"), ("a", "b;c"), ("a", "b,c"),
        ("a", "\"b\""), ("a", "b\\c"), ("a", "b\r\nc"), ("a", "ä"), ("a", "b\0"),
    ])
    func refusesWhatNoBrowserTakes(_ name: String, _ value: String) {
        var response = Response(status: .ok)
        let isSet = response.setCookie(SetCookie(name: name, value: value))
        #expect(!isSet && response.headers.isEmpty)
    }

    @Test func refusesPrefixesWhoseConditionsAreNotMet() {
        func value(_ name: String, _ change: (inout SetCookie) -> Void) -> String? {
            var cookie = SetCookie(name: name, value: "a")
            change(&cookie)
            return cookie.fieldValue
        }
        #expect(value("__Host-a") { $0.isSecure = false } == nil)
        #expect(value("__HOST-a") { $0.path = "/p" } == nil)
        #expect(value("__Host-a") { $0.domain = "x" } == nil)
        #expect(value("__Secure-a") { $0.isSecure = false } == nil)
        #expect(value("__Secure-a") { $0.domain = "x" } != nil)
        #expect(value("a") { ($0.isSecure, $0.sameSite) = (false, .none) } == nil)
        #expect(value("a") { $0.path = "p" } == nil)
        #expect(value("a") { $0.path = "/;Secure" } == nil)
        #expect(value("a") { $0.domain = "x\r\n" } == nil)
    }

    @Test(arguments: [
        ("application/x-www-form-urlencoded", true), ("Application/X-WWW-Form-URLencoded ; charset=utf-8", true),
        ("multipart/form-data", false), ("application/x-www-form-urlencodedx", false), ("text/plain", false),
    ])
    func readsForms(_ type: String, _ isForm: Bool) throws {
        var parser = RequestParser()
        let head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: \(type)\r\nContent-Length: 9\r\n\r\n"
        parser.append([UInt8](text: head + "a=b+c&d=1").span)
        let request = try #require(try parser.next())
        #expect(request.form?["a"] == (isForm ? "b c" : nil))
        #expect((request.form != nil) == isForm)
    }
}
