import Foundation
import Reporting
import Testing

@Suite struct TSNETests {
    /// Three clouds in twelve dimensions, by a fixed sequence.
    private static let count = 90
    private static let points: [Float] = {
        var state: UInt64 = 1
        func random() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }
        return (0..<count).flatMap { point in
            (0..<12).map { axis in random() + (axis % 3 == point % 3 ? 2 : 0) }
        }
    }()

    @Test func cloudsStayApart() throws {
        let layout = try TSNE(perplexity: 10).embed(Self.points, count: Self.count)
        func distance(_ a: Int, _ b: Int) -> Double {
            hypot(layout[2 * a] - layout[2 * b], layout[2 * a + 1] - layout[2 * b + 1])
        }
        for point in 0..<Self.count {
            let nearest = (0..<Self.count).filter { $0 != point }.min { distance(point, $0) < distance(point, $1) }
            #expect(nearest.map { $0 % 3 } == point % 3)
        }
        #expect(abs(layout.reduce(0, +)) < 1e-6)
    }

    /// scikit-learn 1.9.1 on the same points, TSNE(2, perplexity=10, method="exact", init="pca"), ends at
    /// 0.371 (Tests/Tools/tsne_reference.py).
    @Test func theDivergenceIsAsSmallAsScikitLearns() throws {
        let method = TSNE(perplexity: 10, iterations: 1000)
        let layout = try method.embed(Self.points, count: Self.count)
        let start = try TSNE(perplexity: 10, iterations: 0).embed(Self.points, count: Self.count)
        let divergence = try method.divergence(of: layout, from: Self.points, count: Self.count)
        #expect(divergence < 0.371 * 1.1)
        #expect(try divergence < method.divergence(of: start, from: Self.points, count: Self.count) / 2)
    }

    @Test func theSamePointsGiveTheSamePicture() throws {
        let method = TSNE(iterations: 50)
        #expect(try method.embed(Self.points, count: Self.count) == method.embed(Self.points, count: Self.count))
    }

    @Test(arguments: [1, 2, 3, 5, 40])
    func fewOrEqualPointsAreNoTrouble(count: Int) throws {
        let layout = try TSNE(iterations: 300).embed([Float](repeating: 0.5, count: 7 * count), count: count)
        #expect(layout.count == 2 * count)
        #expect(layout.allSatisfy { $0.isFinite })
    }

    @Test func whatCannotBeLaidOutIsRefused() {
        #expect(throws: ReportError.self) { try TSNE().embed([1, 2, 3], count: 2) }
        #expect(throws: ReportError.self) { try TSNE().embed([], count: 0) }
        #expect(throws: ReportError.self) { try TSNE().embed([1, .nan], count: 2) }
    }
}
