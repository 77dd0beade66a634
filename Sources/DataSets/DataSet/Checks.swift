import FoundationEssentials

extension DataSet {
    /// The data set with the phrases of the options, or why it cannot be worked with.
    func checked(options: LoadOptions) throws -> DataSet {
        var result = self
        if let file = options.phrases {
            result.classes = try PhraseList(at: file.path).applied(to: classes)
        }
        try result.refuseUnusableClasses()
        try result.refuseUnusableImages()
        result.warnings += result.classWarnings()
        return result
    }

    private func refuseUnusableClasses() throws {
        guard classes.count >= 2 else {
            let found = classes.first.map { "Only one class, \"\($0.name)\", was" } ?? "No class was"
            throw DataSetError(
                "\(found) found in \(folder.path): there is nothing to tell apart. Two classes are the least."
            )
        }
        var seen: [String: Int] = [:]
        for (index, name) in classes.enumerated() {
            if let first = seen.updateValue(index, forKey: name.name) {
                throw DataSetError(
                    "The class name \"\(name.name)\" stands for two classes of \(folder.path), number "
                        + "\(first + 1) and number \(index + 1). Class names must differ.")
            }
        }
    }

    private func refuseUnusableImages() throws {
        guard !training.isEmpty else {
            throw DataSetError("\(folder.path) has no training images, so there is nothing to adapt to.")
        }
        guard training.count >= classes.count else {
            throw DataSetError(
                "\(folder.path) has \(Wording.count(training.count, "training image")) for \(classes.count) "
                    + "classes. At least as many images as classes are needed.")
        }
        for part in [training, test] {
            var seen: Set<String> = []
            for image in part where !seen.insert(image.range == nil ? image.file : image.path).inserted {
                throw DataSetError(
                    "The image \(image.path) of \(folder.path) is listed twice. List every image once.")
            }
        }
    }

    private func classWarnings() -> [String] {
        var sentences: [String] = []
        var phrases: [String: String] = [:]
        for name in classes {
            let asRead = name.phrase.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
            if let other = phrases.updateValue(name.name, forKey: asRead) {
                sentences.append(
                    "The classes \"\(other)\" and \"\(name.name)\" read the same to the text encoder, "
                        + "\"\(asRead)\". Give one of them another phrase.")
            }
        }
        for (part, called) in [(training, "training"), (test, "test")] {
            guard part.contains(where: { $0.label != nil }) else { continue }
            var counts = [Int](repeating: 0, count: classes.count)
            for case let label? in part.lazy.map(\.label) { counts[label] += 1 }
            let empty = classes.indices.filter { counts[$0] == 0 }.map { classes[$0].name }
            if !empty.isEmpty {
                sentences.append("No labeled \(called) image shows \(Wording.list(empty)).")
            }
        }
        return sentences
    }
}
