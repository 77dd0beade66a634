import Essentials
import FoundationEssentials
import Vocabulary

/// Images in tar archives, as WebDataset has them and img2dataset writes them: `000042.jpg` and what belongs to it under the same key,
/// `000042.cls` with a class name or number, `000042.json` with a `label` or `class`.
///
/// Images follow archive by archive, in bytewise order of their names, each in the archive's order. An archive whose name, or the name
/// of whose folder, begins with train, val or test belongs to that part. Classes are the labels in bytewise order, unless a class list
/// is given or lies beside the archives; numbers count in that list.
struct Shards {
    private let root: Folder
    private let archives: [String]
    private let options: LoadOptions

    /// A sample's label is this many bytes at most.
    private static let maximumText = 1 << 20

    /// The archives in a folder, or in its parts' folders.
    static func archives(in folder: Folder) -> [String] {
        let inner = folder.folders.filter { PartFolders.Kind(name: $0) != nil }.flatMap { name in
            ((try? Folder(at: folder.path + "/" + name, folder.kinds))?.files ?? []).map { name + "/" + $0 }
        }
        return (folder.files + inner).filter { $0.lowercased().hasSuffix(".tar") }.sorted(by: bytewisePrecedes)
    }

    static func load(_ root: Folder, _ archives: [String], options: LoadOptions) throws -> DataSet {
        guard !archives.isEmpty else { throw DataSetError("There is no tar archive in \(root.path).") }
        return try Shards(root: root, archives: archives, options: options).dataSet()
    }

    // MARK: Samples

    private struct Sample {
        let image: ImageEntry
        let label: String?
    }

    private func dataSet() throws -> DataSet {
        var samples: [Sample] = []
        var leftOut = LeftOutFiles()
        let parts = archives.map(Self.part)
        let validatesAsTest = parts.contains(.validation) && !parts.contains(.test)
        for (name, part) in zip(archives, parts) {
            let isTest = part == .test || validatesAsTest && part == .validation
            samples += try self.samples(of: name, isTest ? .test : .train, &leftOut)
        }
        guard !samples.isEmpty else {
            throw DataSetError("There is no image (\(options.kinds.names)) in the archives of \(root.path).")
        }
        var warnings: [String] = []
        let (classes, labels) = try classesAndLabels(samples.map(\.label), &warnings)
        var images = zip(samples, labels).map { sample, label in sample.image.labeled(label) }
        if validatesAsTest { warnings.append("No archive is named test: those named val are the test images.") }
        if !parts.contains(where: { $0 == .test || $0 == .validation }) {
            let fraction = options.testFraction ?? SeededSplit.usualFraction
            let isTest = try SeededSplit.test(
                labels: labels, classCount: classes.count, fraction: fraction, seed: options.testSeed)
            images = zip(images, isTest).map { $1 ? $0.asTest : $0 }
            let count = isTest.count { $0 }
            if count > 0 {
                warnings.append(SeededSplit.notice("No archive is named test", count, of: images.count, fraction, options))
            }
        }
        return DataSet(
            name: root.name, layout: .shards, folder: root.url, classes: classes,
            images: images.filter { $0.split == .train } + images.filter { $0.split == .test }, warnings: warnings,
            leftOut: leftOut.all)
    }

    private static func part(_ archive: String) -> PartFolders.Kind? {
        archive.split(separator: "/").lazy.compactMap { PartFolders.Kind(name: String($0.prefix(while: \.isLetter))) }.first
    }

    private func samples(
        of name: String, _ split: ImageSplit, _ leftOut: inout LeftOutFiles
    ) throws -> [Sample] {
        let archive = try TarFile(at: root.path + "/" + name)
        var images: [(key: String, member: TarFile.Member)] = []
        var labels: [String: String] = [:]
        for member in archive.members {
            let (key, ending) = Self.divided(member.path)
            let path = name + "/" + member.path
            if SystemName.contains(String(member.path.split(separator: "/").last ?? "")) {
                leftOut.add(path, "a file or folder that the system keeps for itself")
                continue
            }
            let verdict = options.kinds.verdict(on: member.path) { try archive.bytes(of: member, limit: $0) }
            switch (ending, verdict) {
            case (_, .image): images.append((key, member))
            case ("cls", _), ("json", _):
                guard let label = Self.label(try archive.bytes(of: member, limit: Self.maximumText), isJSON: ending == "json")
                else {
                    leftOut.add(path, "no label (.\(ending))")
                    continue
                }
                if ending == "cls" || labels[key] == nil { labels[key] = label }
            case (_, .unread(let kind)): leftOut.add(path, "\(kind.name), which is not read")
            case (_, .other(let reason)): leftOut.add(path, reason)
            }
        }
        return images.map { key, member in
            Sample(
                image: ImageEntry(
                    path: name + "/" + member.path, file: archive.path, range: member.range, label: nil, split: split),
                label: labels[key])
        }
    }

    /// WebDataset's key, the path up to the first dot of its last part, and the last ending, in lower case.
    private static func divided(_ path: String) -> (key: String, ending: String) {
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path.utf8.index(after: $0) } ?? path.startIndex
        guard let dot = path[name...].utf8.firstIndex(of: UInt8(ascii: ".")) else { return (path, "") }
        return (String(path[..<dot]), path[name...].split(separator: ".").last.map { $0.lowercased() } ?? "")
    }

    private static func label(_ bytes: [UInt8], isJSON: Bool) -> String? {
        guard isJSON else {
            let text = String(decoding: bytes, as: UTF8.self).trimmingWhitespace()
            return text.isEmpty || text.unicodeScalars.contains("\n") ? nil : text
        }
        guard let object = try? JSONValue(parsing: Data(bytes)).asObject else { return nil }
        switch object["label"] ?? object["class"] ?? object["cls"] {
        case .string(let text)?: return text.isEmpty ? nil : text
        case let value?: return value.numberText
        case nil: return nil
        }
    }

    // MARK: Classes

    private func classesAndLabels(
        _ given: [String?], _ warnings: inout [String]
    ) throws -> (classes: [ClassName], labels: [Int?]) {
        let lying = ClassList.usualNames.first(where: root.files.contains).map { root.path + "/" + $0 }
        guard let list = try (options.classes?.path ?? lying).map(ClassList.init(at:)) else {
            let names = Set(given.compactMap { $0 }).sorted(by: bytewisePrecedes)
            guard !names.isEmpty else {
                throw DataSetError(
                    "The archives of \(root.path) label no image, and nothing says which classes there are. "
                        + "Give a text file with a class name per line.")
            }
            if names.allSatisfy({ Int($0) != nil }) {
                warnings.append(
                    "The labels are numbers, and no class list says what they stand for: the numbers are the class names.")
            }
            let position = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
            return (names.map { ClassName($0) }, given.map { $0.flatMap { position[$0] } })
        }
        let position = Dictionary(zip(list.classes.map(\.name), list.classes.indices)) { first, _ in first }
        return (
            list.classes,
            try given.map { label in
                guard let label else { return nil }
                if let place = position[label] ?? Int(label).flatMap({ list.classes.indices.contains($0) ? $0 : nil }) {
                    return place
                }
                throw DataSetError(
                    "An image in the archives of \(root.path) has the label \"\(label)\", which is none of the "
                        + "\(list.classes.count) classes of \(list.path).")
            }
        )
    }
}
