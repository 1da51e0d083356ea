/// Where `--listen` says that clients come in.
enum ListenPlace: Equatable, Sendable {
    case address(ListenAddress, isTLS: Bool)
    /// A path in the file system.
    case unix(String)
    /// The sockets that systemd has opened (socket activation).
    case systemd

    /// Reads `HOST:PORT`, `:PORT`, `http://HOST:PORT`, `https://HOST:PORT`, `unix:/path` and `systemd`.
    init?(_ text: String) {
        if text == "systemd" {
            self = .systemd
        } else if text.hasPrefix("unix:") {
            let path = String(text.dropFirst(5))
            guard path.hasPrefix("/"), !path.hasSuffix("/"), path.utf8.count <= UnixSocket.pathBytesMax - 4,
                !path.utf8.contains(0)
            else { return nil }
            self = .unix(path)
        } else {
            let isTLS = text.hasPrefix("https://")
            var rest = isTLS ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : text[...]
            if rest.hasSuffix("/") && rest.count < text.count { rest.removeLast() }
            guard let address = ListenAddress(listening: String(rest)) else { return nil }
            self = .address(address, isTLS: isTLS)
        }
    }

    /// By which a successor knows the place again, whatever is spoken there.
    var key: String {
        switch self {
        case .address(let address, _): address.description
        case .unix(let path): "unix:\(path)"
        case .systemd: "systemd"
        }
    }

    var isTLS: Bool { if case .address(_, true) = self { true } else { false } }
}

extension ListenAddress {
    /// As `init(_:)`, and `:PORT` for all addresses of the machine.
    fileprivate init?(listening text: String) {
        guard text.hasPrefix(":") else {
            self.init(text)
            return
        }
        guard let any = ListenAddress("any" + text) else { return nil }
        self.init(host: "", port: any.port)
    }
}
