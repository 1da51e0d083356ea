import CLibFuzzer
import Glibc

/// Hands over to libFuzzer, which calls `LLVMFuzzerTestOneInput` until it is told to end.
public func runLibFuzzer() -> Never {
    // The arguments of the process live as long as it does.
    exit(unsafe run_libfuzzer(CommandLine.argc, CommandLine.unsafeArgv))
}
