import CTorch

/// What libtorch refused to do, in its own words: a shape that does not fit, a device that is not there, no memory.
public struct TensorError: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }

    /// The last failure on this thread.
    static var last: TensorError { TensorError(String(cString: ct_last_error())) }
}
