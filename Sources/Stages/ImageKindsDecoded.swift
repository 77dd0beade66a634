import DataSets
import Images

extension ImageKinds {
    /// What the decoder reads, and what it knows and does not read.
    public static let decoded = ImageKinds(
        ImageCodec.all.map {
            ImageKind(name: $0.name, extensions: $0.extensions, signatures: $0.signatures, isRead: true)
        }
            + UnreadFormat.all.map {
                ImageKind(name: $0.name, extensions: $0.extensions, signatures: $0.signatures, isRead: false)
            })
}
