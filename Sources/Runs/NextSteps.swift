import Artifacts
import Essentials
import FoundationEssentials
import Launch
import Methods
import Parameters
import Reporting
import Vocabulary

/// What a person may do after a run, from what it has shown, the most fitting first.
public struct NextSteps {
    private let record: RunRecord
    private let images: ArtifactReader<ImagesSchema>
    private let features: ArtifactReader<FeaturesSchema>
    private let labels: ArtifactReader<LabelsSchema>
    private let model: ArtifactReader<ModelSchema>
    private let mismatch: ArtifactReader<MismatchSchema>?
    private let method: Method
    /// nil where the stages were run one by one.
    private let request: RequestedRun?

    /// Below this share of right ones, pseudolabels are too many.
    private static let goodPseudolabels = 0.7
    /// A class below this accuracy may gain by a description.
    private static let poor = 0.5
    /// Images whose two most probable classes are closer than this are worth a look.
    private static let closeMargin: Float = 0.1
    private static let repeats = 24

    /// - Parameter record: what the artifacts say, without next steps.
    public init(
        _ record: RunRecord, images: ArtifactReader<ImagesSchema>, features: ArtifactReader<FeaturesSchema>,
        labels: ArtifactReader<LabelsSchema>, model: ArtifactReader<ModelSchema>,
        request: RequestedRun? = .ofThisProcess
    ) throws {
        self.record = record
        self.images = images
        self.features = features
        self.labels = labels
        self.model = model
        mismatch = labels.madeFrom(.mismatch)
        method = try labels.method()
        self.request = request
    }

    public var steps: [RunRecord.NextStep] {
        get throws {
            try [undescribed(), milder(), threshold(), fewerPseudolabels(), detection(), descriptions(), review()]
                .compactMap { $0 } + use()
        }
    }

    private var isWorse: Bool {
        record.evaluation.map { Self.headline($0.adapted) < Self.headline($0.zeroShot) } ?? false
    }

    private static func headline(_ performance: RunRecord.Performance) -> Double {
        performance.harmonicMean ?? performance.accuracy
    }

    // MARK: - Other values

    private func milder() throws -> RunRecord.NextStep? {
        guard isWorse, let rate = try number("lr", model) else { return nil }
        return try again(
            .finetune, FinetuneParameters().learningRate.parameter, "\(rate / 4)",
            "With a smaller learning rate training changes CLIP less:")
    }

    private func threshold() throws -> RunRecord.NextStep? {
        guard case .streams = method.training, let last = record.epochs.last, let tau = try number("tau", model) else {
            return nil
        }
        let classes = record.classNames.indices
        let unseen = try labels.indices(\.split.unseen, in: classes)
        let learning = unseen.isEmpty ? Array(classes) : unseen
        let silent = learning.filter { last.confidentPerClass.indices.contains($0) && last.confidentPerClass[$0] == 0 }
        let lower = max(0.3, ((tau - 0.15) * 100).rounded() / 100)
        guard silent.count * 10 >= learning.count, lower < tau else { return nil }
        return try again(
            .finetune, FinetuneParameters().threshold.parameter, "\(lower)",
            """
            In the last epoch \(silent.count) of \(learning.count) classes had no unlabeled image predicted with a confidence \
            above \(tau); with a lower threshold they learn from more:
            """)
    }

    private func fewerPseudolabels() throws -> RunRecord.NextStep? {
        guard let right = record.epochs.first?.pseudolabelAccuracy, right < Self.goodPseudolabels,
            let k = try number("k", labels), k >= 4
        else { return nil }
        return try again(
            .label, LabelParameters().k.parameter, "\(Int(k) / 2)",
            "\(Int((right * 100).rounded())) % of the first pseudolabels are right; fewer of them are surer:")
    }

    // MARK: - Mismatched classes

    private func detection() throws -> RunRecord.NextStep? {
        guard let mismatch, method.alignsConcepts else { return nil }
        let names = record.classNames
        guard mismatch.has(\.classes.foundFrequency) else {
            guard let repeats = Parameters.of(.detect).first(where: { $0.name == "repeats" }),
                let mismatches = record.mismatches, !mismatches.isEmpty
            else { return nil }
            return try again(
                .detect, repeats, "\(Self.repeats)",
                "How often detection finds \(Self.list(mismatches.map { names[$0.label] })), with other seeds too:")
        }
        let found = try mismatch.values(\.classes.foundFrequency)
        let doubtful = names.indices.filter { found[$0] > 0 && found[$0] < 1 }
        guard !doubtful.isEmpty, let seed = try number("seed", mismatch) else { return nil }
        let shares = doubtful.sorted { found[$0] > found[$1] }.map { "\(names[$0]) (\(String(percent: found[$0])) %)" }
        return try again(
            .detect, DetectParameters().seed.parameter, "\(Int(seed) + 1)",
            "Which classes are mismatched depends on the seed of detection. So many of the seeds find \(Self.list(shares)):")
    }

    private func undescribed() throws -> RunRecord.NextStep? {
        let missing = (record.mismatches ?? []).filter { $0.description == nil }.map { record.classNames[$0.label] }
        let have = Self.list(missing) + (missing.count == 1 ? " has" : " have") + " no description"
        guard method.alignsConcepts, !missing.isEmpty, let mismatch else { return nil }
        if let request {
            let answers = request.path(
                images.path.folderOfPath.appendingPath("answers.json"))
            return .init(
                reason:
                    "\(have): write some into \(answers), then:",
                command: request.command)
        }
        return .init(
            reason:
                "\(have); this leaves the questions to fill in:",
            command: ShellWord.line(
                ["cap-describe", features.path, mismatch.path] + (try checkpoint)
                    + ["--template", "answers.json", "-o", "descriptions.h5"]))
    }

    private func descriptions() throws -> RunRecord.NextStep? {
        let parameter = DescribeParameters().allClasses.parameter
        let paradigm = try labels.value(\.paradigm)
        let made = labels.madeFrom(.descriptions)
        guard let mismatch, method.alignsConcepts, paradigm != .ssl, let accuracies = record.evaluation?.adapted.perClass,
            try made?.parameters()[parameter.recordedName] != .bool(true)
        else { return nil }
        let described = Set((record.mismatches ?? []).map(\.label))
        let poor = record.classNames.indices.filter { (accuracies[$0] ?? 1) < Self.poor && !described.contains($0) }
            .sorted { (accuracies[$0] ?? 1, $0) < (accuracies[$1] ?? 1, $1) }
        guard !poor.isEmpty else { return nil }
        let reason =
            "A description may say more to CLIP than \(poor.count == 1 ? "the name" : "the names") "
            + Self.list(poor.map { "\(record.classNames[$0]) (\(Int(((accuracies[$0] ?? 0) * 100).rounded())) %)" }) + ":"
        if let request { return .init(reason: reason, command: request.command(with: parameter, "1")) }
        return .init(
            reason: reason,
            command: ShellWord.line(
                ["cap-describe", features.path, mismatch.path] + (try checkpoint)
                    + ["--all-classes", "--template", "answers.json", "-o", "descriptions.h5"]))
    }

    // MARK: - Looking and using

    private func review() -> RunRecord.NextStep? {
        let review = OwnProgram.folder.appendingPathComponent("cap-review")
        guard FileManager.default.isExecutableFile(atPath: review.path), let predictions = record.predictions else { return nil }
        let close = predictions.paths.indices.count { predictions.margin($0) < Self.closeMargin }
        guard close > 0 else { return nil }
        return .init(
            reason:
                "\(close) \(close == 1 ? "image has" : "images have") two classes almost as probable as each other; say which:",
            command: ShellWord.line(["cap-review", path(model.path).folderOfPath]))
    }

    private func use() -> [RunRecord.NextStep] {
        guard !isWorse else { return [] }
        let model = path(model.path)
        return [
            .init(
                reason: "Predict new images:",
                command: ShellWord.line(["cap-predict", model, "FOLDER-OF-NEW-IMAGES", "-o", "predictions.csv"])),
            .init(
                reason: "Take the model to PyTorch or a telephone:",
                command: ShellWord.line(["cap-export", model, "-o", "FOLDER"])),
        ]
    }

    // MARK: - Words

    /// The run again with another value of a parameter; by hand, the command of the stage that takes it.
    private func again(
        _ stage: Stage, _ parameter: Parameter, _ value: String, _ reason: String
    ) throws -> RunRecord.NextStep? {
        if let request { return .init(reason: reason, command: request.command(with: parameter, value)) }
        let made: (any Artifact)? =
            switch stage {
            case .detect: mismatch
            case .label: labels
            default: model
            }
        guard let made, let line = try made.common(\.command), var words = ShellWord.words(line) else { return nil }
        words = RequestedRun.replacing("--" + parameter.option, of: parameter, in: words, with: value)
        let stem = made.path.withoutPathExtension
        let name = "\(stem)-\(parameter.option)-\(value).h5"
        for option in ["-o", "--output"] {
            if let place = words.firstIndex(of: option), place + 1 < words.count { words[place + 1] = name }
        }
        return .init(reason: reason, command: ShellWord.line(words.filter { $0 != "--if-changed" }))
    }

    private var checkpoint: [String] {
        get throws {
            let parameters = try model.parameters()
            return try ["--checkpoint", model.value(\.checkpoint.path)]
                + ["tokenizer", "activation"].flatMap { name -> [String] in
                    if case .string(let text)? = parameters[name] { ["--" + name, text] } else { [] }
                }
        }
    }

    private func path(_ file: String) -> String { request?.path(file) ?? file }

    private func number(_ name: String, _ artifact: any Artifact) throws -> Double? {
        switch try artifact.parameters()[name] {
        case .int(let value)?: Double(value)
        case .double(let value)?: value
        default: nil
        }
    }

    /// The first few names.
    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(4)
        let rest = names.count - shown.count
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
