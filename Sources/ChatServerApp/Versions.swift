import CBuild
import COpenSSL
import ChatStore

/// What this executable is made of.
enum Versions {
    /// The state of the sources that `script/build` has built.
    static var commit: String {
        // A constant of the executable.
        unsafe String(cString: chat_commit())
    }

    /// What `--version` prints.
    static var text: String {
        // A constant of the library.
        let openSSL = unsafe String(cString: OpenSSL_version(OPENSSL_VERSION))
        return """
            chatserver \(Help.version)
            commit \(commit)
            SQLite \(SQLiteStore.libraryVersion)
            \(openSSL)

            """
    }
}
