import Foundation
import Methods
import Parameters
import TestSupport
import Testing

/// What goals and values stand for, without making anything.
@Suite struct PlanTests {
    private func plan(_ words: String..., in workspace: Workspace) throws -> Outcome {
        try workspace.run("cap-plan", arguments: words)
    }

    @Test func aRunIsItsStagesWithTheOneCommandThatMakesEach() throws {
        let workspace = try Workspace()
        let made = try plan("demo-ul", "K=8", in: workspace)
        #expect(made.status == 0, "\(made.errors)")
        let rules = made.output.split(separator: "\n").filter { $0.hasPrefix("demo/") }.map { $0.prefix { $0 != ":" } }
        #expect(
            rules == [
                "demo/textures.complete", "demo/images.h5", "demo/features.h5", "demo/ul/mismatch.h5", "demo/ul/descriptions.h5",
                "demo/ul/labels.h5", "demo/ul/model.h5", "demo/ul/eval.h5",
            ])
        #expect(made.output.contains("--k 8 "))
        #expect(!made.output.contains("$("), "the plan has variables")
        #expect(!FileManager.default.fileExists(atPath: workspace.path("runs")))
    }

    @Test(arguments: [
        (["demo-ul", "EPOCH=20"], "did you mean EPOCHS"), (["demo-ul", "K=many"], "K is a whole number"),
        (["demo-ul", "METHOD=gripp"], "METHOD is one of"), (["demo-ul", "METHOD=grip", "TAU=0.9"], "TAU is for cap"),
        (["demo-ul", "MODALITY=none"], "learns prompts"), (["demo-ul", "TAU=1.5"], "TAU must be"),
        (["demo-ul", "MODEL=/nowhere"], "there is no /nowhere"), (["table9"], "did you mean"),
        (["demo-ul", "LAYOUT=dtd-oficial"], "did you mean dtd-official"), (["nothing-ul"], "There is no"),
        (["sweep", "P=MARGN", "VALUES=1"], "did you mean MARGIN"), (["sweep", "P=MARGIN", "VALUES=x"], "MARGIN is a number"),
        (["sweep"], "P=MARGIN"), (["demo-ul", "TEMPLATE=a photo"], "TEMPLATE needs {} once"),
        (["demo-ul", "RUNS=a\nb"], "a value is one line"),
    ])
    func whatIsNotRightIsRefusedBeforeAnythingIsMade(_ words: [String], says: String) throws {
        let workspace = try Workspace()
        let refused = try workspace.run("cap-plan", arguments: words + ["--make"])
        #expect(refused.status == 1 || refused.status == 64)
        #expect(refused.errors.contains(says), "\(words): \(refused.errors)")
        #expect(refused.errors.split(separator: "\n").count <= 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: workspace.folder.path).isEmpty)
    }

    /// Every parameter that changes results reaches the command of its stages, whatever method has it.
    @Test func everyParameterReachesItsStage() throws {
        let workspace = try Workspace()
        let values: [String: String] = [
            "layout": "class-folders", "classes": "c.txt", "phrases": "p.txt", "test-fraction": "0.3", "template": "a {}|b {}",
            "answers": "a.json", "llm": "m", "beta": "0.5", "activation": "gelu", "tokenizer": "t", "domain": "a {} b",
            "schedule": "fixed",
        ]
        for parameter in Parameters.all
        where parameter.role == .result && !["paradigm", "benchmark", "method", "modality"].contains(parameter.name) {
            let method = try #require(
                ["cap", "grip", "cpl", "fpl"].first { name in
                    parameter.scope.names?.contains(name) ?? true
                })
            let value = try values[parameter.name] ?? Self.another(parameter, Method(named: method))
            let further = parameter.name == "k" && method != "cap" ? ["SCHEDULE=fixed"] : []
            let made = try workspace.run(
                "cap-plan", arguments: ["demo-ssl", "METHOD=\(method)", "\(parameter.makeName)=\(value)"] + further)
            #expect(made.status == 0, "\(parameter.name): \(made.errors)")
            let commands = made.output.split(separator: "\n").filter { line in
                parameter.stages.contains { line.contains("/\($0.command) ") }
            }
            #expect(commands.contains { $0.contains("--\(parameter.option)") }, "\(parameter.name)")
        }
    }

    /// A value that is not the default.
    private static func another(_ parameter: Parameter, _ method: Method) -> String {
        switch parameter.kind {
        case .flag: return "1"
        case .choice(let names):
            return names.last { $0 != parameter.defaultText(.init(method)) } ?? names[0]
        case .integer: return "7"
        default: return "0.125"
        }
    }

    /// What came with the images neither names a server that a key would go to, nor says which other files are read.
    @Test(arguments: ["allow-outside: 1", "endpoint: http://127.0.0.1:9/v1", "llm: m"])
    func whatOpensOtherPlacesIsForPersonsToSay(line: String) throws {
        let workspace = try Workspace()
        try workspace.writeDataSet("data/pets")
        let own = workspace.path("data/pets/cap.yaml")
        try Data("\(line)\n".utf8).write(to: URL(fileURLWithPath: own))
        let words = ["ul", "DATASET=pets", "DATA=\(workspace.path("data"))", "MODEL=\(Workspace.checkpoint)"]
        let refused = try workspace.run("cap-plan", arguments: words)
        let name = try #require(line.split(separator: ":").first)
        #expect(refused.status == 1, "\(refused.errors)")
        #expect(
            refused.errors.contains("\(own): \(name) is not taken from a file that lies with the images"), "\(refused.errors)")
        #expect(refused.errors.contains("CONFIG"))

        try FileManager.default.moveItem(atPath: own, toPath: workspace.path("chosen.yaml"))
        let chosen = try workspace.run("cap-plan", arguments: words + ["CONFIG=\(workspace.path("chosen.yaml"))"])
        #expect(chosen.status == 0, "\(chosen.errors)")
    }

    @Test func valuesOfDataSetsMethodsAndParadigmsComeInTheirOrder() throws {
        let workspace = try Workspace()
        let data = workspace.path("data")
        try FileManager.default.createDirectory(atPath: data + "/DTD", withIntermediateDirectories: true)
        func command(_ stage: String, _ words: String...) throws -> String {
            let made = try workspace.run(
                "cap-plan", arguments: words + ["DATA=\(data)", "MODEL=\(Workspace.checkpoint)"])
            #expect(made.status == 0, "\(made.errors)")
            return String(made.output.split(separator: "\n").last { $0.contains("/\(stage) ") } ?? "")
        }
        #expect(try command("cap-label", "dtd-ul", "METHOD=cpl").contains("--alpha 0.75 --beta 0.95"))
        #expect(try command("cap-label", "dtd-trzsl", "METHOD=cpl").contains("--beta 'auto*2.0'"))
        #expect(try command("cap-label", "dtd-ul", "METHOD=cpl", "MODALITY=visual").contains("--beta 0.97"))
        #expect(try command("cap-label", "dtd-ul", "METHOD=cpl", "BETA=0.5").contains("--beta 0.5"))
        #expect(try command("cap-describe", "dtd-ul").contains("--domain 'a photo of {} texture'"))
    }

    @Test func planningManyRunsIsQuick() throws {
        let workspace = try Workspace()
        let start = ContinuousClock.now
        let made = try plan(
            "table1", "DATASETS=dtd flowers102 resisc45 eurosat cub fgvcaircraft", "DATA=.", "MODEL=\(Workspace.checkpoint)",
            in: workspace)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.output.components(separatedBy: "/eval.h5: |").count == 271)
        // Half a second on a quiet machine; the tests run side by side.
        #expect(seconds < 5)
    }

    @Test func theHelpOfMakeIsWrittenFromTheDeclarations() throws {
        let workspace = try Workspace()
        let file = Repository.root.appendingPathComponent("docs/make-help.txt")
        let wanted = try workspace.run("cap-plan", "--list").output
        if ProcessInfo.processInfo.environment["CAP_UPDATE_DOCS"] != nil {
            try Data(wanted.utf8).write(to: file, options: .atomic)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == wanted, "run CAP_UPDATE_DOCS=1 make test")
        for parameter in Parameters.all where !["paradigm", "benchmark"].contains(parameter.name) {
            #expect(wanted.contains("  \(parameter.makeName) "))
        }
    }
}
