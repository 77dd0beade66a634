extension Distribution {
    /// A distribution in a folder, complete or in part.
    struct Match {
        let distribution: Distribution
        let files: KnownFiles
        let missing: [Part]

        var isComplete: Bool { missing.isEmpty }

        var present: [Part] {
            distribution.parts.filter { part in !missing.contains { $0.path == part.path } }
        }

        var hasList: Bool { present.contains(where: \.isFile) }

        /// Whether so much of it is there that nothing else can be meant.
        var isNearlyComplete: Bool { 4 * present.count >= 3 * distribution.parts.count }

        /// What it is, as in "DTD as distributed officially".
        var title: String {
            if case .elevater = distribution.layout {
                return distribution.benchmark.title + " in the ELEVATER layout"
            }
            return distribution.benchmark.title + " as distributed officially"
        }

        /// That parts are missing, which, and what to do.
        func incomplete() -> DataSetError {
            let packed = files.root.archives.filter { file in
                missing.contains { part in file.lowercased().hasPrefix(part.path.lowercased() + ".") }
            }
            let advice =
                packed.isEmpty
                ? "Fetch what is missing"
                : "Unpack \(Wording.list(packed, quoted: false)), each into a folder of its name"
            return DataSetError(
                "\(files.root.path) looks like \(title), but "
                    + "\(Wording.list(missing.map(\.shown), quoted: false)) "
                    + "\(missing.count == 1 ? "is" : "are") missing. \(advice), or ask for the layout "
                    + "\(Layout.classFolders) if it is a data set of your own.")
        }
    }

    /// The best match in a folder among the places where the distribution may lie; nil if nothing of it is
    /// there.
    func match(in folder: KnownFiles) -> Match? {
        let matches = bases.compactMap { base -> Match? in
            guard let files = base.isEmpty ? folder : folder.folder(base).map(KnownFiles.init) else {
                return nil
            }
            let missing = parts.filter { !files.contains($0) }
            guard missing.count < parts.count, isRecognized(files) else { return nil }
            return Match(distribution: self, files: files, missing: missing)
        }
        return matches.max { $0.present.count < $1.present.count }
    }
}
