import Glibc

/// A file descriptor with one owner: closed when that goes.
struct Descriptor: ~Copyable {
    let raw: Int32

    /// Takes over an open descriptor; nil for -1.
    init?(_ raw: Int32) {
        guard raw >= 0 else { return nil }
        self.raw = raw
    }

    deinit { close(raw) }

    /// Gives the descriptor up without closing it.
    consuming func release() -> Int32 {
        let raw = raw
        discard self
        return raw
    }
}
