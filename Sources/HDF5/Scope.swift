import CHDF5

/// Identifiers that are needed until the end of one call into the library.
///
/// A local `Handle` would not do: Swift may release it after its last use, while HDF5 still works with the bare number.
final class Scope {
    private var owned: [hid_t] = []

    /// Takes over `id` until the scope ends, or throws what HDF5 says went wrong if it is not valid.
    func own(_ id: hid_t, _ action: @autoclosure () -> String, file: String) throws -> hid_t {
        guard id >= 0 else { throw HDF5Library.failure(action(), file: file) }
        owned.append(id)
        return id
    }

    func end() {
        for id in owned.reversed() { H5Idec_ref(id) }
        owned = []
    }
}
