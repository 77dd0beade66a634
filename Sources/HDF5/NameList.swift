import CHDF5

/// Collects the names that HDF5's iterators report through a C callback.
final class NameList {
    var names: [String] = []

    static func append(_ name: UnsafePointer<CChar>?, to context: UnsafeMutableRawPointer?) -> herr_t {
        guard let name, let context else { return -1 }
        Unmanaged<NameList>.fromOpaque(context).takeUnretainedValue().names.append(String(cString: name))
        return 0
    }
}
