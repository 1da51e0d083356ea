import Glibc

StandardStreams.fillGaps()
// Writing to a connection that the peer has closed is an error to handle, not a reason to die.
signal(SIGPIPE, SIG_IGN)

do throws(StartError) {
    switch CommandLineReader.read(arguments: Array(CommandLine.arguments.dropFirst()), environment: .process) {
    case .help(let text): try standardOutput(text)
    case .wrong(let sentences):
        for sentence in sentences.split(separator: "\n") { standardError("chatserver: \(sentence)\n") }
        exit(ExitCode.usage)
    case .check(let configuration): exit(try ConfigurationCheck(configuration).run())
    case .key(let command):
        try command.run(at: Clock.wallTime()) { (text) throws(StartError) in try standardOutput(text) }
    case .admin(let invocation): exit(AdminClient.run(invocation))
    case .local(let invocation): try standardOutput(try invocation.command.run(invocation.values))
    case .serve(let configuration): try Server(configuration).run()
    }
} catch {
    // Behind what the log has said; and where nobody reads that, not for ever.
    LogSink.standardError.write("chatserver: \(error.description)\n")
    LogSink.standardError.flush(timeoutMs: 2_000)
    exit(ExitCode.failure)
}
