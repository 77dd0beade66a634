import Artifacts
import FoundationEssentials
import Launch
import Parameters
import Runs
import Tensors
import Terminal

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
    ///
    /// - Parameter own: the images that count; nil for all.
    package func missing(besides finished: [Range<Int>], within own: Range<Int>? = nil, size: Int) -> [Range<Int>] {
        let own = own ?? 0..<imageCount
        var pieces: [Range<Int>] = []
        var start = own.lowerBound
        for images in finished + [own.upperBound..<own.upperBound] {
            let end = min(images.lowerBound, own.upperBound)
            pieces += stride(from: start, to: end, by: size).map { $0..<min($0 + size, end) }
            start = max(start, images.upperBound)
        }
        return pieces
    }

    /// What this process has to do of that, in pieces that are whole batches.
    ///
    /// - Parameters:
    ///   - part: the images that it has to do, by itself; nil for its share of all that the group has to do.
    ///   - most: the images of a piece at the most.
    func share(
        besides finished: [Range<Int>], of part: WorkPart?, batch: Int, most: Int, in group: ProcessGroup
    ) -> [Range<Int>] {
        if let part { return missing(besides: finished, within: part.range(of: imageCount, inBlocksOf: batch), size: most) }
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

/// What a run has done that was asked for a part of the images alone.
public struct PartDone: Sendable {
    public let part: WorkPart
    public let images: Range<Int>
    /// Images of it that were there before.
    public let before: Int
    public let folder: String

    init<Kind>(_ part: WorkPart, of parts: Parts<Kind>, batch: Int, computed: Int) {
        self.part = part
        images = part.range(of: parts.imageCount, inBlocksOf: batch)
        before = images.count - computed
        folder = parts.folder
    }

    public func summary(_ command: String, seconds: Double) -> Summary {
        var summary = Summary(command)
        let place = images.isEmpty ? "none" : "\(images.lowerBound)-\(images.upperBound), \(HumanReadable.count(images.count))"
        summary.add("part", "\(part)")
        summary.add("images", place + (before > 0 ? ", of which \(HumanReadable.count(before)) were there" : ""))
        summary.add("time", HumanReadable.duration(seconds))
        summary.add("wrote", file: folder)
        summary.next(saying: "the same command without --part, once all parts are done")
        return summary
    }
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
