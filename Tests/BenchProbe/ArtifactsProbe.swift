import ArgumentParser
import Artifacts
import CAP
import Foundation
import Vocabulary

struct ArtifactsProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "artifacts",
        abstract: """
            Measure the writing and reading of images.h5 and features.h5 beside plain files of the same bytes, in bytes a \
            second.
            """)

    @Option(help: "Images in images.h5, of 288 x 384 pixels.")
    var images = 1000

    @Option(help: "Rows of 512 numbers in features.h5.")
    var rows = 150_000

    @Option(help: "How often each is measured; the median counts.")
    var repetitions = 5

    @Option(name: .shortAndLong, help: "Folder to write into.")
    var output: String

    func run() throws {
        try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
        let image = 288 * 384 * 3
        let pixels = noise(image)
        let features = noise(rows * 512 * 4).withUnsafeBytes { bytes in
            // Any bits but those of infinities and NaN, which artifacts refuse.
            bytes.bindMemory(to: UInt32.self).map { Float(bitPattern: $0 & 0x3FFF_FFFF) }
        }
        var measured: [String: [Double]] = [:]
        func measure(_ name: String, bytes: Int, _ body: () throws -> Void) rethrows {
            let start = ContinuousClock.now
            try body()
            measured[name, default: []].append(Double(bytes) / ((ContinuousClock.now - start) / .seconds(1)))
        }
        let (plain, artifact) = (output + "/plain", output + "/artifact.h5")
        let (pixelBytes, featureBytes) = (images * image, features.count * 4)
        for _ in 0..<repetitions {
            try measure("images written plainly", bytes: pixelBytes) {
                try PlainFile.write(plain, pieces: images) { _ in pixels }
            }
            try measure("images written", bytes: pixelBytes) { try writeImages(pixels, to: artifact) }
            try measure("images read plainly", bytes: pixelBytes) { try PlainFile.read(plain, pieceSize: image) }
            try measure("images read", bytes: pixelBytes) {
                let reader = try ArtifactReader(artifact, schema: .images)
                for index in 0..<images {
                    _ = try reader.values(\.images.pixels, rows: index * image..<(index + 1) * image)
                }
            }
            try measure("features written plainly", bytes: featureBytes) {
                try features.withUnsafeBytes { bytes in
                    try PlainFile.write(plain, pieces: 1) { _ in bytes }
                }
            }
            try measure("features written", bytes: featureBytes) { try writeFeatures(features, to: artifact) }
            try measure("features read plainly", bytes: featureBytes) {
                try PlainFile.read(plain, pieceSize: featureBytes)
            }
            try measure("features read", bytes: featureBytes) {
                _ = try ArtifactReader(artifact, schema: .features).values(\.images.features)
            }
        }
        for path in [plain, artifact] { try FileManager.default.removeItem(atPath: path) }
        let medians = measured.map { name, rates in "\"\(name)\": \(rates.sorted()[rates.count / 2])" }
        print("{\(medians.joined(separator: ", "))}")
    }

    private func noise(_ count: Int) -> [UInt8] {
        var generator = SeededGenerator(seed: 1)
        return (0..<count / 8).flatMap { _ in withUnsafeBytes(of: generator.next(), Array.init) }
    }

    private var provenance: Provenance {
        get throws { try Provenance(parameters: [:], inputs: [], software: [:], seed: nil) }
    }

    private func writeImages(_ image: [UInt8], to path: String) throws {
        let writer = try ArtifactWriter(path, schema: .images, provenance: provenance)
        let pixels = try writer.appender(to: \.images.pixels)
        for _ in 0..<images { try pixels.append(image) }
        try writer.write(["a"], to: \.classes.name)
        try writer.write(["a"], to: \.classes.phrase)
        try writer.write((0..<images).map(String.init), to: \.images.name)
        try writer.write([Int32](repeating: 0, count: images), to: \.images.label)
        try writer.write([ImageSplit](repeating: .train, count: images), to: \.images.split)
        for key in [\ImagesSchema.images.height, \.images.originalHeight] {
            try writer.write([Int32](repeating: 288, count: images), to: key)
        }
        for key in [\ImagesSchema.images.width, \.images.originalWidth] {
            try writer.write([Int32](repeating: 384, count: images), to: key)
        }
        try writer.write((0...images).map { Int64($0 * image.count) }, to: \.images.offset)
        try writer.write([String](), to: \.skipped.name)
        try writer.write([String](), to: \.skipped.reason)
        try writer.commit()
    }

    private func writeFeatures(_ features: [Float], to path: String) throws {
        let writer = try ArtifactWriter(path, schema: .features, provenance: provenance)
        try writer.writeMadeUp(images: rows, classes: 1, dim: 512)
        try writer.write(features, shape: [rows, 512], to: \.images.features)
        try writer.write([Float](repeating: 1, count: rows), shape: [rows, 1], to: \.zeroShotProbabilities)
        try writer.commit()
    }
}

extension ArtifactWriter<FeaturesSchema> {
    /// Writes everything but the images' features and probabilities: of no meaning, and of the right shape.
    func writeMadeUp(images: Int, classes: Int, dim: Int) throws {
        try set(\.checkpoint.path, to: "none")
        try set(\.checkpoint.identity, to: String(repeating: "0", count: 32))
        for key in [\FeaturesSchema.classes.name, \.classes.phrase, \.classes.prompt] {
            try write((0..<classes).map(String.init), to: key)
        }
        try write([Float](repeating: 0, count: classes * dim), shape: [classes, dim], to: \.classes.textFeatures)
        try write((0..<images).map(String.init), to: \.images.name)
        try write([Int32](repeating: 0, count: images), to: \.images.label)
        try write([ImageSplit](repeating: .train, count: images), to: \.images.split)
        try write(Float(100), to: \.logitScale)
    }
}

/// Sequential input and output as the operating system does it.
private enum PlainFile {
    /// Writes pieces one after another and waits until they are on the disk.
    static func write(_ path: String, pieces: Int, _ piece: (Int) -> some ContiguousBytes) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
        defer { close(descriptor) }
        for index in 0..<pieces {
            try piece(index).withUnsafeBytes { bytes in
                var written = 0
                while written < bytes.count {
                    let count = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
                    guard count > 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
                    written += count
                }
            }
        }
        guard fsync(descriptor) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    /// Reads a file to its end, piece by piece, each into memory of its own.
    static func read(_ path: String, pieceSize: Int) throws {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var count = 0
        repeat {
            _ = [UInt8](unsafeUninitializedCapacity: pieceSize) { buffer, filled in
                count = 0
                while count < pieceSize {
                    let got = Foundation.read(descriptor, buffer.baseAddress?.advanced(by: count), pieceSize - count)
                    guard got > 0 else { break }
                    count += got
                }
                filled = count
            }
        } while count == pieceSize
    }
}
