import Artifacts
import Foundation
import Testing

/// `cap-predict` on files that a data set's test part holds too.
@Suite struct PredictTests {
    private struct Line: Decodable {
        struct Ranked: Decodable {
            let `class`: String
            let confidence: Double
        }
        let path: String
        let `class`: String?
        let confidence: Double?
        let top: [Ranked]?
        let error: String?
    }

    private func lines(_ text: String) throws -> [Line] {
        try text.split(separator: "\n").map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    @Test func predictionsAreThoseOfTheEvaluation() throws {
        let workspace = try Pipeline.ul.get()
        let outcome = try workspace.run(
            "cap-predict", "model.h5", "data/test", "--format", "jsonl", "--threads", "1")
        try Pipeline.expectSuccess(outcome)
        let found = try lines(outcome.output)
        #expect(found.count == 16)
        let evaluation = try ArtifactReader(workspace.path("eval.h5"), schema: .evaluation)
        let names = try ArtifactReader(workspace.path("images.h5"), schema: .images).values(\.images.name)
        let classes = try evaluation.values(\.classes.name)
        let images = try evaluation.ints(\.test.image)
        let predicted = try evaluation.ints(\.adapted.predicted)
        let confidences = try evaluation.values(\.adapted.confidence)
        for (row, image) in images.enumerated() {
            let line = try #require(found.first { names[image].hasSuffix($0.path.dropFirst("data/test".count)) })
            #expect(line.class == classes[predicted[row]])
            #expect(abs((line.confidence ?? 0) - Double(confidences[row])) < 1e-5)
            let top = try #require(line.top)
            #expect(top.count == 4 && top[0].class == line.class)
            #expect(top.map(\.confidence) == top.map(\.confidence).sorted(by: >))
        }
    }

    @Test func badFilesAreReportedAndSkipped() throws {
        let workspace = try Workspace()
        try workspace.writeImages(2, of: "some, \"fine\"", kind: 1, to: "mixed")
        try Data("not an image".utf8).write(to: workspace.folder.appendingPathComponent("mixed/notes.jpg"))
        try Data().write(to: workspace.folder.appendingPathComponent("mixed/empty.png"))
        let model = try Pipeline.ul.get().path("model.h5")
        let outcome = try workspace.run("cap-predict", model, "mixed", "mixed/missing.png", "--format", "jsonl")
        #expect(outcome.status == 1)
        #expect(outcome.errors == "cap-predict: mixed/missing.png: no such file or folder\n")

        let mixed = try workspace.run("cap-predict", model, "mixed", "--format", "jsonl")
        try Pipeline.expectSuccess(mixed)
        #expect(mixed.errors.contains("skipped mixed/empty.png: the file is empty"))
        #expect(mixed.errors.contains("skipped mixed/notes.jpg: no image: the file does not begin as JPEG"))
        let found = try lines(mixed.output)
        #expect(
            found.map(\.path) == [
                "mixed/empty.png", "mixed/notes.jpg", "mixed/some, \"fine\"/00.png", "mixed/some, \"fine\"/01.jpg",
            ])
        #expect(found.map { $0.error != nil } == [true, true, false, false])

        let table = try workspace.run("cap-predict", model, "mixed", "--top", "2")
        let rows = table.output.split(separator: "\n")
        #expect(rows[0] == "path,class,confidence,class_2,confidence_2")
        #expect(rows.count == 3 && rows[1].hasPrefix("\"mixed/some, \"\"fine\"\"/00.png\","))

        let file = try workspace.run("cap-predict", model, "mixed", "-o", "predictions.h5")
        try Pipeline.expectSuccess(file)
        #expect(try Conformance.departures(ofFile: workspace.path("predictions.h5")) == [])
        let predictions = try ArtifactReader(workspace.path("predictions.h5"), schema: .predictions)
        #expect(try predictions.values(\.images.path) == found.dropFirst(2).map(\.path))
        #expect(
            try predictions.values(\.skipped.reason) == [
                "the file is empty",
                "no image: the file does not begin as JPEG, PNG, WebP, TIFF, GIF, BMP, HEIC and AVIF files do",
            ])
        let classes = try predictions.values(\.classes.name)
        #expect(try predictions.ints(\.images.predicted).map { classes[$0] } == found.dropFirst(2).map(\.class))
        #expect(try predictions.shape(\.top.label) == [2, 4])

        let none = try workspace.run("cap-predict", model, "mixed/notes.jpg")
        #expect(none.status == 1)

        // A folder without files was meant otherwise, and what is there stays; a list of nothing was not.
        for folder in ["nothing", "nothing/at/all"] {
            try FileManager.default.createDirectory(atPath: workspace.path(folder), withIntermediateDirectories: true)
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: workspace.path("predictions.h5")))
        let empty = try workspace.run("cap-predict", model, "nothing", "-o", "predictions.h5", "-q")
        #expect(empty.status == 1 && empty.errors.hasPrefix("cap-predict: nothing: no files are in there"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: workspace.path("predictions.h5"))) == before)
        try Data().write(to: workspace.folder.appendingPathComponent("list.txt"))
        #expect(try workspace.run("cap-predict", model, "--list", "list.txt", "-q").status == 0)
    }

    @Test func pathsOnTheStandardInputArePredictedAsTheyCome() throws {
        let workspace = try Pipeline.ul.get()
        let input = Pipe()
        let program = try workspace.start("cap-predict", ["model.h5", "-", "--format", "jsonl", "-q"], input: input)
        let classes = workspace.path("data/test/banded")
        var text = ""
        for name in ["00.png", "01.jpg"] {
            try input.fileHandleForWriting.write(contentsOf: Data("\(classes)/\(name)\n".utf8))
            // The answer comes although the input goes on.
            text = String(decoding: program.outputHandle.availableData, as: UTF8.self)
            #expect(try lines(text).map(\.path) == ["\(classes)/\(name)"])
        }
        try input.fileHandleForWriting.close()
        let outcome = program.finish()
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
    }

    @Test func aListNamesTheImages() throws {
        let workspace = try Pipeline.ul.get()
        let list = workspace.folder.appendingPathComponent("list-\(UUID().uuidString).txt")
        try Data("data/test/banded/00.png\r\n\ndata/test/woven/01.jpg".utf8).write(to: list)
        let outcome = try workspace.run("cap-predict", "model.h5", "--list", list.path, "-q")
        let rows = outcome.output.split(separator: "\n")
        #expect(rows.dropFirst().map { $0.prefix { $0 != "," } } == ["data/test/banded/00.png", "data/test/woven/01.jpg"])
        #expect(outcome.errors.isEmpty)
    }

    @Test(arguments: [false, true]) func imagesAreSortedIntoFoldersAndNothingIsReplaced(byLinks: Bool) throws {
        let workspace = try Pipeline.ul.get()
        let sorted = "sorted-\(UUID().uuidString)"
        let arguments =
            ["model.h5", "data/test", "--sort-into", sorted, "--threads", "1", "--format", "jsonl"] + (byLinks ? ["--link"] : [])
        let first = try workspace.run("cap-predict", arguments: arguments)
        try Pipeline.expectSuccess(first)
        let found = try lines(first.output)
        var expected: [String: [Data]] = [:]
        for line in found {
            expected[try #require(line.class), default: []].append(
                try Data(contentsOf: URL(fileURLWithPath: workspace.path(line.path))))
        }
        func contents() throws -> [String: [Data]] {
            let folder = workspace.path(sorted)
            return try Dictionary(
                uniqueKeysWithValues: FileManager.default.contentsOfDirectory(atPath: folder).map { name in
                    let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/" + name)
                    return (name, try files.map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)/\($0)")) })
                })
        }
        // Every image once, in its class's folder, though files of several classes have the same name; a quote is no name on all disks.
        func plain(_ counts: [String: [Data]]) -> [String: Set<Data>] {
            Dictionary(uniqueKeysWithValues: counts.map { ($0.replacing("\"", with: "_"), Set($1)) })
        }
        #expect(try plain(contents()) == plain(expected))
        #expect(try contents().values.map(\.count).reduce(0, +) == 16)
        #expect(first.errors.contains("\(byLinks ? "linked" : "copied")") && first.errors.contains("16 images"))

        // Once more there is nothing to do; a file that somebody changed stays, and the image gets another name.
        let again = try workspace.run("cap-predict", arguments: arguments)
        #expect(again.errors.contains("16 were there already"), "\(again.errors)")
        let folder = try #require(found.first?.class).replacing("\"", with: "_")
        let some = try #require(FileManager.default.contentsOfDirectory(atPath: workspace.path("\(sorted)/\(folder)")).first)
        let changed = URL(fileURLWithPath: workspace.path("\(sorted)/\(folder)/\(some)"))
        try FileManager.default.removeItem(at: changed)
        try Data("mine".utf8).write(to: changed)
        try Pipeline.expectSuccess(workspace.run("cap-predict", arguments: arguments))
        #expect(try Data(contentsOf: changed) == Data("mine".utf8))
        #expect(try contents().values.map(\.count).reduce(0, +) == 17)
        let isLink = try? FileManager.default.destinationOfSymbolicLink(
            atPath: workspace.path(
                "\(sorted)/\(folder)/\(URL(fileURLWithPath: some).deletingPathExtension().lastPathComponent)-2."
                    + URL(fileURLWithPath: some).pathExtension))
        #expect((isLink != nil) == byLinks)
    }

    @Test func whatWouldBeReadAgainOrHasNoNameIsRefused() throws {
        let workspace = try Pipeline.ul.get()
        for (arguments, status, says) in [
            (["--sort-into", "data/sorted"], Int32(1), "lies in data"), (["--link"], 64, "--link goes with --sort-into"),
            (["-o", "x.parquet"], 64, ".csv, .jsonl or .h5"), (["-o", "x.xlsx"], 64, ".csv, .jsonl or .h5"),
        ] {
            let outcome = try workspace.run("cap-predict", arguments: ["model.h5", "data"] + arguments)
            #expect(outcome.status == status && outcome.errors.contains(says), "\(arguments): \(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: workspace.path("data/sorted")))
        try Pipeline.expectSuccess(
            workspace.run("cap-predict", "model.h5", "data/test/woven", "--format", "csv", "-o", "table.xlsx"))
    }
}
