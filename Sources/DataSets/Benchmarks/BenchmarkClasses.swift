extension KnownFiles {
    /// The classes of a benchmark: those of `options`, or of the class list that lies in its folder, or as
    /// published.
    ///
    /// A list may name the classes differently, for other prompts; since labels count its lines, it must have
    /// as many.
    func classes(
        published: [String], list: String, of benchmark: Benchmark, options: LoadOptions,
        warnings: inout [String]
    ) throws -> [ClassName] {
        guard let path = options.classes?.path ?? file(list).map(absolute) else {
            return published.map { ClassName($0) }
        }
        let classes = try ClassList(at: path).classes
        guard classes.count == published.count else {
            throw DataSetError(
                "\(path) names \(classes.count) classes, but \(benchmark.title) has \(published.count).")
        }
        if let place = classes.indices.first(where: { classes[$0].name != published[$0] }) {
            let others = classes.indices.filter { classes[$0].name != published[$0] }.count
            warnings.append(
                "\(path) names \(Wording.count(others, "class", "classes")) of \(benchmark.title) "
                    + "differently than published, the first is "
                    + "\"\(classes[place].name)\" for \"\(published[place])\". The names of the file are "
                    + "used.")
        }
        return classes
    }
}
