import Vocabulary

/// What a benchmark's lists say: the classes, and the images of both parts in the lists' order.
struct BenchmarkLists {
    /// An image as a list names it.
    struct Image {
        /// Where it may lie below the benchmark's folder, the usual place first.
        let places: [String]
        let label: Int
        /// The list that names it.
        let list: String

        init(_ path: String, orAt others: [String] = [], label: Int, list: String) {
            places = [path] + others
            self.label = label
            self.list = list
        }
    }

    var classes: [ClassName]
    var training: [Image]
    var test: [Image]
    var warnings: [String] = []
}

extension Distribution.Match {
    /// The data set that the lists describe, once all its images have been found on disk.
    func dataSet(options: LoadOptions) throws -> DataSet {
        let lists = try distribution.read(files, options)
        var absent: [(list: String, path: String)] = []
        func entries(_ images: [BenchmarkLists.Image], _ split: ImageSplit) -> [ImageEntry] {
            images.compactMap { image in
                guard let path = image.places.lazy.compactMap(files.file).first else {
                    absent.append((image.list, image.places[0]))
                    return nil
                }
                return ImageEntry(path: path, file: files.absolute(path), label: image.label, split: split)
            }
        }
        let images = entries(lists.training, .train) + entries(lists.test, .test)
        var warnings = lists.warnings
        if !absent.isEmpty {
            let sentence = missingImages(absent)
            guard options.skipsMissingImages else {
                throw DataSetError(sentence + " Unpack or copy them, or choose to skip missing images.")
            }
            warnings.append(sentence + " They are skipped.")
        }
        var result = DataSet(
            name: distribution.benchmark.rawValue, layout: distribution.layout, folder: files.root.url,
            classes: lists.classes, images: images, warnings: warnings)
        if let sentence = sizeWarning(result) { result.warnings.append(sentence) }
        return result
    }

    private func missingImages(_ absent: [(list: String, path: String)]) -> String {
        let lists = absent.reduce(into: [String]()) { if !$0.contains($1.list) { $0.append($1.list) } }
        let archives = files.root.archives
        let packed =
            archives.isEmpty ? "" : " (\(Wording.list(archives, quoted: false)) lies there, not unpacked?)"
        let verb = lists.count == 1 ? "names" : "name"
        return "\(Wording.list(lists, quoted: false)) \(verb) \(Wording.count(absent.count, "image")) that "
            + "\(absent.count == 1 ? "is" : "are") not in \(files.root.path)\(packed), the first: "
            + "\(Wording.list(absent.prefix(3).map(\.path), quoted: false))."
    }

    private func sizeWarning(_ set: DataSet) -> String? {
        guard let size = distribution.size else { return nil }
        let (training, test) = (set.training.count, set.test.count)
        guard training != size.training || test != size.test else { return nil }
        func compared(_ found: Int, _ published: Int, _ part: String) -> String {
            "\(Wording.grouped(found)) \(part) images where \(Wording.grouped(published)) are published"
        }
        let differences =
            (training == size.training ? [] : [compared(training, size.training, "training")])
            + (test == size.test ? [] : [compared(test, size.test, "test")])
        return
            "This is not the whole \(distribution.benchmark.title): "
            + "\(differences.joined(separator: ", and ")). Results do not compare with published ones."
    }
}
