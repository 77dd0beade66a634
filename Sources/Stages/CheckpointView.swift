import CLIP
import Views

extension EvaluationView {
    /// The view of images that a checkpoint's model is shown.
    init(of clip: CLIPCheckpoint) throws {
        try self.init(
            size: clip.config.vision.imageSize, squashes: clip.resizing.mode == .squash,
            filter: clip.resizing.filter == .bilinear ? .bilinear : .bicubic)
    }
}
