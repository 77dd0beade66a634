import CAP
import Foundation
import GroupSupport
import Tensors
import Testing

struct KMeansTests {
    struct Recorded: Decodable {
        struct Case: Decodable {
            let name: String
            let points: [[Float]]
            let initial: [[Float]]
            let max_iterations: Int
            let labels: [Int]
            let centroids: [[Float]]
            let inertia: Double
        }
        let cases: [Case]
    }

    @Test func scikitLearnsClustersFollowFromTheSameInitialCentroids() throws {
        for recorded in try fixture("kmeans", as: Recorded.self).cases {
            let clustering = try KMeans(maximumIterations: recorded.max_iterations)
                .cluster(Tensor(rows: recorded.points), from: Tensor(rows: recorded.initial))
            #expect(clustering.labels == recorded.labels, "\(recorded.name)")
            #expect(
                try agree(clustering.centroids.floats(), Array(recorded.centroids.joined()), within: 2e-6),
                "\(recorded.name)")
            #expect(abs(clustering.inertia - recorded.inertia) < 1e-3, "\(recorded.name)")
        }
    }

    /// Lloyd's iteration as it is written down: every distance anew, in double precision, until no label changes.
    private func plainLloyd(_ rows: [[Float]], from initial: [[Float]]) -> [Int] {
        var centroids = initial.map { $0.map(Double.init) }
        func distance(_ row: [Float], _ centroid: [Double]) -> Double {
            zip(row, centroid).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
        }
        var labels = [Int](repeating: -1, count: rows.count)
        while true {
            let nearest = rows.map { row in
                let distances = centroids.map { distance(row, $0) }
                return distances.indices.min { distances[$0] < distances[$1] } ?? 0
            }
            if nearest == labels { return labels }
            labels = nearest
            // An empty cluster gets the point that is farthest from its centroid where more than one has that.
            var filled = nearest
            for empty in centroids.indices where !nearest.contains(empty) {
                let sizes = Dictionary(grouping: filled) { $0 }.mapValues(\.count)
                let spare = rows.indices.filter { filled[$0] == nearest[$0] && sizes[filled[$0]]! > 1 }
                filled[spare.max { distance(rows[$0], centroids[nearest[$0]]) < distance(rows[$1], centroids[nearest[$1]]) }!] =
                    empty
            }
            for cluster in centroids.indices {
                let members = zip(rows, filled).filter { $0.1 == cluster }.map(\.0)
                for d in centroids[cluster].indices {
                    centroids[cluster][d] = members.reduce(0) { $0 + Double($1[d]) } / Double(members.count)
                }
            }
        }
    }

    /// With a bound for each centroid, and with eight for all centroids.
    @Test(arguments: [(1000, 24, 16), (700, 45, 37), (300, 3, 64), (1500, 120, 24)], [Int.max, 1000 * 8])
    func distancesThatAreLeftOutChangeNoLabel(size: (points: Int, clusters: Int, dim: Int), maximumBounds: Int) throws {
        let (points, clusters, dim) = size
        // Without structure clusters overlap everywhere, and settle slowly.
        var generator = SeededGenerator(seed: UInt64(points))
        let rows = (0..<points).map { _ in (0..<dim).map { _ in Float(generator.uniform()) - 0.5 } }
        let initial = Array(rows.prefix(clusters))
        let kMeans = KMeans(tolerance: 0, maximumBounds: maximumBounds)
        let clustering = try kMeans.cluster(Tensor(rows: rows), from: Tensor(rows: initial))
        #expect(clustering.iterations > 5)
        #expect(clustering.labels == plainLloyd(rows, from: initial))
    }

    /// Among them points that come several times, so that clusters run empty and more change in a pass than are exchanged at first.
    @Test(arguments: [2, 3, 5]) func processesClusterTogetherAsOneDoes(processes: Int) throws {
        @Sendable func clusters(in group: ProcessGroup) throws -> (
            seeded: [Int], given: [Int], centroids: [Float], inertia: Double
        ) {
            var generator = SeededGenerator(seed: 8)
            let distinct = (0..<900).map { _ in (0..<10).map { _ in Float(generator.uniform()) - 0.5 } }
            let rows = try Tensor(rows: distinct + [[Float]](repeating: distinct[3], count: 600))
            var kMeans = KMeans(tolerance: 0)
            kMeans.group = group
            let seeded = try kMeans.cluster(rows, into: 70, using: &generator)
            let given = try kMeans.cluster(rows, from: rows.rows((0..<90).map { $0 < 40 ? $0 : 3 }))
            return try (seeded.labels, given.labels, given.centroids.floats(), seeded.inertia)
        }
        let alone = try clusters(in: .alone)
        for together in try Ranks.run(processes, clusters) { #expect(together == alone) }
    }

    /// Bounds are kept with where centroids were, of which not all places are.
    @Test func centroidsMayMoveFar() throws {
        var generator = SeededGenerator(seed: 9)
        let rows = (0..<800).map { _ in (0..<12).map { _ in Float(generator.uniform()) - 0.5 } }
        let initial = rows.prefix(30).map { $0.map { 6 * $0 } }
        let clustering = try KMeans(tolerance: 0).cluster(Tensor(rows: rows), from: Tensor(rows: initial))
        #expect(clustering.iterations > 5)
        #expect(clustering.labels == plainLloyd(rows, from: initial))
    }

    /// Greedy k-means++ as it is written down: every distance anew, in double precision.
    private func plainSeeds(_ rows: [[Float]], _ count: Int, using generator: inout SeededGenerator) -> [Int] {
        func squared(_ a: Int, _ b: Int) -> Double {
            zip(rows[a], rows[b]).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
        }
        var seeds = [generator.index(below: rows.count)]
        var nearest = rows.indices.map { squared($0, seeds[0]) }
        while seeds.count < count {
            let total = nearest.reduce(0, +)
            let drawn = (0..<2 + Int(log(Double(count)))).map { _ in
                var left = generator.uniform() * total
                return nearest.firstIndex {
                    left -= $0
                    return left < 0
                } ?? rows.count - 1
            }
            let lowered = drawn.map { seed in rows.indices.map { min(nearest[$0], squared($0, seed)) } }
            let totals = lowered.map { $0.reduce(0, +) }
            let best = totals.indices.min { totals[$0] < totals[$1] }!
            seeds.append(drawn[best])
            nearest = lowered[best]
        }
        return seeds
    }

    /// Points without structure, whose distances rounding tells apart badly, and points in tight groups; more than a thousand, so that
    /// sums are taken of several blocks.
    @Test(arguments: [(1100, 24, 16), (1100, 60, 65), (300, 3, 512)], [1, 0.05] as [Float])
    func distancesThatAreLeftOutChangeNoSeed(size: (points: Int, clusters: Int, dim: Int), spread: Float) throws {
        let (points, clusters, dim) = size
        var generator = SeededGenerator(seed: UInt64(points + dim))
        let middles = (0..<clusters).map { _ in (0..<dim).map { _ in Float(generator.uniform()) - 0.5 } }
        let rows = (0..<points).map { point in
            middles[point % clusters].map { $0 * (1 - spread) + spread * (Float(generator.uniform()) - 0.5) }
        }
        var plain = SeededGenerator(seed: 7)
        let seeds = plainSeeds(rows, clusters, using: &plain)
        for multipliesBytes in Set([false, ByteRows.areFast]) {
            var (kMeans, generator) = (KMeans(maximumIterations: 0), SeededGenerator(seed: 7))
            kMeans.multipliesBytes = multipliesBytes
            let centroids = try kMeans.cluster(Tensor(rows: rows), into: clusters, using: &generator).centroids
            #expect(try centroids.floats() == seeds.flatMap { rows[$0] })
        }
    }

    /// `count` points around each of the corners of a square of side 10.
    private func corners(_ count: Int) throws -> Tensor {
        var generator = SeededGenerator(seed: 5)
        return try Tensor(
            rows: [(0, 0), (10, 0), (0, 10), (10, 10)].flatMap { corner in
                (0..<count).map { _ in
                    [Float(corner.0) + Float(generator.uniform()), Float(corner.1) + Float(generator.uniform())]
                }
            })
    }

    @Test(arguments: 0..<20) func seedingFindsClustersThatAreFarApart(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let clustering = try KMeans().cluster(corners(25), into: 4, using: &generator)
        #expect(clustering.sizes == [25, 25, 25, 25])
        for corner in 0..<4 { #expect(Set(clustering.labels[corner * 25..<(corner + 1) * 25]).count == 1) }
    }

    @Test func theSameSeedGivesTheSameClusters() throws {
        var first = SeededGenerator(seed: 3)
        var second = SeededGenerator(seed: 3)
        let a = try KMeans().cluster(corners(30), into: 7, using: &first)
        let b = try KMeans().cluster(corners(30), into: 7, using: &second)
        #expect(a.labels == b.labels)
        #expect(try a.centroids.floats() == b.centroids.floats())
    }

    @Test func centroidsAreTheMeansOfTheirPointsAndEveryPointIsWithItsNearest() throws {
        var generator = SeededGenerator(seed: 8)
        let rows = (0..<400).map { _ in (0..<3).map { _ in Float(generator.uniform()) } }
        let clustering = try KMeans(tolerance: 0).cluster(Tensor(rows: rows), into: 30, using: &generator)
        let centroids = try clustering.centroids.floats()
        func distance(_ row: [Float], _ cluster: Int) -> Float {
            (0..<3).reduce(0) { sum, d in
                let step = row[d] - centroids[cluster * 3 + d]
                return sum + step * step
            }
        }
        var inertia = 0.0
        for (row, label) in zip(rows, clustering.labels) {
            let nearest = (0..<30).map { distance(row, $0) }.min() ?? 0
            #expect(distance(row, label) <= nearest + 1e-6)
            inertia += Double(distance(row, label))
        }
        #expect(abs(inertia - clustering.inertia) < 1e-3)
        for cluster in 0..<30 {
            let members = zip(rows, clustering.labels).filter { $0.1 == cluster }.map(\.0)
            #expect(members.count == clustering.sizes[cluster])
            for d in 0..<3 {
                let mean = members.reduce(Float(0)) { $0 + $1[d] } / Float(members.count)
                #expect(abs(mean - centroids[cluster * 3 + d]) < 1e-5)
            }
        }
    }

    @Test func moreClustersThanDistinctPointsEndWithEmptyClusters() throws {
        let points = try Tensor(rows: [[1, 0], [1, 0], [1, 0], [0, 1], [0, 1]])
        var generator = SeededGenerator(seed: 0)
        let clustering = try KMeans().cluster(points, into: 4, using: &generator)
        #expect(clustering.sizes.reduce(0, +) == 5)
        #expect(clustering.sizes.filter { $0 > 0 }.count == 2)
        #expect(clustering.inertia == 0)
    }

    @Test func whatCannotBeClusteredIsRefused() throws {
        var generator = SeededGenerator(seed: 0)
        let points = try Tensor(rows: [[1, 0], [0, 1]])
        #expect(throws: CAPError.self) { try KMeans().cluster(points, into: 3, using: &generator) }
        #expect(throws: CAPError.self) { try KMeans().cluster(points, into: 0, using: &generator) }
        #expect(throws: CAPError.self) { try KMeans().cluster(points, from: Tensor(rows: [[1, 0, 0]])) }
    }
}
