import DemoData
import Foundation
import Images
import TestSupport
import Testing

@Suite struct DemoDataSetTests {
    @Test func hasTwentyClassesOf100TrainingAnd40TestImages() {
        let images = DemoDataSet(seed: 1).images
        let counts = Dictionary(grouping: images, by: \.folder).mapValues(\.count)
        #expect(DemoClass.all.count == 20)
        #expect(counts.count == 40)
        for kind in DemoClass.all {
            #expect(counts["train/\(kind.name)"] == 100)
            #expect(counts["test/\(kind.name)"] == 40)
        }
        #expect(Set(images.map(\.seed)).count == 2800)
    }

    @Test func classNamesAreSortedAndDistinct() {
        let names = DemoClass.all.map(\.name)
        #expect(names == Set(names).sorted())
    }

    @Test func theSameSeedGivesTheSameFiles() throws {
        let first = try DemoDataSet(seed: 5, trainPerClass: 1, testPerClass: 1).images.map { try $0.file() }
        let again = try DemoDataSet(seed: 5, trainPerClass: 1, testPerClass: 1).images.map { try $0.file() }
        let other = try DemoDataSet(seed: 6, trainPerClass: 1, testPerClass: 1).images.map { try $0.file() }
        #expect(first == again)
        #expect(Set(first + other).count == 80)
    }

    @Test func writesFilesThatDecodeToTheirRecordedSizes() throws {
        let place = try TemporaryFolder()
        let folder = place.url.appendingPathComponent("demo")
        let dataSet = DemoDataSet(seed: 2, trainPerClass: 4, testPerClass: 1)
        try dataSet.write(to: folder, threads: 2)
        let decoder = ImageDecoder()
        var sizes = Set<[Int]>()
        for image in dataSet.images {
            let path = folder.appendingPathComponent(image.folder).appendingPathComponent(image.fileName).path
            let decoded = try decoder.decode(contentsOf: path)
            let rendered = try image.render()
            #expect(decoded.height == rendered.height && decoded.width == rendered.width)
            #expect((96...200).contains(decoded.height) && (96...200).contains(decoded.width))
            if image.isPNG {
                #expect(decoded == rendered)
            }
            sizes.insert([decoded.height, decoded.width])
        }
        #expect(sizes.count > 80)
    }

    /// A folder in an image's place ends a rendering as a kill would.
    @Test func aRenderingThatWasInterruptedGoesOn() throws {
        let place = try TemporaryFolder()
        let dataSet = DemoDataSet(seed: 2, trainPerClass: 2, testPerClass: 1)
        let files = dataSet.images.map { place.url.appendingPathComponent($0.folder).appendingPathComponent($0.fileName) }
        let obstacle = try #require(files.last)
        try FileManager.default.createDirectory(at: obstacle, withIntermediateDirectories: true)
        #expect(throws: DemoDataError.self) { try dataSet.write(to: place.url, threads: 1) }
        #expect(FileManager.default.fileExists(atPath: files[0].path))

        try FileManager.default.removeItem(at: obstacle)
        try Data("kept".utf8).write(to: files[0])
        try Data().write(to: files[1])
        try dataSet.write(to: place.url, threads: 2)
        #expect(try Data(contentsOf: files[0]) == Data("kept".utf8), "what was rendered is rendered again")
        for (image, file) in zip(dataSet.images, files).dropFirst() { #expect(try Data(contentsOf: file) == Data(image.file())) }
        let names = try FileManager.default.subpathsOfDirectory(atPath: place.path)
        #expect(names.filter { $0.contains("/.") || $0.hasPrefix(".") } == [])

        // A rendering that came to its end is made anew, and another seed's is none to go on from.
        try dataSet.write(to: place.url, threads: 2)
        #expect(try Data(contentsOf: files[0]) == Data(dataSet.images[0].file()))
        try FileManager.default.removeItem(at: obstacle)
        try FileManager.default.createDirectory(at: obstacle, withIntermediateDirectories: true)
        #expect(throws: DemoDataError.self) { try dataSet.write(to: place.url, threads: 1) }
        try FileManager.default.removeItem(at: obstacle)
        let other = DemoDataSet(seed: 3, trainPerClass: 2, testPerClass: 1)
        try other.write(to: place.url, threads: 2)
        for (image, file) in zip(other.images, files) { #expect(try Data(contentsOf: file) == Data(image.file())) }
    }

    @Test func refusesAFolderThatCannotBeMade() throws {
        let place = try TemporaryFolder()
        let file = try URL(fileURLWithPath: place.write([]))
        #expect(throws: DemoDataError.self) {
            try DemoDataSet(seed: 1, trainPerClass: 1, testPerClass: 0).write(to: file, threads: 1)
        }
    }

    @Test func theContactSheetShowsEveryClass() throws {
        let sheet = try ContactSheet(rows: 2, tile: 16).render(seed: 1)
        // Ten tiles side by side and two bands of two tiles, three pixels between and around them.
        #expect(sheet.width == 193)
        #expect(sheet.height == 82)
    }
}
