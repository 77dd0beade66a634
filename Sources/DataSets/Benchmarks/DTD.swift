import Essentials

/// The Describable Textures Dataset (Cimpoi et al., CVPR 2014): 47 classes of textures.
enum DTD {
    static let distributions = [
        // The first of the ten published divisions, which the published implementations use.
        Distribution(
            benchmark: .dtd, layout: .official(.dtd), bases: ["", "dtd"],
            parts: [
                .folder("images"), .file("labels/train1.txt"), .file("labels/val1.txt"),
                .file("labels/test1.txt"),
            ],
            size: (3760, 1880), read: readOfficial),
        Distribution(
            benchmark: .dtd, layout: .elevater(.dtd), bases: [""],
            parts: ["train", "val", "test"].flatMap { [.file($0 + ".txt"), .folder($0)] },
            size: (3760, 1880),
            isRecognized: {
                $0.root.isNamed(like: .dtd) || ImageList.begins("train.txt", in: $0, withOneOf: classes)
            },
            read: readElevater),
    ]

    private static func readOfficial(_ files: KnownFiles, _ options: LoadOptions) throws -> BenchmarkLists {
        var warnings: [String] = []
        let classes = try files.classes(
            published: classes, list: "class_names.txt", of: .dtd, options: options, warnings: &warnings)
        func images(_ list: String) throws -> [BenchmarkLists.Image] {
            let path = files.absolute(list)
            return try zip(1..., ListFile(at: path).lines).compactMap { number, line in
                let image = line.trimmingSpaces()
                if image.isEmpty { return nil }
                let folder = image.split(separator: "/").first.map(String.init) ?? ""
                guard let label = DTD.classes.firstIndex(of: folder) else {
                    throw DataSetError(
                        "Line \(number) of \(path) lies in no folder of the \(classes.count) classes: "
                            + "\"\(image)\"."
                    )
                }
                return BenchmarkLists.Image("images/" + image, label: label, list: list)
            }
        }
        return try BenchmarkLists(
            classes: classes, training: images("labels/train1.txt") + images("labels/val1.txt"),
            test: images("labels/test1.txt"), warnings: warnings)
    }

    private static func readElevater(_ files: KnownFiles, _ options: LoadOptions) throws -> BenchmarkLists {
        try BenchmarkLists(
            elevater: files, published: DTD.classes, classList: "class_names.txt", of: .dtd, options: options)
    }

    static let classes = Benchmark.names(
        """
        banded, blotchy, braided, bubbly, bumpy, chequered, cobwebbed, cracked, crosshatched, crystalline,
        dotted, fibrous, flecked, freckled, frilly, gauzy, grid, grooved, honeycombed, interlaced,
        knitted, lacelike, lined, marbled, matted, meshed, paisley, perforated, pitted, pleated,
        polka-dotted, porous, potholed, scaly, smeared, spiralled, sprinkled, stained, stratified,
        striped, studded, swirly, veined, waffled, woven, wrinkled, zigzagged
        """)
}
