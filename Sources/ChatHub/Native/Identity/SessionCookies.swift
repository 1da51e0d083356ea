import HTTPCore

/// The cookies of this server's pages.
///
/// A browser keeps one cookie of a name for all ports of a host, and over plain HTTP it does not replace one that came by
/// TLS. So the name says which server it is of, and what is told by https only has another name, with a prefix by
/// which browsers see to it that nobody else can have set it.
struct SessionCookies {
    /// What tells this server from others on its host.
    let instance: String

    /// - Parameter isSecure: the client came by https, so that the cookie need never travel in the clear.
    func sessionName(isSecure: Bool) -> String { (isSecure ? "__Host-" : "") + name("chat_session") }

    /// Goes to a part of the site only, which the prefix `__Host-` does not permit.
    func deviceName(isSecure: Bool) -> String { (isSecure ? "__Secure-" : "") + name("chat_device") }

    private func name(_ base: String) -> String { instance.isEmpty ? base : base + "_" + instance }

    /// The token of a session that the request shows; nil without one.
    func session(in request: Request, isSecure: Bool) -> String? {
        value(of: sessionName(isSecure: isSecure), in: request)
    }

    func device(in request: Request, isSecure: Bool) -> String? {
        value(of: deviceName(isSecure: isSecure), in: request)
    }

    private func value(of name: String, in request: Request) -> String? {
        guard request.headers.contains("Cookie") else { return nil }
        return Cookies(request.headers)[name]
    }

    func makeSession(_ token: String, maxAgeSeconds: Int, isSecure: Bool) -> SetCookie {
        var cookie = SetCookie(
            name: sessionName(isSecure: isSecure), value: token, maxAgeSeconds: maxAgeSeconds)
        cookie.isSecure = isSecure
        return cookie
    }

    /// Has the browser forget the session.
    func removalOfSession(isSecure: Bool) -> SetCookie { makeSession("", maxAgeSeconds: 0, isSecure: isSecure) }

    func makeDevice(_ mark: DeviceMark, isSecure: Bool) -> SetCookie {
        var cookie = SetCookie(
            name: deviceName(isSecure: isSecure), value: mark.text, maxAgeSeconds: DeviceMark.maxAgeSeconds)
        cookie.path = "/v1/auth"
        cookie.isSecure = isSecure
        return cookie
    }
}
