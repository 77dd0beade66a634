import CHDF5

/// An HDF5 identifier kept by a file, group or dataset, released exactly once when the last owner lets go.
final class Handle {
    let id: hid_t
    /// Closing a file closes what is open in it, so whatever is open in a file keeps the file open.
    private let container: Handle?

    /// Takes over `id`, or throws what HDF5 says went wrong if it is not valid. Call inside `HDF5Library.locked`.
    init(_ id: hid_t, in container: Handle?, _ action: @autoclosure () -> String, file: String) throws {
        guard id >= 0 else { throw HDF5Library.failure(action(), file: file) }
        self.id = id
        self.container = container
    }

    deinit {
        // A closed file has already invalidated what was open in it.
        _ = HDF5Library.locked { _ in H5Iis_valid(id) > 0 ? H5Idec_ref(id) : 0 }
    }
}

/// Throws what HDF5 says went wrong if `status` reports failure. Call inside `HDF5Library.locked`.
@discardableResult
func check<Status: SignedInteger>(_ status: Status, _ action: @autoclosure () -> String, file: String) throws
    -> Status
{
    guard status >= 0 else { throw HDF5Library.failure(action(), file: file) }
    return status
}
