import CEpoll
import Glibc

/// Some POSIX threads that are waited for together.
final class ThreadGroup {
    private var handles: [pthread_t] = []

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: shown by `ps` and `top`; at most 15 bytes.
    ///   - isPatient: whether it lets others go first where processors are few (nice 10).
    func start(_ name: String, isPatient: Bool = false, _ body: @escaping @Sendable () -> Void) throws(StartError) {
        let box = ThreadBody(isPatient: isPatient, run: body)
        var handle = pthread_t()
        // The thread takes over the reference that is retained here.
        let code = unsafe pthread_create(&handle, nil, runThread, Unmanaged.passRetained(box).toOpaque())
        guard code == 0 else {
            unsafe Unmanaged.passUnretained(box).release()
            throw StartError("A thread cannot be started: \(systemMessage(code)).")
        }
        // By whoever starts it, so that it has its name from the first moment on. Nobody else has joined it yet, so that the
        // handle is good even if it has ended; the name is lent to the call.
        _ = unsafe pthread_setname_np(handle, name)
        handles.append(handle)
    }

    /// Waits until all have ended.
    func join() {
        for handle in handles { pthread_join(handle, nil) }
        handles = []
    }
}

private final class ThreadBody: Sendable {
    let isPatient: Bool
    let run: @Sendable () -> Void

    init(isPatient: Bool, run: @escaping @Sendable () -> Void) {
        self.isPatient = isPatient
        self.run = run
    }
}

private let patientNiceness: Int32 = 10

private func runThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument = unsafe argument else { return nil }
    // Balances the retain at the start of the thread.
    let body = unsafe Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
    // On Linux the calling thread's own, which may always be raised.
    if body.isPatient { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, patientNiceness) }
    body.run()
    return nil
}
