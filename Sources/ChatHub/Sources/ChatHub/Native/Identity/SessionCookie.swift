import HTTPCore

/// The cookie that carries a session's token for pages of this server.
enum SessionCookie {
    static let name = "chat_session"

    /// What the request shows; nil without one.
    static func value(in request: Request) -> String? {
        guard request.headers.contains("Cookie") else { return nil }
        return Cookies(request.headers)[name]
    }

    /// - Parameter isSecure: the client came by https, so that the cookie need never travel in the clear.
    static func make(_ token: String, maxAgeSeconds: Int, isSecure: Bool) -> SetCookie {
        var cookie = SetCookie(name: name, value: token, maxAgeSeconds: maxAgeSeconds)
        cookie.isSecure = isSecure
        return cookie
    }

    /// Has the browser forget it.
    static func removal(isSecure: Bool) -> SetCookie { make("", maxAgeSeconds: 0, isSecure: isSecure) }
}
