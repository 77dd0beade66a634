import Artifacts
import CAP
import CLIP
import DataSets
import Foundation
import LanguageModels
import Stages
import Tensors
import Testing
import Vocabulary

/// The stages between features and labels, on made-up features.
struct FeatureStagesTests {
    private func detect(
        _ data: SyntheticFeatures, _ paradigm: Paradigm = .ul, seed: UInt64 = 1, repeats: Int = 1, to name: String = "mismatch.h5"
    ) throws -> Detect.Result {
        var stage = Detect(features: data.path, output: StageOutput(data.file(name)))
        stage.settings.paradigm = paradigm
        stage.settings.seed = seed
        stage.settings.repeats = repeats
        stage.quiet = true
        return try stage.run()
    }

    private func describe(
        _ data: SyntheticFeatures, answers: String?, allClasses: Bool = false
    ) async throws -> Describe.Result {
        var stage = Describe(
            features: data.path, mismatch: data.file("mismatch.h5"), settings: SyntheticFeatures.settings(),
            output: StageOutput(data.file("descriptions.h5")))
        stage.model = try answers.map(AnswersFile.init)
        stage.settings.domain = "a photo of {}"
        stage.settings.allClasses = allClasses
        return try await stage.run()
    }

    private func label(_ data: SyntheticFeatures, k: Int) throws -> Label.Result {
        var stage = Label(
            features: data.path, mismatch: data.file("mismatch.h5"), descriptions: data.file("descriptions.h5"),
            output: StageOutput(data.file("labels.h5")))
        stage.settings.k = k
        return try stage.run()
    }

    @Test func theMismatchedClassIsFoundDescribedAndPseudolabeled() async throws {
        let data = try SyntheticFeatures()
        let name = data.classNames[data.mismatched]
        let found = try detect(data)
        #expect(found.mismatched == [name])
        #expect(found.unlabeledImages == 200)

        let sentences = ["spotted", "striped and long"]
        let described = try await describe(data, answers: data.writeAnswers(sentences))
        #expect(described.replacements.map(\.className) == [name])
        #expect(sentences.contains(try #require(described.replacements.first).text))

        let labeled = try label(data, k: 4)
        #expect(labeled.described == [name])
        #expect(labeled.pseudolabeled == 40)
        #expect(labeled.short.isEmpty)
        #expect(try #require(labeled.accuracy) >= 0.9)

        let labels = try ArtifactReader(data.file("labels.h5"), schema: .labels)
        #expect(try labels.ints(\.unlabeledImages) == Array(0..<200))
        let origins = try labels.values(\.pseudolabeled.origin)
        let classes = try labels.ints(\.pseudolabeled.label)
        for (origin, label) in zip(origins, classes) { #expect((origin == .description) == (label == data.mismatched)) }
    }

    @Test func theChoiceIsThatOfTheCandidatesTextFeatures() async throws {
        let data = try SyntheticFeatures()
        _ = try detect(data)
        let sentences = ["spotted", "striped and long", "a photo of a very plain thing"]
        _ = try await describe(data, answers: data.writeAnswers(sentences))
        let descriptions = try ArtifactReader(data.file("descriptions.h5"), schema: .descriptions)
        let mismatch = try ArtifactReader(data.file("mismatch.h5"), schema: .mismatch)

        let clip = try CLIPCheckpoint(SyntheticFeatures.checkpoint)
        let encoder = try clip.textEncoder()
        // One text at a time, softmax and largest entry by hand.
        let centroids = try Tensor(mismatch.values(\.residual.centroids), shape: mismatch.shape(\.residual.centroids))
        let probabilities = try sentences.map { sentence in
            let feature = try encoder.forward(encoder.batch([clip.tokens(sentence)])).l2Normalized()
            let logits = try feature.matmul(centroids.transposed(0, 1)).floats().map { 40 * $0 }
            let exponentials = logits.map { exp($0) }
            return (exponentials.max() ?? 0) / exponentials.reduce(0, +)
        }
        let recorded = try descriptions.values(\.candidates.probability)
        for (recorded, expected) in zip(recorded, probabilities) { #expect(abs(recorded - expected) < 1e-4) }
        let chosen = try descriptions.ints(\.chosen.index)
        #expect(probabilities[chosen[0]] >= (probabilities.max() ?? 0) - 1e-6)
        #expect(try descriptions.values(\.chosen.text) == [sentences[chosen[0]]])
        #expect(try descriptions.values(\.question).first?.contains("a photo of \(data.classNames[5]),") == true)
        let dim = 24
        #expect(
            try descriptions.values(\.chosen.features)
                == Array(descriptions.values(\.candidates.features)[chosen[0] * dim..<(chosen[0] + 1) * dim]))
    }

    @Test func withoutAMismatchNoAnswersAreNeeded() async throws {
        let data = try SyntheticFeatures(mismatched: -1)
        #expect(try detect(data).mismatched.isEmpty)
        #expect(try await describe(data, answers: nil).replacements.isEmpty)
        #expect(
            try ArtifactReader(data.file("descriptions.h5"), schema: .descriptions).shape(\.chosen.features) == [
                0, 24,
            ])
        #expect(try label(data, k: 3).pseudolabeled == 30)
    }

    /// Detection with each seed alone is the answer that the shares are compared with.
    @Test func repeatedDetectionSaysHowOftenEachClassWasFoundAndKeepsTheFirstSeedsResult() throws {
        let data = try SyntheticFeatures(noise: 4)
        let repeats = 8
        var counts = [Int](repeating: 0, count: data.classNames.count)
        for seed in 3..<3 + UInt64(repeats) {
            for name in try detect(data, seed: seed, to: "\(seed).h5").mismatched {
                counts[try #require(data.classNames.firstIndex(of: name))] += 1
            }
        }
        // Neither never nor always, or there would be nothing to tell apart.
        #expect(counts.contains { $0 > 0 && $0 < repeats }, "\(counts)")
        let result = try detect(data, seed: 3, repeats: repeats)
        let found = counts.indices.filter { counts[$0] > 0 }
        #expect(Set(result.frequencies.map(\.name)) == Set(found.map { data.classNames[$0] }))
        #expect(result.frequencies.map(\.count) == found.map { counts[$0] }.sorted(by: >))

        let repeated = try ArtifactReader(data.file("mismatch.h5"), schema: .mismatch)
        #expect(try repeated.values(\.classes.foundFrequency) == counts.map { Float($0) / Float(repeats) })
        let once = try ArtifactReader(data.file("3.h5"), schema: .mismatch)
        #expect(!once.has(\.classes.foundFrequency))
        for key in [\MismatchSchema.trace.label, \.trace.image, \.residual.image, \.classes.final, \.classes.mismatched] {
            #expect(try repeated.values(key) == once.values(key))
        }
        #expect(try repeated.values(\.residual.centroids) == once.values(\.residual.centroids))
    }

    /// No language model is no dead end.
    @Test func aClassThatNobodyDescribesKeepsItsNameAndATemplateIsOffered() async throws {
        let data = try SyntheticFeatures()
        _ = try detect(data)
        let name = data.classNames[data.mismatched]
        let template = data.file("answers.json")
        let notes = Notes()
        func run(answers: String?) async throws -> Describe.Result {
            var stage = Describe(
                features: data.path, mismatch: data.file("mismatch.h5"), settings: SyntheticFeatures.settings(),
                output: StageOutput(data.file("descriptions.h5")))
            stage.model = try answers.map { try AnswersFile(path: $0) }
            stage.template = template
            stage.note = { notes.texts.append($0) }
            return try await stage.run()
        }
        let open = try await run(answers: nil)
        #expect(open.undescribed == [name] && open.replacements.isEmpty)
        #expect(notes.texts.count == 1 && notes.texts[0].contains(name) && notes.texts[0].contains(template))
        let descriptions = try ArtifactReader(data.file("descriptions.h5"), schema: .descriptions)
        #expect(try descriptions.ints(\.classes.undescribed) == [data.mismatched])
        // The class gets pseudolabels as the others do.
        #expect(try label(data, k: 3).pseudolabeled == 30)

        let written = try AnswersFile(path: template)
        #expect(!written.isFilled && !written.knows(name))
        let text = try String(contentsOfFile: template, encoding: .utf8)
        #expect(text.contains("Please describe the most distinguishing visual features"))
        // An unfilled template is one that may be taken for answers: it says nothing about any class.
        #expect(try await run(answers: template).undescribed == [name])

        try text.replacing("\"\"", with: "\"spotted leaves\"").write(toFile: template, atomically: true, encoding: .utf8)
        #expect(try AnswersFile(path: template).isFilled)
        let filled = try await run(answers: template)
        #expect(filled.undescribed.isEmpty && filled.replacements.map(\.text) == ["spotted leaves"])
        #expect(try label(data, k: 3).described == [name])
        // What a person wrote is left alone.
        let before = try Data(contentsOf: URL(fileURLWithPath: template))
        _ = try await run(answers: nil)
        #expect(try Data(contentsOf: URL(fileURLWithPath: template)) == before)
        #expect(notes.texts.last?.contains("add it to \(template)") == true)
    }

    private final class Notes {
        var texts: [String] = []
    }

    @Test func semiSupervisedLearningLabelsTwoImagesPerClass() async throws {
        let data = try SyntheticFeatures()
        #expect(try detect(data, .ssl).labeledImages == 20)
        _ = try await describe(data, answers: data.writeAnswers(["spotted"]))
        let result = try label(data, k: 4)
        #expect((result.labeled, result.unlabeled) == (20, 180))
        let labels = try ArtifactReader(data.file("labels.h5"), schema: .labels)
        let labeled = try Set(labels.ints(\.labeled.image))
        #expect(try labeled.isDisjoint(with: labels.ints(\.unlabeledImages)))
        #expect(try labeled.isDisjoint(with: labels.ints(\.pseudolabeled.image)))
        #expect(try labels.ints(\.labeled.label) == labels.ints(\.labeled.image).map { $0 / 20 })
    }

    @Test func transferPseudolabelsUnseenClassesOnly() async throws {
        let data = try SyntheticFeatures()
        let found = try detect(data, .trzsl)
        let mismatch = try ArtifactReader(data.file("mismatch.h5"), schema: .mismatch)
        let unseen = try Set(mismatch.ints(\.split.unseen))
        #expect(unseen.count == 4)
        #expect(found.unlabeledImages == 80)
        #expect(try mismatch.ints(\.split.candidate) == unseen.sorted())
        _ = try await describe(
            data,
            answers: {
                let path = data.file("answers.json")
                let all = Dictionary(uniqueKeysWithValues: data.classNames.map { ($0, ["spotted"]) })
                try JSONEncoder().encode(all).write(to: URL(fileURLWithPath: path))
                return path
            }())
        let result = try label(data, k: 4)
        #expect((result.labeled, result.unlabeled) == (120, 80))
        let labels = try ArtifactReader(data.file("labels.h5"), schema: .labels)
        #expect(try Set(labels.ints(\.pseudolabeled.label)) == unseen)
    }

    @Test func theSameCommandTwiceGivesTheSameBytes() throws {
        let data = try SyntheticFeatures()
        _ = try detect(data, to: "first.h5")
        _ = try detect(data, to: "second.h5")
        let first = try ArtifactReader(data.file("first.h5"), schema: .mismatch)
        let second = try ArtifactReader(data.file("second.h5"), schema: .mismatch)
        #expect(first.identity == second.identity)
    }

    @Test func labelsFromAnotherDetectionAreRefused() async throws {
        let data = try SyntheticFeatures()
        _ = try detect(data)
        _ = try await describe(data, answers: data.writeAnswers(["spotted"]))
        _ = try detect(data, .ssl)
        let error = #expect(throws: ArtifactError.self) { try label(data, k: 4) }
        #expect(error?.description.contains("mismatch.h5") == true)
        #expect(error?.description.contains("descriptions.h5") == true)
    }

    @Test func paradigmsThatNeedLabelsSayThatThereAreNone() throws {
        let data = try SyntheticFeatures(withLabels: false)
        #expect(try detect(data).mismatched == [data.classNames[data.mismatched]])
        for paradigm in [Paradigm.ssl, .trzsl] {
            let error = #expect(throws: ArtifactError.self) { try detect(data, paradigm) }
            #expect(error?.description.hasPrefix(data.path) == true)
        }
    }

    @Test func oneClassIsNotEnough() throws {
        let data = try SyntheticFeatures(classCount: 1, mismatched: 0)
        let error = #expect(throws: ArtifactError.self) { try detect(data) }
        #expect(error?.description.contains("only one class") == true)
    }

    @Test func anotherCheckpointIsRefused() async throws {
        let data = try SyntheticFeatures()
        _ = try detect(data)
        var stage = Describe(
            features: data.path, mismatch: data.file("mismatch.h5"),
            settings: SyntheticFeatures.settings(
                SyntheticFeatures.checkpoint.replacingOccurrences(of: "quick_gelu", with: "bfloat16")),
            output: StageOutput(data.file("descriptions.h5")))
        stage.model = nil
        let error = await #expect(throws: ArtifactError.self) { try await stage.run() }
        #expect(error?.description.contains("another checkpoint") == true)
    }

    @Test func everyClassIsDescribedWhereThatIsWanted() async throws {
        let data = try SyntheticFeatures()
        _ = try detect(data)
        let answers = data.file("all.json")
        let all = Dictionary(uniqueKeysWithValues: data.classNames.map { ($0, ["spotted", "striped"]) })
        try JSONEncoder().encode(all).write(to: URL(fileURLWithPath: answers))
        let described = try await describe(data, answers: answers, allClasses: true)
        #expect(described.replacements.map(\.className) == data.classNames)
        let descriptions = try ArtifactReader(data.file("descriptions.h5"), schema: .descriptions)
        #expect(try descriptions.ints(\.classes.described) == Array(0..<10))
        // Only the mismatched class's descriptions are compared with the clusters that mismatch.h5 holds.
        let clusters = try descriptions.ints(\.candidates.cluster)
        for (row, cluster) in clusters.enumerated() { #expect((cluster == -1) == (row / 2 != data.mismatched)) }
        #expect(try label(data, k: 4).described == data.classNames)
    }
}
