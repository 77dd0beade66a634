import Artifacts
import DataSets
import Essentials
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

/// The images and classes that reviews speak of, as a run's features.h5 has them.
public struct ReviewedNames: Sendable {
    /// The features.h5, for errors.
    fileprivate let path: String
    public let classes: [String]
    fileprivate let phrases: [String]
    /// What the prompts of every class were made of.
    fileprivate let templates: [String]
    private let places: [String: Int]
    public let images: [String]
    fileprivate let splits: [ImageSplit]
    fileprivate let rows: [String: Int]

    public init(_ features: ArtifactReader<FeaturesSchema>) throws {
        path = features.path
        classes = try features.values(\.classes.name)
        phrases = try features.values(\.classes.phrase)
        templates = Self.templates(of: try features.values(\.classes.prompt), phrases)
        places = Dictionary(classes.enumerated().map { ($1, $0) }) { first, _ in first }
        images = try features.values(\.images.name)
        splits = try features.values(\.images.split)
        rows = Dictionary(images.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// Told by the longest phrase, since a short one, such as `a`, may be a word of the templates too.
    private static func templates(of prompts: [String], _ phrases: [String]) -> [String] {
        guard let longest = phrases.indices.max(by: { phrases[$0].count < phrases[$1].count }) else { return [] }
        let found = prompts[longest].split(separator: "\n")
            .map { String($0).replacing(phrases[longest], with: ClassTemplate.place) }.filter(ClassTemplate.isTemplate)
        return found.isEmpty ? [ClassTemplate.photo] : found
    }

    /// - Parameter whose: what names the class, for errors.
    fileprivate func place(of name: String, _ whose: String, in review: String) throws -> Int {
        if let place = places[name] { return place }
        throw ReviewError(
            "\(review): \(whose) \"\(name)\", and there is no such class\(Suggestion.clause(for: name, in: classes)) "
                + "(cap-inspect \(ShellWord.quoted(path)) --value classes/name lists them as they are in the data set)")
    }
}

extension Review {
    /// Compares with the images and classes that the review is of.
    ///
    /// - Parameter path: the review's file, for errors.
    /// - Throws: ``ReviewError`` that says what is not there, or cannot be so.
    public func checked(against known: ReviewedNames, from path: String) throws -> CheckedReview {
        func place(_ name: String, _ whose: String) throws -> Int { try known.place(of: name, whose, in: path) }
        let classes = try reviewedClasses(known, from: path, place)
        var texts: [Int: [String]] = [:]
        for (name, note) in self.classes {
            let place = try place(name, "it speaks of the class")
            if let description = note.description {
                texts[classes.ofDataSet[place]] = [description]
            } else if note.name != nil {
                // What the class's prompts would have been.
                let label = classes.ofDataSet[place]
                texts[label] = known.templates.map { $0.replacing(ClassTemplate.place, with: classes.phrases[label]) }
            }
        }
        let (labels, rejected) = try imageLabels(known, classes, from: path, place)
        return CheckedReview(classes: classes, texts: texts, labels: labels, rejected: rejected)
    }

    private func reviewedClasses(
        _ known: ReviewedNames, from path: String, _ place: (String, String) throws -> Int
    ) throws -> RunClasses {
        let names = known.classes
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
        let reviewed = representatives.map { classes[names[$0]]?.name ?? names[$0] }
        // CLIP reads small letters.
        let alike = Dictionary(grouping: reviewed.indices) { ClassName(reviewed[$0]).phrase.lowercased() }
        for group in alike.values.sorted(by: { $0[0] < $1[0] }) where group.count > 1 {
            // Names that were alike before the review are the data set's business.
            guard let renamed = group.first(where: { classes[names[representatives[$0]]]?.name != nil }),
                let twin = group.first(where: { $0 != renamed })
            else { continue }
            let pair = [renamed, twin].sorted()
            throw ReviewError(
                "\(path): \(names[representatives[pair[0]]]) and \(names[representatives[pair[1]]]) would both be called "
                    + "\(reviewed[pair[1]]), or what CLIP reads alike: if they are one class, say so with \"same_as\"")
        }
        return RunClasses(
            names: reviewed,
            phrases: representatives.map { place in
                classes[names[place]]?.name.map { ClassName($0).phrase } ?? known.phrases[place]
            },
            ofDataSet: names.indices.map { ranks[merged[$0] ?? $0] ?? 0 }, representatives: representatives)
    }

    private func imageLabels(
        _ known: ReviewedNames, _ classes: RunClasses, from path: String, _ place: (String, String) throws -> Int
    ) throws -> ([Int: Int], [Int]) {
        var labels: [Int: Int] = [:]
        var rejected: [Int] = []
        for (name, answer) in self.labels.sorted(by: { $0.key < $1.key }) {
            guard let row = known.rows[name] else {
                throw ReviewError(
                    "\(path): labels \(name), and there is no such image\(Suggestion.clause(for: name, in: known.images.prefix(5000))): "
                        + "paths are those of the data set, as labels.csv has them")
            }
            guard known.splits[row] == .train else {
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
