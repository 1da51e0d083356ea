import HTTPCore
import Testing

@Suite struct RouterTests {
    private static let router: Router<String> = {
        var router = Router<String>()
        router.add(.get, "/", "root")
        router.add(.get, "/rooms", "rooms")
        router.add(.post, "/rooms", "create")
        router.add(.get, "/rooms/new", "new")
        router.add(.get, "/rooms/{room}", "room")
        router.add(.delete, "/rooms/{id}", "remove")
        router.add(.get, "/rooms/{room}/messages/{message}", "message")
        router.add(.get, "/files/{path…}", "files")
        router.add(.put, "/old/{path...}", "old")
        router.add(.head, "/heads", "head")
        router.add(.get, "/heads", "get")
        router.add(.get, "/ä b", "literal")
        return router
    }()

    private func describe(_ match: RouteMatch<String>) -> String {
        switch match {
        case .found(let route, let parameters):
            var text = route
            for name in ["room", "id", "message", "path"] {
                if let value = parameters[name] { text += " \(name)=\(value)" }
            }
            return text
        case .methodNotAllowed(let allowed): return "405 " + allowed.map(\.name).joined(separator: ",")
        case .notFound: return "404"
        }
    }

    @Test(arguments: [
        ("GET", "/", "root"), ("GET", "/rooms", "rooms"), ("POST", "/rooms", "create"), ("GET", "/rooms/", "404"),
        ("GET", "/rooms/new", "new"), ("GET", "/rooms/7", "room room=7"), ("DELETE", "/rooms/7", "remove id=7"),
        ("DELETE", "/rooms/new", "remove id=new"), ("GET", "/rooms/new/messages/1", "message room=new message=1"),
        ("GET", "/rooms/a/messages/", "404"), ("GET", "/rooms//messages/1", "404"),
        ("GET", "/rooms/a/messages/1/x", "404"), ("GET", "/rooms/a/messages", "404"), ("GET", "/nowhere", "404"),
        ("PUT", "/rooms", "405 GET,HEAD,POST"), ("PUT", "/rooms/7", "405 GET,HEAD,DELETE"), ("PUT", "/nowhere", "404"),
        ("HEAD", "/rooms", "rooms"), ("HEAD", "/heads", "head"), ("GET", "/heads", "get"),
        ("GET", "/old/x", "405 PUT"),
        ("GET", "/files/", "files path="), ("GET", "/files", "404"), ("GET", "/files/a/b%20c", "files path=a/b c"),
        ("GET", "/files/a//b/", "files path=a//b/"), ("PUT", "/old/x", "old path=x"),
        ("GET", "/r%6Foms", "rooms"), ("GET", "/%72ooms/%37", "room room=7"), ("GET", "/%C3%A4%20b", "literal"),
        ("GET", "/rooms%2F7", "404"), ("GET", "/rooms/a%2Fb", "room room=a/b"),
        ("GET", "/rooms/%2541", "room room=%41"),
        ("GET", "/rooms/a+b", "room room=a+b"), ("GET", "/rooms/%", "404"), ("GET", "/rooms/%4", "404"),
        ("GET", "/rooms/%zz", "404"), ("GET", "/rooms/%FF", "404"), ("GET", "/rooms/%00", "404"),
        ("GET", "/rooms/..", "404"), ("GET", "/rooms/%2e%2E", "404"), ("GET", "/rooms/.", "404"),
        ("GET", "/rooms/...", "room room=..."),
        ("GET", "/files/../secret", "404"), ("GET", "/files/%2e%2e/secret", "404"), ("GET", "/files/a/..", "404"),
        ("GET", "/files/a%2F..%2F..%2Fsecret", "404"), ("GET", "/files/..%5Csecret", "404"),
        ("GET", "/files/a%00.html", "404"), ("GET", "", "404"), ("OPTIONS", "*", "404"), ("GET", "rooms", "404"),
    ])
    func finds(_ method: String, _ path: String, _ expected: String) throws {
        let known = try #require(Method(method))
        #expect(describe(Self.router.match(known, path)) == expected)
        // The same from the bytes of a request, wherever the path may stand in one.
        var parser = RequestParser()
        parser.append([UInt8](text: "\(method) \(path)?q=1 HTTP/1.1\r\nHost: x\r\n\r\n").span)
        if path.hasPrefix("/"), let request = try parser.next() {
            #expect(describe(Self.router.match(request)) == expected)
        }
    }

    @Test func findsWhatARequestWithoutAPathAsksFor() throws {
        var parser = RequestParser()
        parser.append([UInt8](text: "GET http://x HTTP/1.1\r\nHost: x\r\n\r\n").span)
        let request = try #require(try parser.next())
        #expect(describe(Self.router.match(request)) == "root")
    }

    @Test func saysWhatIsAllowed() {
        let response = Response.methodNotAllowed(allowed: [.get, .head])
        #expect(response.status == .methodNotAllowed && response.headers["Allow"] == "GET, HEAD")
    }
}
