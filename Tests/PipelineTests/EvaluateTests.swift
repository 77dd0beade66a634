import Artifacts
import CAP
import CLIP
import DataSets
import Foundation
import Images
import LanguageModels
import Stages
import Tensors
import Testing
import Views
import Vocabulary

/// The last stages, on images of noise and a checkpoint of random weights: what is computed, not how good it is.
struct EvaluateTests {
    /// Runs every stage from detection on.
    private func evaluate(_ data: SyntheticFeatures, _ paradigm: Paradigm) async throws -> Evaluate.Result {
        var detect = Detect(features: data.path, output: StageOutput(data.file("mismatch.h5")))
        detect.settings.paradigm = paradigm
        detect.quiet = true
        _ = try detect.run()

        let answers = data.file("answers.json")
        let all = Dictionary(uniqueKeysWithValues: data.classNames.map { ($0, ["spotted", "striped"]) })
        try JSONEncoder().encode(all).write(to: URL(fileURLWithPath: answers))
        var describe = Describe(
            features: data.path, mismatch: data.file("mismatch.h5"),
            settings: SyntheticFeatures.settings(), output: StageOutput(data.file("descriptions.h5")))
        describe.model = try AnswersFile(path: answers)
        _ = try await describe.run()

        var label = Label(
            features: data.path, mismatch: data.file("mismatch.h5"), descriptions: data.file("descriptions.h5"),
            output: StageOutput(data.file("labels.h5")))
        label.settings.k = 3
        _ = try label.run()

        let images = try data.writeImages()
        var finetune = Finetune(
            images: images, features: data.path, labels: data.file("labels.h5"),
            settings: SyntheticFeatures.settings(), output: StageOutput(data.file("model.h5")))
        finetune.settings.epochs = 2
        finetune.settings.iterations = 2
        finetune.settings.batch = 4
        finetune.quiet = true
        _ = try finetune.run()

        var evaluate = Evaluate(
            model: data.file("model.h5"), images: images, features: data.path, labels: data.file("labels.h5"),
            settings: SyntheticFeatures.settings(), output: StageOutput(data.file("eval.h5")))
        evaluate.report = data.file("report.html")
        evaluate.quiet = true
        return try evaluate.run()
    }

    @Test func predictionsAreThoseOfTheTrainedPromptsWithoutAdapters() async throws {
        let data = try SyntheticFeatures()
        let result = try await evaluate(data, .ul)
        #expect(result.predictedImages == 50)
        let (before, after) = try (#require(result.zeroShot).accuracy, #require(result.adapted).accuracy)
        #expect((result.harm != nil) == (after < before))
        #expect(try String(contentsOfFile: data.file("report.html"), encoding: .utf8).contains("did harm") == (after < before))
        let eval = try ArtifactReader(data.file("eval.h5"), schema: .evaluation)

        // One image at a time, with the prompts put in place by hand.
        let clip = try CLIPCheckpoint(SyntheticFeatures.checkpoint)
        let prompted = try PromptedCLIP(
            clip, phrases: data.classNames, precision: .float32, device: .cpu, seed: 99)
        let model = try ArtifactReader(data.file("model.h5"), schema: .model)
        for parameter in prompted.prompts.parameters {
            try parameter.value.assign(Tensor(model.values(\.trained[parameter.path]), shape: parameter.value.shape))
        }
        let images = try ArtifactReader(data.file("images.h5"), schema: .images)
        let view = try EvaluationView(size: 32)
        let recorded = try eval.values(\.adapted.probabilities)
        for (row, image) in try eval.ints(\.test.image).enumerated().prefix(5) {
            let bytes = 40 * 36 * 3
            let pixels = try RGBImage(
                height: 40, width: 36,
                pixels: images.values(\.images.pixels, rows: image * bytes..<(image + 1) * bytes))
            var buffer = [UInt8](repeating: 0, count: 32 * 32 * 3)
            try buffer.withUnsafeMutableBufferPointer { try view.render(pixels, into: $0) }
            let feature = try prompted.imageFeatures(Tensor(buffer, shape: [1, 32, 32, 3]))
            let expected = try prompted.logits(image: feature, text: prompted.textFeatures()).softmax(dim: 1).floats()
            for (found, expected) in zip(recorded[row * 10..<(row + 1) * 10], expected) {
                #expect(abs(found - expected) < 1e-4)
            }
        }
    }

    @Test func metricsFollowFromThePredictions() async throws {
        let data = try SyntheticFeatures()
        let result = try await evaluate(data, .ul)
        let eval = try ArtifactReader(data.file("eval.h5"), schema: .evaluation)
        let labels = try eval.ints(\.test.label)
        for (model, scores) in [
            (\EvaluationSchema.zeroShot, result.zeroShot), (\EvaluationSchema.adapted, result.adapted),
        ] {
            let predicted = try eval.ints(model.appending(path: \.predicted))
            let right = zip(predicted, labels).filter { $0 == $1 }.count
            #expect(try abs(eval.value(model.appending(path: \.metrics.accuracy)) - Double(right) / 50) < 1e-12)
            #expect(try scores?.accuracy == eval.value(model.appending(path: \.metrics.accuracy)))
            #expect(try eval.ints(model.appending(path: \.confusion)).reduce(0, +) == 50)
            #expect(try eval.ints(model.appending(path: \.calibration.count)).reduce(0, +) == 50)
        }
        let probabilities = try eval.values(\.adapted.probabilities)
        let amongFive = labels.indices.count { row in
            let order = (0..<10).sorted { a, b in
                let (first, second) = (probabilities[row * 10 + a], probabilities[row * 10 + b])
                return first != second ? first > second : a < b
            }
            return order.prefix(5).contains(labels[row])
        }
        #expect(try abs(eval.value(\.adapted.metrics.topFive) - Double(amongFive) / 50) < 1e-12)
        // The mismatched class is never predicted from its name; the others always are.
        #expect(result.zeroShot?.accuracy == 0.9)
        #expect(!eval.has(\.adapted.metrics.harmonicMean))
    }

    @Test func transferIsJudgedByTheHarmonicMean() async throws {
        let data = try SyntheticFeatures()
        let result = try await evaluate(data, .trzsl)
        let eval = try ArtifactReader(data.file("eval.h5"), schema: .evaluation)
        let labels = try eval.ints(\.test.label)
        let predicted = try eval.ints(\.zeroShot.predicted)
        let seen = try Set(eval.ints(\.split.seen))
        func accuracy(_ isMember: (Int) -> Bool) -> Double {
            let members = labels.indices.filter { isMember(labels[$0]) }
            return Double(members.count { predicted[$0] == labels[$0] }) / Double(members.count)
        }
        let (onSeen, onUnseen) = (accuracy(seen.contains), accuracy { !seen.contains($0) })
        #expect(try abs(eval.value(\.zeroShot.metrics.seen) - onSeen) < 1e-12)
        #expect(try abs(eval.value(\.zeroShot.metrics.unseen) - onUnseen) < 1e-12)
        #expect(
            try abs(eval.value(\.zeroShot.metrics.harmonicMean) - 2 * onSeen * onUnseen / (onSeen + onUnseen))
                < 1e-12)
        #expect(try result.zeroShot?.headline == eval.value(\.zeroShot.metrics.harmonicMean))
    }

    @Test func theReportShowsTheRun() async throws {
        let data = try SyntheticFeatures()
        let result = try await evaluate(data, .ssl)
        let page = try String(contentsOfFile: data.file("report.html"), encoding: .utf8)
        #expect(page.contains("made up"))
        #expect(page.contains("90.00"))
        #expect(page.contains(String(format: "%.2f", (result.adapted?.accuracy ?? 0) * 100)))
        #expect(page.contains("colt&#39;s &quot;foot&quot;/日本"))
        #expect(page.contains("spotted"))
        #expect(page.contains("continue_clusters"))
    }

    @Test func withoutLabelsThereArePredictionsOnly() async throws {
        let data = try SyntheticFeatures(withLabels: false, withTestLabels: false)
        let result = try await evaluate(data, .ul)
        #expect(result.predictedImages == 50)
        #expect(result.adapted == nil)
        let eval = try ArtifactReader(data.file("eval.h5"), schema: .evaluation)
        #expect(try eval.count(\.adapted.predicted) == 50)
        #expect(!eval.has(\.adapted.metrics.accuracy))
        let page = try String(contentsOfFile: data.file("report.html"), encoding: .utf8)
        #expect(page.contains("No test image has a label"))
    }
}

/// `labels.csv`: the result of a run as a table.
@Suite struct LabelTableTests {
    @Test func everyImageHasTheClassThatTheModelGivesIt() throws {
        let workspace = try Pipeline.ul.get()
        let lines = try String(contentsOfFile: workspace.path("labels.csv"), encoding: .utf8).split(separator: "\n").map(
            String.init)
        #expect(lines[0] == "path,class,confidence,runner_up,runner_up_confidence,used_as,split")
        let evaluation = try ArtifactReader(workspace.path("eval.h5"), schema: .evaluation)
        let features = try ArtifactReader(workspace.path("features.h5"), schema: .features)
        let model = try ArtifactReader(workspace.path("model.h5"), schema: .model)
        let (names, classes) = try (features.values(\.images.name), evaluation.values(\.classes.name))
        #expect(lines.count == 1 + names.count && names.count == 64)

        let pseudolabeled = try Set(model.ints(\.pseudolabeled.image))
        var predicted: [Int: (label: Int, confidence: Float)] = [:]
        for (row, image) in try evaluation.ints(\.test.image).enumerated() {
            predicted[image] = try (evaluation.ints(\.adapted.predicted)[row], evaluation.values(\.adapted.confidence)[row])
        }
        for (row, image) in try evaluation.ints(\.training.image).enumerated() {
            #expect(predicted[image] == nil)
            predicted[image] = try (evaluation.ints(\.training.predicted)[row], evaluation.values(\.training.confidence)[row])
            #expect(try evaluation.values(\.training.confidence)[row] >= evaluation.values(\.training.runnerUpConfidence)[row])
        }
        for (image, line) in lines.dropFirst().enumerated() {
            let (label, confidence) = try #require(predicted[image])
            let fields = [names[image], classes[label], "\(confidence)"].map { field in
                field.contains("\"") ? "\"" + field.replacing("\"", with: "\"\"") + "\"" : field
            }
            #expect(line.hasPrefix(fields.joined(separator: ",") + ","), "\(line)")
            let isTest = names[image].hasPrefix("test/")
            let use = isTest ? "test,test" : pseudolabeled.contains(image) ? "pseudolabeled,train" : "unlabeled,train"
            #expect(line.hasSuffix("," + use), "\(line)")
        }
    }

    /// Training images are predicted as `cap-predict` predicts their files.
    @Test func trainingImagesArePredictedAsAnyOther() throws {
        let workspace = try Pipeline.ul.get()
        let outcome = try workspace.run("cap-predict", "model.h5", "data/train/woven", "--top", "2", "--threads", "1")
        try Pipeline.expectSuccess(outcome)
        let table = try String(contentsOfFile: workspace.path("labels.csv"), encoding: .utf8).split(separator: "\n")
        func cells(_ line: Substring) -> [Substring] { line.split(separator: ",", omittingEmptySubsequences: false) }
        for line in outcome.output.split(separator: "\n").dropFirst() where !line.contains("\"") {
            let found = cells(line)
            let same = try #require(table.first { "data/" + cells($0)[0] == found[0] })
            let expected = cells(same)
            #expect(expected[1] == found[1] && expected[3] == found[3])
            #expect(abs((Float(expected[2]) ?? 0) - (Float(found[2]) ?? 1)) < 1e-4)
        }
    }
}
