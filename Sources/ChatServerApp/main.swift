import Glibc

// Writing to a connection that the peer has closed is an error to handle, not a reason to die.
signal(SIGPIPE, SIG_IGN)

switch CommandLineReader.read(arguments: Array(CommandLine.arguments.dropFirst()), environment: .process) {
case .help(let text):
    standardOutput(text)
case .wrong(let sentence):
    standardError("chatserver: \(sentence)\n")
    exit(ExitCode.usage)
case .key(let command):
    do throws(StartError) {
        standardOutput(try command.run(at: Clock.wallTime()))
    } catch {
        standardError("chatserver: \(error.description)\n")
        exit(ExitCode.failure)
    }
case .admin(let invocation):
    exit(AdminClient.run(invocation))
case .serve(let configuration):
    do throws(StartError) {
        try Server(configuration).run()
    } catch {
        standardError("chatserver: \(error.description)\n")
        exit(ExitCode.failure)
    }
}
