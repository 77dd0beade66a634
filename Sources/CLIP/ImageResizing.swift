/// How a checkpoint wants images brought to its model's size.
public struct ImageResizing: Sendable, Equatable {
    public enum Mode: String, Sendable {
        /// The shorter side becomes the model's, and the middle is kept: OpenAI's way.
        case shortest
        /// Both sides become the model's: open_clip's "squash".
        case squash
    }

    public enum Filter: String, Sendable {
        case bicubic, bilinear
    }

    public var mode: Mode
    public var filter: Filter

    public init(mode: Mode = .shortest, filter: Filter = .bicubic) {
        self.mode = mode
        self.filter = filter
    }
}
