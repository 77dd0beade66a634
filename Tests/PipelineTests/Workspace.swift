import Foundation
import Images
import Testing

/// A temporary folder in which the commands are run as a user runs them.
final class Workspace: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("cap-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// What a command left behind.
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// The folder that the build puts executables in: the tests' own.
    static let executables = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()

    /// Starts a command in the folder.
    func start(
        _ command: String, _ arguments: [String], environment: [String: String] = [:], input: Pipe? = nil
    ) throws -> (process: Process, output: Pipe, errors: Pipe) {
        let process = Process()
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.executableURL = Self.executables.appendingPathComponent(command)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let (output, errors) = (Pipe(), Pipe())
        if let input { process.standardInput = input }
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        return (process, output, errors)
    }

    /// Runs a command to its end.
    @discardableResult
    func run(_ command: String, _ arguments: String...) throws -> Outcome {
        try run(command, arguments: arguments)
    }

    /// Runs a command to its end.
    func run(
        _ command: String, arguments: [String], environment: [String: String] = [:]
    ) throws -> Outcome {
        let (process, output, errors) = try start(command, arguments, environment: environment)
        // What the commands print fits into a pipe; reading one after the other cannot block them.
        let outputData = output.fileHandleForReading.readDataToEndOfFile()
        let errorData = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
            errors: String(decoding: errorData, as: UTF8.self))
    }

    /// The random-initialised checkpoint of the CLIP tests: 32-pixel images.
    static let checkpoint = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("CLIPTests/Fixtures/quick_gelu").path

    /// Writes `count` images of `className` into `folder`: patterns that differ from class to class and image to image.
    func writeImages(_ count: Int, of className: String, kind: Int, to folder: String) throws {
        let directory = self.folder.appendingPathComponent(folder).appendingPathComponent(className)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        for index in 0..<count {
            let (height, width) = (40 + index % 5 * 8, 48 + index % 3 * 8)
            var pixels: [UInt8] = []
            for y in 0..<height {
                for x in 0..<width {
                    for channel in 0..<3 {
                        let stripe = (x * (kind + 1) + y * (kind % 2) * 3 + index * 7) % 40
                        pixels.append(UInt8((kind * 61 + channel * 43 + stripe * 3) % 256))
                    }
                }
            }
            let image = try RGBImage(height: height, width: width, pixels: pixels)
            let (data, ending) = try index % 2 == 0 ? (image.png(), "png") : (image.jpeg(quality: 90), "jpg")
            try Data(data).write(to: directory.appendingPathComponent(String(format: "%02d.%@", index, ending)))
        }
    }

    static let classes = ["banded", "naïve \"dots\"", "woven", "cracked"]

    /// Writes a data set of four classes with 12 training and 4 test images each.
    func writeDataSet(_ name: String = "data") throws {
        for (kind, className) in Self.classes.enumerated() {
            try writeImages(12, of: className, kind: kind, to: "\(name)/train")
            try writeImages(4, of: className, kind: kind, to: "\(name)/test")
        }
    }

    /// Writes answers for every class, so that whichever is found mismatched has some.
    func writeAnswers() throws {
        let answers = Dictionary(
            uniqueKeysWithValues: Self.classes.map { name in
                (name, (1...5).map { "a photo of stripes, number \($0), seen in \(name)" })
            })
        try JSONEncoder().encode(answers).write(to: folder.appendingPathComponent("answers.json"))
    }
}
