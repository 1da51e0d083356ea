import HTTPCore

/// The pages, as they are embedded in the binary.
enum Pages {
    static func files() -> StaticFiles {
        let files = StaticFiles()
        return files
    }
}
