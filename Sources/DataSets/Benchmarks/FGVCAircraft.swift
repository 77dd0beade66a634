import Essentials
import FoundationEssentials

/// FGVC-Aircraft 2013b (Maji et al., 2013): 100 variants of aircraft.
enum FGVCAircraft {
    static let distributions = [
        Distribution(
            benchmark: .fgvcaircraft, layout: .official(.fgvcaircraft),
            bases: ["", "data", "fgvc-aircraft-2013b", "fgvc-aircraft-2013b/data"],
            parts: [
                .folder("images"), .file("variants.txt"), .file("images_variant_train.txt"),
                .file("images_variant_val.txt"), .file("images_variant_test.txt"),
            ],
            size: (6667, 3333), read: readOfficial),
        Distribution(
            benchmark: .fgvcaircraft, layout: .elevater(.fgvcaircraft), bases: [""],
            parts: ["train", "val", "test"].flatMap { [.file($0 + ".txt"), .folder($0)] },
            size: (6667, 3333),
            isRecognized: {
                $0.root.isNamed(like: .fgvcaircraft)
                    || ImageList.begins("train.txt", in: $0, withOneOf: classes)
            },
            read: readElevater),
    ]

    /// Lines are `NNNNNNN variant name`; a variant's name has `-` where the official lists have `/`.
    private static func readOfficial(_ files: KnownFiles, _ options: LoadOptions) throws -> BenchmarkLists {
        var warnings: [String] = []
        let names = try files.classes(
            published: classes, list: "class_names.txt", of: .fgvcaircraft, options: options,
            warnings: &warnings)
        func images(_ list: String) throws -> [BenchmarkLists.Image] {
            let path = files.absolute(list)
            return try zip(1..., ListFile(at: path).lines).compactMap { number, line in
                let fields = line.split(separator: " ", maxSplits: 1)
                if fields.isEmpty { return nil }
                let variant = fields.count == 2 ? fields[1].trimmingSpaces() : ""
                guard let label = classes.firstIndex(of: variant.replacing("/", with: "-"))
                else {
                    throw DataSetError(
                        "Line \(number) of \(path) does not name one of the \(classes.count) variants: "
                            + "\"\(line)\"."
                    )
                }
                return BenchmarkLists.Image("images/\(fields[0]).jpg", label: label, list: list)
            }
        }
        return try BenchmarkLists(
            classes: names, training: images("images_variant_train.txt") + images("images_variant_val.txt"),
            test: images("images_variant_test.txt"), warnings: warnings)
    }

    /// The class is the folder's name, whatever the label in the list says, as in the published
    /// implementations.
    private static func readElevater(_ files: KnownFiles, _ options: LoadOptions) throws -> BenchmarkLists {
        var warnings: [String] = []
        let names = try files.classes(
            published: classes, list: "labels.txt", of: .fgvcaircraft, options: options, warnings: &warnings)
        func images(_ part: String) throws -> [BenchmarkLists.Image] {
            let list = try ImageList(part + ".txt", in: files)
            return try list.lines.map { line in
                let folder = line.path.split(separator: "/").first.map(String.init) ?? ""
                guard
                    let label = names.firstIndex(where: { $0.name == folder })
                        ?? classes.firstIndex(of: folder)
                else {
                    throw DataSetError(
                        "Line \(line.number) of \(list.path) lies in the folder \"\(folder)\", which is none "
                            + "of the \(classes.count) variants.")
                }
                return BenchmarkLists.Image(part + "/" + line.path, label: label, list: list.name)
            }
        }
        return try BenchmarkLists(
            classes: names, training: images("train") + images("val"), test: images("test"),
            warnings: warnings)
    }

    /// In the order of the published implementations, which is not that of the official `variants.txt`.
    static let classes = Benchmark.names(
        """
        707-320, 727-200, 737-200, 737-300, 737-400, 737-500, 737-600, 737-700, 737-800, 737-900, 747-100,
        747-200, 747-300, 747-400, 757-200, 757-300, 767-200, 767-300, 767-400, 777-200, 777-300, A300B4,
        A310, A318, A319, A320, A321, A330-200, A330-300, A340-200, A340-300, A340-500, A340-600, A380,
        An-12, ATR-42, ATR-72, BAE 146-200, BAE 146-300, BAE-125, Beechcraft 1900, Boeing 717, C-130,
        C-47, Cessna 172, Cessna 208, Cessna 525, Cessna 560, Challenger 600, CRJ-200, CRJ-700, CRJ-900,
        DC-10, DC-3, DC-6, DC-8, DC-9-30, DH-82, DHC-1, DHC-6, DHC-8-100, DHC-8-300, Dornier 328, DR-400,
        E-170, E-190, E-195, EMB-120, Embraer Legacy 600, ERJ 135, ERJ 145, Eurofighter Typhoon, F-16A-B,
        F-A-18, Falcon 2000, Falcon 900, Fokker 100, Fokker 50, Fokker 70, Global Express, Gulfstream IV,
        Gulfstream V, Hawk T1, Il-76, L-1011, MD-11, MD-80, MD-87, MD-90, Metroliner, Model B200, PA-28,
        Saab 2000, Saab 340, Spitfire, SR-20, Tornado, Tu-134, Tu-154, Yak-42
        """)
}
