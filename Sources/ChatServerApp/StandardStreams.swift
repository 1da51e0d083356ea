import CEpoll
import Glibc

/// Exit codes as in `sysexits.h`.
enum ExitCode {
    static let failure: Int32 = 1
    static let usage: Int32 = 64
}

/// The three descriptors that every process expects to have.
enum StandardStreams {
    /// Puts something in the place of those that whoever started the process has closed (`2>&-`), or the first files to be
    /// opened would get their numbers, and the log would be written into one of them. To be called before anything is
    /// opened.
    ///
    /// What is put there can be neither read nor written, but for standard error, which swallows what it gets: so a result
    /// that nobody gets to see is an error and not a success.
    static func fillGaps() {
        for (descriptor, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
        where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
            // The lowest number that is free is this one: those below are open. Kept by the programs we start, as usual.
            _ = unsafe open("/dev/null", mode)
        }
    }
}

/// Writes the result of a command.
func standardOutput(_ text: String) throws(StartError) {
    let code = writeAll(Array(text.utf8), to: STDOUT_FILENO).code
    guard code == 0 else { throw StartError("The result cannot be written: \(systemMessage(code)).") }
}

/// For commands; the server's own lines go through its log.
func standardError(_ text: String) { _ = writeAll(Array(text.utf8), to: STDERR_FILENO) }

/// Writes all of it, and waits where the descriptor takes no more just now.
///
/// - Returns: how many bytes were written, and 0 or the error number.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> (count: Int, code: Int32) {
    writeAll(bytes.span, to: descriptor)
}

/// The same, of bytes that are lent.
func writeAll(_ bytes: Span<UInt8>, to descriptor: Int32) -> (count: Int, code: Int32) {
    var start = 0
    while start < bytes.count {
        // The pointer is used within the call only, for the bytes that are there.
        let count = unsafe bytes.withUnsafeBytes { buffer in
            unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + start }, buffer.count - start)
        }
        if count > 0 {
            start += count
        } else if count < 0, errno == EINTR {
            continue
        } else if count < 0, errno == EAGAIN {
            // Somebody else has made it so.
            var interest = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            // One structure that lives for the call.
            _ = unsafe poll(&interest, 1, 1_000)
        } else {
            return (start, count < 0 ? errno : EIO)
        }
    }
    return (start, 0)
}

/// The system's words for an error number.
func systemMessage(_ code: Int32) -> String {
    // The text is static, or this thread's until its next call; it is copied at once.
    unsafe String(cString: strerror(code))
}
