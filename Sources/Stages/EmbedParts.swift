import Artifacts
import Foundation
import Parameters
import Runs
import Tensors

/// Features of runs of images, each in a file of its own beside the output: what is complete is not computed again after a failure,
/// and several processes write at the same time.
package struct EmbedParts {
    /// The folder that they lie in.
    package let folder: String
    let provenance: Provenance
    /// Of all images.
    let imageCount: Int

    /// - Parameter output: the file that the parts are for.
    package init(of output: String, provenance: Provenance, imageCount: Int) {
        folder = output + ".parts"
        (self.provenance, self.imageCount) = (provenance, imageCount)
    }

    package var isBegun: Bool { FileManager.default.fileExists(atPath: folder) }

    private func path(_ images: Range<Int>) -> String { "\(folder)/\(images.lowerBound)-\(images.upperBound).h5" }

    /// The parts that are complete and of this very work, in their order; none of them has an image of another.
    package func finished() -> [Range<Int>] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let all = names.compactMap { name -> Range<Int>? in
            guard let match = name.wholeMatch(of: /(\d+)-(\d+)\.h5/), let first = Int(match.1), let end = Int(match.2),
                first < end, end <= imageCount, (try? open(first..<end)) != nil
            else { return nil }
            return first..<end
        }
        var end = 0
        return all.sorted { $0.lowerBound < $1.lowerBound }.filter { images in
            guard images.lowerBound >= end else { return false }
            end = images.upperBound
            return true
        }
    }

    /// The parts that the first of several processes finds complete.
    func finished(foundIn group: ProcessGroup) throws -> [Range<Int>] {
        let found = group.isFirst ? finished() : []
        let count = try group.broadcast(found.count)
        let ends =
            try group.isFirst
            ? Tensor(indices: found.flatMap { [$0.lowerBound, $0.upperBound] }) : .zeros([2 * count], dtype: .int64)
        try group.broadcast(ends)
        let numbers = try ends.ints()
        return (0..<count).map { numbers[2 * $0]..<numbers[2 * $0 + 1] }
    }

    /// What is left to compute beside some parts, in pieces of at most `size` images.
    package func missing(besides finished: [Range<Int>], size: Int) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = 0
        for images in finished + [imageCount..<imageCount] {
            pieces += stride(from: start, to: images.lowerBound, by: size).map { $0..<min($0 + size, images.lowerBound) }
            start = images.upperBound
        }
        return pieces
    }

    package func writer(_ images: Range<Int>) throws -> ArtifactWriter<FeaturesPartSchema> {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let writer = try ArtifactWriter(path(images), schema: .featuresPart, provenance: provenance)
        try writer.set(\.first, to: images.lowerBound)
        return writer
    }

    /// Opens a part and checks that it is what it is called.
    private func open(_ images: Range<Int>) throws -> ArtifactReader<FeaturesPartSchema> {
        let part = try ArtifactReader(path(images), schema: .featuresPart)
        guard try part.value(\.first) == images.lowerBound, try part.count(\.features) == images.count,
            let made = try Recipe(part), Recipe(.embed, provenance).difference(from: made) == nil
        else { throw ArtifactError("\(part.path): is not of images \(images.lowerBound)-\(images.upperBound) of this work") }
        return part
    }

    /// Passes the rows of all images on in their order, some at a time.
    ///
    /// - Throws: ``ArtifactError`` where an image is in no part, or a part's data are damaged; then it is removed, so that it is made
    ///   anew the next time.
    package func forEachBlock(_ take: (_ first: Int, _ features: [Float], _ probabilities: [Float]) throws -> Void) throws {
        let finished = finished()
        if let missing = missing(besides: finished, size: imageCount).first {
            throw ArtifactError(
                "\(folder): has no part of images \(missing.lowerBound)-\(missing.upperBound); run cap-embed again")
        }
        for images in finished {
            let part = try open(images)
            for start in stride(from: 0, to: images.count, by: Self.rowsAtOnce) {
                let rows = start..<min(start + Self.rowsAtOnce, images.count)
                let values: (features: [Float], probabilities: [Float])
                do {
                    values = try (part.values(\.features, rows: rows), part.values(\.zeroShotProbabilities, rows: rows))
                } catch {
                    try? FileManager.default.removeItem(atPath: part.path)
                    throw ArtifactError(
                        "\(part.path): is damaged and was removed; run cap-embed again, which makes it anew (\(error))")
                }
                try take(images.lowerBound + start, values.features, values.probabilities)
            }
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    private static let rowsAtOnce = 4096
}
