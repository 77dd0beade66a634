/// What went wrong with an HDF5 file, as a sentence that names the file.
public struct HDF5Error: Error, CustomStringConvertible, Sendable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
