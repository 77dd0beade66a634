import CAP
import GroupSupport
import Tensors
import Testing

struct MismatchDetectionTests {
    struct Recorded: Decodable {
        struct Step: Decodable {
            let `class`: Int
            let cluster: Int
            let probability: Float
            let removed: [Int]
            let filled: Int
        }
        struct Run: Decodable {
            let steps: [Step]
            let final: [Int]
            let low: [Int]
            let mismatched: [Int]
            let counts: [Int]
            let residual: [Int]
        }
        struct Case: Decodable {
            let name: String
            let logit_scale: Double
            let images: [[Float]]
            let text: [[Float]]
            let filled: Run
            let cluster_only: Run
        }
        let cases: [Case]
    }

    /// Features that overlap, and features so alike that K-means goes wrong in float32 unless they are centred.
    @Test(arguments: ["overlapping", "alike"], MismatchDetection.Removal.allCases)
    func theTraceIsThatOfAlgorithm1OnScikitLearn(name: String, removal: MismatchDetection.Removal) throws {
        let fixture = try fixture("detection", as: Recorded.self)
        let recorded = try #require(fixture.cases.first { $0.name == name })
        let expected = removal == .filled ? recorded.filled : recorded.cluster_only
        let images = try Tensor(rows: recorded.images)
        let detection = MismatchDetection(
            logitScale: recorded.logit_scale, removal: removal,
            start: .given { _, remaining, count in try images.rows(Array(remaining.prefix(count))) })
        let found = try detection.run(images: images, text: Tensor(rows: recorded.text))

        #expect(found.steps.map(\.label) == expected.steps.map(\.class))
        #expect(found.steps.map(\.cluster) == expected.steps.map(\.cluster))
        #expect(found.steps.map(\.filled) == expected.steps.map(\.filled))
        let tolerance: Float = name == "alike" ? 1e-2 : 1e-4
        #expect(agree(found.steps.map(\.probability), expected.steps.map(\.probability), within: tolerance))
        // Images whose confidences differ only in their last bits may change places within a step.
        for (step, recorded) in zip(found.steps, expected.steps) {
            #expect(Set(step.images) == Set(recorded.removed))
        }
        #expect(found.finalClasses == expected.final)
        #expect(found.lowClasses == expected.low)
        #expect(found.mismatched == expected.mismatched)
        #expect(found.zeroShotCounts == expected.counts)
        #expect(found.residualImages == expected.residual)
        #expect(found.residualClusters.count == expected.residual.count)
        #expect(found.residualCentroids.shape == [expected.final.count, 12])
    }

    /// Twenty pairs of classes, and for each pair images whose two logits are nearer to each other than float32 tells apart.
    @Test func imagesBetweenTwoClassesArePredictedInDoublePrecision() throws {
        var generator = SeededGenerator(seed: 2)
        func vector() -> [Double] { (0..<32).map { _ in generator.uniform() - 0.5 } }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        func unit(_ x: [Double]) -> [Float] { x.map { Float($0 / dot(x, x).squareRoot()) } }
        let text = (0..<40).map { _ in unit(vector()) }
        let images = (0..<500).map { image in
            let pair = (0..<2).map { text[image % 20 * 2 + $0].map(Double.init) }
            let across = zip(pair[0], pair[1]).map { $0 - $1 }
            let between = zip(zip(pair[0], pair[1]).map(+), vector()).map { $0 + $1 / 2 }
            let share = dot(between, across) / dot(across, across)
            return unit(zip(between, across).map { $0 - share * $1 })
        }
        var expected = [Int](repeating: 0, count: text.count)
        for image in images {
            let logits = text.map { dot($0.map(Double.init), image.map(Double.init)) }
            expected[logits.indices.max { logits[$0] < logits[$1] }!] += 1
        }
        let found = try MismatchDetection(logitScale: 100).run(images: Tensor(rows: images), text: Tensor(rows: text))
        #expect(found.zeroShotCounts == expected)
    }

    /// Ten classes with twenty images each, every class on an axis of its own; the text of the last one points
    /// where no image is.
    private func plantedMismatch() throws -> (images: Tensor, text: Tensor) {
        var generator = SeededGenerator(seed: 1)
        func axis(_ axis: Int, noise: Double) -> [Float] {
            (0..<12).map { Float(($0 == axis ? 1 : 0) + 1 + noise * (generator.uniform() - 0.5)) }
        }
        let images = (0..<200).map { axis($0 / 20, noise: 0.1) }
        let text = (0..<10).map { axis($0 == 9 ? 11 : $0, noise: 0) }
        return try (Tensor(rows: images).l2Normalized(), Tensor(rows: text).l2Normalized())
    }

    @Test(arguments: [UInt64(0), 1, 2]) func aPlantedMismatchIsFound(seed: UInt64) throws {
        let (images, text) = try plantedMismatch()
        let fresh = try MismatchDetection(logitScale: 30, seed: seed).run(images: images, text: text)
        #expect(fresh.mismatched == [9])
        #expect(fresh.residualImages == Array(180..<200))

        let warm = try MismatchDetection(logitScale: 30, start: .previous, seed: seed)
            .run(images: images, text: text)
        #expect(warm.mismatched == [9])
    }

    @Test func theSameSeedGivesTheSameTrace() throws {
        let (images, text) = try plantedMismatch()
        let detection = MismatchDetection(logitScale: 5, seed: 4)
        let first = try detection.run(images: images, text: text)
        let second = try detection.run(images: images, text: text)
        #expect(first.steps.map(\.label) == second.steps.map(\.label))
        #expect(first.steps.map(\.images) == second.steps.map(\.images))
        #expect(try first.residualCentroids.floats() == second.residualCentroids.floats())
    }

    /// What is kept of clusters from step to step, and of points where most of them leave, against K-means begun anew from the step
    /// before's means without the matched one's.
    @Test(arguments: [Int.max, 1200 * 8]) func clustersThatAreContinuedAreThoseBegunAnewFromTheirMeans(bounds: Int) throws {
        var generator = SeededGenerator(seed: 12)
        func rows(_ count: Int) throws -> Tensor {
            try Tensor(rows: (0..<count).map { _ in (0..<16).map { _ in Float(generator.uniform()) - 0.5 } }).l2Normalized()
        }
        let (images, text, kMeans) = try (rows(1200), rows(30), KMeans(tolerance: 0, maximumBounds: bounds))
        let continued = try MismatchDetection(logitScale: 20, start: .previous, seed: 3, kMeans: kMeans)
            .run(images: images, text: text)

        let centre = try images.mean(dim: 0)
        // Where the last step began and with which images, and the cluster that it matched.
        nonisolated(unsafe) var last: (centroids: Tensor, remaining: [Int], matched: Int)?
        let anew = MismatchDetection(
            logitScale: 20,
            start: .given { step, remaining, count in
                let centroids: Tensor
                if let last {
                    let means = try KMeans(tolerance: 0).cluster(
                        images.rows(last.remaining) - centre, from: last.centroids - centre
                    )
                    .centroids
                    centroids = try means.rows((0...count).filter { $0 != last.matched }) + centre
                } else {
                    var generator = SeededGenerator(seed: 3, stream: UInt64(step))
                    centroids =
                        try KMeans(maximumIterations: 0).cluster(images - centre, into: count, using: &generator).centroids
                        + centre
                }
                last = (centroids, remaining, -1)
                return centroids
            }, kMeans: KMeans(tolerance: 0))
        let found = try anew.run(images: images, text: text) { last?.matched = $0.cluster }

        #expect(found.steps.map(\.label) == continued.steps.map(\.label))
        #expect(found.steps.map(\.cluster) == continued.steps.map(\.cluster))
        #expect(found.steps.map(\.images) == continued.steps.map(\.images))
        #expect(found.residualClusters == continued.residualClusters)
        #expect(continued.residualImages.count < 600)
    }

    /// Images without structure, whose clusters settle slowly: fewer and more than are predicted at a time, of each in each process.
    @Test(arguments: [(3000, 30, 16, false), (34_000, 8, 8, true)], [2, 3])
    func processesFindTogetherWhatOneFinds(work: (images: Int, classes: Int, dim: Int, continues: Bool), processes: Int) throws {
        @Sendable func found(in group: ProcessGroup) throws -> [[Float]] {
            var generator = SeededGenerator(seed: 6)
            func rows(_ count: Int) throws -> Tensor {
                try Tensor(rows: (0..<count).map { _ in (0..<work.dim).map { _ in Float(generator.uniform()) - 0.5 } })
                    .l2Normalized()
            }
            var detection = MismatchDetection(logitScale: 20, start: work.continues ? .previous : .fresh, seed: 3)
            detection.group = group
            let found = try detection.run(images: rows(work.images), text: rows(work.classes))
            return try found.steps.map {
                [Float($0.label), Float($0.cluster), $0.probability, Float($0.iterations)] + $0.images.map(Float.init)
            }
                + [
                    found.residualCentroids.floats(), found.residualClusters.map(Float.init),
                    found.zeroShotCounts.map(Float.init),
                ]
        }
        let alone = try found(in: .alone)
        #expect(alone.count == work.classes - (work.classes + 9) / 10 + 3)
        for together in try Ranks.run(processes, found) { #expect(together == alone) }
    }

    @Test(arguments: MismatchDetection.Removal.allCases)
    func fewerImagesThanClassesEndsWithNoImageRemoved(removal: MismatchDetection.Removal) throws {
        let text = try plantedMismatch().text
        let images = try text.rows([0, 3, 3])
        let found = try MismatchDetection(logitScale: 30, removal: removal).run(images: images, text: text)
        #expect(found.steps.count == 9)
        #expect(found.steps.allSatisfy { $0.images.isEmpty })
        #expect(found.residualImages == [0, 1, 2])
        #expect(found.finalClasses.count == 1)
    }

    @Test func identicalImagesLeaveEmptyClustersThatMatchNoClass() throws {
        let text = try plantedMismatch().text
        let images = try text.rows(Array(repeating: 2, count: 30))
        let found = try MismatchDetection(logitScale: 30).run(images: images, text: text)
        #expect(found.steps.count == 9)
        // One occupied cluster is certain for every class, so the classes leave in order.
        #expect(found.steps.map(\.label) == Array(0..<9))
        #expect(found.steps.prefix(3).map(\.images.count) == [0, 0, 3])
    }

    @Test func aSingleClassIsItsOwnMismatch() throws {
        let (images, text) = try plantedMismatch()
        let found = try MismatchDetection(logitScale: 30).run(images: images, text: text.rows([4]))
        #expect(found.steps.isEmpty)
        #expect(found.mismatched == [0])
    }

    @Test func noImageAtAllIsRefused() throws {
        let text = try plantedMismatch().text
        #expect(throws: CAPError.self) {
            try MismatchDetection(logitScale: 30).run(images: .zeros([0, 12]), text: text)
        }
    }
}
