/// What went wrong while reading, checking or running a CLIP checkpoint, as a sentence for the person at the
/// keyboard.
public struct CLIPError: Error, CustomStringConvertible, Equatable {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}
