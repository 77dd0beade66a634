import Dispatch

/// Computes two things at once, the first on another thread.
public func atOnce<First, Second>(
    _ first: @escaping @Sendable () -> First, _ second: () throws -> Second
) throws -> (First, Second) {
    nonisolated(unsafe) var found: First?
    let group = DispatchGroup()
    DispatchQueue.global().async(group: group) { found = first() }
    let outcome = Result { try second() }
    group.wait()
    return (found!, try outcome.get())
}
