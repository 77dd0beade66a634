import Artifacts
import CLIP
import Foundation
import Review
import Runs
import Stages
import Tensors
import TestSupport
import Testing
import Vocabulary

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What a review does to labels, on made-up features.
struct ReviewedLabelsTests {
    private func labels(_ data: SyntheticFeatures, _ review: Review?, method: String = "cap") async throws -> ArtifactReader<
        LabelsSchema
    > {
        if !FileManager.default.fileExists(atPath: data.file("descriptions.h5")) {
            var detect = Detect(features: data.path, output: StageOutput(data.file("mismatch.h5")))
            detect.quiet = true
            _ = try detect.run()
            _ = try await Describe(
                features: data.path, mismatch: data.file("mismatch.h5"), settings: SyntheticFeatures.settings(),
                output: StageOutput(data.file("descriptions.h5"))
            ).run()
        }
        let output = data.file("labels-\(UUID().uuidString).h5")
        var stage = Label(
            features: data.path, mismatch: data.file("mismatch.h5"), descriptions: data.file("descriptions.h5"),
            output: StageOutput(output))
        stage.settings = SyntheticFeatures.settings()
        stage.settings.method = try .init(named: method)
        stage.settings.k = 4
        if let review {
            let path = data.file("review-\(UUID().uuidString).json")
            try review.write(to: path)
            stage.settings.review = .init(path)
        }
        _ = try stage.run()
        return try ArtifactReader(output, schema: .labels)
    }

    private func name(_ image: Int) -> String { "train/\(image).png" }

    @Test func answersAreLabelsAndRejectedImagesAreNothing() async throws {
        let data = try SyntheticFeatures()
        let before = try await labels(data, nil)
        #expect(!before.has(\.reviewed.ofDataSet))
        // The surest image of class 3 is said to be of class 7, another of no class.
        let classes = try before.ints(\.pseudolabeled.label)
        let picked = try before.ints(\.pseudolabeled.image)
        let (asked, rejected) = try #require(
            zip(classes, picked).filter { $0.0 == 3 }.map(\.1).prefix(2).reduce(into: [Int]()) { $0.append($1) }.asPair)
        let after = try await labels(
            data, Review(labels: [name(asked): .of("class 7"), name(rejected): .none]))
        #expect(try after.ints(\.labeled.image) == [asked])
        #expect(try after.ints(\.labeled.label) == [7])
        #expect(try after.ints(\.reviewed.rejected) == [rejected])
        let left = try Set(before.ints(\.unlabeledImages)).subtracting([asked, rejected])
        #expect(try Set(after.ints(\.unlabeledImages)) == left)
        #expect(try left.isSuperset(of: after.ints(\.pseudolabeled.image)))
        // The class has its four images nevertheless: the next ones.
        #expect(try after.ints(\.pseudolabeled.label) == classes)
    }

    @Test func aDescriptionPicksTheImagesNearestToIt() async throws {
        let data = try SyntheticFeatures()
        let text = "a spotted thing"
        let labels = try await labels(data, Review(classes: ["class 2": .init(description: text)]))
        let rows = try labels.ints(\.pseudolabeled.label).enumerated().filter { $0.element == 2 }.map(\.offset)
        let (images, origins) = try (labels.ints(\.pseudolabeled.image), labels.values(\.pseudolabeled.origin))
        #expect(rows.count == 4 && rows.allSatisfy { origins[$0] == .description })

        // The same by hand: cosines to the encoded text, the largest four of the unlabeled images.
        let features = try ArtifactReader(data.path, schema: .features)
        let clip = try CheckpointEncoding.feature(of: text)
        let all = try features.values(\.images.features)
        func cosine(_ image: Int) -> Float { (0..<24).reduce(0) { $0 + all[image * 24 + $1] * clip[$1] } }
        let nearest = try labels.ints(\.unlabeledImages).sorted { cosine($0) > cosine($1) }.prefix(4)
        #expect(Set(rows.map { images[$0] }) == Set(nearest))
    }

    @Test func aNewNameIsWhatPromptsSayFromThenOn() async throws {
        let data = try SyntheticFeatures()
        let labels = try await labels(data, Review(classes: ["class 2": .init(name: "spotted_things")]))
        let features = try ArtifactReader(data.path, schema: .features)
        let classes = try RunClasses(labels, features)
        #expect(classes.names[2] == "spotted_things" && classes.phrases[2] == "spotted things")
        #expect(classes.names.count == 10 && classes.areAsInDataSet)
        #expect(try labels.values(\.classes.name) == classes.names)
        let rows = try labels.ints(\.pseudolabeled.label).enumerated().filter { $0.element == 2 }.map(\.offset)
        let origins = try labels.values(\.pseudolabeled.origin)
        #expect(rows.allSatisfy { origins[$0] == .description })
    }

    @Test(arguments: ["cap", "fpl", "cpl"])
    func classesThatAreTheSameAreOne(method: String) async throws {
        let data = try SyntheticFeatures()
        let review = Review(classes: ["class 3": .init(sameAs: "class 8")], labels: [name(61): .of("class 3")])
        let labels = try await labels(data, review, method: method)
        let features = try ArtifactReader(data.path, schema: .features)
        let classes = try RunClasses(labels, features)
        #expect(classes.names == data.classNames.filter { $0 != "class 3" })
        #expect(classes.ofDataSet == [0, 1, 2, 7, 3, 4, 5, 6, 7, 8])
        #expect(try labels.ints(\.labeled.label) == [7])
        #expect(try labels.ints(\.pseudolabeled.label).allSatisfy { (0..<9).contains($0) })
        // What was two classes' probability is one's.
        let summed = try classes.summed(features.values(\.zeroShotProbabilities))
        let all = try features.values(\.zeroShotProbabilities)
        for image in [0, 77, 249] {
            #expect(summed[image * 9 + 7] == all[image * 10 + 3] + all[image * 10 + 8])
            #expect(summed[image * 9 + 3] == all[image * 10 + 4])
        }
        // Images of either stand in its list, where texts fit images as CAP's here do: training images 60 to 79 and 160 to 179.
        guard method == "cap" else { return }
        let rows = try labels.ints(\.pseudolabeled.label).enumerated().filter { $0.element == 7 }.map(\.offset)
        let images = try labels.ints(\.pseudolabeled.image)
        #expect(rows.allSatisfy { (60..<80).contains(images[$0]) || (160..<180).contains(images[$0]) })
    }

    @Test(arguments: [
        (Review(labels: ["train/9999.png": .of("class 1")]), "labels train/9999.png, and there is no such image"),
        (Review(labels: ["test/201.png": .of("class 1")]), "a test image"),
        (Review(labels: ["train/1.png": .of("clas 1")]), "did you mean class 1?"),
        (Review(classes: ["klass 1": .init(name: "a")]), "there is no such class"),
        (Review(classes: ["class 1": .init(sameAs: "class 1")]), "the same as itself"),
        (
            Review(classes: ["class 1": .init(sameAs: "class 2"), "class 2": .init(sameAs: "class 3")]),
            "name the class that stays"
        ),
        (Review(classes: ["class 1": .init(name: "x", sameAs: "class 2")]), "has no use"),
        (Review(classes: ["class 1": .init(name: "class 2")]), "would both be called class 2"),
        (Review(classes: ["class 1": .init(name: "CLASS_2")]), "or what CLIP reads alike"),
    ])
    func whatDoesNotFitTheRunIsASentence(review: Review, says: String) async throws {
        let data = try SyntheticFeatures()
        let features = try ArtifactReader(data.path, schema: .features)
        let found = sentence { _ = try review.checked(against: ReviewedNames(features), from: "here/review.json") }
        #expect(found.hasPrefix("here/review.json: ") && found.contains(says), "\(found)")
    }

    @Test func oneClassIsNoClassifier() async throws {
        let data = try SyntheticFeatures()
        let features = try ArtifactReader(data.path, schema: .features)
        let review = Review(
            classes: Dictionary(uniqueKeysWithValues: data.classNames.dropFirst().map { ($0, .init(sameAs: "class 0")) }))
        #expect(
            sentence { _ = try review.checked(against: ReviewedNames(features), from: "r") }.contains("leaves only one class"))
    }
}

extension [Int] {
    fileprivate var asPair: (Int, Int)? { count == 2 ? (self[0], self[1]) : nil }
}

/// Texts as the small checkpoint encodes them.
enum CheckpointEncoding {
    static func feature(of text: String) throws -> [Float] {
        let clip = try CLIPCheckpoint(SyntheticFeatures.checkpoint)
        return try clip.textEncoder().normalizedFeatures([clip.tokens(text)]).floats()
    }
}

/// `cap-review` on a run of the whole pipeline.
@Suite struct ReviewCommandTests {
    @Test func theTableHasEveryTrainingImageOnceWithAReason() throws {
        let workspace = try Pipeline.ul.get()
        try Pipeline.expectSuccess(workspace.run("cap-review", ".", "--csv", "to-review.csv", "-q"))
        let lines = try String(contentsOfFile: workspace.path("to-review.csv"), encoding: .utf8).split(separator: "\n")
        #expect(lines[0] == "path,class,confidence,runner_up,runner_up_confidence,zero_shot,looks_like,why")
        let paths = lines.dropFirst().compactMap { $0.firstMatch(of: /(train\/[^,]*?\.(png|jpg))/).map { String($0.1) } }
        #expect(lines.count == 49 && Set(paths).count == 48)
        #expect(lines.dropFirst().allSatisfy { $0.hasSuffix(".") || $0.hasSuffix("\"") })
    }

    @Test func thePageHoldsAllThatItShows() throws {
        let workspace = try Pipeline.ul.get()
        try Pipeline.expectSuccess(workspace.run("cap-review", "eval.h5", "-o", "review.html", "--count", "12"))
        let page = try String(contentsOfFile: workspace.path("review.html"), encoding: .utf8)
        let json = try #require(page.firstMatch(of: /(?s)<script type="application\/json"[^>]*>(.*?)<\/script>/)).1
        struct Content: Decodable {
            struct Image: Decodable {
                let path: String
                let thumbnail: String?
                let predicted: Int
                let reasons: [String]
            }
            struct Class: Decodable { let key: String }
            let served: Bool
            let images: [Image]
            let classes: [Class]
        }
        let content = try JSONDecoder().decode(Content.self, from: Data(json.utf8))
        #expect(!content.served && content.images.count == 12)
        #expect(content.classes.map(\.key) == Workspace.classes.sorted())
        #expect(
            content.images.allSatisfy { $0.thumbnail?.hasPrefix("data:image/jpeg;base64,/9j/") == true && !$0.reasons.isEmpty })
        #expect(page.contains("connect-src 'none'") && page.contains("default-src 'none'"))
        // No address of anything: scripts, styles and images are in the page.
        let markup = page.replacing(json, with: "")
        #expect(markup.firstMatch(of: /(src|href)="(?!data:|#)/) == nil)
    }

    @Test func whatIsSaidIsSavedAndPreviewsAreWhatLabelsWouldBe() async throws {
        let workspace = try Pipeline.ul.get()
        let review = workspace.path("served-\(UUID().uuidString).json")
        let program = try workspace.start("cap-review", [".", "--review", review, "-q"])
        defer { program.process.terminate() }
        let address = String(decoding: program.outputHandle.availableData, as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
        var tag: String?
        func ask(
            _ path: String, _ body: String? = nil, type: String = "application/json", over: String? = nil
        ) async throws -> (status: Int, text: String) {
            var request = URLRequest(url: try #require(URL(string: address + path)))
            if let body {
                request.httpMethod = "POST"
                request.httpBody = Data(body.utf8)
                request.setValue(type, forHTTPHeaderField: "Content-Type")
                request.setValue(over, forHTTPHeaderField: "If-Match")
            }
            let (data, response) = try await URLSession.shared.data(for: request)
            let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            tag = (response as? HTTPURLResponse)?.value(forHTTPHeaderField: "ETag")
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, text)
        }
        #expect(try await ask("").text.contains("<title>Review of data, ul</title>"))
        #expect(try await ask("image/0").status == 200)
        for wrong in ["image/99999", "image/-1", "image/00", "image/0x1", "review.json"] {
            #expect(try await ask(wrong).status == 404, "\(wrong)")
        }
        let name = try ArtifactReader(workspace.path("features.h5"), schema: .features).values(\.images.name)[0]
        let answers = #"{"review": 1, "classes": {}, "labels": {"\#(name)": "woven"}}"#
        #expect(try await ask("review", answers, type: "text/plain").status == 400)
        #expect(!FileManager.default.fileExists(atPath: review))
        // A page that is loaded, or loaded again, goes on from what the file has.
        #expect(try await Review(Data(ask("review").text.utf8), from: "") == Review())
        let start = tag
        #expect(try await ask("review", answers, type: "application/json; charset=utf-8", over: start) == (200, "saved"))
        let saved = tag
        #expect(try await Review(Data(ask("review").text.utf8), from: "") == Review(labels: [name: .of("woven")]))
        #expect(tag == saved && saved != start)
        // One that was loaded before is told what was said meanwhile, and loses nothing of it.
        let late = try await ask("review", #"{"labels": {"\#(name)": "banded"}}"#, over: start)
        #expect(try late.status == 412 && Review(Data(late.text.utf8), from: "") == Review(labels: [name: .of("woven")]))
        #expect(tag == saved)
        #expect(try Review(contentsOf: review) == Review(labels: [name: .of("woven")]))
        let unversioned = try await ask("review", #"{"labels": {"\#(name)": "banded"}}"#)
        #expect(unversioned.status == 428 && unversioned.text.contains("If-Match"))
        let wrong = try await ask("review", #"{"labels": {"\#(name)": "wovven"}}"#, over: saved)
        #expect(wrong.status == 422 && wrong.text.contains("did you mean woven?"))
        #expect(try Review(contentsOf: review) == Review(labels: [name: .of("woven")]), "the file stays as it was")

        struct Picks: Decodable {
            struct Image: Decodable { let path: String }
            let total: Int
            let images: [Image]
        }
        let text = "a spotted thing"
        let picks = try JSONDecoder().decode(Picks.self, from: Data(await ask("preview", #"{"text": "\#(text)"}"#).text.utf8))
        try Review(classes: ["woven": .init(description: text)]).write(to: workspace.path("described.json"))
        try Pipeline.expectSuccess(
            workspace.run(
                "cap-label", "features.h5", "mismatch.h5", "descriptions.h5", "--k", "3", "--review", "described.json",
                "--checkpoint", Workspace.checkpoint, "-o", "described.h5"))
        let labels = try ArtifactReader(workspace.path("described.h5"), schema: .labels)
        #expect(try Conformance.departures(ofFile: labels.path) == [])
        let names = try ArtifactReader(workspace.path("features.h5"), schema: .features).values(\.images.name)
        let woven = try labels.values(\.classes.name).firstIndex(of: "woven")
        let picked = try zip(labels.ints(\.pseudolabeled.label), labels.ints(\.pseudolabeled.image))
            .filter { $0.0 == woven }.map { names[$0.1] }
        #expect(picks.total == 3 && picks.images.map(\.path) == picked)
    }

    @Test func aRunOfBeforeIsToldFromOneThatCanBeReviewed() throws {
        let workspace = try Pipeline.ul.get()
        let missing = try workspace.run("cap-review", "nowhere")
        #expect(missing.status == 1 && missing.errors.contains("nowhere"))
        let other = try workspace.run("cap-review", "labels.h5")
        #expect(other.status == 1 && other.errors.contains("expected eval.h5"))
    }
}
