/// Oxford 102 Flowers (Nilsback and Zisserman, ICVGIP 2008): 102 classes of flowers.
enum Flowers102 {
    static let distributions = [
        Distribution(
            benchmark: .flowers102, layout: .official(.flowers102),
            bases: ["", "flowers-102", "oxford-102-flowers"],
            parts: [.folder("jpg"), .file("imagelabels.mat"), .file("setid.mat")],
            size: (2040, 6149), read: readOfficial),
        Distribution(
            benchmark: .flowers102, layout: .elevater(.flowers102), bases: [""],
            parts: ["train", "val", "test"].flatMap { [.file($0 + ".txt"), .folder($0)] },
            size: (2040, 6149), isRecognized: isElevater,
            read: { files, options in
                try BenchmarkLists(
                    elevater: files, published: classes, classList: "class_names.txt", of: .flowers102,
                    options: options)
            }),
    ]

    /// The lists' paths do not tell the class names, so the folder's name must, or the class list that lies
    /// there.
    private static func isElevater(_ files: KnownFiles) -> Bool {
        if files.root.isNamed(like: .flowers102) { return true }
        guard let list = files.file("class_names.txt") else { return false }
        return (try? ClassList(at: files.absolute(list)).classes.map(\.name)) == classes
    }

    private static func readOfficial(_ files: KnownFiles, _ options: LoadOptions) throws -> BenchmarkLists {
        var warnings: [String] = []
        let classes = try files.classes(
            published: classes, list: "class_names.txt", of: .flowers102, options: options,
            warnings: &warnings)
        let labels = try MATFile(at: files.absolute("imagelabels.mat")).integers("labels")
        let parts = try MATFile(at: files.absolute("setid.mat"))

        func images(_ part: String) throws -> [BenchmarkLists.Image] {
            try parts.integers(part).enumerated().map { place, number in
                guard labels.indices.contains(number - 1) else {
                    throw DataSetError(
                        "Number \(place + 1) of \"\(part)\" in \(parts.path) is image \(number), but "
                            + "imagelabels.mat has the labels of \(labels.count) images.")
                }
                let label = labels[number - 1]
                guard classes.indices.contains(label - 1) else {
                    throw DataSetError(
                        "Image \(number) has the label \(label) in \(files.absolute("imagelabels.mat")), but "
                            + "there are \(classes.count) classes (1 to \(classes.count)).")
                }
                let digits = String(number)
                let name =
                    "jpg/image_" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".jpg"
                return BenchmarkLists.Image(name, label: label - 1, list: "setid.mat")
            }
        }
        return try BenchmarkLists(
            classes: classes, training: images("trnid") + images("valid"), test: images("tstid"),
            warnings: warnings)
    }

    static let classes = Benchmark.names(
        """
        pink primrose, hard-leaved pocket orchid, canterbury bells, sweet pea, english marigold,
        tiger lily, moon orchid, bird of paradise, monkshood, globe thistle, snapdragon, colt's foot,
        king protea, spear thistle, yellow iris, globe flower, purple coneflower, peruvian lily,
        balloon flower, giant white arum lily, fire lily, pincushion flower, fritillary, red ginger,
        grape hyacinth, corn poppy, prince of wales feathers, stemless gentian, artichoke, sweet william,
        carnation, garden phlox, love in the mist, mexican aster, alpine sea holly, ruby-lipped cattleya,
        cape flower, great masterwort, siam tulip, lenten rose, barbeton daisy, daffodil, sword lily,
        poinsettia, bolero deep blue, wallflower, marigold, buttercup, oxeye daisy, common dandelion,
        petunia, wild pansy, primula, sunflower, pelargonium, bishop of llandaff, gaura, geranium,
        orange dahlia, pink and yellow dahlia, cautleya spicata, japanese anemone, black-eyed susan,
        silverbush, californian poppy, osteospermum, spring crocus, bearded iris, windflower, tree poppy,
        gazania, azalea, water lily, rose, thorn apple, morning glory, passion flower, lotus, toad lily,
        anthurium, frangipani, clematis, hibiscus, columbine, desert-rose, tree mallow, magnolia,
        cyclamen, watercress, canna lily, hippeastrum, bee balm, air plant, foxglove, bougainvillea,
        camellia, mallow, mexican petunia, bromelia, blanket flower, trumpet creeper, blackberry lily
        """)
}
