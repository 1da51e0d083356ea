// The slow path of Swift's Mutex, for builds under the thread sanitizer only.
//
// On Linux, Synchronization.Mutex takes a free lock by an atomic operation that the compiler puts into our code, where
// the sanitizer sees it. A lock that is held is left to a function of the standard library, which is not instrumented:
// the sanitizer misses that one thread has waited for another, and calls the access behind the lock a race. This
// function takes that one's place (script/test links it in), waits with operations that are instrumented, and so leaves
// real races the only ones to be reported.
//
// The word holds the owner's thread id, 0 while free. Nobody sleeps in the kernel here, so an unlock is always the fast
// one, and the library's slow unlock is never called.
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>

#define swiftcall __attribute__((swiftcall))
#define swift_self __attribute__((swift_context))

swiftcall void mutexLockSlow(uint32_t thread, swift_self _Atomic uint32_t *word)
    __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");

swiftcall void mutexLockSlow(uint32_t thread, swift_self _Atomic uint32_t *word) {
    for (;;) {
        uint32_t free = 0;
        if (atomic_compare_exchange_weak_explicit(word, &free, thread, memory_order_acquire, memory_order_relaxed)) return;
        sched_yield();
    }
}
