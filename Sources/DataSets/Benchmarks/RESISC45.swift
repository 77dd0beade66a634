import FoundationEssentials

/// NWPU-RESISC45 (Cheng et al., Proceedings of the IEEE 2017): 45 classes of satellite images.
enum RESISC45 {
    static let distributions = [
        Distribution(
            benchmark: .resisc45, layout: .elevater(.resisc45), bases: [""],
            parts: [.file("train.json"), .file("val.json"), .file("test.json")],
            size: (6300, 25200), read: readElevater),
        Distribution(
            benchmark: .resisc45, layout: .official(.resisc45),
            bases: ["", "NWPU-RESISC45", "NWPU_RESISC45"],
            parts: classes.map { .folder(folder(of: $0)) }, size: nil, read: readOfficial),
    ]

    /// The share of every class that is for testing where there are no lists: 140 of 700 images train, as
    /// many as in the published lists.
    static let testFraction = 0.8

    /// Lists in the format of COCO; of an image only its file name counts.
    private struct List: Decodable {
        struct Category: Decodable { let name: String }
        struct Image: Decodable { let file_name: String }
        let categories: [Category]
        let images: [Image]
    }

    private static func list(_ name: String, in files: KnownFiles) throws -> List {
        let path = files.absolute(name)
        do {
            return try JSONDecoder().decode(List.self, from: Data(ListFile.text(at: path).utf8))
        } catch let error as DecodingError {
            throw DataSetError(
                "\(path) is not a list of categories and images in COCO's format: \(RESISC45.reason(error))")
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context):
            return "\"\(key.stringValue)\" is missing\(place(context))."
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "a value of another kind than expected stands\(place(context))."
        default:
            return "it is not valid JSON."
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(
            separator: ".")
        return path.isEmpty ? "" : " at \(path)"
    }

    /// The class is the first part of the path inside the archive; the image lies in the folder of its file
    /// name.
    private static func readElevater(_ files: KnownFiles, _ options: LoadOptions) throws -> BenchmarkLists {
        let lists = try ["train.json", "val.json", "test.json"].map { ($0, try list($0, in: files)) }
        let listed = lists[0].1.categories.map { ClassName.spaced($0.name) }
        let positions = Dictionary(zip(listed, listed.indices)) { first, _ in first }
        guard positions.count == listed.count, listed.count > 1 else {
            throw DataSetError(
                "The categories of \(files.absolute("train.json")) are too few, or two have one name.")
        }
        var warnings: [String] = []
        if listed != classes {
            warnings.append(
                "The categories of \(files.absolute("train.json")) are not the 45 classes of RESISC45.")
        }
        let names = try files.classes(
            published: listed, list: "class_names.txt", of: .resisc45, options: options, warnings: &warnings)
        let images = try lists.map { name, list in
            try list.images.enumerated().map { place, image in
                let named = image.file_name
                let inside =
                    named.lastIndex(of: "@").map { String(named[named.index(after: $0)...]) } ?? named
                let parts = inside.split(separator: "/").map(String.init)
                guard let folder = parts.first, let file = parts.last,
                    let label = positions[ClassName.spaced(folder)]
                else {
                    throw DataSetError(
                        "Image \(place) of \(files.absolute(name)) lies in no folder of a category: "
                            + "\"\(named)\"."
                    )
                }
                let prefix = file.lastIndex(of: "_").map { String(file[..<$0]) } ?? folder
                return BenchmarkLists.Image(
                    prefix + "/" + file,
                    orAt: [
                        inside, name.replacing(".json", with: "/") + inside,
                        "NWPU-RESISC45/" + inside,
                    ],
                    label: label, list: name)
            }
        }
        return BenchmarkLists(
            classes: names, training: images[0] + images[1], test: images[2], warnings: warnings)
    }

    private static func readOfficial(_ files: KnownFiles, _ options: LoadOptions) throws -> BenchmarkLists {
        var warnings: [String] = []
        let names = try files.classes(
            published: classes, list: "class_names.txt", of: .resisc45, options: options, warnings: &warnings)
        return try BenchmarkLists(
            dividing: files, folders: classes.map(folder), classes: names, of: .resisc45,
            fraction: testFraction,
            published: 31_500, options: options, warnings: warnings)
    }

    private static func folder(of name: String) -> String {
        name.replacing(" ", with: "_")
    }

    static let classes = Benchmark.names(
        """
        airplane, airport, baseball diamond, basketball court, beach, bridge, chaparral, church,
        circular farmland, cloud, commercial area, dense residential, desert, forest, freeway,
        golf course, ground track field, harbor, industrial area, intersection, island, lake, meadow,
        medium residential, mobile home park, mountain, overpass, palace, parking lot, railway,
        railway station, rectangular farmland, river, roundabout, runway, sea ice, ship, snowberg,
        sparse residential, stadium, storage tank, tennis court, terrace, thermal power station, wetland
        """)
}
