import Foundation
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

    /// - Parameters:
    ///   - seed: another seed gives other images of the same classes.
    ///   - trainPerClass: how many training images a class has.
    ///   - testPerClass: how many test images a class has.
    public init(seed: UInt32, trainPerClass: Int = 100, testPerClass: Int = 40) {
        images = [(ImagePurpose.train, trainPerClass), (.test, testPerClass)].flatMap { purpose, count in
            DemoClass.all.flatMap { $0.images(for: purpose, 0..<count, seed: seed) }
        }
    }

    /// Renders every image into its file. Files that stand there under the same names are replaced.
    ///
    /// - Parameter rendered: called after each image, from any thread.
    /// - Throws: ``DemoDataError`` naming the file or folder that could not be written.
    public func write(to directory: URL, threads: Int, rendered: @Sendable () -> Void = {}) throws {
        for folder in Set(images.map(\.folder)) {
            let url = directory.appendingPathComponent(folder)
            do {
                try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            } catch {
                throw DemoDataError("\(url.path): the folder cannot be made: \(error.localizedDescription)")
            }
        }
        try concurrently(images.count, threads: threads) { index in
            let image = images[index]
            let url = directory.appendingPathComponent(image.folder).appendingPathComponent(image.fileName)
            let file = try image.file()
            do {
                try Data(file).write(to: url, options: .atomic)
            } catch {
                throw DemoDataError("\(url.path): the image cannot be written: \(error.localizedDescription)")
            }
            rendered()
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
}
