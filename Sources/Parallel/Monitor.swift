import Glibc

/// A lock that a thread which holds it may take again, and that threads wait in for each other.
public final class Monitor: Sendable {
    private nonisolated(unsafe) let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private nonisolated(unsafe) let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    public init() {
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
        condition.initialize(to: pthread_cond_t())
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    public func withLock<Result>(_ body: () throws -> Result) rethrows -> Result {
        take()
        defer { release() }
        return try body()
    }

    func take() { pthread_mutex_lock(mutex) }

    func release() { pthread_mutex_unlock(mutex) }

    /// Lets others in until one of them wakes this thread, or nobody did. The thread must hold the lock, and have taken it once.
    public func wait() { pthread_cond_wait(condition, mutex) }

    /// Wakes the threads that wait.
    public func wakeAll() { pthread_cond_broadcast(condition) }
}
