/// The folder of pages that our server and nginx serve: a page, and a script of 20 KB.
enum Pages {
    /// Stands for the folder in a row's flags.
    static let placeholder = "{pages}"

    static func make(in folder: String) throws(BenchError) {
        try Disk.makeEmptyFolder(folder)
        let script = (100_000...199_999).lazy.map { "\($0)\n" }.prefix(3_000).joined().prefix(20_480)
        try Disk.write(String(script), to: "\(folder)/asset.js")
        try Disk.write("<!doctype html><title>bench</title>\n", to: "\(folder)/index.html")
    }
}
