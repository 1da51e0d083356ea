import HTTPCore

/// The pages and what they need, built in from the folder `Web`: whatever lies there is served under `/assets/`, but for
/// the pages themselves and the documents of the interfaces.
enum Pages {
    /// Where a page is found, by its file, instead of under `/assets/`. A path that ends with "/" means the index there.
    private static let pages = [
        "index.html": "/index.html", "demo/demo-chat.html": "/demo/chat", "demo/broadcast.html": "/demo/broadcast",
        "demo/dashboard.html": "/dashboard", "demo/components.html": "/demo/components",
    ]

    static func files() -> StaticFiles {
        var files = StaticFiles()
        for page in embeddedPages {
            if let path = pages[page.path] {
                files[path] = StaticFile(
                    content: page.content, contentType: "text/html; charset=utf-8", gzippedContent: page.gzipped)
            } else {
                add(page, at: isDocument(page) ? "/\(page.path)" : "/assets/\(page.path)", to: &files)
            }
        }
        return files
    }

    /// The documents of the interfaces lie where programs look for them, whatever pages there are.
    static func addDocuments(to files: inout StaticFiles) {
        for page in embeddedPages where isDocument(page) && files["/\(page.path)"] == nil {
            add(page, at: "/\(page.path)", to: &files)
        }
    }

    private static func isDocument(_ page: EmbeddedPage) -> Bool {
        page.path.hasSuffix(".json") && !page.path.contains("/")
    }

    private static func add(_ page: EmbeddedPage, at path: String, to files: inout StaticFiles) {
        files.add(path, content: page.content, gzippedContent: page.gzipped)
    }
}
