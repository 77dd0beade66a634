import Artifacts
import Essentials
import Foundation
import Stages
import TestSupport
import Testing

/// What an interrupted cap-embed leaves, and what the next one makes of it.
@Suite struct EmbedPartsTests {
    static let arguments = [
        "images.h5", "--checkpoint", Workspace.checkpoint, "--batch", "16", "--threads", "1", "-o", "new.h5",
    ]

    /// A workspace with all features in whole.h5, and parts to write for new.h5.
    static func begun(
        _ change: (inout [String: JSONValue]) -> Void = { _ in }
    ) throws -> (workspace: Workspace, parts: EmbedParts) {
        let workspace = try GPUTests.workspace()
        try Pipeline.expectSuccess(workspace.run("cap-embed", arguments: arguments.dropLast() + ["whole.h5"]))
        let whole = try ArtifactReader(workspace.path("whole.h5"), schema: .features)
        var parameters = try whole.parameters()
        change(&parameters)
        let provenance = try Provenance(
            arguments: ["cap-embed"], parameters: parameters,
            inputs: [ArtifactReader(workspace.path("images.h5"), schema: .images)], sources: whole.sources(), software: [:],
            seed: nil)
        return (workspace, EmbedParts(of: workspace.path("new.h5"), provenance: provenance, imageCount: 64))
    }

    /// Writes a part whose features are all `value`: what is taken over is told from what is computed.
    static func write(_ images: Range<Int>, of parts: EmbedParts, value: Float, _ workspace: Workspace) throws {
        let whole = try ArtifactReader(workspace.path("whole.h5"), schema: .features)
        let (dim, classes) = try (whole.shape(\.images.features)[1], whole.count(\.classes.name))
        let writer = try parts.writer(images)
        try writer.write(
            [Float](repeating: value, count: images.count * dim), shape: [images.count, dim], to: \.features)
        try writer.write(
            whole.values(\.zeroShotProbabilities, rows: images), shape: [images.count, classes], to: \.zeroShotProbabilities)
        try writer.commit()
    }

    static func features(_ workspace: Workspace, _ file: String, _ rows: Range<Int>) throws -> [Float] {
        try ArtifactReader(workspace.path(file), schema: .features).values(\.images.features, rows: rows)
    }

    @Test(arguments: [1, 3]) func completePartsAreTakenOverAndTheRestIsComputed(processes: Int) throws {
        let (workspace, parts) = try Self.begun()
        try Self.write(16..<32, of: parts, value: 0.5, workspace)
        #expect(parts.finished() == [16..<32])
        let outcomes =
            try processes == 1
            ? [workspace.run("cap-embed", arguments: Self.arguments)]
            : ProcessTests.run(processes, workspace, "cap-embed", Self.arguments)
        try ProcessTests.expectSuccess(outcomes)
        #expect(outcomes[0].errors.contains("going on with features of 16 of 64 images"), "\(outcomes[0].errors)")
        #expect(try Set(Self.features(workspace, "new.h5", 16..<32)) == [0.5])
        for rows in [0..<16, 32..<64] {
            #expect(try Self.features(workspace, "new.h5", rows) == Self.features(workspace, "whole.h5", rows))
        }
        #expect(try Conformance.departures(ofFile: workspace.path("new.h5")) == [])
        #expect(!parts.isBegun)
    }

    @Test func partsThatAreDoneByThemselvesAreJoinedToTheBytesOfOne() throws {
        let workspace = try GPUTests.workspace()
        try workspace.writeDataSet()
        let decode = ["data", "--shorter-side", "20", "--threads", "1"]
        try Pipeline.expectSuccess(workspace.run("cap-decode", arguments: decode + ["-o", "own.h5"]))
        let embed = ["own.h5", "--checkpoint", Workspace.checkpoint, "--batch", "7", "--threads", "1"]
        try Pipeline.expectSuccess(workspace.run("cap-embed", arguments: embed + ["-o", "whole.h5"]))
        for (command, arguments, whole) in [("cap-decode", decode, "own.h5"), ("cap-embed", embed, "whole.h5")] {
            let output = ["-o", "joined-\(whole)"]
            for part in ["3/3", "1/3"] {
                let done = try workspace.run(command, arguments: arguments + output + ["--part", part])
                try Pipeline.expectSuccess(done)
                #expect(done.errors.contains("\(command)\n  part    \(part)\n"), "\(done.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: workspace.path("joined-\(whole)")))
            let again = try workspace.run(command, arguments: arguments + output + ["--part", "3/3"])
            try Pipeline.expectSuccess(again)
            #expect(again.errors.contains(/, (\d+), of which \1 were there\n/), "\(again.errors)")
            // What nobody has done is done when they are joined.
            try Pipeline.expectSuccess(workspace.run(command, arguments: arguments + output))
            #expect(try ProcessTests.identity(workspace, "joined-\(whole)") == ProcessTests.identity(workspace, whole))
            #expect(!FileManager.default.fileExists(atPath: workspace.path("joined-\(whole).parts")))
            let unchanged = try workspace.run(command, arguments: arguments + output + ["--part", "1/3", "--if-changed"])
            #expect(unchanged.status == 0 && unchanged.errors == "\(command): joined-\(whole) is up to date\n")
            // Who works together divides the images already.
            for outcome in try ProcessTests.run(2, workspace, command, arguments + ["-o", "no.h5", "--part", "1/2"]) {
                #expect(
                    outcome.status == 1 && outcome.errors.contains("start each --part without the others"), "\(outcome.errors)")
            }
            #expect(try workspace.run(command, arguments: arguments + output + ["--part", "4/3"]).status == 64)
        }
    }

    @Test func partsOfOtherWorkAreNot() throws {
        let (workspace, foreign) = try Self.begun { $0["precision"] = .string("bf16") }
        try Self.write(0..<16, of: foreign, value: 0.5, workspace)
        #expect(foreign.finished() == [0..<16])
        // A name that says more images than there are in it, and what is no artifact.
        let file = URL(fileURLWithPath: foreign.folder)
        try FileManager.default.copyItem(
            at: file.appendingPathComponent("0-16.h5"), to: file.appendingPathComponent("16-48.h5"))
        try Data("none".utf8).write(to: file.appendingPathComponent("48-64.h5"))
        try Pipeline.expectSuccess(workspace.run("cap-embed", arguments: Self.arguments))
        #expect(try ProcessTests.identity(workspace, "new.h5") == ProcessTests.identity(workspace, "whole.h5"))
    }

    @Test func aMissingPartIsNeverReadAsAnything() throws {
        let (workspace, parts) = try Self.begun()
        try Self.write(0..<16, of: parts, value: 0.5, workspace)
        try Self.write(32..<64, of: parts, value: 0.5, workspace)
        #expect(parts.missing(besides: parts.finished(), size: 10) == [16..<26, 26..<32])
        #expect {
            try parts.forEachBlock { _, _, _ in }
        } throws: { "\($0)".hasSuffix("has no part of images 16-32; run cap-embed again") }
    }

    /// Changes a byte in the middle of a part's features, which are all 0.5.
    static func damage(_ path: String) throws {
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let rows = try #require(bytes.firstRange(of: [0, 0, 0, 0x3F, 0, 0, 0, 0x3F])?.lowerBound)
        let place = rows + 3 + min(4096 * 100, (bytes.count - rows) / 8) / 4 * 4
        #expect(bytes[place] == 0x3F)
        bytes[place] = 0x3E
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test func aPartThatCannotBeOpenedIsMadeAnew() throws {
        let (workspace, parts) = try Self.begun()
        try Self.write(0..<64, of: parts, value: 0.5, workspace)
        try Self.damage(parts.folder + "/0-64.h5")
        #expect(parts.finished() == [])
        try Pipeline.expectSuccess(workspace.run("cap-embed", arguments: Self.arguments))
        #expect(try ProcessTests.identity(workspace, "new.h5") == ProcessTests.identity(workspace, "whole.h5"))
    }

    /// Damage in rows that are read only when the parts are joined: artifacts of up to 64 MiB are checked whole before.
    @Test func aPartWithDamagedRowsIsRefusedAndRemoved() throws {
        let (_, parts) = try Self.begun()
        let writer = try parts.writer(0..<64)
        let width = (65 << 20) / (64 * MemoryLayout<Float>.size)
        try writer.write([Float](repeating: 0.5, count: 64 * width), shape: [64, width], to: \.features)
        try writer.write([Float](repeating: 0.25, count: 64 * 4), shape: [64, 4], to: \.zeroShotProbabilities)
        try writer.commit()
        try Self.damage(parts.folder + "/0-64.h5")
        #expect(parts.finished() == [0..<64])
        #expect {
            try parts.forEachBlock { _, _, _ in }
        } throws: { "\($0)".contains("0-64.h5: is damaged and was removed; run cap-embed again") }
        #expect(parts.finished() == [])
    }
}
