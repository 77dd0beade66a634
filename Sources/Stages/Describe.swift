import Artifacts
import CAP
import CLIP
import DataSets
import LanguageModels
import Parameters
import Tensors
import Terminal

/// Replaces the names of mismatched classes, or of all, by descriptions: `features.h5`, `mismatch.h5`, a checkpoint and a
/// language model in, `descriptions.h5` out.
public struct Describe {
    public var features: String
    public var mismatch: String
    public var settings: Settings<DescribeParameters>
    public var output: StageOutput
    /// Answers the questions. Without one, and for classes that it does not know, the names stay.
    public var model: (any LanguageModel)?
    /// JSON file to write the answers to; nil for none.
    public var record: String?
    /// JSON file to write questions to that nobody answered, to be filled in; nil for none.
    public var template: String?
    /// The images.h5 that shown images are taken from; nil for the one that `features` was made from.
    public var images: String?
    /// Called now and then with what is worth telling a person.
    public var note: (String) -> Void = { _ in }

    /// Texts encoded at a time.
    private static let batch = 64

    public init(features: String, mismatch: String, settings: Settings<DescribeParameters>, output: StageOutput) {
        self.features = features
        self.mismatch = mismatch
        self.settings = settings
        self.output = output
    }

    /// What a run did.
    public struct Result: Sendable {
        /// A mismatched class and the description that replaces its name.
        public struct Replacement: Sendable {
            public let className: String
            public let text: String
            /// Probability of the residual cluster it fits best.
            public let probability: Float
        }

        public let replacements: [Replacement]
        /// Classes that were to be described and were not: their pseudolabels follow their names.
        public let undescribed: [String]
        public let languageModel: String
        /// What all the answers cost, and what this run paid of it.
        public let tokens: TokenCount
        public let paid: TokenCount
        public let seconds: Double
    }

    /// What would be asked, without asking it or writing anything.
    public func questions() throws -> [DescriptionQuestion] {
        let features = try ArtifactReader(features, schema: .features)
        let mismatch = try ArtifactReader(mismatch, schema: .mismatch)
        _ = try Provenance(parameters: [:], inputs: [features, mismatch], software: [:], seed: nil)
        let described = try described(features, mismatch)
        let shown = try settings.shownImages > 0 && !described.isEmpty ? pictures(of: described, features, mismatch) : [:]
        return try questions(on: described, features, shown)
    }

    public func run() async throws -> Result {
        let start = ContinuousClock.now
        try Torch.setThreads(settings.threads)
        let features = try ArtifactReader(features, schema: .features)
        let mismatch = try ArtifactReader(mismatch, schema: .mismatch)
        let checkpoint = try settings.checkpointChoice
        let (clip, identity) = try checkpoint.open(matching: features)
        var sources = try checkpoint.sources()
        if let answers = settings.answers { sources["answers"] = try SourceFingerprint.ofContent(answers.path) }
        let provenance = try Provenance(
            parameters: settings.parameters.merging(checkpoint.parameters(identity: identity)) { $1 },
            inputs: [features, mismatch], sources: sources, software: SoftwareVersions.current,
            seed: Int(clamping: settings.seed))
        let writer = try output.writer(.describe, schema: .descriptions, provenance: provenance)

        let toDescribe = try described(features, mismatch)
        let names = try features.values(\.classes.name)
        let described = toDescribe.filter { model?.knows(names[$0]) ?? false }
        let undescribed = toDescribe.filter { !described.contains($0) }
        try offerTemplate(for: questions(on: undescribed, features, [:]))
        let shown = try settings.shownImages > 0 && !described.isEmpty ? pictures(of: described, features, mismatch) : [:]
        let questions = try questions(on: described, features, shown)
        if let record { try AnswersFile.checkIsNew(record) }
        let answers = try await ask(questions)
        if let record { try AnswersFile.record(answers, to: questions, in: record) }
        let encoded = try encode(answers.texts.flatMap { $0 }, clip)
        let clusters = try ImageClusters(
            features: features, mismatch: mismatch, forAllClasses: settings.allClasses, seed: settings.seed)
        let logitScale = try Double(features.value(\.logitScale))
        var first = 0
        let choices = try zip(described, answers.texts).map { label, texts in
            defer { first += texts.count }
            return try DescriptionChoice(
                candidates: encoded.narrow(dim: 0, start: first, length: texts.count),
                centroids: clusters.centroids(for: label), logitScale: logitScale)
        }

        try writer.set(\.languageModel, to: model?.name ?? "none")
        try writer.set(\.promptTokens, to: answers.tokens.prompt)
        try writer.set(\.completionTokens, to: answers.tokens.completion)
        try writer.write(described, to: \.classes.described)
        try writer.write(questions.map(\.className), to: \.classes.name)
        try writer.write(questions.map(\.text), to: \.question)
        if !undescribed.isEmpty { try writer.write(undescribed, to: \.classes.undescribed) }
        if !shown.isEmpty { try write(described.compactMap { shown[$0] }, to: writer) }
        try write(answers.texts, encoded, choices, isResidual: described.map(clusters.isMismatched), to: writer)
        try writer.commit()
        return Result(
            replacements: zip(questions, zip(answers.texts, choices)).map { question, answer in
                Result.Replacement(
                    className: question.className, text: answer.0[answer.1.chosen],
                    probability: answer.1.fits[answer.1.chosen].probability)
            },
            undescribed: undescribed.map { names[$0] },
            languageModel: model?.name ?? "none", tokens: answers.tokens, paid: answers.paid,
            seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    /// The classes to describe, in ascending order.
    private func described(_ features: ArtifactReader<FeaturesSchema>, _ mismatch: ArtifactReader<MismatchSchema>) throws -> [Int]
    {
        try mismatch.indices(
            settings.allClasses ? \.split.candidate : \.classes.mismatched, in: 0..<features.count(\.classes.name)
        ).sorted()
    }

    private func questions(
        on classes: [Int], _ features: ArtifactReader<FeaturesSchema>, _ shown: [Int: ShownImages.Pictures]
    ) throws -> [DescriptionQuestion] {
        let names = try features.values(\.classes.name)
        let phrases = try features.values(\.classes.phrase)
        return classes.map {
            DescriptionQuestion(
                className: names[$0], phrase: phrases[$0], domain: settings.domain, images: shown[$0]?.files ?? [])
        }
    }

    private func pictures(
        of classes: [Int], _ features: ArtifactReader<FeaturesSchema>, _ mismatch: ArtifactReader<MismatchSchema>
    ) throws -> [Int: ShownImages.Pictures] {
        let clusters = try ImageClusters(
            features: features, mismatch: mismatch, forAllClasses: settings.allClasses, seed: settings.seed)
        let shown = try ShownImages(
            count: settings.shownImages, images: images, features: features, mismatch: mismatch, clusters: clusters)
        return try Dictionary(uniqueKeysWithValues: classes.map { ($0, try shown.pictures(of: $0)) })
    }

    /// Says which classes stay without a description, and how they would get one.
    private func offerTemplate(for questions: [DescriptionQuestion]) throws {
        guard !questions.isEmpty else { return }
        let classes = questions.map(\.className)
        let many = classes.count > 1
        let named = classes.prefix(8).joined(separator: ", ") + (classes.count > 8 ? " and \(classes.count - 8) more" : "")
        let how: String
        if let template, try AnswersFile.writeTemplate(for: questions, to: template) {
            how =
                "\(SpokenNames.place(template)) has the questions: write a sentence or more to each and run the same again"
                + (SpokenNames.Caller.ofThisProcess == .person ? " with --answers \(template)" : "")
        } else if let file = (model as? AnswersFile)?.name ?? template {
            how =
                "add \(many ? "them" : "it") to \(SpokenNames.place(file)), a JSON object of class name → list of sentences, and run the same again"
        } else {
            how = """
                give \(many ? "them" : "it") with --answers, a JSON file of class name → list of sentences, in answer to \
                \(questions.prefix(3).map { "\"\($0.text)\"" }.joined(separator: ", "))\(questions.count > 3 ? ", …" : "") \
                (--template writes such a file to fill in)
                """
        }
        let byServer = model == nil ? "; or name a language model's server with --endpoint and --model" : ""
        note(
            """
            \(many ? "\(classes.count) classes have" : "a class has") no description, so \(many ? "their" : "its") \
            pseudolabels follow \(many ? "their names, as those" : "its name, as that") of the others: \(named). \
            \(how)\(byServer)
            """)
    }

    private func ask(_ questions: [DescriptionQuestion]) async throws -> DescriptionAnswers {
        guard !questions.isEmpty, let model else { return DescriptionAnswers(texts: []) }
        let answers = try await model.answer(questions, count: settings.candidates)
        guard answers.texts.count == questions.count, answers.texts.allSatisfy({ !$0.isEmpty }) else {
            throw ArtifactError("\(model.name) did not describe every class that was asked about")
        }
        return answers
    }

    /// Writes which images were shown; classes that had fewer to show than others are filled up.
    private func write(_ shown: [ShownImages.Pictures], to writer: ArtifactWriter<DescriptionsSchema>) throws {
        let width = shown.map(\.images.count).max() ?? 0
        try writer.write(
            shown.flatMap { $0.images + [Int](repeating: -1, count: width - $0.images.count) }, shape: [shown.count, width],
            to: \.shown.image)
        try writer.write(shown.map(\.cluster), to: \.shown.cluster)
    }

    /// The normalised text features of descriptions, `[texts, dim]`.
    private func encode(_ texts: [String], _ clip: CLIPCheckpoint) throws -> Tensor {
        guard !texts.isEmpty else { return try .zeros([0, clip.config.projectionDimension]) }
        return try withoutGradients {
            let encoder = try clip.textEncoder()
            let batches = try stride(from: 0, to: texts.count, by: Self.batch).map { start in
                let batch = texts[start..<min(start + Self.batch, texts.count)]
                return try encoder.forward(encoder.batch(batch.map(clip.tokens))).l2Normalized()
            }
            return try Tensor.concat(batches, dim: 0)
        }
    }

    /// Writes what was answered and chosen; classes with fewer candidates than others are filled up.
    private func write(
        _ texts: [[String]], _ encoded: Tensor, _ choices: [DescriptionChoice], isResidual: [Bool],
        to writer: ArtifactWriter<DescriptionsSchema>
    ) throws {
        let width = texts.map(\.count).max() ?? 0
        let dim = encoded.shape[1]
        let values = try encoded.floats()
        func filled<T>(_ row: [T], _ filling: T, count: Int) -> [T] {
            row + Array(repeating: filling, count: count - row.count)
        }
        var candidates: [Float] = []
        var chosen: [Float] = []
        var first = 0
        for (texts, choice) in zip(texts, choices) {
            candidates += filled(Array(values[first * dim..<(first + texts.count) * dim]), 0, count: width * dim)
            chosen += values[(first + choice.chosen) * dim..<(first + choice.chosen + 1) * dim]
            first += texts.count
        }
        let shape = [texts.count, width]
        try writer.write(texts.flatMap { filled($0, "", count: width) }, shape: shape, to: \.candidates.text)
        try writer.write(candidates, shape: shape + [dim], to: \.candidates.features)
        try writer.write(
            choices.flatMap { filled($0.fits.map(\.probability), 0, count: width) }, shape: shape,
            to: \.candidates.probability)
        try writer.write(
            zip(choices, isResidual).flatMap { choice, isResidual in
                filled(choice.fits.map { isResidual ? $0.cluster : -1 }, -1, count: width)
            }, shape: shape, to: \.candidates.cluster)
        try writer.write(choices.map(\.chosen), to: \.chosen.index)
        try writer.write(zip(texts, choices).map { $0[$1.chosen] }, to: \.chosen.text)
        try writer.write(chosen, shape: [texts.count, dim], to: \.chosen.features)
    }
}
