import Artifacts
import CAP
import Foundation
import Methods
import Parameters
import Stages
import Tables
import TestSupport
import Testing

/// What `cap-table` and `make table` make of runs.
@Suite struct TableTests {
    /// Two seeds of zero-shot CLIP and of CAP, in folders of a workspace.
    static let runs = Result { try finished(["zero-shot", "cap", "cap-no-alignment"]) }

    static func finished(_ methods: [String]) throws -> (workspace: Workspace, files: [String]) {
        let workspace = try MethodTests.workspace("ul")
        var files: [String] = []
        for method in methods {
            for seed in ["1", "2"] {
                try Pipeline.expectSuccess(MethodTests.label(workspace, method))
                try Pipeline.expectSuccess(MethodTests.finetune(workspace, ["--seed", seed]))
                try MethodTests.evaluate(workspace)
                let folder = "\(method)-\(seed)"
                try FileManager.default.createDirectory(
                    atPath: workspace.path(folder), withIntermediateDirectories: true)
                for file in ["labels.h5", "model.h5", "eval.h5"] {
                    try FileManager.default.moveItem(
                        atPath: workspace.path(file), toPath: workspace.path("\(folder)/\(file)"))
                }
                files.append("\(folder)/eval.h5")
            }
        }
        return (workspace, files)
    }

    private func rows(_ workspace: Workspace, _ name: String) throws -> [[String: String]] {
        let lines = try String(contentsOfFile: workspace.path(name), encoding: .utf8).split(separator: "\n")
            .map { fields(String($0)) }
        let head = try #require(lines.first)
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(head, $0)) }
    }

    /// The fields of a line of CSV.
    private func fields(_ line: String) -> [String] {
        var fields = [""]
        var isQuoted = false
        for character in line {
            switch character {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: fields.append("")
            default: fields[fields.count - 1].append(character)
            }
        }
        return fields
    }

    /// Whatever stage it is of, and however the stages' own commands call it.
    @Test func rowsCanDifferInAnyParameter() throws {
        let (workspace, files) = try Self.runs.get()
        let capsFiles = files.filter { $0.hasPrefix("cap-1") || $0.hasPrefix("cap-2") }
        let cap = Method.cap
        let results = Parameters.all.filter { $0.role == .result && $0.scope.includes(cap) && $0.name != "method" }
        #expect(Set(results.flatMap(\.stages)).isSuperset(of: [.decode, .embed, .detect, .label, .finetune]))
        func labels(_ parameter: Parameter) throws -> [String] {
            let exhibit = try Exhibit(.accuracy, of: capsFiles.map(workspace.path), rows: .parameter(parameter))
            return exhibit.csv.split(separator: "\n").dropFirst().compactMap { fields(String($0)).first }
        }
        for parameter in results {
            #expect(try labels(parameter).allSatisfy { $0.hasPrefix(parameter.name + " = ") }, "\(parameter.name)")
        }
        #expect(try labels(#require(Parameters.named("split-seed"))) == ["split-seed = 500"])
        #expect(try labels(#require(Parameters.named("seed"))) == ["seed = 1", "seed = 2"])
    }

    @Test func accuraciesAreMeansOverTheSeeds() throws {
        let (workspace, files) = try Self.runs.get()
        let outcome = try workspace.run("cap-table", arguments: files + ["-o", "table"])
        try Pipeline.expectSuccess(outcome)
        let markdown = try String(contentsOfFile: workspace.path("table.md"), encoding: .utf8)
        // The file says in a line that is not shown what it was made of.
        #expect(markdown.hasPrefix(outcome.output + "\n<!-- made from "))
        let lines = markdown.split(separator: "\n")
        #expect(lines[0] == "| method | data UL |")
        for (line, method) in zip(lines[2...], ["zero-shot", "cap", "cap-no-alignment"]) {
            let values = try ["1", "2"].map {
                try 100
                    * ArtifactReader(workspace.path("\(method)-\($0)/eval.h5"), schema: .evaluation)
                    .value(\.adapted.metrics.accuracy)
            }
            let (mean, deviation) = ((values[0] + values[1]) / 2, abs(values[0] - values[1]) / 2.0.squareRoot())
            #expect(line.contains(String(format: "%.2f ± %.2f", mean, deviation)))
        }
        let csv = try rows(workspace, "table.csv")
        #expect(csv.map { $0["row"] } == ["Zero-shot CLIP", "CAP", "CAP without alignment"])
        #expect(csv.allSatisfy { $0["dataset"] == "data" && $0["paradigm"] == "ul" && $0["runs"] == "2" })
    }

    /// B/16 has features of as many dimensions as B/32, and is published nowhere in the paper.
    @Test func publishedNumbersAreThoseOfTheSameCLIP() {
        func published(_ method: String, _ dataSet: String, _ paradigm: String, dim: Int, patch: Int) -> String? {
            PublishedResults.accuracy(
                method: method, dataSet: dataSet, paradigm: paradigm,
                encoder: PublishedResults.Encoder(dim: dim, patchSize: patch))
        }
        #expect(published("fpl", "DTD", "ul", dim: 512, patch: 32) == "44.96")
        #expect(published("fpl", "dtd", "ul", dim: 512, patch: 16) == nil)
        #expect(published("fpl", "dtd", "ssl", dim: 512, patch: 32) == nil)
        #expect(published("cap", "resisc45", "trzsl", dim: 768, patch: 14) == "90.21")
        #expect(published("cpl", "resisc45", "trzsl", dim: 768, patch: 14) == nil)
    }

    /// What a subject's files must hold.
    struct Subject: CustomTestStringConvertible, Sendable {
        let name: String
        let columns: String
        /// A row for every combination of these; nil where how many there are depends on what was found.
        let rows: Int?
        /// Columns of percent, and words that stand in the figure.
        let percent: [String]
        let drawn: [String]

        var testDescription: String { name }
    }

    static let subjects = [
        Subject(
            name: "accuracy", columns: "row,dataset,paradigm,runs,mean,sd,min,max,seconds,published", rows: 3,
            percent: ["mean", "min", "max"], drawn: ["Zero-shot CLIP", "CAP", "CAP without alignment"]),
        Subject(
            name: "pseudolabels", columns: "dataset,paradigm,class,method,runs,start,end,end_sd", rows: nil,
            percent: ["start", "end"], drawn: ["CAP", "CAP without alignment"]),
        Subject(
            name: "groups", columns: "dataset,paradigm,classes,images,method,runs,accuracy,accuracy_sd,ece,ece_sd",
            rows: nil, percent: ["accuracy", "ece"], drawn: ["Zero-shot CLIP", "CAP", "CAP without alignment"]),
        Subject(
            name: "classes", columns: "dataset,paradigm,method,class,images,zero_shot,runs,mean,sd", rows: 3 * 4,
            percent: ["zero_shot", "mean"], drawn: ["woven", "cracked", "banded"]),
        Subject(
            name: "time", columns: "method,dataset,paradigm,runs,seconds,sd,peak_megabytes,threads", rows: 2, percent: [],
            drawn: ["CAP", "CAP without alignment"]),
        Subject(
            name: "map", columns: "dataset,paradigm,method,image,x,y,class,zero_shot,adapted", rows: 3 * 16, percent: [],
            drawn: []),
        Subject(
            name: "mismatch", columns: "dataset,paradigm,class,images,predicted,recall,runs,left,mismatched", rows: 4,
            percent: ["recall"], drawn: ["woven", "cracked", "banded"]),
    ]

    @Test(arguments: subjects) func everySubjectIsShownAsTableAndFigure(_ subject: Subject) throws {
        let (workspace, files) = try Self.runs.get()
        let shown = subject.name == "mismatch" ? ["mismatch.h5"] : files
        try Pipeline.expectSuccess(
            workspace.run("cap-table", arguments: shown + ["--show", subject.name, "-o", subject.name, "-q"]))

        let csv = try String(contentsOfFile: workspace.path("\(subject.name).csv"), encoding: .utf8)
        #expect(csv.hasPrefix(subject.columns + "\r\n") || csv.hasPrefix(subject.columns + "\n"))
        let rows = try rows(workspace, "\(subject.name).csv")
        #expect(subject.rows == nil ? !rows.isEmpty : rows.count == subject.rows)
        for row in rows {
            #expect(row["dataset"] == "data" && row["paradigm"] == "ul")
            for column in subject.percent where row[column]?.isEmpty == false {
                let value = try #require(row[column].flatMap(Double.init), "\(column) is \(row[column] ?? "")")
                #expect((0...100).contains(value), "\(column) is \(value)")
            }
        }
        // Every cell of the first method or class is in the table that people read.
        let markdown = try String(contentsOfFile: workspace.path("\(subject.name).md"), encoding: .utf8)
        #expect(markdown.contains("|---|"))
        for word in subject.drawn { #expect(markdown.contains(word), "\(word) is not in the table") }

        let left = try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path)
        func drawn(_ ending: String) -> [String] {
            left.filter { $0.hasPrefix(subject.name) && $0.hasSuffix(ending) }.map { String($0.dropLast(4)) }.sorted()
        }
        #expect(!drawn(".png").isEmpty && drawn(".png") == drawn(".svg"))
        var texts = ""
        for figure in drawn(".svg") {
            let png = try Data(contentsOf: URL(fileURLWithPath: workspace.path("\(figure).png")))
            #expect(png.starts(with: [0x89] + Array("PNG\r\n".utf8)) && png.suffix(8).starts(with: Array("IEND".utf8)))
            let svg = try String(contentsOfFile: workspace.path("\(figure).svg"), encoding: .utf8)
            #expect(svg.contains("<svg") && svg.contains("</svg>"))
            texts += svg
        }
        for word in subject.drawn { #expect(texts.contains(word), "\(word) is not drawn") }
    }

    @Test func classesAreThoseOfTheEvaluation() throws {
        let (workspace, files) = try Self.runs.get()
        try Pipeline.expectSuccess(
            workspace.run(
                "cap-table",
                arguments: files.filter { $0.hasPrefix("cap-1") || $0.hasPrefix("cap-2") } + [
                    "--show", "classes", "-o", "by-class", "-q",
                ]))
        let evaluations = try ["cap-1", "cap-2"].map {
            try ArtifactReader(workspace.path("\($0)/eval.h5"), schema: .evaluation)
        }
        let names = try evaluations[0].values(\.classes.name)
        for row in try rows(workspace, "by-class.csv") {
            let label = try #require(names.firstIndex { $0.filter { $0 != "\"" } == row["class"] })
            let mean = try evaluations.map { try Double($0.values(\.adapted.perClassAccuracy)[label]) * 50 }
                .reduce(0, +)
            #expect(row["mean"] == String(format: "%.2f", mean))
        }
    }

    /// The share of pseudolabels that are right over all classes is what training recorded of its first epoch.
    @Test func pseudolabelsAreThoseOfTheRuns() throws {
        let (workspace, files) = try Self.runs.get()
        let run = try #require(files.first { $0.hasPrefix("cap-no-alignment") })
        try Pipeline.expectSuccess(
            workspace.run("cap-table", run, "--show", "pseudolabels", "-o", "right", "-q"))
        let labels = try ArtifactReader(workspace.path("cap-no-alignment-1/labels.h5"), schema: .labels)
        let truth = try ArtifactReader(workspace.path("features.h5"), schema: .features).ints(\.images.label)
        let mismatch = try ArtifactReader(workspace.path("mismatch.h5"), schema: .mismatch)
        let mismatched = try mismatch.ints(\.classes.mismatched)
        let pairs = try zip(labels.ints(\.pseudolabeled.image), labels.ints(\.pseudolabeled.label))
            .filter { !mismatched.contains($0.1) }
        let right = 100 * Double(pairs.count { truth[$0.0] == $0.1 }) / Double(pairs.count)
        let row = try #require(try rows(workspace, "right.csv").last)
        #expect(row["class"] == "all other classes" && row["start"] == String(format: "%.2f", right))
    }

    @Test func whatCannotBeShownIsRefusedWithASentence() throws {
        let (workspace, files) = try Self.runs.get()
        func expectRefusal(_ arguments: [String], mentioning word: String) throws {
            let outcome = try workspace.run("cap-table", arguments: arguments + ["-o", "refused"])
            #expect(outcome.status == 1 && outcome.errors.contains(word), "\(outcome.errors)")
        }
        try expectRefusal(files + [files[0]], mentioning: "once")
        try expectRefusal(files + ["--rows", "margin"], mentioning: "margin")
        try expectRefusal([files[0], "--show", "time"], mentioning: "trained")
        try expectRefusal([files[0], "--show", "mismatch"], mentioning: "mismatch.h5")
        try expectRefusal(["labels.h5"], mentioning: "labels.h5")
        #expect(!FileManager.default.fileExists(atPath: workspace.path("refused.md")))
    }

    // MARK: - Make

    /// make in the repository, with the programs that the tests were built with, on the workspace's images.
    private func make(_ workspace: Workspace, _ arguments: [String]) throws -> Program {
        try Program(
            "make",
            [
                "-C", Repository.root.path, "--no-print-directory", "BIN=\(Repository.executables.path)", "BUILT=built",
                "-o", "built", "RUNS=\(workspace.path("runs"))", "DATA=\(workspace.folder.path)", "DATASETS=data",
                "MODEL=\(Workspace.checkpoint)", "ANSWERS=\(workspace.path("answers.json"))", "THREADS=1", "K=3", "TAU=0.3",
                "METHODS=zero-shot cap", "SEEDS=1 2", "EPOCHS=12", "ITERS=2", "BATCH=4", "table2",
            ] + arguments)
    }

    private func run(_ workspace: Workspace, _ arguments: [String] = []) throws {
        let outcome = try make(workspace, arguments).finish()
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    private func identities(_ workspace: Workspace) throws -> [String: Identity] {
        let runs = workspace.folder.appendingPathComponent("runs").path
        let files = try #require(FileManager.default.enumerator(atPath: runs)?.allObjects as? [String])
        return try files.filter { $0.hasSuffix(".h5") }.reduce(into: [:]) {
            $0[$1] = try ArtifactReader(anyKind: runs + "/" + $1).identity
        }
    }

    @Test func aTableThatWasKilledGoesOnToTheSameTable() throws {
        let (whole, killed) = try (Workspace(), Workspace())
        for workspace in [whole, killed] {
            try workspace.writeDataSet()
            try workspace.writeAnswers()
        }
        try run(whole)

        let process = try make(killed, []).process
        // In the middle: one method is done, and the other is being trained.
        let checkpoint = killed.path("runs/data/ul/cap/seed-1/model.h5.checkpoint")
        while process.isRunning && !FileManager.default.fileExists(atPath: checkpoint) { usleep(2000) }
        killAll(under: process.processIdentifier)
        process.waitUntilExit()
        #expect(!FileManager.default.fileExists(atPath: killed.path("runs/tables/table2.md")))
        let before = try identities(killed)
        #expect(before["data/ul/cap/seed-1/model.h5"] == nil)
        let finished = killed.path("runs/data/features.h5")
        let made = try FileManager.default.attributesOfItem(atPath: finished)[.modificationDate] as? Date

        try run(killed, ["-j2"])
        #expect(try identities(killed) == identities(whole))
        #expect(try FileManager.default.attributesOfItem(atPath: finished)[.modificationDate] as? Date == made)
        for workspace in [whole, killed] {
            #expect(FileManager.default.fileExists(atPath: workspace.path("runs/tables/table2.png")))
        }
        let tables = try [whole, killed].map {
            try String(contentsOfFile: $0.path("runs/tables/table2.md"), encoding: .utf8)
        }
        #expect(tables[0] == tables[1] && tables[0].contains("| CAP |"))
        // Nothing is left to do, and fewer seeds are another table.
        let table = killed.path("runs/tables/table2.md")
        func time() throws -> Date? { try FileManager.default.attributesOfItem(atPath: table)[.modificationDate] as? Date }
        let written = try time()
        try run(killed)
        #expect(try time() == written)
        try run(killed, ["SEEDS=2"])
        let fewer = try String(contentsOfFile: killed.path("runs/tables/table2.md"), encoding: .utf8)
        #expect(!fewer.contains("±"))
    }

    /// Kills a process and everything that it started, without asking.
    private func killAll(under process: Int32) {
        // The parent first, so that it starts nothing more; its children are known by it until then.
        let children = children(of: process)
        kill(process, SIGKILL)
        for child in children { killAll(under: child) }
    }

    private func children(of parent: Int32) -> [Int32] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { Int32($0) }.filter { process in
            // Behind the name in parentheses stand the state and the parent.
            let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
            return stat.split(separator: ")").last?.split(separator: " ").dropFirst().first.map(String.init)
                == "\(parent)"
        }
    }
}
