import Artifacts
import CLIP
import Parallel
import Review
import Runs
import Tensors

/// What a description would pick: the images whose features are nearest to it, as ``Label`` picks pseudolabels by it.
public final class DescriptionPreview: @unchecked Sendable {
    private let clip: CLIPCheckpoint
    private let encoder: CLIPTextEncoder
    private let features: Tensor
    private let images: [Int]
    /// Images that a description picks.
    private let count: Int
    private let taken: [Int: Int]
    // Texts are encoded one at a time.
    private let lock = Monitor()

    /// An image that a description would pick.
    public struct Pick: Sendable {
        public let image: Int
        /// The run's class that it is taken for now.
        public let label: Int
    }

    /// - Parameter checkpoint: nil for the one that the model was trained with.
    /// - Throws: where that is not there any more, or another.
    public init(_ run: ReviewedRun, checkpoint: CheckpointChoice?) throws {
        try Torch.setThreads(1)
        let checkpoint = try checkpoint ?? CheckpointChoice(of: run.model)
        clip = try checkpoint.open(matching: run.features).clip
        encoder = try clip.textEncoder()
        images = run.ranking.items.filter { $0.given == nil }.map(\.image)
        features = try run.features.tensor(\.images.features).rows(images)
        count = max(0, try run.labels.value(\.k))
        taken = Dictionary(run.ranking.items.map { ($0.image, $0.own) }) { first, _ in first }
    }

    /// The images that `text` would pick, the nearest first.
    public func picks(for text: String) throws -> [Pick] {
        try lock.withLock {
            let feature = try encoder.normalizedFeatures([clip.tokens(text)])
            let cosines = try features.matmul(feature.transposed(0, 1)).floats()
            let order = images.indices.sorted { (cosines[$1], images[$0]) < (cosines[$0], images[$1]) }
            return order.prefix(count).map { Pick(image: images[$0], label: taken[images[$0]] ?? 0) }
        }
    }
}
