import CMatio
import CZlib
import DataSets
import Foundation
import Stages
import TestSupport

extension FuzzedKind {
    /// What says which images there are, and of which class.
    static let dataSets: [FuzzedKind] = [
        manifest("manifest.csv", "path,label,split", lines: { "a/\($0).png,\"\($1)\",\($2)" }, by: anything),
        manifest("manifest.tsv", "path\tlabel\tsplit", lines: { "a/\($0).png\t\($1)\t\($2)" }, by: anything),
        manifest("manifest.jsonl", nil, lines: { #"{"path": "a/\#($0).png", "label": "\#($1)", "split": "\#($2)"}"# }) {
            workshop, good, number in
            var lines = good.split(separator: UInt8(ascii: "\n")).map(Array.init)
            let place = number % lines.count
            lines[place] = json(workshop, lines[place], number)
            return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
        },
        list("classes.txt", "c\na\nb\n", \.classes),
        list("phrases.txt", "a\tan x\nb\ta y thing\nc\tc\n", \.phrases),
        matlab("setid.mat", version: MAT_FT_MAT5),
        matlab("setid.mat of 7.3", version: MAT_FT_MAT73),
        features(".npy", name: "rows.npy"),
        features(".npz", name: "rows.npz"),
        FuzzedKind(name: "tar", share: share) { workshop in
            let folder = workshop.folder.appendingPathComponent("shards")
            try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let members = (0..<12).flatMap { [("\($0).png", png), ("\($0).cls", Array("class \($0 % 3)".utf8))] }
            let good = members.flatMap { tarMember($0, $1) } + [UInt8](repeating: 0, count: 1024)
            let file = folder.appendingPathComponent("train-0.tar")
            return .file(file.path, damaged: { anything(workshop, good, $0) }) {
                let options = LoadOptions(kinds: .decoded, layout: .shards)
                let set = try DataSet.load(from: folder, options: options)
                for image in set.images {
                    if let range = image.range, range.upperBound > good.count * 20 {
                        throw DataSetError("a range beyond the file")
                    }
                }
            }
        },
    ]

    private static func manifest(
        _ name: String, _ head: String?, lines: @escaping @Sendable (Int, String, String) -> String,
        by way: @escaping @Sendable (Workshop, [UInt8], Int) -> [UInt8]
    ) -> FuzzedKind {
        FuzzedKind(name: name, share: share) { workshop in
            let folder = workshop.folder.appendingPathComponent("manifest")
            try? FileManager.default.createDirectory(at: folder.appendingPathComponent("a"), withIntermediateDirectories: true)
            for number in 0..<40 { try Data(png).write(to: folder.appendingPathComponent("a/\(number).png")) }
            let rows = (0..<40).map { lines($0, ["x", "y", "zü; w"][$0 % 3], $0 % 4 == 0 ? "test" : "train") }
            let good = Array(([head].compactMap { $0 } + rows).joined(separator: "\n").utf8)
            let file = folder.appendingPathComponent(name)
            return .file(file.path, damaged: { way(workshop, good, $0) }) {
                var options = LoadOptions(kinds: .decoded)
                options.skipsMissingImages = true
                let set = try DataSet.load(from: file, options: options)
                let place = folder.resolvingSymlinksInPath().path + "/"
                for image in set.images where !URL(fileURLWithPath: image.file).resolvingSymlinksInPath().path.hasPrefix(place) {
                    throw DataSetError("\(image.file)\nis read, and lies outside of the manifest's folder")
                }
            }
        }
    }

    private static func list(
        _ name: String, _ good: String, _ option: WritableKeyPath<LoadOptions, URL?> & Sendable
    ) -> FuzzedKind {
        FuzzedKind(name: name, share: share) { workshop in
            try workshop.writeImages()
            let file = workshop.folder.appendingPathComponent(name)
            return .file(file.path, damaged: { anything(workshop, Array(good.utf8), $0) }) {
                var options = LoadOptions(kinds: .decoded)
                options[keyPath: option] = file
                _ = try DataSet.load(from: workshop.folder.appendingPathComponent("images"), options: options)
            }
        }
    }

    private static func matlab(_ name: String, version: mat_ft) -> FuzzedKind {
        FuzzedKind(name: name, share: share) { workshop in
            let folder = workshop.folder.appendingPathComponent("flowers")
            try? FileManager.default.createDirectory(at: folder.appendingPathComponent("jpg"), withIntermediateDirectories: true)
            for number in 1...306 {
                try Data().write(to: folder.appendingPathComponent(String(format: "jpg/image_%05d.jpg", number)))
            }
            let labels = folder.appendingPathComponent("imagelabels.mat")
            let lists = folder.appendingPathComponent("setid.mat")
            try writeLists(labels, version, [("labels", (0..<306).map { Double($0 % 102 + 1) })])
            try writeLists(
                lists, version,
                [
                    ("trnid", (1...102).map(Double.init)), ("valid", (103...204).map(Double.init)),
                    ("tstid", (205...306).map(Double.init)),
                ])
            let good = try bytes(lists)
            return .file(lists.path, damaged: { anything(workshop, good, $0) }) {
                var options = LoadOptions(kinds: .decoded, layout: .official(.flowers102))
                options.skipsMissingImages = true
                _ = try DataSet.load(from: folder, options: options)
            }
        }
    }

    private static func writeLists(_ url: URL, _ version: mat_ft, _ lists: [(String, [Double])]) throws {
        try? FileManager.default.removeItem(at: url)
        guard let file = Mat_CreateVer(url.path, nil, version) else { throw DataSetError("\(url.path) cannot be made.") }
        defer { Mat_Close(file) }
        for (name, values) in lists {
            var values = values
            var shape = [1, values.count]
            let variable = Mat_VarCreate(name, MAT_C_DOUBLE, MAT_T_DOUBLE, 2, &shape, &values, 0)
            defer { Mat_VarFree(variable) }
            Mat_VarWrite(file, variable, MAT_COMPRESSION_NONE)
        }
    }

    private static func features(_ ending: String, name: String) -> FuzzedKind {
        FuzzedKind(name: ending, share: share) { workshop in
            let classes = workshop.folder.appendingPathComponent("classes.txt")
            try Data("a\nb\nc\n".utf8).write(to: classes)
            let text = "{'descr': '<f4', 'fortran_order': False, 'shape': (30, 8), }"
            let header = Array((text + String(repeating: " ", count: 117 - text.count) + "\n").utf8)
            let numbers = (0..<240).flatMap { number in withUnsafeBytes(of: Float(number) / 240) { Array($0) } }
            let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
            let version: [UInt8] = [1, 0, UInt8(header.count), 0]
            let table: [UInt8] = [magic, version, header, numbers].flatMap { $0 }
            let good = ending == ".npy" ? table : storedZip("rows.npy", table)
            let file = workshop.folder.appendingPathComponent(name)
            return .file(file.path, damaged: { anything(workshop, good, $0) }) {
                let set = try FeatureSet(from: file, options: LoadOptions(kinds: .none, classes: classes))
                try set.forEachBatch(of: 7) { _, _ in }
            }
        }
    }

    // MARK: - Files

    private static let png =
        (try? bytes(Repository.file("Tests/ImagesTests/Fixtures/gray8.png"))) ?? []

    private static func tarMember(_ name: String, _ content: [UInt8]) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) { header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
        put(name, at: 0)
        put("0000644\0" + "0000000\0" + "0000000\0", at: 100)
        put(String(format: "%011o\0", content.count) + "00000000000\0" + "        0", at: 124)
        put("ustar\u{0}00", at: 257)
        put(String(format: "%06o\0 ", header.reduce(0) { $0 + Int($1) }), at: 148)
        return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
    }

    /// A ZIP archive of one member that is not packed.
    private static func storedZip(_ name: String, _ content: [UInt8]) -> [UInt8] {
        func numbers(_ values: (Int, width: Int)...) -> [UInt8] {
            values.flatMap { value, width in (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        }
        let sum = content.withUnsafeBufferPointer { Int(crc32(0, $0.baseAddress, UInt32($0.count))) }
        let (length, name) = (content.count, Array(name.utf8))
        let common = numbers((0, 8), (sum, 4), (length, 4), (length, 4), (name.count, 2))
        let local: [[UInt8]] = [numbers((0x0403_4B50, 4), (20, 2)), common, numbers((0, 2)), name, content]
        let entry: [[UInt8]] = [numbers((0x0201_4B50, 4), (20, 2), (20, 2)), common, numbers((0, 16)), name]
        let (before, listed) = (local.flatMap { $0 }, entry.flatMap { $0 })
        return before + listed
            + numbers((0x0605_4B50, 4), (0, 4), (1, 2), (1, 2), (listed.count, 4), (before.count, 4), (0, 2))
    }
}

extension Workshop {
    /// A data set of three classes.
    fileprivate func writeImages() throws {
        for name in ["a", "b", "c"] {
            for number in 0..<4 {
                let place = folder.appendingPathComponent("images/train/\(name)")
                try? FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
                try Data([0xFF, 0xD8, 0xFF]).write(to: place.appendingPathComponent("\(number).jpg"))
            }
        }
    }
}
