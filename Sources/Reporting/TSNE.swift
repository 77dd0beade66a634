import Glibc

/// t-SNE: points of many dimensions laid out in two, so that near ones stay near (van der Maaten and Hinton, JMLR 2008).
///
/// The exact method, for the thousand points that a chart can show: time and memory grow with their square. It starts from
/// the two principal components instead of random numbers, so the same points give the same picture.
public struct TSNE: Sendable {
    /// About how many neighbours each point keeps.
    public var perplexity: Double
    public var iterations: Int

    /// Iterations at the start in which neighbours attract each other more strongly, and how much.
    private static let earlyIterations = 250
    private static let exaggeration = 12.0

    public init(perplexity: Double = 30, iterations: Int = 750) {
        self.perplexity = perplexity
        self.iterations = iterations
    }

    /// Lays out the rows of `points`.
    ///
    /// - Parameter points: row-major `[count, dim]`.
    /// - Returns: `[count, 2]` row-major, centred.
    public func embed(_ points: [Float], count: Int) throws -> [Double] {
        guard count > 0, points.count % count == 0, points.allSatisfy(\.isFinite) else {
            throw ReportError("\(points.count) numbers are not \(count) points that can be laid out")
        }
        let dim = points.count / count
        var layout = Self.principalComponents(points, count: count, dim: dim)
        guard count > 3 else { return layout }
        let attraction = Self.affinities(
            points, count: count, dim: dim, perplexity: min(perplexity, Double(count - 1) / 3))
        let rate = max(Double(count) / Self.exaggeration / 4, 50)
        var velocity = [Double](repeating: 0, count: layout.count)
        var gains = [Double](repeating: 1, count: layout.count)
        for iteration in 0..<iterations {
            let isEarly = iteration < Self.earlyIterations
            let gradient = Self.gradient(
                layout, attraction, count: count, exaggeration: isEarly ? Self.exaggeration : 1)
            for index in layout.indices {
                let agrees = gradient[index] * velocity[index] > 0
                gains[index] = max(0.01, agrees ? gains[index] * 0.8 : gains[index] + 0.2)
                velocity[index] = (isEarly ? 0.5 : 0.8) * velocity[index] - rate * gains[index] * gradient[index]
                layout[index] += velocity[index]
            }
        }
        for axis in 0..<2 {
            let mean = stride(from: axis, to: layout.count, by: 2).reduce(0) { $0 + layout[$1] } / Double(count)
            for index in stride(from: axis, to: layout.count, by: 2) { layout[index] -= mean }
        }
        return layout
    }

    /// The Kullback–Leibler divergence of a layout, which the method makes small.
    public func divergence(of layout: [Double], from points: [Float], count: Int) throws -> Double {
        guard count > 3, points.count % count == 0, layout.count == 2 * count else {
            throw ReportError("\(layout.count) numbers are no layout of \(count) points")
        }
        let p = Self.affinities(
            points, count: count, dim: points.count / count, perplexity: min(perplexity, Double(count - 1) / 3))
        var kernel = [Double](repeating: 0, count: count * count)
        var total = 0.0
        for i in 0..<count {
            for j in 0..<count where j != i {
                let (dx, dy) = (layout[2 * i] - layout[2 * j], layout[2 * i + 1] - layout[2 * j + 1])
                kernel[i * count + j] = 1 / (1 + dx * dx + dy * dy)
                total += kernel[i * count + j]
            }
        }
        return p.indices.reduce(0) { sum, pair in
            p[pair] > 0 ? sum + p[pair] * log(p[pair] * total / kernel[pair]) : sum
        }
    }

    // MARK: - Steps

    /// P: how likely each point picks each other as its neighbour, made symmetric, `[count, count]`, sum 1.
    private static func affinities(_ points: [Float], count: Int, dim: Int, perplexity: Double) -> [Double] {
        var distances = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            for j in 0..<i {
                var sum: Float = 0
                for axis in 0..<dim {
                    let difference = points[i * dim + axis] - points[j * dim + axis]
                    sum += difference * difference
                }
                distances[i * count + j] = Double(sum)
                distances[j * count + i] = Double(sum)
            }
        }
        let entropy = log(max(perplexity, 1))
        var p = [Double](repeating: 0, count: count * count)
        for i in 0..<count {
            let row = i * count..<(i + 1) * count
            let nearest = row.filter { $0 != row.lowerBound + i }.map { distances[$0] }.min() ?? 0
            // The width of the Gaussian around the point, by bisection.
            var (low, high, precision) = (0.0, Double.infinity, 1.0)
            var sum = 0.0
            for _ in 0..<64 {
                sum = 0
                var weighted = 0.0
                for pair in row where pair != row.lowerBound + i {
                    p[pair] = exp(-(distances[pair] - nearest) * precision)
                    sum += p[pair]
                    weighted += p[pair] * (distances[pair] - nearest)
                }
                let excess = log(sum) + precision * weighted / sum - entropy
                if abs(excess) < 1e-5 { break }
                if excess > 0 { low = precision } else { high = precision }
                precision = high.isFinite ? (low + high) / 2 : precision * 2
            }
            for pair in row { p[pair] /= sum }
        }
        var symmetric = p
        for i in 0..<count {
            for j in 0..<count {
                symmetric[i * count + j] = max(
                    (p[i * count + j] + p[j * count + i]) / Double(2 * count), i == j ? 0 : 1e-12)
            }
        }
        return symmetric
    }

    private static func gradient(
        _ layout: [Double], _ attraction: [Double], count: Int, exaggeration: Double
    ) -> [Double] {
        var gradient = [Double](repeating: 0, count: layout.count)
        var repulsion = gradient
        var total = 0.0
        layout.withUnsafeBufferPointer { layout in
            attraction.withUnsafeBufferPointer { attraction in
                for i in 0..<count {
                    let (x, y) = (layout[2 * i], layout[2 * i + 1])
                    var (pullX, pullY, pushX, pushY) = (0.0, 0.0, 0.0, 0.0)
                    for j in 0..<count where j != i {
                        let (dx, dy) = (x - layout[2 * j], y - layout[2 * j + 1])
                        let kernel = 1 / (1 + dx * dx + dy * dy)
                        total += kernel
                        let pull = attraction[i * count + j] * kernel
                        let push = kernel * kernel
                        pullX += pull * dx
                        pullY += pull * dy
                        pushX += push * dx
                        pushY += push * dy
                    }
                    gradient[2 * i] = pullX
                    gradient[2 * i + 1] = pullY
                    repulsion[2 * i] = pushX
                    repulsion[2 * i + 1] = pushY
                }
            }
        }
        for index in gradient.indices {
            gradient[index] = 4 * (exaggeration * gradient[index] - repulsion[index] / total)
        }
        return gradient
    }

    /// The points along their two directions of largest variance, scaled to a small cloud; `[count, 2]`.
    private static func principalComponents(_ points: [Float], count: Int, dim: Int) -> [Double] {
        var mean = [Double](repeating: 0, count: dim)
        for index in points.indices { mean[index % dim] += Double(points[index]) / Double(count) }
        let centred = points.indices.map { Double(points[$0]) - mean[$0 % dim] }
        var layout = [Double](repeating: 0, count: count * 2)
        var directions: [[Double]] = []
        for axis in 0..<min(2, dim) {
            var direction = (0..<dim).map { cos(Double($0 * (axis + 2) + 1)) }
            var scores = [Double](repeating: 0, count: count)
            for _ in 0..<60 {
                for earlier in directions {
                    let overlap = zip(direction, earlier).reduce(0) { $0 + $1.0 * $1.1 }
                    for index in 0..<dim { direction[index] -= overlap * earlier[index] }
                }
                let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
                guard length > 0 else { break }
                for index in 0..<dim { direction[index] /= length }
                for i in 0..<count {
                    scores[i] = (0..<dim).reduce(0) { $0 + centred[i * dim + $1] * direction[$1] }
                }
                if directions.count == axis { directions.append(direction) } else { directions[axis] = direction }
                direction = [Double](repeating: 0, count: dim)
                for i in 0..<count {
                    for index in 0..<dim { direction[index] += scores[i] * centred[i * dim + index] }
                }
            }
            for i in 0..<count { layout[2 * i + axis] = scores[i] }
        }
        let spread = (stride(from: 0, to: layout.count, by: 2).reduce(0) { $0 + layout[$1] * layout[$1] } / Double(count))
            .squareRoot()
        return spread > 0 ? layout.map { $0 / spread * 1e-4 } : layout
    }
}
