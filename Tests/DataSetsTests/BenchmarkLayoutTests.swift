import DataSets
import Foundation
import Testing

@Suite struct BenchmarkLayoutTests {
    static let cases = Benchmark.allCases.flatMap { ["\($0.rawValue)-official", "\($0.rawValue)-elevater"] }

    @Test(arguments: cases)
    func aBenchmarkInEitherLayoutIsReadAsItsListsSay(name: String) throws {
        let set = try DataSet.load(from: LayoutTrees.root(of: name))
        let expected = try LayoutTrees.expected(of: name)
        #expect(set.layout.description == name)
        #expect(set.name == set.layout.benchmark?.rawValue)
        #expect(set.classes.map(\.name) == expected.classes)
        #expect(set.classes.allSatisfy { !$0.phrase.contains("_") })
        func images(_ part: ArraySlice<ImageEntry>) -> [LayoutTrees.Expected.Image] {
            part.map { .init($0.path, $0.label ?? -1) }
        }
        #expect(images(set.training) == expected.train)
        #expect(images(set.test) == expected.test)
        #expect(set.images.allSatisfy { FileManager.default.fileExists(atPath: $0.file) })
        #expect(set.images.allSatisfy { $0.file == set.folder.path + "/" + $0.path })
        // The trees are small on purpose.
        #expect(
            set.warnings.contains {
                $0.hasPrefix("This is not the whole \(set.layout.benchmark?.title ?? "")")
            })
    }

    @Test(arguments: cases)
    func aBenchmarkThatIsNamedIsFoundBelowTheFolderOfDataSets(name: String) throws {
        let root = try LayoutTrees.root(of: name)
        let layout = try #require(Layout(name))
        let benchmark = try #require(layout.benchmark)
        let set = try DataSet.load(
            from: root.deletingLastPathComponent(), options: .testing.with { $0.benchmark = benchmark })
        #expect(set == (try DataSet.load(from: root)))
        #expect(set == (try DataSet.load(from: root, options: .testing.with { $0.layout = layout })))
    }

    @Test(arguments: ["dtd", "flowers102", "resisc45", "eurosat", "fgvcaircraft"])
    func classNamesAreInThePublishedOrder(name: String) throws {
        let file = try #require(
            Bundle.module.url(forResource: name, withExtension: "txt", subdirectory: "Fixtures/class_names"))
        let published = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(Benchmark(rawValue: name)?.classes == published)
    }

    @Test func eurosatTrainsOnItsTestImagesOnlyWhenAsked() throws {
        let root = try LayoutTrees.root(of: "eurosat-elevater")
        let honest = try DataSet.load(from: root)
        #expect(Set(honest.training.map(\.path)).isDisjoint(with: honest.test.map(\.path)))
        #expect(honest.training.count == 80 && honest.test.count == 20)
        let published = try DataSet.load(from: root, options: .testing.with { $0.trainsOnTestImages = true })
        #expect(published.training.count == 100)
        #expect(published.test == honest.test || published.test.map(\.path) == honest.test.map(\.path))
        #expect(Set(published.training.map(\.path)).isSuperset(of: published.test.map(\.path)))
        #expect(
            published.warnings.contains(
                "The test images are among the training images too, as in the published results."))
    }

    @Test(arguments: [
        ("dtd-official", "images"), ("dtd-official", "images/braided"), ("dtd-elevater", "train"),
        ("flowers102-official", "jpg"), ("eurosat-official", "River"), ("resisc45-elevater", "sea_ice"),
        ("cub-official", "images"), ("fgvcaircraft-official", "data/images"),
    ])
    func aFolderBelowABenchmarkIsNotTakenForADataSet(name: String, below: String) throws {
        let root = try LayoutTrees.root(of: name)
        #expect {
            try DataSet.load(from: root.appendingPathComponent(below))
        } throws: {
            "\($0)".contains("Did you mean \(root.path)")
        }
    }

    @Test func aFolderOfDataSetsIsNotTakenForOne() throws {
        let tree = try TemporaryTree("data")
        for (name, folder) in [("dtd-official", "dtd"), ("eurosat-elevater", "EuroSAT")] {
            try tree.link(folder, to: LayoutTrees.root(of: name).path)
        }
        let sentence = try tree.refusal()
        #expect(sentence?.contains("Did you mean \(tree.url.path)/EuroSAT or \(tree.url.path)/dtd?") == true)
    }
}
