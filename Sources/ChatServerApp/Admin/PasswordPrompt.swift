import Glibc

/// Asks for a new password: twice and without showing it on a terminal, else one line of standard input.
enum PasswordPrompt {
    private static let bytesMax = 4_096

    static func ask() throws(StartError) -> String {
        guard isatty(STDIN_FILENO) == 1 else {
            guard let line = readLine() else { throw StartError("There is no password on standard input.") }
            return line
        }
        standardError("Password: ")
        let first = withoutEcho(readLine)
        standardError("\nAgain: ")
        let second = withoutEcho(readLine)
        standardError("\n")
        guard let first, first == second else { throw StartError("The two are not the same.") }
        return first
    }

    private static func withoutEcho(_ body: () -> String?) -> String? {
        var settings = termios()
        // The structures live for the calls.
        guard unsafe tcgetattr(STDIN_FILENO, &settings) == 0 else { return body() }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer { unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
        return body()
    }

    /// A line without its end; nil for none, and for one that is too long or not UTF-8.
    private static func readLine() -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        // One byte is read into one.
        while line.count <= bytesMax, unsafe read(STDIN_FILENO, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(validating: line, as: UTF8.self) }
            line.append(byte)
        }
        return line.isEmpty || line.count > bytesMax ? nil : String(validating: line, as: UTF8.self)
    }
}
