import Artifacts
import Foundation
import Parameters
import TestSupport
import Testing

/// What is made again after a change: exactly what depends on it, and nothing twice.
@Suite(.serialized) struct StalenessTests {
    /// A data set of one's own with its runs finished.
    private static func finished() throws -> Workspace {
        let workspace = try Workspace.withPets()
        try make(workspace)
        return workspace
    }

    static let words = ["pets-ul"] + Workspace.petsValues

    @discardableResult
    private static func make(_ workspace: Workspace, _ further: [String] = []) throws -> Set<String> {
        let given = further.compactMap { $0.split(separator: "=").first }
        let words = Self.words.filter { word in !given.contains { word.hasPrefix($0 + "=") } } + further
        let made = try workspace.run("cap-plan", arguments: words + ["--make"])
        #expect(made.status == 0, "\(made.errors)\n\(made.output)")
        // A command that found its output to be what it would write says so.
        let ran = made.output.split(separator: "\n").compactMap { line -> String? in
            guard let word = line.split(separator: " ").first, let name = word.split(separator: "/").last else { return nil }
            return name.hasPrefix("cap-") ? String(name) : nil
        }
        let unchanged = made.errors.split(separator: "\n").filter { $0.hasSuffix("is up to date") }
            .compactMap { $0.split(separator: ":").first.map(String.init) }
        return Set(ran).subtracting(unchanged)
    }

    private static let all: Set = [
        "cap-decode", "cap-embed", "cap-detect", "cap-describe", "cap-label", "cap-finetune", "cap-eval",
    ]

    @Test func exactlyWhatDependsOnAChangeIsMadeAgain() throws {
        let workspace = try Self.finished()
        let files = FileManager.default
        func path(_ name: String) -> String { workspace.path(name) }
        func expect(_ ran: Set<String>, after change: String, _ further: [String] = []) throws {
            let made = try Self.make(workspace, further)
            #expect(made == ran, "after \(change)")
            let again = try Self.make(workspace, further)
            #expect(again == [], "once more after \(change)")
        }
        try expect([], after: "nothing")

        // Parameters, and back.
        try expect(["cap-label", "cap-finetune", "cap-eval"], after: "K=3", ["K=3"])
        try expect(["cap-label", "cap-finetune", "cap-eval"], after: "K=2 again")
        try expect(["cap-finetune", "cap-eval"], after: "LR=0.1", ["LR=0.1"])
        try expect(["cap-finetune", "cap-eval"], after: "LR as before")
        try expect([], after: "another number of threads", ["THREADS=2"])
        try expect([], after: "another number of processes", ["PROCESSES=2"])
        try expect([], after: "a device to be on", ["DEVICES=cpu"])

        // The report alone.
        try files.removeItem(atPath: path("runs/pets/ul/report.html"))
        try expect(["cap-eval"], after: "a deleted report")
        let report = try String(contentsOfFile: path("runs/pets/ul/report.html"), encoding: .utf8)
        #expect(report.contains("<code>make pets-ul ") && !report.contains("--no-builtin-rules"), "advice in another's words")

        // Times without contents.
        try files.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: path("runs/pets/ul/labels.h5"))
        try expect([], after: "a clock that went back")
        try files.setAttributes([.modificationDate: Date()], ofItemAtPath: path("runs/pets/images.h5"))
        try files.setAttributes([.modificationDate: Date()], ofItemAtPath: path("answers.json"))
        try files.setAttributes([.modificationDate: Date()], ofItemAtPath: path("clip/model.safetensors"))
        try expect([], after: "touching artifacts, answers and weights")
        let some = try #require(
            files.enumerator(atPath: path("data/pets/train/plain"))?.compactMap { $0 as? String }.sorted().first)
        let first = path("data/pets/train/plain/\(some)")
        try files.setAttributes([.modificationDate: Date()], ofItemAtPath: first)
        try expect(["cap-decode"], after: "touching an image")

        // Images.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: first))
        try bytes.write(to: URL(fileURLWithPath: path("data/pets/train/plain/another-\(some)")))
        try expect(Self.all, after: "an image more")
        try files.removeItem(atPath: path("data/pets/train/plain/another-\(some)"))
        try expect(Self.all, after: "an image less")
        // Another picture of the same size and time.
        let others = try files.contentsOfDirectory(atPath: path("data/pets/train/dotted")).sorted()
        let time = try files.attributesOfItem(atPath: first)[.modificationDate] as? Date
        let other = try #require(others.first)
        var replaced = try Data(contentsOf: URL(fileURLWithPath: path("data/pets/train/dotted/\(other)")))
        if replaced.count < bytes.count { replaced.append(Data(count: bytes.count - replaced.count)) }
        try replaced.write(to: URL(fileURLWithPath: first))
        try files.setAttributes([.modificationDate: time ?? Date()], ofItemAtPath: first)
        try expect(Self.all, after: "an image of the same time")

        // A class.
        try workspace.writeImages(6, of: "checked", kind: 4, to: "data/pets/train")
        try workspace.writeImages(2, of: "checked", kind: 4, to: "data/pets/test")
        try Data(#"{"banded": ["s"], "dotted": ["d"], "plain": ["p"], "checked": ["c"]}"#.utf8)
            .write(to: URL(fileURLWithPath: path("answers.json")))
        try expect(Self.all, after: "a class more")

        // Phrases: the words that stand for classes.
        try Data("banded\tbands of colour\n".utf8).write(to: URL(fileURLWithPath: path("phrases.txt")))
        try expect(Self.all, after: "phrases", ["PHRASES=phrases.txt"])
        try Data("banded\tstripes\n".utf8).write(to: URL(fileURLWithPath: path("phrases.txt")))
        try expect(Self.all, after: "other phrases", ["PHRASES=phrases.txt"])
        try expect(Self.all, after: "no phrases")

        // Weights at the same path.
        let weights = path("clip/model.safetensors")
        var changed = try Data(contentsOf: URL(fileURLWithPath: weights))
        changed[changed.count - 2] ^= 0x01
        try changed.write(to: URL(fileURLWithPath: weights))
        let ran = try Self.make(workspace)
        #expect(ran.isSuperset(of: ["cap-embed", "cap-describe", "cap-finetune", "cap-eval"]) && !ran.contains("cap-decode"))
        #expect(try Self.make(workspace) == [])
    }

    @Test func aReviewMakesOnlyWhatDependsOnIt() throws {
        let workspace = try Self.finished()
        let review = workspace.path("runs/pets/ul/review.json")
        func expect(_ text: String?, _ ran: Set<String>, _ what: String) throws {
            if let text {
                try Data(text.utf8).write(to: URL(fileURLWithPath: review))
            } else {
                try FileManager.default.removeItem(atPath: review)
            }
            #expect(try Self.make(workspace) == ran, "after \(what)")
            #expect(try Self.make(workspace) == [], "once more after \(what)")
        }
        let last: Set = ["cap-label", "cap-finetune", "cap-eval"]
        let names = try ArtifactReader(workspace.path("runs/pets/features.h5"), schema: .features).values(\.images.name)
        let some = try #require(names.first { $0.hasPrefix("train/dotted/") })
        try expect(#"{"labels": {"\#(some)": "dotted"}}"#, last, "a label")
        try expect(#"{ "labels" : {"\#(some)":"dotted"}, "classes": {} }"#, ["cap-label"], "the same in other words")
        try expect(
            #"{"labels": {"\#(some)": null}, "classes": {"plain": {"name": "one colour"}, "banded": {"description": "stripes"}}}"#,
            last,
            "a rename and a description")
        #expect(
            try ArtifactReader(workspace.path("runs/pets/ul/model.h5"), schema: .model).values(\.classes.phrase)
                == ["banded", "dotted", "one colour"])
        let table = try String(contentsOfFile: workspace.path("runs/pets/ul/labels.csv"), encoding: .utf8)
        #expect(table.contains("one colour") && !table.contains(",plain,"))
        try expect(#"{"classes": {"plain": {"same_as": "dotted"}}}"#, last, "two classes that are one")
        #expect(
            try ArtifactReader(workspace.path("runs/pets/ul/eval.h5"), schema: .evaluation).values(\.classes.name) == [
                "banded", "dotted",
            ])

        // What is wrong is known before anything is made, and beside another run it is none of this one's.
        try Data(#"{"labels": 1}"#.utf8).write(to: URL(fileURLWithPath: review))
        let refused = try workspace.run("cap-plan", arguments: Self.words + ["--make"])
        #expect(refused.status == 1 && refused.errors.contains("runs/pets/ul/review.json: \"labels\" must be an object"))
        try expect(nil, last, "none any more")
    }

    @Test func anyNumberOfLabelsAClassIsAMakeValue() throws {
        let workspace = try Self.finished()
        let made = try workspace.run(
            "cap-plan", arguments: Self.words.map { $0 == "pets-ul" ? "pets-ssl" : $0 } + ["LABELS_PER_CLASS=3", "--make"])
        #expect(made.status == 0, "\(made.errors)")
        let labels = try ArtifactReader(workspace.path("runs/pets/ssl/labels.h5"), schema: .labels)
        #expect(try labels.ints(\.labeled.label).sorted() == [0, 0, 0, 1, 1, 1, 2, 2, 2])
    }

    /// What is made, recorded and compared is the precision that was used; a plan that was begun on another processor goes on in one
    /// precision for all, and says so.
    @Test func anAutomaticPrecisionIsTheOneThatItStandsFor() throws {
        let chosen = ComputePrecision.auto.chosen(on: .cpu)
        let (other, workspace) = (chosen == .bf16 ? "fp32" : "bf16", try Self.finished())
        try Self.make(workspace, ["PRECISION=\(other)"])
        let why = try workspace.run("cap-plan", arguments: Self.words + ["PRECISION=auto", "--why"])
        #expect(why.output.contains("features.h5: precision is \(chosen), was \(other)"), "\(why.output)")
        #expect(why.errors.contains("cap-plan: PRECISION auto is \(chosen) here: "), "\(why.errors)")
        #expect(try Self.make(workspace, ["PRECISION=auto"]) == Self.all.subtracting(["cap-decode"]))
        #expect(try Self.make(workspace, ["PRECISION=\(chosen)"]) == [])
        for name in ["features.h5", "ul/model.h5", "ul/eval.h5"] {
            let provenance = try workspace.run("cap-inspect", "runs/pets/\(name)", "--json").output
            #expect(provenance.contains(chosen.rawValue) && !provenance.contains("\"auto\""), "\(name)")
        }
    }

    @Test func theReasonIsSaid() throws {
        let workspace = try Self.finished()
        let asked = try workspace.run("cap-plan", arguments: Self.words.filter { $0 != "K=2" } + ["K=3", "--why"])
        #expect(asked.output.contains("k is 3, was 2"))
        #expect(asked.output.contains("model.h5: if pets/ul/labels.h5 comes out otherwise"))
        let settled = try workspace.run("cap-plan", arguments: Self.words + ["--why"])
        #expect(settled.output == "everything is up to date\n")
    }
}
