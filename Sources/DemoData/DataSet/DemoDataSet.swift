import Essentials
import FoundationEssentials
import Glibc
import Parallel
import Tensors

/// The demo data set: twenty classes of rendered textures, in folders `train/CLASS` and `test/CLASS`.
///
/// ```swift
/// try DemoDataSet(seed: 1).write(to: URL(fileURLWithPath: "runs/demo/data"), threads: 2)
/// ```
public struct DemoDataSet: Sendable {
    /// All images, train before test, class by class.
    public let images: [DemoImage]
    /// What distinguishes it from other data sets of these files.
    private let recipe: String

    /// - Parameters:
    ///   - seed: another seed gives other images of the same classes.
    ///   - trainPerClass: how many training images a class has.
    ///   - testPerClass: how many test images a class has.
    public init(seed: UInt32, trainPerClass: Int = 100, testPerClass: Int = 40) {
        recipe = "seed \(seed), \(trainPerClass) training and \(testPerClass) test images of a class\n"
        images = [(ImagePurpose.train, trainPerClass), (.test, testPerClass)].flatMap { purpose, count in
            DemoClass.all.flatMap { $0.images(for: purpose, 0..<count, seed: seed) }
        }
    }

    /// Renders every image into its file. Files that stand there under the same names are replaced, but for those that a
    /// rendering of the same data set left that did not come to its end: the next one goes on from there.
    ///
    /// - Parameter rendered: called after each image, from any thread.
    /// - Throws: ``DemoDataError`` naming the file or folder that could not be written.
    public func write(to directory: URL, threads: Int, rendered: @Sendable () -> Void = {}) throws {
        for folder in Set(images.map(\.folder)) {
            let url = directory.appendingPathComponent(folder)
            do {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            } catch {
                throw DemoDataError("\(url.path): the folder cannot be made: \(SystemReason.text(error))")
            }
        }
        // There while images are rendered: then those that are there are of this data set, and whole.
        let mark = directory.appendingPathComponent(".rendering")
        if (try? String(contentsOf: mark, encoding: .utf8)) != recipe {
            for image in images { unlink(directory.appendingPathComponent(image.path).path) }
            try Self.write(Array(recipe.utf8), to: mark)
        }
        try concurrently(images.count, threads: threads) { index in
            let image = images[index]
            let url = directory.appendingPathComponent(image.path)
            if !Self.isThere(url.path) { try Self.write(image.file(), to: url) }
            rendered()
        }
        unlink(mark.path)
    }

    private static func isThere(_ path: String) -> Bool {
        var status = stat()
        // Empty files are what a power cut leaves.
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
    }

    /// Writes a file that has its name once it is whole. What a kill leaves is hidden, so no image to anyone, and is written over.
    private static func write(_ bytes: [UInt8], to url: URL) throws {
        let partial = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).partial")
        do {
            try Data(bytes).write(to: partial)
        } catch {
            throw DemoDataError("\(url.path): the image cannot be written: \(SystemReason.text(error))")
        }
        guard rename(partial.path, url.path) == 0 else {
            throw DemoDataError("\(url.path): the image cannot be written: \(SystemReason.text(errno))")
        }
    }
}

extension DemoClass {
    /// Images of this class, which must be one of the demo's or of the distractors.
    func images(for purpose: ImagePurpose, _ indices: Range<Int>, seed: UInt32) -> [DemoImage] {
        indices.map { index in
            DemoImage(
                class: self, purpose: purpose, index: index,
                seed: ImageSeed(base: seed, purpose: purpose, kind: kind, index: index))
        }
    }
}

extension DemoImage {
    /// `train/gingham`
    public var folder: String { "\(purpose == .train ? "train" : "test")/\(`class`.name)" }

    /// `train/gingham/gingham_0007.jpg`
    var path: String { folder + "/" + fileName }
}
