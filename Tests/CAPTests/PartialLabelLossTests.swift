import CAP
import Foundation
import Methods
import Tensors
import Testing

@Suite struct PartialLabelLossTests {
    private func logits() throws -> Tensor { try Tensor(rows: [[1, 2, 0.5], [0, -1, 2]]) }
    private func labels() throws -> Tensor { try Tensor(rows: [[1, 0, 1], [0, 1, 1]]) }

    /// The loss of either sample.
    private func losses(_ loss: PartialLabelLoss, _ confidences: Tensor) throws -> [Double] {
        try (0..<2).map { row in
            try loss(logits: logits().rows([row]), labels: labels().rows([row]), confidences: confidences.rows([row]))
                .item()
        }
    }

    private func agree(_ a: [Double], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 } }

    /// Values of CPL's published implementation.
    @Test func valuesAreThePublishedOnes() throws {
        let start = try PartialLabelLoss.initialConfidences(labels: labels())
        #expect(try agree(losses(.cc, start), [0.990292, 0.121259]))
        #expect(try agree(losses(.ce, start), [3.428738, 3.339692]))
        #expect(try agree(losses(.rcRC, start), [1.714369, 1.669846]))
        #expect(try agree(losses(.rcCAV, start), [1.714369, 1.669846]))
        #expect(try agree(losses(.lwLW, start), [1.714368, 1.669845]))
        #expect(try agree(losses(.gce, start), [1.983428, 1.433381]))
        let renewed = try PartialLabelLoss.lwLW.renewedConfidences(logits: logits(), labels: labels())
        #expect(try agree(losses(.lwLW, renewed), [1.816861, 0.277320]))
    }

    @Test func withOneCandidateTheyAreTheCrossEntropy() throws {
        let labels = try Tensor(rows: [[0, 0, 1], [1, 0, 0]])
        let expected = (log(exp(1) + exp(2) + exp(0.5)) - 0.5 + log(1 + exp(-1) + exp(2))) / 2
        for loss in [PartialLabelLoss.cc, .ce, .rcRC, .rcCAV] {
            let confidences = try loss.renewedConfidences(logits: logits(), labels: labels)
            #expect(try abs(loss(logits: logits(), labels: labels, confidences: confidences).item() - expected) < 1e-6)
        }
    }

    @Test func aCertainlyWrongCandidateStillHasAGradient() throws {
        let logits = try Tensor(rows: [[0, 300, -200]]).asParameter()
        let loss = try PartialLabelLoss.cc(
            logits: logits, labels: Tensor(rows: [[1, 0, 1]]), confidences: Tensor(rows: [[1, 0, 1]]))
        #expect(try abs(loss.item() - 300) < 1e-3)
        try loss.backward()
        let gradient = try #require(try logits.grad).floats()
        #expect(zip(gradient, [-1, 1, 0]).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func renewedConfidencesAreSharesOfTheCandidates() throws {
        let q = [exp(1.0), exp(2.0), exp(0.5)]
        let rc = try PartialLabelLoss.rcRC.renewedConfidences(logits: logits(), labels: labels()).doubles()
        #expect(agree(Array(rc[0..<3]), [q[0] / (q[0] + q[2]), 0, q[2] / (q[0] + q[2])]))
        // z · |1 − z| of the candidates: 0 and 0.25; −2 and 2.
        let cav = try PartialLabelLoss.rcCAV.renewedConfidences(logits: logits(), labels: labels()).floats()
        #expect(cav == [0, 0, 1, 0, 0, 1])
        // A candidate of a negative score is still the one, since the others are none.
        let negative = try PartialLabelLoss.rcCAV.renewedConfidences(
            logits: Tensor(rows: [[-1, -3, 2]]), labels: Tensor(rows: [[1, 1, 0]])
        ).floats()
        #expect(negative == [1, 0, 0])
    }

    @Test func negligibleConfidencesBecomeZero() throws {
        let confidences = try PartialLabelLoss.rcRC.renewedConfidences(
            logits: Tensor(rows: [[20, 0, 20]]), labels: Tensor(rows: [[1, 1, 1]])
        ).floats()
        #expect(confidences == [0.5, 0, 0.5])
    }

    @Test func gradientsAreLimitedTogether() throws {
        let a = try Tensor([3] as [Float], shape: [1]).asParameter()
        let b = try Tensor([4] as [Float], shape: [1]).asParameter()
        let optimizer = try SGD([NamedParameter("a", a), NamedParameter("b", b)], momentum: 0, weightDecay: 0)
        try ((a * a).sum() + (b * b).sum()).backward()  // gradients 6 and 8
        try optimizer.step(rate: 1, gradientNorm: 5)
        #expect(try abs(a.item() - 0) < 1e-5 && abs(b.item() - 0) < 1e-5)
    }
}
