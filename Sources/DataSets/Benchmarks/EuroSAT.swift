/// EuroSAT (Helber et al., JSTARS 2019), the RGB version: 10 classes of land use seen by Sentinel-2.
///
/// There is no official division. The published implementations test on a list of 5,000 images and adapt to
/// all 27,000, the test images included; here they are taken out of training unless asked otherwise.
enum EuroSAT {
    static let distributions =
        ["", "2750/", "EuroSAT_RGB/"].map { images in
            Distribution(
                benchmark: .eurosat, layout: .elevater(.eurosat), bases: [""],
                parts: [.file("test.txt")] + classes.map { .folder(images + $0.folder) },
                size: nil, read: { try readElevater($0, images: images, $1) })
        } + [
            Distribution(
                benchmark: .eurosat, layout: .official(.eurosat),
                bases: ["", "2750", "EuroSAT_RGB"], parts: classes.map { .folder($0.folder) }, size: nil,
                read: readOfficial)
        ]

    /// The number of images there are, of which the published list tests on 5,000.
    static let imageCount = 27_000
    static let publishedTestCount = 5000

    /// The share of every class that is for testing where there is no list.
    static let testFraction = 0.2

    private static func readElevater(
        _ files: KnownFiles, images: String, _ options: LoadOptions
    ) throws -> BenchmarkLists {
        var warnings: [String] = []
        let names = try files.classes(
            published: classes.map(\.name), list: "class_names.txt", of: .eurosat, options: options,
            warnings: &warnings)
        let list = try ImageList("test.txt", in: files)
        let test = try list.lines.map { line in
            let name = line.path.split(separator: "/").last.map(String.init) ?? line.path
            let folder = name.split(separator: "_").first.map(String.init) ?? ""
            return BenchmarkLists.Image(
                images + folder + "/" + name, label: try list.label(line, of: names), list: list.name)
        }
        var training = classes.enumerated().flatMap { label, pair -> [BenchmarkLists.Image] in
            let folder = images + pair.folder
            return (files.folder(folder)?.images ?? []).map {
                BenchmarkLists.Image(folder + "/" + $0, label: label, list: folder)
            }
        }
        let all = training.count
        if !options.trainsOnTestImages {
            let held = Set(test.compactMap { files.file($0.places[0]) })
            training.removeAll { held.contains($0.places[0]) }
        }
        if all != imageCount || test.count != publishedTestCount {
            warnings.append(
                "This is not the whole EuroSAT: \(Wording.grouped(all)) images, "
                    + "\(Wording.grouped(test.count)) of them for testing, where 27,000 and 5,000 are "
                    + "published. Results do not compare with published ones."
            )
        }
        if options.trainsOnTestImages {
            warnings.append("The test images are among the training images too, as in the published results.")
        }
        return BenchmarkLists(classes: names, training: training, test: test, warnings: warnings)
    }

    private static func readOfficial(_ files: KnownFiles, _ options: LoadOptions) throws -> BenchmarkLists {
        var warnings: [String] = []
        let names = try files.classes(
            published: classes.map(\.name), list: "class_names.txt", of: .eurosat, options: options,
            warnings: &warnings)
        return try BenchmarkLists(
            dividing: files, folders: classes.map(\.folder), classes: names, of: .eurosat,
            fraction: testFraction,
            published: imageCount, options: options, warnings: warnings)
    }

    /// The names the published implementations prompt with, and the folder that each stands for.
    static let classes: [(name: String, folder: String)] = [
        ("annual crop land", "AnnualCrop"),
        ("forest", "Forest"),
        ("brushland or shrubland", "HerbaceousVegetation"),
        ("highway or road", "Highway"),
        ("industrial buildings or commercial buildings", "Industrial"),
        ("pasture land", "Pasture"),
        ("permanent crop land", "PermanentCrop"),
        ("residential buildings or homes or apartments", "Residential"),
        ("river", "River"),
        ("lake or sea", "SeaLake"),
    ]
}
