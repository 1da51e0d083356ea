import Glibc

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.contains("--help") {
    print(BenchOptions.usage)
    exit(0)
}
Interruption.watch()
do throws(BenchError) {
    exit(try Session(options: try BenchOptions(arguments), arguments: arguments).run())
} catch {
    Session.complain(error.description)
    exit(error.exitCode)
}
