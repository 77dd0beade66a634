extension BenchmarkLists {
    /// The two parts of a benchmark that comes as class folders without lists, divided by ``SeededSplit``.
    init(
        dividing files: KnownFiles, folders: [String], classes: [ClassName], of benchmark: Benchmark,
        fraction: Double, published imageCount: Int, options: LoadOptions, warnings: [String]
    ) throws {
        let images = folders.enumerated().flatMap { label, folder in
            (files.folder(folder)?.images ?? []).map { Image(folder + "/" + $0, label: label, list: folder) }
        }
        let share = options.testFraction ?? fraction
        let isTest = try SeededSplit.test(
            labels: images.map(\.label), classCount: classes.count, fraction: share, seed: options.testSeed)
        let test = zip(images, isTest).filter(\.1).map(\.0)
        let whole =
            images.count == imageCount
            ? []
            : [
                "This is not the whole \(benchmark.title): \(Wording.grouped(images.count)) images where "
                    + "\(Wording.grouped(imageCount)) are published."
            ]
        self.init(
            classes: classes, training: zip(images, isTest).filter { !$0.1 }.map(\.0), test: test,
            warnings: warnings + whole + [
                SeededSplit.notice(
                    "\(benchmark.title) comes without a division, and the published lists are not here",
                    test.count,
                    of: images.count, share, options),
                "Results do not compare with published ones image by image.",
            ])
    }
}
