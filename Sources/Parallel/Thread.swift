import Glibc

/// Calls `body` on a thread of its own, which nobody waits for: for work that waits itself, of which the threads of tasks are too few.
public func onNewThread(_ body: @escaping @Sendable () -> Void) {
    final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let failure = pthread_create(
        &thread, nil,
        { context in
            if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
            return nil
        }, work.toOpaque())
    guard failure == 0 else { fatalError("no thread can be begun: \(String(cString: strerror(failure)))") }
    pthread_detach(thread)
}
