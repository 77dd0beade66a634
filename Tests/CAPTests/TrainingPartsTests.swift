import CAP
import Foundation
import Tensors
import Testing

@Suite struct MarginLossTests {
    @Test func withoutMarginItIsCrossEntropy() throws {
        let logits = try Tensor([1, 2, 0.5, 0, -1, 2] as [Float], shape: [2, 3])
        let loss = try marginLoss(
            logits: logits, labels: Tensor(indices: [1, 2]), margin: .zeros([3, 3]))
        func crossEntropy(_ z: [Double], _ y: Int) -> Double { log(z.map(exp).reduce(0, +)) - z[y] }
        let expected = (crossEntropy([1, 2, 0.5], 1) + crossEntropy([0, -1, 2], 2)) / 2
        #expect(abs(try loss.item() - expected) < 1e-6)
    }

    @Test func theMarginHandicapsTheWrongClassesOnly() throws {
        let margin = try Tensor([0, 2, 3, 1, 0, 1, 5, 5, 0] as [Float], shape: [3, 3])
        let logits = try Tensor([1, 2, 0.5] as [Float], shape: [1, 3])
        let loss = try marginLoss(logits: logits, labels: Tensor(indices: [0]), margin: margin)
        // −log( e^1 / (e^1 + e^{2+2} + e^{0.5+3}) )
        let expected = -log(exp(1) / (exp(1) + exp(4) + exp(3.5)))
        #expect(abs(try loss.item() - expected) < 1e-5)
    }
}

@Suite struct LearningRateScheduleTests {
    /// Learning rates of the references: 0.1 over 150 epochs with 5 of warm-up.
    @Test func learningRatesAreThePublishedOnes() {
        let schedule = LearningRateSchedule(peak: 0.1, warmup: 5, total: 150)
        for (epoch, rate) in [(0, 0), (1, 0.02), (4, 0.08), (5, 0.1), (6, 0.099988), (75, 0.052707), (149, 0.000012)] {
            #expect(abs(schedule.rate(at: epoch) - rate) < 1e-6)
        }
    }

    @Test func warmsUpFromZeroAndFallsByHalfACosine() {
        let schedule = LearningRateSchedule(peak: 0.01, warmup: 50, total: 2500)
        #expect(schedule.rate(at: 0) == 0)
        #expect(abs(schedule.rate(at: 25) - 0.005) < 1e-15)
        #expect(abs(schedule.rate(at: 50) - 0.01) < 1e-15)
        #expect(abs(schedule.rate(at: 50 + 1225) - 0.005) < 1e-15)
        #expect(abs(schedule.rate(at: 2499) - 0.005 * (1 + cos(.pi * 2449 / 2450))) < 1e-15)
    }

    /// Learning rates of PyTorch's LambdaLR for 0.02 over 50 epochs with 2 of warm-up, as published for CPL.
    @Test func agreesWithRecordedRates() {
        let schedule = LearningRateSchedule(peak: 0.02, warmup: 2, total: 50)
        for (epoch, rate) in [(0, 0), (1, 0.01), (2, 0.02), (3, 0.019979), (25, 0.010654), (49, 0.000021)] {
            #expect(abs(schedule.rate(at: epoch) - rate) < 1e-6)
        }
    }
}

@Suite struct SGDTests {
    @Test func threeStepsAgreeWithTheRecurrence() throws {
        let p = try Tensor([1.5, -2] as [Float], shape: [2]).asParameter()
        let optimizer = try SGD([NamedParameter("p", p)], momentum: 0.9, weightDecay: 0.1)
        var expected = [1.5, -2.0]
        var velocity = [0.0, 0.0]
        for step in 1...3 {
            let rate = 0.1 * Double(step)
            try (p * p * p).sum().backward()
            try optimizer.step(rate: rate)
            for i in 0..<2 {
                velocity[i] = 0.9 * velocity[i] + 3 * expected[i] * expected[i] + 0.1 * expected[i]
                expected[i] -= rate * velocity[i]
            }
            for (actual, wanted) in zip(try p.doubles(), expected) {
                #expect(abs(actual - wanted) < 1e-4 * max(1, abs(wanted)))
            }
        }
    }

    @Test func aParameterWithoutGradientIsLeftAlone() throws {
        let p = try Tensor([1] as [Float], shape: [1]).asParameter()
        try SGD([NamedParameter("p", p)]).step(rate: 1)
        #expect(try p.floats() == [1])
    }
}

@Suite struct SampleStreamTests {
    @Test func everyPassVisitsEverySampleOnce() {
        var stream = SampleStream(count: 10, seed: 3, number: 1)
        let first = stream.next(10)
        let second = stream.next(10)
        #expect(first.sorted() == Array(0..<10))
        #expect(second.sorted() == Array(0..<10))
        #expect(first != second)
    }

    @Test func aBatchGoesOnIntoTheNextPass() {
        var stream = SampleStream(count: 3, seed: 3, number: 1)
        let batch = stream.next(7)
        #expect(batch.count == 7)
        #expect(batch[0..<3].sorted() == [0, 1, 2])
        #expect(batch[3..<6].sorted() == [0, 1, 2])
    }

    @Test func aStreamPutBackGoesOnAsBefore() {
        var stream = SampleStream(count: 10, seed: 3, number: 2)
        _ = stream.next(17)
        var restored = SampleStream(
            count: 10, seed: 3, number: 2, pass: stream.pass, position: stream.position)
        #expect(stream.next(25) == restored.next(25))
    }

    @Test func aBatchOfAPassEndsWithIt() {
        var stream = SampleStream(count: 10, seed: 3, number: 1)
        var whole = stream
        let batches = (0..<6).map { _ in stream.nextOfPass(4) }
        #expect(batches.map(\.count) == [4, 4, 2, 4, 4, 2])
        #expect(Array(batches.joined()) == whole.next(20))
    }

    @Test func whatAPassStillHasIsLeftOutWhereItEnds() {
        var stream = SampleStream(count: 10, seed: 3, number: 1)
        var whole = stream
        let first = stream.nextOfPass(4)
        stream.endPass()
        let second = stream.nextOfPass(10)
        let passes = whole.next(20)
        #expect(first == Array(passes[..<4]))
        #expect(second == Array(passes[10...]))
    }

    @Test func anEmptyListGivesNothing() {
        var stream = SampleStream(count: 0, seed: 3, number: 1)
        #expect(stream.next(4).isEmpty)
        stream.endPass()
        #expect(stream.nextOfPass(4).isEmpty)
    }
}

@Suite struct AdapterTests {
    @Test func addsAHundredthOfTheBottleneckAndRenormalises() throws {
        var generator = SeededGenerator(seed: 5)
        let adapter = try Adapter(dim: 3, hidden: 2, device: .cpu, using: &generator)
        let x: [Double] = [0.6, 0, -0.8]
        let (w1, b1) = try (adapter.downWeight.doubles(), adapter.downBias.doubles())
        let (w2, b2) = try (adapter.upWeight.doubles(), adapter.upBias.doubles())
        func product(_ weights: [Double], row: Int, _ vector: [Double]) -> Double {
            vector.indices.reduce(0.0) { $0 + weights[row * vector.count + $1] * vector[$1] }
        }
        let hidden: [Double] = (0..<2).map { row in max(0, b1[row] + product(w1, row: row, x)) }
        let sum: [Double] = (0..<3).map { row in x[row] + 0.01 * (b2[row] + product(w2, row: row, hidden)) }
        let norm: Double = sum.reduce(0.0) { $0 + $1 * $1 }.squareRoot()
        let actual = try adapter(Tensor(x.map(Float.init), shape: [1, 3])).doubles()
        for (a, s) in zip(actual, sum) { #expect(abs(a - s / norm) < 1e-6) }
    }

    @Test func initialWeightsStayWithinTheirBound() throws {
        var generator = SeededGenerator(seed: 5)
        let adapter = try Adapter(dim: 16, hidden: 4, device: .cpu, using: &generator)
        #expect(try adapter.downWeight.floats().allSatisfy { abs($0) <= 0.25 })
        #expect(try adapter.upWeight.floats().allSatisfy { abs($0) <= 0.5 })
        #expect(adapter.parameters.allSatisfy { $0.value.requiresGrad })
    }
}
