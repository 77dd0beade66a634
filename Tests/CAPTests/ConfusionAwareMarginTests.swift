import CAP
import Methods
import Tensors
import Testing

struct ConfusionAwareMarginTests {
    struct Recorded: Decodable {
        struct Case: Decodable {
            let seen: [Int]
            let scale_rule: String
            let similarity_rule: String
            let scales: [Float]
            let matrix: [Float]
        }
        let logit_scale: Double
        let counts: [Int]
        let prototypes: [Float]
        let text: [Float]
        let cases: [Case]
    }

    @Test func marginsAreThoseOfNumpy() throws {
        let recorded = try fixture("margin", as: Recorded.self)
        #expect(recorded.cases.count == 8)
        for expected in recorded.cases {
            let rule = try ConfusionAwareMargin(
                magnitude: 12,
                scaleRule: #require(.init(rawValue: expected.scale_rule)),
                similarityRule: #require(.init(rawValue: expected.similarity_rule)))
            let margin = try rule.margin(
                confidentCounts: recorded.counts, seen: expected.seen,
                prototypes: Tensor(recorded.prototypes, shape: [6, 5]), text: Tensor(recorded.text, shape: [6, 5]),
                logitScale: recorded.logit_scale)
            #expect(agree(margin.scales, expected.scales, within: 1e-5))
            #expect(try agree(margin.matrix.floats(), expected.matrix, within: 1e-5))
        }
    }

    @Test func twoClassesInClosedForm() throws {
        // r = (1, 1/3), Δ = 2/3; cos = 0.5, and a row rescaled from [0.5, 1] to [0.5, 1] stays what it is.
        let features = try Tensor(rows: [[1, 0], [0.5, Float(0.75).squareRoot()]])
        let margin = try ConfusionAwareMargin(magnitude: 12).margin(
            confidentCounts: [30, 10], seen: [], prototypes: features, text: features, logitScale: 100)
        #expect(agree(margin.scales, [0, 12 * 2 / 3 * 0.5], within: 1e-5))
        #expect(try agree(margin.matrix.floats(), [0, 0, 2, 0], within: 1e-5))
    }

    @Test func theMagnitudeFollowsTheLogitScaleUnlessTold() throws {
        let following = ConfusionAwareMargin(magnitude: 12)
        let absolute = ConfusionAwareMargin(magnitude: 12, followsLogitScale: false)
        let counts = [10, 0]
        #expect(following.scales(confidentCounts: counts, seen: [], logitScale: 50) == [0, 6])
        #expect(absolute.scales(confidentCounts: counts, seen: [], logitScale: 50) == [0, 12])
    }

    @Test func withoutAConfidentSampleThereIsNoMargin() throws {
        let features = try Tensor(rows: [[1, 0], [0, 1]])
        let margin = try ConfusionAwareMargin(magnitude: 12).margin(
            confidentCounts: [0, 0], seen: [], prototypes: features, text: features, logitScale: 100)
        #expect(margin.scales == [0, 0])
        #expect(try margin.matrix.floats() == [0, 0, 0, 0])
    }

    @Test func balancedClassesHaveNoMargin() throws {
        #expect(
            ConfusionAwareMargin(magnitude: 12).scales(confidentCounts: [8, 8, 8], seen: [], logitScale: 100) == [0, 0, 0])
    }

    @Test func identicalClassesDoNotDivideByZero() throws {
        let features = try Tensor(rows: [[1, 0], [1, 0]])
        let margin = try ConfusionAwareMargin(magnitude: 12).margin(
            confidentCounts: [10, 0], seen: [], prototypes: features, text: features, logitScale: 100)
        #expect(try agree(margin.matrix.floats(), [0, 0, 12, 0], within: 1e-5))
    }

    @Test func countsThatDoNotFitAreRefused() throws {
        let features = try Tensor(rows: [[1, 0], [0, 1]])
        #expect(throws: CAPError.self) {
            try ConfusionAwareMargin(magnitude: 12).margin(
                confidentCounts: [1, 2, 3], seen: [], prototypes: features, text: features, logitScale: 100)
        }
    }
}
