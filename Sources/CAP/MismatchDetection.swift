import Tensors

/// Detection of the classes whose name does not describe their images (CAP, Algorithm 1 in Appendix B.1).
///
/// Image clusters and class names are matched one pair at a time, the surest first, and the pair's class and images
/// are taken out. The classes that never find their cluster, and that zero-shot CLIP also predicts least often, are
/// the mismatched ones.
///
///     let detection = MismatchDetection(logitScale: 100)
///     let found = try detection.run(images: imageFeatures, text: textFeatures)
///     print(found.mismatched)
public struct MismatchDetection: Sendable {
    /// Which images leave with a matched class, at most ⌊images / classes⌋ of those predicted as it.
    public enum Removal: String, Sendable, CaseIterable {
        /// Those in the matched cluster, then others up to the limit (the authors' implementation).
        case filled
        /// Only those in the matched cluster (the paper's Algorithm 1).
        case clusterOnly
    }

    /// Where the K-means of each step starts.
    public enum Start: Sendable {
        /// From a fresh k-means++ seeding, as the reference does.
        case fresh
        /// From the clusters of the step before without the matched one: an approximation for hundreds of
        /// classes, where seeding anew takes nearly all of the time.
        case previous
        /// From the centroids that a function picks, `[clusters, dim]`, given the step, the images that remain
        /// and the number of clusters.
        case given(@Sendable (_ step: Int, _ remaining: [Int], _ clusterCount: Int) throws -> Tensor)
    }

    /// s = exp(logit scale) of the checkpoint.
    public var logitScale: Double
    public var removal: Removal
    public var start: Start
    public var seed: UInt64
    public var kMeans: KMeans
    /// The processes that divide the images between them, all of which have all; what is found is the same, in each of them.
    public var group: ProcessGroup {
        get { kMeans.group }
        set { kMeans.group = newValue }
    }

    public init(
        logitScale: Double, removal: Removal = .filled, start: Start = .fresh, seed: UInt64 = 0,
        kMeans: KMeans = KMeans()
    ) {
        self.logitScale = logitScale
        self.removal = removal
        self.start = start
        self.seed = seed
        self.kMeans = kMeans
    }

    /// One pass of the algorithm: a class, the cluster it was matched with, and the images that left with them.
    public struct Step: Sendable {
        /// Position of the matched class in the text features.
        public let label: Int
        /// The matched cluster of this step.
        public let cluster: Int
        /// Probability of the cluster given the class, over the clusters of this step.
        public let probability: Float
        /// Positions of the removed images: first those in the cluster, then the filling, each most confident first.
        public let images: [Int]
        /// How many of `images`, at the end, stood outside the matched cluster.
        public let filled: Int
        /// Passes that the step's K-means took.
        public let iterations: Int
    }

    /// What the algorithm found. Images and classes are positions in the features it was given.
    public struct Findings: Sendable {
        /// The removals, in order.
        public let steps: [Step]
        /// Y_final: the classes never matched, ascending.
        public let finalClasses: [Int]
        /// Y_low: the classes predicted least often, least first; equal counts put the lower class first.
        public let lowClasses: [Int]
        /// Y_MM = Y_final ∩ Y_low, ascending.
        public let mismatched: [Int]
        /// How many images zero-shot CLIP predicts as each class, `[classes]`.
        public let zeroShotCounts: [Int]
        /// The images that were never removed, ascending.
        public let residualImages: [Int]
        /// The cluster of each residual image, `[residualImages]`.
        public let residualClusters: [Int]
        /// L2-normalised K-means centroids of the residual images, one cluster per class of Y_final (or per
        /// image, if there are fewer images): `[clusters, dim]`.
        public let residualCentroids: Tensor
        /// Passes of K-means over the images, in all steps and at the end.
        public let passes: Int
    }

    /// Runs the algorithm.
    ///
    /// What the paper leaves open: a step has never more clusters than images; a cluster that holds no image
    /// matches no class; with fewer images than classes no image is ever removed, and the classes leave in the
    /// order of their matches; a step may remove no image at all. Every step removes a class, so it ends.
    ///
    /// - Parameters:
    ///   - images: L2-normalised features of the unlabeled images, `[images, dim]`, float32 on the CPU.
    ///   - text: L2-normalised text features of the candidate classes, `[classes, dim]`.
    ///   - onStep: called after each removal.
    public func run(
        images: Tensor, text: Tensor, onStep: (Step) throws -> Void = { _ in }
    ) throws -> Findings {
        guard images.rank == 2, text.rank == 2, images.shape[1] == text.shape[1] else {
            throw CAPError("Image features \(images.shape) and text features \(text.shape) do not fit together.")
        }
        let imageCount = images.shape[0]
        let classCount = text.shape[0]
        guard imageCount > 0 else { throw CAPError("There is no unlabeled image to detect mismatched classes with.") }
        guard classCount > 0 else { throw CAPError("There is no candidate class to detect mismatches among.") }
        let images = try images.contiguous()

        let limit = imageCount / classCount
        let finalCount = (classCount + 9) / 10
        var remainingImages = Array(0..<imageCount)
        var isRemoved = [Bool](repeating: false, count: imageCount)
        var remainingClasses = Array(0..<classCount)
        let logitWeights = try text.to(.float64) * logitScale
        var weight = logitWeights
        var predictions = try predicted(remainingImages, among: remainingClasses, images: images, weight: weight)
            .map(\.label)
        let zeroShotCounts = counts(of: predictions, classCount: classCount)

        var steps: [Step] = []
        var clusters = try RemainingClusters(of: images, kMeans: kMeans, start: start, seed: seed)
        var similarities = try ClusterSimilarities(text: text, logitScale: logitScale)
        while remainingClasses.count > finalCount {
            let found = try clusters.find(in: remainingImages, count: remainingClasses.count, step: steps.count)
            try similarities.update(found.centroids)
            let match = try bestMatch(found, classes: remainingClasses, similarities)

            // Only the images predicted as the matched class have to be ranked, and only they need a new
            // prediction once it is gone.
            var inCluster: [Confident] = []
            var elsewhere: [Confident] = []
            let positions = remainingImages.indices.filter { predictions[remainingImages[$0]] == match.label }
            let ranked = try predicted(
                positions.map { remainingImages[$0] }, among: remainingClasses, images: images, weight: weight)
            for (position, confident) in zip(positions, ranked) {
                if found.labels[position] == match.cluster {
                    inCluster.append(confident)
                } else {
                    elsewhere.append(confident)
                }
            }
            inCluster.sort(by: Confident.precedes)
            elsewhere.sort(by: Confident.precedes)
            let matched = inCluster.prefix(limit)
            let filling = removal == .filled ? elsewhere.prefix(limit - matched.count) : []

            let step = Step(
                label: match.label, cluster: match.cluster, probability: match.probability,
                images: (matched + filling).map(\.image), filled: filling.count,
                iterations: found.iterations)
            steps.append(step)
            remainingClasses.removeAll { $0 == match.label }
            weight = try logitWeights.rows(remainingClasses)
            for image in step.images { isRemoved[image] = true }
            remainingImages.removeAll { isRemoved[$0] }
            let orphans = ranked.map(\.image).filter { !isRemoved[$0] }
            for orphan in try predicted(orphans, among: remainingClasses, images: images, weight: weight) {
                predictions[orphan.image] = orphan.label
            }
            try clusters.remove(match.cluster, images: isRemoved)
            similarities.remove(match.cluster)
            try onStep(step)
        }

        let residual = try clusters.find(in: remainingImages, count: remainingClasses.count, step: steps.count)
        let low = (0..<classCount).sorted {
            zeroShotCounts[$0] != zeroShotCounts[$1] ? zeroShotCounts[$0] < zeroShotCounts[$1] : $0 < $1
        }.prefix(finalCount)
        return Findings(
            steps: steps, finalClasses: remainingClasses, lowClasses: Array(low),
            mismatched: remainingClasses.filter(low.contains), zeroShotCounts: zeroShotCounts,
            residualImages: remainingImages, residualClusters: residual.labels,
            residualCentroids: try Centroids.normalized(residual.centroids),
            passes: steps.reduce(residual.iterations) { $0 + $1.iterations })
    }

    // MARK: - Steps of the algorithm

    /// The surest pair of class and cluster: the largest entry of softmax over clusters of s · T · centroidsᵀ;
    /// the first class, then the first cluster among equals.
    private func bestMatch(
        _ found: RemainingClusters.Found, classes: [Int], _ similarities: ClusterSimilarities
    ) throws -> (label: Int, cluster: Int, probability: Float) {
        let occupied = found.sizes.indices.filter { found.sizes[$0] > 0 }
        let (surest, cosines) = try similarities.ofSurest(classes, occupied)
        let (probabilities, columns) = try sparingThreads(multiplications: cosines.count) {
            try (cosines * logitScale).softmax(dim: 1).max(dim: 1)
        }
        let (values, clusters) = try (probabilities.floats(), columns.ints())
        var best = 0
        for row in values.indices where values[row] > values[best] { best = row }
        return (surest[best], occupied[clusters[best]], values[best])
    }

    /// An image, the class it is predicted as, and how surely.
    private struct Confident {
        var image: Int
        var label: Int
        var probability: Float

        /// Most confident first; the later image first among equals, as the reference sorts.
        static func precedes(_ a: Confident, _ b: Confident) -> Bool {
            a.probability != b.probability ? a.probability > b.probability : a.image > b.image
        }
    }

    /// The predictions of some images: the largest entry of softmax over `classes` of s · I · Tᵀ. In double precision, since
    /// logits of 80 are off by as much in float32 as the two best of some images are apart.
    ///
    /// - Parameter weight: s · T of the classes, float64.
    private func predicted(
        _ rows: [Int], among classes: [Int], images: Tensor, weight: Tensor
    ) throws -> [Confident] {
        guard !rows.isEmpty else { return [] }
        let step = max(64, min(8192, (1 << 20) / classes.count))
        // Of a few rows each process has its own result sooner than another's.
        let group = (rows.count + step - 1) / step < 2 * self.group.size ? .alone : self.group
        let own = group.share(of: rows.count, inBlocksOf: step)
        var (probabilities, columns): ([Float], [Int]) = ([], [])
        for start in stride(from: own.lowerBound, to: own.upperBound, by: step) {
            let chunk = Array(rows[start..<min(start + step, own.upperBound)])
            let found = try sparingThreads(multiplications: chunk.count * weight.count) {
                let (probabilities, columns) = try images.rows(chunk).to(.float64).linear(weight: weight)
                    .softmax(dim: 1).max(dim: 1)
                return try (probabilities.floats(), columns.ints())
            }
            probabilities += found.0
            columns += found.1
        }
        if !group.isAlone {
            func all(_ own: Tensor) throws -> Tensor { try group.allGather(rows: own, of: rows.count, inBlocksOf: step) }
            probabilities = try all(Tensor(probabilities, shape: [probabilities.count])).floats()
            columns = try all(Tensor(indices: columns)).ints()
        }
        return rows.indices.map {
            Confident(image: rows[$0], label: classes[columns[$0]], probability: probabilities[$0])
        }
    }

    private func counts(of labels: [Int], classCount: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: classCount)
        for label in labels { counts[label] += 1 }
        return counts
    }
}
