extension BenchmarkLists {
    /// The lists of a benchmark whose labels are numbers: `train.txt`, then `val.txt`, and `test.txt`.
    init(
        elevater files: KnownFiles, published: [String], classList: String, of benchmark: Benchmark,
        options: LoadOptions
    ) throws {
        var warnings: [String] = []
        let classes = try files.classes(
            published: published, list: classList, of: benchmark, options: options, warnings: &warnings)
        func images(_ part: String) throws -> [Image] {
            let list = try ImageList(part + ".txt", in: files)
            return try list.lines.map {
                Image(part + "/" + $0.path, label: try list.label($0, of: classes), list: list.name)
            }
        }
        self.init(
            classes: classes, training: try images("train") + images("val"), test: try images("test"),
            warnings: warnings)
    }
}
