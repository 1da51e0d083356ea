import CEpoll
import ChatHub
import Glibc

/// `chatserver check`: whether the machine has what a configuration asks for. It makes nothing, and changes nothing.
struct ConfigurationCheck {
    private let configuration: ServerConfiguration
    private(set) var problems: [String] = []
    private(set) var warnings: [String] = []

    init(_ configuration: ServerConfiguration) { self.configuration = configuration }

    /// Looks, and says what was found.
    ///
    /// - Returns: the exit code.
    func run() throws(StartError) -> Int32 {
        var check = self
        check.look()
        for warning in check.warnings { standardError("chatserver: warning: \(warning)\n") }
        guard check.problems.isEmpty else {
            for problem in check.problems { standardError("chatserver: \(problem)\n") }
            return ExitCode.failure
        }
        try standardOutput("ok\n")
        return 0
    }

    mutating func look() {
        let isServed = lookAtDirectory()
        lookAtFiles()
        if !isServed { lookAtPorts() }
    }

    /// - Returns: whether a server holds the directory.
    private mutating func lookAtDirectory() -> Bool {
        guard configuration.store == .sqlite else { return false }
        let path = configuration.dataDirectory
        switch FileTree.kind(path) {
        case .directory?: break
        case nil:
            requireWritable(nearest(above: path), for: path)
            return false
        default:
            problems.append("The data directory \(path) is none.")
            return false
        }
        requireWritable(path, for: path)
        collect { () throws(StartError) in try DataDirectory.require(path) }
        let database = "\(path)/\(DataDirectory.databaseName)"
        // The path is lent to the call.
        if FileTree.kind(database) != nil, unsafe access(database, R_OK | W_OK) != 0 {
            problems.append("The database \(database) cannot be written: \(systemMessage(errno)).")
        }
        let limits = configuration.diskLimits
        if let disk = DiskSpace(of: path), limits.isLow(disk) {
            warnings.append(
                "the disk of \(path) has \(disk.free >> 20) MiB free, less than disk_free_min: the server would not be ready."
            )
        }
        if let plan = configuration.backupPlan {
            let directory = plan.directory ?? "\(path)/\(DataFiles.backupsName)"
            requireWritable(FileTree.kind(directory) == nil ? nearest(above: directory) : directory, for: directory)
        }
        return DataDirectory.isHeld(path)
    }

    private mutating func lookAtFiles() {
        let configuration = configuration
        collect { () throws(StartError) in
            if let path = configuration.feedsPath { _ = try FeedFile.read(path) }
        }
        collect { () throws(StartError) in
            if let path = configuration.pagesDirectory { _ = try PageDirectory.read(path) }
        }
        collect { () throws(StartError) in _ = try TLSContext(authorities: configuration.feedAuthoritiesPath) }
        collect { () throws(StartError) in
            if !configuration.certificatePairs.isEmpty { _ = try TLSIdentities(configuration.certificatePairs) }
        }
        if let path = configuration.challengeDirectory, !FileTree.isDirectory(path) {
            problems.append("The directory \(path) for challenges is not there.")
        }
        collect { () throws(StartError) in _ = try FeedProxy.ofEnvironment() }
        collect { () throws(StartError) in _ = try KeyStore(directory: configuration.dataDirectory).read() }
    }

    private mutating func lookAtPorts() {
        var addresses = [configuration.adminListen].compactMap { $0 }
        for place in configuration.listen { if case .address(let address, _) = place { addresses.append(address) } }
        for address in addresses {
            collect { () throws(StartError) in
                for raw in try Listener.listenOnAll(address, count: 1).flatMap(\.0) { close(raw) }
            }
        }
    }

    private mutating func collect(_ body: () throws(StartError) -> Void) {
        do throws(StartError) { try body() } catch { problems.append(error.description) }
    }

    private mutating func requireWritable(_ path: String, for wanted: String) {
        // The path is lent to the call.
        guard unsafe access(path, W_OK | X_OK) != 0 else { return }
        problems.append("The directory \(wanted) cannot be written: \(systemMessage(errno)).")
    }

    /// The nearest directory above a path that is there.
    private func nearest(above path: String) -> String {
        var above = FileTree.parent(of: path)
        while FileTree.kind(above) == nil, above != "/", above != "." { above = FileTree.parent(of: above) }
        return above
    }
}
