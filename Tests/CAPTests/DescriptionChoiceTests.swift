import CAP
import Foundation
import Tensors
import Testing

struct DescriptionChoiceTests {
    @Test func theCandidateSurestOfAClusterIsChosen() throws {
        // Cosines to the centroids (1,0) and (0,1) are the coordinates; a centroid's length does not matter.
        let choice = try DescriptionChoice(
            candidates: Tensor(rows: [[0.8, 0.6], [0.28, 0.96], [0.6, 0.8]]),
            centroids: Tensor(rows: [[0.5, 0], [0, 0.25]]), logitScale: 2)
        func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
        #expect(
            agree(choice.fits.map(\.probability), [sigmoid(0.4), sigmoid(1.36), sigmoid(0.4)], within: 1e-6))
        #expect(choice.fits.map(\.cluster) == [0, 1, 1])
        #expect(choice.chosen == 1)
    }

    @Test func theFirstOfEqualCandidatesIsChosen() throws {
        let choice = try DescriptionChoice(
            candidates: Tensor(rows: [[1, 0], [1, 0]]), centroids: Tensor(rows: [[1, 0]]), logitScale: 100)
        #expect(choice.chosen == 0)
        #expect(choice.fits.map(\.probability) == [1, 1])
    }

    @Test func noCandidateIsRefused() throws {
        #expect(throws: CAPError.self) {
            try DescriptionChoice(candidates: .zeros([0, 2]), centroids: Tensor(rows: [[1, 0]]), logitScale: 1)
        }
    }
}
