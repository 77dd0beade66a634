import Artifacts
import DataSets
import Parameters
import Runs
import Vocabulary

/// A review that fits the images and classes that it is of, by their indices.
public struct CheckedReview: Sendable {
    /// The classes that it leaves.
    public let classes: RunClasses
    /// The sentences of the run's classes that were described or renamed, to be encoded.
    public let texts: [Int: [String]]
    /// The run's class of each image that was labeled.
    public let labels: [Int: Int]
    /// The images of no class, ascending.
    public let rejected: [Int]
}

extension Review {
    /// Compares with the images and classes that the review is of.
    ///
    /// - Parameter path: the review's file, for errors.
    /// - Throws: ``ReviewError`` that says what is not there, or cannot be so.
    public func checked(against features: ArtifactReader<FeaturesSchema>, from path: String) throws -> CheckedReview {
        let names = try features.values(\.classes.name)
        let places = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        func place(_ name: String, _ whose: String) throws -> Int {
            if let place = places[name] { return place }
            throw ReviewError(
                "\(path): \(whose) \"\(name)\", and there is no such class\(Suggestion.clause(for: name, in: names)) "
                    + "(cap-inspect \(features.path) --value classes/name lists them as they are in the data set)")
        }
        let classes = try reviewedClasses(features, names, from: path, place)
        let prompts = try features.values(\.classes.prompt)
        let phrases = try features.values(\.classes.phrase)
        var texts: [Int: [String]] = [:]
        for (name, note) in self.classes {
            let place = try place(name, "it speaks of the class")
            if let description = note.description {
                texts[classes.ofDataSet[place]] = [description]
            } else if note.name != nil {
                // What the class's prompts would have been.
                let label = classes.ofDataSet[place]
                let phrase = classes.phrases[label]
                texts[label] = prompts[place].split(separator: "\n").map(String.init).map { prompt in
                    let renamed = prompt.replacing(phrases[place], with: phrase)
                    return renamed == prompt ? ClassTemplate.photo.replacing(ClassTemplate.place, with: phrase) : renamed
                }
            }
        }
        let (labels, rejected) = try imageLabels(features, classes, from: path, place)
        return CheckedReview(classes: classes, texts: texts, labels: labels, rejected: rejected)
    }

    private func reviewedClasses(
        _ features: ArtifactReader<FeaturesSchema>, _ names: [String], from path: String,
        _ place: (String, String) throws -> Int
    ) throws -> RunClasses {
        var merged: [Int: Int] = [:]
        for (name, note) in classes.sorted(by: { $0.key < $1.key }) {
            guard let other = note.sameAs else { continue }
            let (own, target) = try (place(name, "it speaks of the class"), place(other, "\(name) is to be the same as"))
            guard own != target else {
                throw ReviewError("\(path): \(name) is to be the same as itself: remove that \"same_as\"")
            }
            guard classes[other]?.sameAs == nil else {
                throw ReviewError(
                    "\(path): \(name) is to be the same as \(other), which is to be the same as another class itself: "
                        + "name the class that stays")
            }
            guard note.name == nil, note.description == nil else {
                throw ReviewError(
                    "\(path): \(name) is to be the same as \(other), so a name or description of its own has no use: "
                        + "give it to \(other)")
            }
            merged[own] = target
        }
        let representatives = names.indices.filter { merged[$0] == nil }
        guard representatives.count >= 2 else {
            throw ReviewError("\(path): leaves only one class, and a classifier tells two or more apart: remove a \"same_as\"")
        }
        let ranks = Dictionary(uniqueKeysWithValues: representatives.enumerated().map { ($1, $0) })
        let phrases = try features.values(\.classes.phrase)
        var reviewed: [String] = []
        for place in representatives {
            let name = classes[names[place]]?.name ?? names[place]
            if let twin = reviewed.firstIndex(of: name) {
                throw ReviewError(
                    "\(path): \(names[representatives[twin]]) and \(names[place]) would both be called \(name): "
                        + "if they are one class, say so with \"same_as\"")
            }
            reviewed.append(name)
        }
        return RunClasses(
            names: reviewed,
            phrases: representatives.map { place in classes[names[place]]?.name.map { ClassName($0).phrase } ?? phrases[place] },
            ofDataSet: names.indices.map { ranks[merged[$0] ?? $0] ?? 0 }, representatives: representatives)
    }

    private func imageLabels(
        _ features: ArtifactReader<FeaturesSchema>, _ classes: RunClasses, from path: String,
        _ place: (String, String) throws -> Int
    ) throws -> ([Int: Int], [Int]) {
        let images = try features.values(\.images.name)
        let splits = try features.values(\.images.split)
        let rows = Dictionary(images.enumerated().map { ($1, $0) }) { first, _ in first }
        var labels: [Int: Int] = [:]
        var rejected: [Int] = []
        for (name, answer) in self.labels.sorted(by: { $0.key < $1.key }) {
            guard let row = rows[name] else {
                throw ReviewError(
                    "\(path): labels \(name), and there is no such image\(Suggestion.clause(for: name, in: images.prefix(5000))): "
                        + "paths are those of the data set, as labels.csv has them")
            }
            guard splits[row] == .train else {
                throw ReviewError(
                    "\(path): labels \(name), a test image: accuracy is measured on those, so they are not to be learned from; "
                        + "remove that line")
            }
            switch answer {
            case .of(let name): labels[row] = try classes.ofDataSet[place(name, "an image is labeled")]
            case .none: rejected.append(row)
            }
        }
        return (labels, rejected.sorted())
    }
}
