import CHDF5
import Essentials
import Glibc
import Parallel

/// The one entrance to the C library: every call happens inside ``locked(_:)``.
///
/// Serial builds of HDF5 are not thread-safe, so a lock shared by the whole process guards them; it is recursive,
/// because a handle may be released while another call is under way on the same thread.
public enum HDF5Library {
    private static let lock = Monitor()

    private static let isReady: Bool = {
        // Without this, a file that could not be closed (a full disk) makes HDF5 print and loop at exit.
        H5dont_atexit()
        chdf5_refuse_plugins()
        return H5open() >= 0 && H5PLset_loading_state(0) >= 0
    }()

    /// The version of the linked library, such as `1.10.8`.
    public static var version: String {
        locked { _ in
            var major: UInt32 = 0
            var minor: UInt32 = 0
            var release: UInt32 = 0
            H5get_libversion(&major, &minor, &release)
            return "\(major).\(minor).\(release)"
        }
    }

    /// Runs `body`, which calls the C library itself, with no other thread in it.
    public static func alone<Result>(_ body: () throws -> Result) rethrows -> Result {
        try locked { _ in try body() }
    }

    /// Runs `body` with no other thread in the library; what it owns in the scope is released at its end.
    static func locked<Result>(_ body: (Scope) throws -> Result) rethrows -> Result {
        try lock.withLock {
            _ = isReady
            // Thread-safe builds keep one error stack per thread, each printing on its own until told not to.
            H5Eset_auto2(chdf5_default_error_stack(), nil, nil)
            let scope = Scope()
            defer { scope.end() }
            return try body(scope)
        }
    }

    /// The reasons on HDF5's error stack, innermost first. Call inside ``locked(_:)``, right after the failure.
    static func reasons() -> [String] {
        final class Reasons { var found: [String] = [] }
        let reasons = Reasons()
        _ = withExtendedLifetime(reasons) {
            H5Ewalk2(
                chdf5_default_error_stack(), H5E_WALK_UPWARD,
                { _, entry, context in
                    if let text = entry?.pointee.desc, let context {
                        Unmanaged<Reasons>.fromOpaque(context).takeUnretainedValue().found.append(
                            String(cString: text))
                    }
                    return 0
                },
                Unmanaged.passUnretained(reasons).toOpaque())
        }
        return reasons.found
    }

    /// The error for a call that just failed: the operating system's reason where there is one, else HDF5's own.
    static func failure(_ action: String, file: String) -> HDF5Error {
        let reasons = reasons()
        for reason in reasons {
            if let number = systemErrorNumber(in: reason) {
                return HDF5Error("\(file): \(action): \(systemReason(number))")
            }
        }
        return HDF5Error("\(file): \(action): \(reasons.first ?? "HDF5 gave no reason")")
    }

    /// HDF5 writes `errno = 28, error message = '…'` into the text of a failed read or write.
    private static func systemErrorNumber(in reason: String) -> Int32? {
        guard let marker = reason.firstRange(of: "errno = ") else { return nil }
        guard let number = Int32(reason[marker.upperBound...].prefix(while: \.isNumber)), number != 0 else {
            return nil
        }
        return number
    }

    static func systemReason(_ number: Int32) -> String {
        switch number {
        case ENOSPC: "the disk is full"
        case EDQUOT: "the disk quota is used up"
        case EFBIG: "the file would grow past the largest size allowed here"
        case EACCES, EPERM: "permission denied"
        case EROFS: "the file system is read-only"
        default: SystemReason.text(number)
        }
    }
}
