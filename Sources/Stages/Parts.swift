import Artifacts
import Foundation
import Parameters
import Runs
import Tensors

/// Runs of a work's images, each in a file of its own beside the output: what is complete is not done again after a failure, and
/// several processes write at the same time.
package struct Parts<Kind: PartKind> {
    /// The folder that they lie in.
    package let folder: String
    let stage: Stage
    let provenance: Provenance
    /// Of all images.
    let imageCount: Int

    /// - Parameter output: the file that the parts are for.
    package init(_ stage: Stage, of output: String, provenance: Provenance, imageCount: Int) {
        folder = output + ".parts"
        (self.stage, self.provenance, self.imageCount) = (stage, provenance, imageCount)
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

    /// What this process has to do of that, in pieces that are whole batches.
    ///
    /// - Parameter most: the images of a piece at the most.
    func share(besides finished: [Range<Int>], batch: Int, most: Int, in group: ProcessGroup) -> [Range<Int>] {
        let left = imageCount - finished.reduce(0) { $0 + $1.count }
        let each = (left + group.size - 1) / group.size
        let size = min(most, max(1, (each + batch - 1) / batch) * batch)
        return missing(besides: finished, size: size).enumerated()
            .filter { $0.offset % group.size == group.rank }.map(\.element)
    }

    package func writer(_ images: Range<Int>) throws -> ArtifactWriter<Kind> {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let writer = try ArtifactWriter(path(images), schema: Kind(), provenance: provenance)
        try writer.set(\.first, to: images.lowerBound)
        return writer
    }

    /// Opens a part and checks that it is what it is called.
    private func open(_ images: Range<Int>) throws -> ArtifactReader<Kind> {
        let part = try ArtifactReader(path(images), schema: Kind())
        guard try part.value(\.first) == images.lowerBound, try Kind.count(of: part) == images.count,
            let made = try Recipe(part), Recipe(stage, provenance).difference(from: made) == nil
        else { throw ArtifactError("\(part.path): is not of images \(images.lowerBound)-\(images.upperBound) of this work") }
        return part
    }

    /// Passes the parts of all images on in their order.
    ///
    /// - Throws: ``ArtifactError`` where an image is in no part, or a part's data are damaged; then it is removed, so that it is made
    ///   anew the next time.
    func forEach(_ take: (_ images: Range<Int>, _ part: Part) throws -> Void) throws {
        let finished = finished()
        if let missing = missing(besides: finished, size: imageCount).first {
            throw ArtifactError(
                "\(folder): has no part of images \(missing.lowerBound)-\(missing.upperBound); run \(stage.command) again")
        }
        for images in finished { try take(images, Part(reader: open(images), command: stage.command)) }
    }

    /// A part whose data turn out to be damaged is removed.
    struct Part {
        fileprivate let reader: ArtifactReader<Kind>
        fileprivate let command: String

        func callAsFunction<Value>(_ read: (ArtifactReader<Kind>) throws -> Value) throws -> Value {
            do {
                return try read(reader)
            } catch {
                try? FileManager.default.removeItem(atPath: reader.path)
                throw ArtifactError(
                    "\(reader.path): is damaged and was removed; run \(command) again, which makes it anew (\(error))")
            }
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

package typealias EmbedParts = Parts<FeaturesPartSchema>

extension EmbedParts {
    package init(of output: String, provenance: Provenance, imageCount: Int) {
        self.init(.embed, of: output, provenance: provenance, imageCount: imageCount)
    }

    /// Passes the rows of all images on in their order, some at a time; throws as ``forEach(_:)``.
    package func forEachBlock(_ take: (_ first: Int, _ features: [Float], _ probabilities: [Float]) throws -> Void) throws {
        let rowsAtOnce = 4096
        try forEach { images, part in
            for start in stride(from: 0, to: images.count, by: rowsAtOnce) {
                let rows = start..<min(start + rowsAtOnce, images.count)
                let values = try part {
                    (try $0.values(\.features, rows: rows), try $0.values(\.zeroShotProbabilities, rows: rows))
                }
                try take(images.lowerBound + start, values.0, values.1)
            }
        }
    }
}
