import Essentials
import FoundationEssentials

/// Caltech-UCSD Birds-200-2011 (Wah et al., 2011): 200 classes of birds.
///
/// The published implementations read the official distribution inside a folder of their own, so the two
/// layouts differ in where `CUB_200_2011` is expected, and in nothing else.
enum CUB {
    static let distributions = [
        (Layout.official(.cub), [""]), (.elevater(.cub), ["CUB_200_2011", "CUB_200_2011/CUB_200_2011"]),
    ].map { layout, bases in
        Distribution(
            benchmark: .cub, layout: layout, bases: bases,
            parts: [
                .folder("images"), .file("images.txt"), .file("train_test_split.txt"), .file("classes.txt"),
            ],
            size: (5994, 5794), read: read)
    }

    private static func read(_ files: KnownFiles, _ options: LoadOptions) throws -> BenchmarkLists {
        let names = try table("classes.txt", in: files).map { spoken($0.value) }
        let positions = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
        var warnings: [String] = []
        let classes = try files.classes(
            published: names, list: "class_names.txt", of: .cub, options: options, warnings: &warnings)
        let images = try table("images.txt", in: files)
        let flags = try table("train_test_split.txt", in: files)
        guard images.count == flags.count else {
            throw DataSetError(
                "images.txt in \(files.root.path) has \(images.count) lines and train_test_split.txt "
                    + "\(flags.count). They must go line by line together.")
        }
        var result = BenchmarkLists(classes: classes, training: [], test: [], warnings: warnings)
        for (image, flag) in zip(images, flags) {
            guard image.key == flag.key, flag.value == "0" || flag.value == "1" else {
                throw DataSetError(
                    "Line \(flag.line) of \(files.absolute("train_test_split.txt")) is not image "
                        + "\(image.key) and 0 or 1: \"\(flag.key) \(flag.value)\".")
            }
            let folder = image.value.split(separator: "/").first.map(String.init) ?? ""
            guard let label = positions[spoken(folder)] else {
                throw DataSetError(
                    "Line \(image.line) of \(files.absolute("images.txt")) lies in no folder of a class: "
                        + "\"\(image.value)\"."
                )
            }
            let listed = BenchmarkLists.Image("images/" + image.value, label: label, list: "images.txt")
            if flag.value == "1" { result.training.append(listed) } else { result.test.append(listed) }
        }
        return result
    }

    /// "001.Black_footed_Albatross" as the published implementations have it: "black footed albatross".
    private static func spoken(_ name: String) -> String {
        let bare = name.split(separator: ".").last.map(String.init) ?? name
        return ClassName.spaced(bare).lowercased()
    }

    private static func table(
        _ name: String, in files: KnownFiles
    ) throws -> [(key: String, value: String, line: Int)] {
        let path = files.absolute(name)
        return try zip(1..., ListFile(at: path).lines).compactMap { number, line in
            if line.allSatisfy(\.isWhitespace) { return nil }
            let fields = line.split(separator: " ", maxSplits: 1)
            guard fields.count == 2 else {
                throw DataSetError(
                    "Line \(number) of \(path) is not a number, a space and a value: \"\(line)\".")
            }
            return (String(fields[0]), fields[1].trimmingSpaces(), number)
        }
    }
}
