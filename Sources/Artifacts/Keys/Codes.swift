import Vocabulary

extension ImageSplit: DatasetCode {}
extension ImageRole: DatasetCode {}
extension PseudolabelOrigin: DatasetCode {
    public var name: String { self == .zeroShot ? "zero-shot" : "\(self)" }
}
