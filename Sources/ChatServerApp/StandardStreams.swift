import Glibc

/// Exit codes as in `sysexits.h`.
enum ExitCode {
    static let failure: Int32 = 1
    static let usage: Int32 = 64
}

func standardOutput(_ text: String) { write(text, to: STDOUT_FILENO) }

func standardError(_ text: String) { write(text, to: STDERR_FILENO) }

private func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
        // The pointer is used within the call only, for the bytes that are there.
        let count = unsafe bytes.withUnsafeBytes { buffer in
            unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + start }, buffer.count - start)
        }
        guard count > 0 else { return }
        start += count
    }
}

/// The system's words for an error number.
func systemMessage(_ code: Int32) -> String {
    // The text is static, or this thread's until its next call; it is copied at once.
    unsafe String(cString: strerror(code))
}
