import Foundation
import Images
import TestSupport
import Testing

/// A temporary folder in which the commands are run as a user runs them.
struct Workspace: Sendable {
    private let place: TemporaryFolder
    var folder: URL { place.url }

    init() throws {
        place = try TemporaryFolder()
    }

    /// One with a small data set of one's own, `data/pets`, a CLIP, `clip`, and descriptions, `answers.json`.
    static func withPets() throws -> Workspace {
        let workspace = try Workspace()
        for part in ["train", "test"] {
            for (kind, name) in ["banded", "dotted", "plain"].enumerated() {
                try workspace.writeImages(part == "train" ? 6 : 2, of: name, kind: kind, to: "data/pets/\(part)")
            }
        }
        try FileManager.default.copyItem(atPath: checkpoint, toPath: workspace.path("clip"))
        try Data(#"{"banded": ["stripes"], "dotted": ["dots"], "plain": ["a flat colour"]}"#.utf8)
            .write(to: URL(fileURLWithPath: workspace.path("answers.json")))
        return workspace
    }

    /// Make's values for runs of those pets that take a second.
    static let petsValues = [
        "DATA=data", "MODEL=clip", "ANSWERS=answers.json", "EPOCHS=2", "ITERS=1", "BATCH=2", "K=2", "THREADS=1",
    ]

    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Starts a command in the folder.
    func start(
        _ command: String, _ arguments: [String], environment: [String: String] = [:], input: Pipe? = nil
    ) throws -> Program {
        try Program(Repository.command(command), arguments, environment: environment, in: folder, input: input)
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
        try start(command, arguments, environment: environment).finish()
    }

    /// The random-initialised checkpoint of the CLIP tests: 32-pixel images.
    static let checkpoint = Repository.file("Tests/CLIPTests/Fixtures/quick_gelu").path

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
