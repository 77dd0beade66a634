import Artifacts
import DataSets
import Essentials
import FoundationEssentials
import LanguageModels
import Methods
import Parameters
import Review
import Runs
import Vocabulary

/// Works out the steps that goals stand for.
///
///     let plan = try Planner(request, files: files, programs: bin).plan()
///     plan.makefile
public struct Planner {
    private let request: Request
    private let files: PipelineFiles
    /// The folder of the commands.
    private let programs: URL
    private let tables: [TableDeclaration]
    private var steps: [String: Step] = [:]
    private var order: [String] = []
    private var goals: [Plan.Goal] = []
    /// The parameters of ``Request/values`` that some step takes.
    private var used: Set<String> = []
    /// Files of values that were read already.
    private var valueFiles: [String: DataSetValues] = [:]
    private var paradigmValues: [Paradigm: [String: String]] = [:]
    /// The answers that a person has written where the questions were left.
    private var filledAnswers: String?
    /// Values that were checked already.
    private var checked: Set<String> = []
    /// What a person is told of the plan.
    private var remarks: [String] = []

    public init(_ request: Request, files: PipelineFiles, programs: URL) throws {
        self.request = request
        self.files = files
        self.programs = programs
        tables = try TableDeclaration.all(in: files)
    }

    /// The plan for all goals.
    ///
    /// - Throws: ``PipelineError`` where a goal, a value or what they name is not as it must be: before anything is made.
    public mutating func plan() throws -> Plan {
        for goal in request.goals { try add(goal) }
        try requireUse()
        try request.launching.check()
        if !request.launching.devices.isEmpty, request.values["device"] != nil {
            throw PipelineError("DEVICES says where runs are placed: leave DEVICE out.")
        }
        let plan = Plan(
            goals: goals, steps: order.compactMap { steps[$0] }, runs: runs, programs: programs, launching: request.launching,
            remarks: remarks)
        for step in plan.steps { _ = try plan.words(step) }
        return plan
    }

    private var runs: URL { URL(fileURLWithPath: whole(request.runs), isDirectory: true) }

    private var here: URL { URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true) }

    private func whole(_ path: String) -> String { HomePath.expanded(path, relativeTo: here) }

    // MARK: - Goals

    private mutating func add(_ goal: String) throws {
        if let table = tables.first(where: { $0.name == goal }) { return try add(table, goal) }
        if goal == "sweep" { return try addSweep() }
        if goal == "check" || goal.hasPrefix("check-") {
            let name = goal == "check" ? request.dataSet : String(goal.dropFirst("check-".count))
            guard let name else { throw PipelineError("Say which data set to check: DATASET=NAME.") }
            return try addCheck(place(named: name), goal)
        }
        if let paradigm = Paradigm(rawValue: goal) {
            guard request.folder != nil || request.dataSet != nil else {
                throw PipelineError("Say which data set the goal \(goal) is of: DATASET=NAME.")
            }
            return try addRun(of: place(named: request.dataSet ?? ""), paradigm, goal: goal)
        }
        if goal.hasSuffix(".h5") { return try addArtifact(goal) }
        for paradigm in Paradigm.allCases where goal.hasSuffix("-" + paradigm.rawValue) {
            return try addRun(of: place(named: String(goal.dropLast(paradigm.rawValue.count + 1))), paradigm, goal: goal)
        }
        let all = tables.map(\.name) + files.dataSetNames.flatMap { name in Paradigm.allCases.map { "\(name)-\($0.rawValue)" } }
        throw PipelineError(
            "There is nothing called \(goal) to make\(Suggestion.clause(for: goal, in: all + ["sweep", "demo"])) "
                + "(make help lists what there is; a data set's runs are NAME-ul, NAME-ssl and NAME-trzsl)")
    }

    private mutating func addRun(of dataSet: DataSetPlace, _ paradigm: Paradigm, goal: String) throws {
        let run = Run(dataSet: dataSet, paradigm: paradigm, method: request.method, modality: request.modality)
        let target = try add(run)
        let folder = try run.folder
        goals.append(.init(name: goal, targets: [target], report: folder + "/report.html"))
    }

    /// An artifact's own path, below RUNS.
    private mutating func addArtifact(_ goal: String) throws {
        let path = URL(fileURLWithPath: whole(goal)).standardizedFileURL.path
        let above = runs.standardizedFileURL.path + "/"
        guard path.hasPrefix(above) else { throw PipelineError("\(goal) does not lie in \(request.runs), where artifacts go.") }
        let target = String(path.dropFirst(above.count))
        let parts = target.split(separator: "/").map(String.init)
        guard parts.count > 1 else { throw PipelineError("\(goal): artifacts lie in RUNS/DATASET/.") }
        let dataSet = try place(named: parts[0])
        let paradigm = Paradigm(rawValue: parts[1]) ?? .ul
        _ = try add(Run(dataSet: dataSet, paradigm: paradigm, method: request.method, modality: request.modality))
        guard steps[target] != nil else {
            let made = order.filter { $0.hasPrefix(parts[0] + "/") }
            throw PipelineError("\(goal) is no artifact of \(parts[0]); there are \(made.joined(separator: ", ")).")
        }
        goals.append(.init(name: goal, targets: [target], report: nil))
    }

    private mutating func addCheck(_ dataSet: DataSetPlace, _ goal: String) throws {
        guard dataSet.source != .rendered else {
            throw PipelineError("The demonstration's images are rendered: there is nothing to check.")
        }
        let values = try stageValues(.decode, Run(dataSet: dataSet, paradigm: .ul, method: .cap))
        let command =
            ["cap-decode"] + sourceArguments(dataSet) + arguments(values, of: .decode, leaving: [.circumstance]) + ["--check"]
        goals.append(.init(name: goal, targets: [], report: nil, command: command))
    }

    // MARK: - Tables

    private mutating func addSweep() throws {
        guard let (name, values) = request.sweep, !name.isEmpty, !values.isEmpty else {
            throw PipelineError("make sweep needs a parameter and its values: make sweep P=MARGIN VALUES=\"0 3 12\".")
        }
        let all = Request.parameters.filter { $0.role == .result }
        guard let parameter = all.first(where: { $0.makeName == name || $0.name == name }) else {
            throw PipelineError(
                "There is no parameter \(name) to sweep over\(Suggestion.clause(for: name, in: all.map(\.makeName))) "
                    + "(docs/parameters.md)")
        }
        for value in values {
            do {
                _ = try parameter.value(value)
            } catch let error as ParameterError {
                throw PipelineError(error.text(request.naming) + ".")
            }
        }
        try add(TableDeclaration(sweeping: parameter, values: values), "sweep")
    }

    private mutating func add(_ table: TableDeclaration, _ goal: String) throws {
        let tree: String
        if let large = request.large, table.mayBeLarge {
            tree = try SafeName.of(URL(fileURLWithPath: large).deletingPathExtension().lastPathComponent) + "/"
        } else {
            tree = ""
        }
        let runs = try runs(of: table).map { run in
            var run = run
            run.tree = tree
            return run
        }
        var shown: [String] = []
        for run in runs {
            let made = try add(run, upTo: table.file)
            if !shown.contains(made) { shown.append(made) }
        }
        guard !shown.isEmpty else { throw PipelineError("\(goal) would be of no run.") }
        let target = "\(tree)tables/\(table.name).md"
        var command = ["cap-table"] + shown
        if let show = table.show { command += ["--show", show] }
        if let parameter = table.sweep?.parameter, table.show == nil { command += ["--rows", parameter.name] }
        command += ["--if-changed", "-o", "\(tree)tables/\(table.name)"]
        var step = Step(target, nil, nil, inputs: [], command: command)
        step.prerequisites = shown
        add(step)
        goals.append(.init(name: goal, targets: [target], report: nil))
    }

    private mutating func runs(of table: TableDeclaration) throws -> [Run] {
        var runs: [Run] = []
        let seeds = table.seedCount.map { Array(request.seeds.prefix($0)) } ?? request.seeds
        for dataSet in try request.dataSets ?? presentDataSets() {
            let dataSet = try place(named: dataSet)
            for paradigm in request.paradigm.map({ [$0] }) ?? table.paradigms {
                for method in request.methods ?? table.methods {
                    for setting in try settings(of: table, method) {
                        var run = Run(dataSet: dataSet, paradigm: paradigm, method: method, modality: request.modality)
                        run.setting = try usual(setting, of: run)
                        for seed in table.seedCount == 0 ? ["1"] : seeds {
                            run.seed = seed
                            runs.append(run)
                        }
                    }
                }
            }
        }
        return runs
    }

    private func settings(of table: TableDeclaration, _ method: Method) throws -> [(parameter: Parameter, value: String)?] {
        guard let (parameter, values) = table.sweep else { return [nil] }
        guard parameter.scope.includes(method) else { return [nil] }
        if let given = request.values[parameter.name] { return [(parameter, given)] }
        return (values ?? request.seeds).map { (parameter, $0) }
    }

    /// No setting where the run has the value anyway, so that tables share the run.
    private mutating func usual(_ setting: (parameter: Parameter, value: String)?, of run: Run) throws -> (
        parameter: Parameter, value: String
    )? {
        guard let setting, request.values[setting.parameter.name] == nil else { return setting }
        let context = Parameter.Context(run.method, modality: run.modality)
        let value = try fileValues(run)[setting.parameter.name] ?? setting.parameter.defaultText(context)
        return setting.parameter.isSame(setting.value, value) ? nil : setting
    }

    /// The benchmarks that stand in DATA; the demonstration where none does.
    private func presentDataSets() throws -> [String] {
        let present = Benchmark.present(in: URL(fileURLWithPath: whole(request.data))).map(\.rawValue)
        return present.isEmpty ? ["demo"] : present
    }

    // MARK: - Data sets

    private func place(named name: String) throws -> DataSetPlace {
        if let folder = request.folder { return try ownFolder(whole(folder), request.dataSet) }
        let data = whole(request.data)
        if let values = try files.dataSet(name) {
            let file = files.folder.appendingPathComponent("data-sets/\(name).yaml").path
            if values.isRendered {
                let own = data + "/" + name
                if request.isDataGiven, FileBytes.isFolder(own) {
                    throw PipelineError(
                        "\(name) is the embedded demonstration, and there is a folder \(own) too: rename the folder, or run "
                            + "cap-run \(ShellWord.quoted(own)).")
                }
                return DataSetPlace(name: name, source: .rendered, files: [file] + configFile)
            }
            if let benchmark = values.benchmark {
                return DataSetPlace(name: name, source: .benchmark(benchmark, in: data), files: [file] + configFile)
            }
        }
        return try DataSetPlace(
            name: SafeName.of(name), source: .folder("\(data)/\(name)"),
            files: ownFiles(beside: "\(data)/\(name)") + configFile)
    }

    /// A folder that was named itself. It goes by its own name, but for names that are data sets' of the pipeline.
    private func ownFolder(_ folder: String, _ name: String?) throws -> DataSetPlace {
        let own = name ?? URL(fileURLWithPath: folder).standardizedFileURL.lastPathComponent
        var safe = try SafeName.of(own)
        if try files.dataSet(safe) != nil { safe += "-" + Identity(of: own).description.prefix(8) }
        return DataSetPlace(name: safe, source: .folder(folder), files: ownFiles(beside: folder) + configFile)
    }

    private var configFile: [String] { request.config.map { [whole($0)] } ?? [] }

    /// A person's own values lie in the folder, or beside a manifest.
    private func ownFiles(beside folder: String) -> [String] {
        var isFolder = false
        let exists = FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder)
        let place = exists && !isFolder ? URL(fileURLWithPath: folder).deletingLastPathComponent().path : folder
        let file = place + "/" + LoadOptions.valuesName
        return FileManager.default.fileExists(atPath: file) ? [file] : []
    }

    private func sourceArguments(_ dataSet: DataSetPlace) -> [String] {
        switch dataSet.source {
        case .folder(let folder): [folder]
        case .benchmark(let name, let data): [data, "--benchmark", name]
        case .rendered: ["\(dataSet.name)/textures"]
        }
    }

    // MARK: - Values

    /// What files say of a run, by the parameter's name.
    private mutating func fileValues(_ run: Run) throws -> [String: String] {
        if paradigmValues[run.paradigm] == nil { paradigmValues[run.paradigm] = try files.paradigm(run.paradigm) }
        var values = paradigmValues[run.paradigm] ?? [:]
        for file in run.dataSet.files {
            let own = try valueFile(file).values(run.paradigm, run.method, run.modality ?? run.method.defaultModality)
            if !isChosen(file), let name = own.keys.sorted().first(where: { Parameters.named($0)?.isOfPersons ?? false }) {
                throw PipelineError(
                    "\(file): \(name) is not taken from a file that lies with the images, since it opens other places to them: "
                        + "say it on the command line, or in a file that you name with \(request.naming.name("config")).")
            }
            values.merge(own) { $1 }
        }
        return values
    }

    /// Whether a file of values is the pipeline's or was named by a person.
    private func isChosen(_ file: String) -> Bool { file.hasPrefix(files.folder.path + "/") || configFile.contains(file) }

    private mutating func valueFile(_ file: String) throws -> DataSetValues {
        if let read = valueFiles[file] { return read }
        let url = URL(fileURLWithPath: file)
        let base = file.hasPrefix(files.folder.path) ? files.root : url.deletingLastPathComponent()
        let read = try DataSetValues(contentsOf: url, relativeTo: base)
        valueFiles[file] = read
        return read
    }

    /// The values that `stage` has of a run besides its defaults, checked.
    private mutating func stageValues(_ stage: Stage, _ run: Run) throws -> [String: String] {
        var values = try fileValues(run).merging(request.values) { $1 }
        if let setting = run.setting { values[setting.parameter.name] = setting.value }
        if let seed = run.seed { values["seed"] = seed }
        if !run.tree.isEmpty, let large = request.large { values["model"] = whole(large) }
        if let modality = run.modality { values["modality"] = modality.rawValue }
        values["method"] = run.method == .cap ? nil : run.method.name
        // A language model goes before a file of answers.
        if values["endpoint"] != nil || values["llm"] != nil { values["answers"] = nil }
        let context = Parameter.Context(run.method, modality: run.modality)
        let taken = Parameters.of(stage).filter { $0.scope.includes(run.method) }
        values = values.filter { name, _ in taken.contains { $0.name == name } }
        used.formUnion(values.keys)
        let key = "\(stage) \(run.method.name) \(values.sorted { $0.key < $1.key })"
        if checked.insert(key).inserted {
            do {
                try Parameters.check(values, of: stage, in: context)
                if stage == .decode { try checkListing(values) }
            } catch let error as ParameterError {
                throw PipelineError(error.text(request.naming) + ".")
            }
        }
        settlePrecision(&values)
        return values.filter { name, text in
            let parameter = taken.first { $0.name == name }
            return parameter.map { !$0.isSame(text, $0.defaultText(context)) } ?? false
        }
    }

    /// Puts in the place of `auto` what it is on this machine, so that all commands of the plan compute in it, wherever they run, and
    /// what was made in another precision is out of date.
    private mutating func settlePrecision(_ values: inout [String: String]) {
        guard let precision = values["precision"].flatMap(ComputePrecision.init(parameterText:)), precision == .auto else {
            return
        }
        let device = request.launching.devices.first ?? values["device"]
        let place = device.flatMap(ComputeDevice.init(rawValue:)) ?? .cpu
        let chosen = precision.chosen(on: place)
        values["precision"] = chosen.parameterText
        let remark = chosen.remark(instead: "\(request.naming.name("precision")) auto", on: place)
        if !remarks.contains(remark) { remarks.append(remark) }
    }

    private func checkListing(_ values: [String: String]) throws {
        var settings = Settings<DecodeParameters>()
        for (name, text) in values { try settings.set(name, to: text) }
        _ = try LoadOptions(settings, kinds: .none)
    }

    /// The options of a stage's command for values that are not the defaults.
    private func arguments(_ values: [String: String], of stage: Stage, leaving: Set<Parameter.Role> = []) -> [String] {
        Parameters.of(stage).flatMap { parameter -> [String] in
            guard let text = values[parameter.name], !leaving.contains(parameter.role) else { return [] }
            switch parameter.kind {
            case .flag: return Bool(parameterText: text) == true ? ["--" + parameter.option] : []
            case .list: return (TextList(parameterText: text)?.texts ?? []).flatMap { ["--" + parameter.option, $0] }
            default: return ["--" + parameter.option, text]
            }
        }
    }

    /// Refuses values that no step takes.
    private func requireUse() throws {
        guard goals.contains(where: { $0.command == nil }) else { return }
        for name in request.values.keys.sorted() where !used.contains(name) {
            guard let parameter = Parameters.named(name) else { continue }
            let whom =
                parameter.scope.text.map { " is for \($0)" }
                ?? " is for \(parameter.stages.map(\.command).joined(separator: ", "))"
            throw PipelineError(
                "\(request.naming.name(name))\(whom), not for what is to be made\(request.methods == nil ? " (METHOD=\(request.method.name))" : "")."
            )
        }
    }

    // MARK: - Steps

    private mutating func add(_ step: Step) {
        if steps.updateValue(step, forKey: step.target) == nil { order.append(step.target) }
    }

    /// Adds all steps of a run that `file` needs.
    ///
    /// - Returns: the artifact.
    private mutating func add(_ run: Run, upTo file: String = "eval.h5") throws -> String {
        let images = try addImages(run)
        let features = try addFeatures(run, images)
        let shared = try run.sharedFolder
        let mismatch = try addMismatch(run, features)
        if file == "mismatch.h5" { return mismatch }
        let descriptions = run.method.alignsConcepts ? try addDescriptions(run, features, mismatch, in: shared) : nil
        let folder = try run.folder

        let labels = "\(folder)/labels.h5"
        var inputs: [(path: String, schema: ArtifactSchema)] = [(features, .features), (mismatch, .mismatch)]
        if let descriptions { inputs.append((descriptions, .descriptions)) }
        try addStage(.label, labels, .labels, run, inputs: inputs)

        let model = "\(folder)/model.h5"
        let training: [(path: String, schema: ArtifactSchema)] = [(images, .images), (features, .features), (labels, .labels)]
        try addStage(.finetune, model, .model, run, inputs: training)

        let evaluation = "\(folder)/eval.h5"
        try addStage(
            .eval, evaluation, .evaluation, run, inputs: [(model, .model)] + training,
            companions: ["--report": "\(folder)/report.html", "--csv": "\(folder)/labels.csv"])
        return "\(folder)/\(file)"
    }

    /// Refuses a data set that is nowhere, unless its images were decoded before.
    private func requireSource(_ dataSet: DataSetPlace, _ target: String) throws {
        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
        guard !exists(runs.appendingPathComponent(target).path) else { return }
        switch dataSet.source {
        case .rendered: return
        case .folder(let folder):
            guard !exists(folder) else { return }
            let name = URL(fileURLWithPath: folder).lastPathComponent
            guard request.folder == nil else {
                throw PipelineError("There is no folder \(folder): name the one that holds the images.")
            }
            throw PipelineError(
                "There is no \(folder)\(Suggestion.clause(for: name, in: files.dataSetNames)): a data set is a folder in "
                    + "\(request.naming.name("data")), or one of \(files.dataSetNames.joined(separator: ", ")).")
        case .benchmark(let name, let data):
            guard !exists(data) else { return }
            throw PipelineError(
                "There is no \(data), where \(name) should lie: name the folder that holds it with \(request.naming.name("data")) "
                    + "(docs/datasets).")
        }
    }

    private mutating func addImages(_ run: Run) throws -> String {
        let target = try run.imagesFolder + "/images.h5"
        guard steps[target] == nil else { return target }
        try requireSource(run.dataSet, target)
        let values = try stageValues(.decode, run)
        var step = Step(
            target, .decode, .images, inputs: [],
            command: ["cap-decode"] + sourceArguments(run.dataSet) + arguments(values, of: .decode)
                + ["--if-changed", "-o", target])
        if case .rendered = run.dataSet.source {
            let rendered = "\(run.dataSet.name)/textures.complete"
            step.prerequisites = [rendered]
            add(Step(rendered, nil, nil, inputs: [], command: ["cap-demo", "images", "-o", "\(run.dataSet.name)/textures"]))
        }
        complete(&step, run, values)
        switch run.dataSet.source {
        case .folder(let folder): step.sources["data_set"] = .folder(DataSet.place(of: URL(fileURLWithPath: folder)).path)
        case .benchmark(let name, let data):
            let place = DataSet.place(of: URL(fileURLWithPath: data), benchmark: Benchmark(rawValue: name))
            step.sources["data_set"] = .folder(place.path)
        case .rendered: step.sources["data_set"] = .folder(runs.appendingPathComponent("\(run.dataSet.name)/textures").path)
        }
        add(step)
        return target
    }

    private mutating func addFeatures(_ run: Run, _ images: String) throws -> String {
        let target = try run.featuresFolder + "/features.h5"
        try addStage(.embed, target, .features, run, inputs: [(images, .images)])
        return target
    }

    private mutating func addMismatch(_ run: Run, _ features: String) throws -> String {
        let target = try run.sharedFolder + "/mismatch.h5"
        try addStage(.detect, target, .mismatch, run, inputs: [(features, .features)])
        return target
    }

    private mutating func addDescriptions(
        _ run: Run, _ features: String, _ mismatch: String, in folder: String
    ) throws -> String {
        let target = "\(folder)/descriptions.h5"
        let values = try stageValues(.describe, run)
        let place = "\(run.tree)\(run.dataSet.name)"
        let further: [String]
        if values["endpoint"] != nil || values["llm"] != nil {
            further = ["--cache", "\(place)/answers.jsonl"]
        } else if values["answers"] != nil {
            further = []
        } else {
            // Questions that nobody answers lie there to be filled in; filled in, they are the answers.
            let file = "\(place)/answers.json"
            let path = runs.appendingPathComponent(file).path
            if (try? AnswersFile(path: path).isFilled) == true {
                filledAnswers = path
                further = []
            } else {
                further = ["--template", file]
            }
        }
        defer { filledAnswers = nil }
        try addStage(
            .describe, target, .descriptions, run, inputs: [(features, .features), (mismatch, .mismatch)], further: further)
        return target
    }

    private mutating func addStage(
        _ stage: Stage, _ target: String, _ schema: ArtifactSchema, _ run: Run,
        inputs: [(path: String, schema: ArtifactSchema)], companions: [String: String] = [:], further: [String] = []
    ) throws {
        guard steps[target] == nil else { return }
        var values = try stageValues(stage, run)
        if stage == .describe, let filledAnswers { values["answers"] = filledAnswers }
        let review = stage == .label ? try review(of: run, &values) : nil
        // Only first texts, and those of a review, are encoded when labels are picked.
        if stage == .label, !needsCheckpoint(values, run.method), review?.hasTexts != true {
            for name in ["model", "tokenizer", "activation"] { values[name] = nil }
        } else if Parameters.of(stage).contains(where: { $0.name == "model" }), values["model"] == nil {
            throw PipelineError(
                "\(run.dataSet.name): name a CLIP checkpoint with \(request.naming.name("model")), such as "
                    + "~/models/clip-vit-base-patch32 (docs/checkpoints.md).")
        }
        if let model = values["model"], !FileManager.default.fileExists(atPath: model) {
            throw PipelineError("\(request.naming.name("model")): there is no \(model) (docs/checkpoints.md).")
        }
        var step = Step(
            target, stage, schema, inputs: inputs,
            command: [stage.command] + inputs.map(\.path) + arguments(values, of: stage) + further
                + companions.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] } + ["--if-changed", "-o", target])
        step.companions = companions.values.sorted()
        complete(&step, run, values)
        add(step)
    }

    /// The review of a run, which is named or lies beside its artifacts, read to find out early what is wrong with it. Runs of
    /// tables, which differ in one thing alone, have none that is not named.
    private func review(of run: Run, _ values: inout [String: String]) throws -> Review? {
        let path = try runs.appendingPathComponent("\(run.folder)/\(Review.fileName)").path
        if values["review"] == nil, run.seed == nil, FileManager.default.fileExists(atPath: path) { values["review"] = path }
        do {
            return try values["review"].map { try Review(contentsOf: $0) }
        } catch let error as ReviewError {
            throw PipelineError(error.description)
        }
    }

    private func needsCheckpoint(_ values: [String: String], _ method: Method) -> Bool {
        method.selection == .leaderboard && values["first-text"] != FirstText.formatted.rawValue
    }

    /// What decides the step's result, from its values.
    private func complete(_ step: inout Step, _ run: Run, _ values: [String: String]) {
        guard let stage = step.stage else { return }
        let context = Parameter.Context(run.method, modality: run.modality)
        for parameter in Parameters.of(stage) where parameter.scope.includes(run.method) {
            switch parameter.role {
            case .circumstance: break
            case .input:
                guard let path = values[parameter.name] else { break }
                step.sources[parameter.recordedName] =
                    ["model", "tokenizer"].contains(parameter.name) ? .checkpoint(path) : .file(path)
            case .result:
                let value = values[parameter.name].flatMap { try? parameter.value($0) }?.recorded
                step.parameters[parameter.recordedName] = JSONValue(value ?? parameter.standardValue(context))
            }
        }
        if stage == .finetune { step.parameters["method"] = .string(run.method.name) }
    }
}
