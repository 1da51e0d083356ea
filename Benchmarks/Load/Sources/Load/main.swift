import Glibc
import LoadKit

/// As many descriptors as the system allows: each connection takes one.
func raiseDescriptorLimit() {
    var limit = rlimit()
    let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    unsafe getrlimit(kind, &limit)
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(kind, &limit)
}

func printError(_ sentence: String) {
    let line = Array("load: \(sentence)\n".utf8)
    // The buffer is valid for the call.
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.isEmpty || arguments.contains("--help") {
    print(Options.usage)
    exit(arguments.isEmpty ? 64 : 0)
}
do throws(LoadError) {
    let options = try Options(arguments)
    raiseDescriptorLimit()
    let report = try Runs.run(options)
    print(options.isJSON ? report.json : report.text)
    exit(report.faults.isEmpty ? 0 : 1)
} catch {
    printError(error.description)
    exit(error.exitCode)
}
