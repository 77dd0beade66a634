import FoundationEssentials
import Vocabulary

/// What a folder holds, what is missing, and what would be used of it: for people who set a data set up.
///
///     let check = DataSet.check(URL(fileURLWithPath: "data/DTD"))
///     print(check.text)
///
///     /home/me/data/DTD
///     found      DTD, layout dtd-elevater
///     classes    47: "banded", "blotchy", "braided" … "zigzagged"
///     training   3,760 images, 80 in every class
///     test       1,880 images, 40 in every class
///     paradigms  ul, ssl, trzsl
///     ready
public struct SetupCheck: Hashable, Sendable {
    /// The report, a line or more for each finding.
    public let text: String

    /// What would be used; nil when the folder cannot be used as it is.
    public let dataSet: DataSet?

    public var isReady: Bool { dataSet != nil }
}

extension DataSet {
    /// Looks at the folder as ``load(from:options:)`` does, and reports instead of throwing.
    public static func check(_ url: URL, options: LoadOptions) -> SetupCheck {
        var report = SetupReport(url.standardizedFileURL.path)
        do {
            let set = try load(from: url, options: options)
            report.add(set)
            return SetupCheck(text: report.text(ending: "ready"), dataSet: set)
        } catch {
            report.addContents(of: url, options: options)
            report.add("problem", "\(error)")
            return SetupCheck(text: report.text(ending: "not ready"), dataSet: nil)
        }
    }
}

/// The lines of a check: what is said of, and what is said.
private struct SetupReport {
    private let title: String
    private var lines: [(topic: String, finding: String)] = []

    init(_ title: String) {
        self.title = title
    }

    mutating func add(_ topic: String, _ finding: String) {
        lines.append((topic, finding))
    }

    func text(ending: String) -> String {
        let rows = lines.map { line in
            let words = line.finding.split(separator: " ", omittingEmptySubsequences: false)
            var rows = [""]
            for word in words {
                if rows[rows.count - 1].count + word.count > 96 { rows.append("") }
                rows[rows.count - 1] += (rows[rows.count - 1].isEmpty ? "" : " ") + word
            }
            let width = 11
            func space(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
            return line.topic + space(width - line.topic.count) + rows.joined(separator: "\n" + space(width))
        }
        return ([title] + rows + [ending]).joined(separator: "\n")
    }

    // MARK: Findings

    /// What would be used.
    mutating func add(_ set: DataSet) {
        let title = set.layout.benchmark?.title ?? set.name
        let folder = set.folder.path == self.title ? "" : ", in \(set.folder.path)"
        add("found", "\(title), layout \(set.layout)\(folder)")
        let names = set.classes.map { "\"\($0.name)\"" }
        let listed =
            names.count > 4
            ? names.prefix(3).joined(separator: ", ") + " … " + names[names.count - 1]
            : names.joined(separator: ", ")
        add("classes", "\(set.classes.count): \(listed)")
        add("training", described(set.training, classCount: set.classes.count))
        add(
            "test",
            set.test.isEmpty
                ? "none: there will be predictions, but no accuracy"
                : described(set.test, classCount: set.classes.count))
        let possible = Paradigm.allCases.filter {
            (try? ParadigmSplit($0, labels: set.trainingLabels, classCount: set.classes.count)) != nil
        }
        add("paradigms", possible.map(\.rawValue).joined(separator: ", "))
        for sentence in set.warnings + set.leftOut.map(\.sentence) { add("note", sentence) }
    }

    private func described(_ images: ArraySlice<ImageEntry>, classCount: Int) -> String {
        var counts = [Int](repeating: 0, count: classCount)
        for case let label? in images.lazy.map(\.label) { counts[label] += 1 }
        let all = Wording.count(images.count, "image")
        guard let least = counts.min(), let most = counts.max(), most > 0 else {
            return all + " without labels"
        }
        let unlabeled = images.count - counts.reduce(0, +)
        let spread = least == most ? "\(most) in every class" : "\(least) to \(most) in a class"
        return "\(all), \(spread)" + (unlabeled > 0 ? ", \(Wording.grouped(unlabeled)) without label" : "")
    }

    /// What lies in a folder that cannot be used, and which benchmarks it has parts of.
    mutating func addContents(of url: URL, options: LoadOptions) {
        guard let folder = try? Folder(at: url.path, options.kinds) else { return }
        let others = folder.files.count - folder.images.count
        let counts = [
            (folder.folders.count, "folder"), (folder.images.count, "image"), (others, "other file"),
        ].filter { $0.0 > 0 }.map { Wording.count($0.0, $0.1) }
        add("contents", counts.isEmpty ? "nothing" : counts.joined(separator: ", "))
        let files = KnownFiles(folder)
        let wanted = options.benchmark ?? options.layout?.benchmark
        for match in Distribution.all.compactMap({ $0.match(in: files) }) {
            let benchmark = match.distribution.benchmark
            guard wanted == benchmark || folder.isNamed(like: benchmark) || match.isNearlyComplete else {
                continue
            }
            let place = match.files.root.path == self.title ? "" : ", in \(match.files.root.path)"
            add("looks like", match.title + place)
            add("found", Wording.list(match.present.map(\.shown), limit: 10, quoted: false))
            if !match.isComplete {
                add("missing", Wording.list(match.missing.map(\.shown), limit: 10, quoted: false))
            }
        }
    }
}
