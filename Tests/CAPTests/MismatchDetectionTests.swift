import CAP
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
        let logit_scale: Double
        let images: [[Float]]
        let text: [[Float]]
        let filled: Run
        let cluster_only: Run
    }

    @Test(arguments: MismatchDetection.Removal.allCases)
    func theTraceIsThatOfAlgorithm1OnScikitLearn(removal: MismatchDetection.Removal) throws {
        let recorded = try fixture("detection", as: Recorded.self)
        let expected = removal == .filled ? recorded.filled : recorded.cluster_only
        let images = try Tensor(rows: recorded.images)
        let detection = MismatchDetection(
            logitScale: recorded.logit_scale, removal: removal,
            start: .given { _, remaining, count in try images.rows(Array(remaining.prefix(count))) })
        let found = try detection.run(images: images, text: Tensor(rows: recorded.text))

        #expect(found.steps.map(\.label) == expected.steps.map(\.class))
        #expect(found.steps.map(\.cluster) == expected.steps.map(\.cluster))
        #expect(found.steps.map(\.filled) == expected.steps.map(\.filled))
        #expect(agree(found.steps.map(\.probability), expected.steps.map(\.probability), within: 1e-4))
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
