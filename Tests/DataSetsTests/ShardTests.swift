import DataSets
import Foundation
import Testing

/// Images in tar archives.
@Suite struct ShardTests {
    /// A ustar archive, written here: header, content, padding.
    private func tar(_ members: [(String, [UInt8])]) -> [UInt8] {
        func field(_ text: String, _ width: Int) -> [UInt8] {
            Array(text.utf8) + [UInt8](repeating: 0, count: width - text.utf8.count)
        }
        func octal(_ number: Int, _ width: Int) -> [UInt8] {
            let digits = String(number, radix: 8)
            return field(String(repeating: "0", count: width - 1 - digits.count) + digits, width)
        }
        var out: [UInt8] = []
        for (name, content) in members {
            var header = field(name, 100) + octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(content.count, 12) + octal(0, 12)
            header += Array("        ".utf8) + Array("0".utf8) + field("", 100) + Array("ustar\u{0}00".utf8)
            header += [UInt8](repeating: 0, count: 512 - header.count)
            let sum = header.reduce(0) { $0 + Int($1) }
            header.replaceSubrange(148..<156, with: octal(sum, 7) + [UInt8(ascii: " ")])
            out += header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
        }
        return out + [UInt8](repeating: 0, count: 1024)
    }

    private func write(_ archive: [UInt8], _ name: String, in tree: TemporaryTree) throws {
        try tree.write(name)
        try Data(archive).write(to: tree.url.appendingPathComponent(name))
    }

    private func jpeg(_ number: UInt8) -> [UInt8] {
        [0xFF, 0xD8, 0xFF, number] + [UInt8](repeating: number, count: 600 + Int(number))
    }

    @Test func imagesLieInTheArchiveAndLabelsBesideThem() throws {
        let tree = try TemporaryTree("birds")
        for (part, first) in [("train-000000", 0), ("train-000001", 10), ("test-000000", 20)] {
            let members = (0..<4).flatMap { index -> [(String, [UInt8])] in
                let key = "photos/\(first + index)"
                return [
                    (key + ".seg.txt", Array("a caption".utf8)), (key + ".cls", Array((index % 2 == 0 ? "wren\n" : "owl").utf8)),
                    (key + (index == 3 ? ".img" : ".jpg"), jpeg(UInt8(first + index))),
                ]
            }
            try write(tar(members), part + ".tar", in: tree)
        }
        let set = try tree.load()
        #expect(set.layout == .shards && set.name == "birds")
        #expect(set.classes.map(\.name) == ["owl", "wren"])
        #expect(
            set.training.map(\.path).prefix(5) == [
                "train-000000.tar/photos/0.jpg", "train-000000.tar/photos/1.jpg", "train-000000.tar/photos/2.jpg",
                "train-000000.tar/photos/3.img", "train-000001.tar/photos/10.jpg",
            ])
        #expect(set.images.map(\.label) == [Int?](repeating: nil, count: 12).indices.map { $0 % 2 == 0 ? 1 : 0 })
        #expect(set.test.count == 4)
        for (image, number) in zip(set.images, [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]) {
            let range = try #require(image.range)
            let file = try [UInt8](Data(contentsOf: URL(fileURLWithPath: image.file)))
            #expect(Array(file[range]) == jpeg(UInt8(number)))
        }
        #expect(
            set.leftOut.map(\.sentence) == [
                "Left out 12 files: no image (.txt), the first is test-000000.tar/photos/20.seg.txt."
            ])
    }

    @Test func numbersCountInTheClassList() throws {
        let tree = try TemporaryTree()
        let members = (0..<6).flatMap {
            [("\($0).jpg", jpeg(UInt8($0))), ("\($0).json", Array("{\"caption\": \"x\", \"label\": \($0 % 2)}".utf8))]
        }
        try write(tar(members), "a.tar", in: tree)
        try tree.write("classes.txt", "cat\ndog\n")
        let set = try tree.load { $0.testFraction = 0 }
        #expect(set.classes.map(\.name) == ["cat", "dog"])
        #expect(set.images.map(\.label) == [0, 1, 0, 1, 0, 1])
        try tree.write("classes.txt", "cat\nbird\n".replacingOccurrences(of: "bird\n", with: ""))
        #expect(try tree.refusal()?.contains("has the label \"1\", which is none of the 1 classes") == true)
    }

    @Test func captionsAloneNeedAClassList() throws {
        let tree = try TemporaryTree()
        try write(tar((0..<4).flatMap { [("\($0).jpg", jpeg(1)), ("\($0).txt", Array("a cat".utf8))] }), "00000.tar", in: tree)
        #expect(try tree.refusal()?.contains("nothing says which classes there are") == true)
        try tree.write("classes.txt", "cat\ndog\n")
        let set = try tree.load()
        #expect(set.images.count == 4 && set.trainingLabels == [nil, nil, nil, nil])
    }

    @Test func anArchiveThatIsNoneOrCompressedOrCutIsRefused() throws {
        let archive = tar((0..<4).map { ("\($0).jpg", jpeg(1)) })
        for (bytes, sentence) in [
            (
                Array("no archive at all, but long enough to be read as one".utf8) + [UInt8](repeating: 1, count: 600),
                "is no tar archive"
            ),
            ([0x1F, 0x8B, 8, 0] + [UInt8](repeating: 7, count: 600), "is no tar archive"),
            (Array(archive.prefix(900)), "ends early"),
        ] {
            let tree = try TemporaryTree()
            try write(bytes, "a.tar", in: tree)
            try tree.write("classes.txt", "cat\ndog\n")
            let refusal = try tree.refusal { $0.layout = .shards }
            #expect(refusal?.contains(sentence) == true, "\(refusal ?? "none")")
        }
    }

    @Test func archivesBesideClassFoldersAreWhatThoseWereUnpackedFrom() throws {
        let tree = try TemporaryTree()
        for name in ["cat", "dog"] { try tree.images(4, in: name) }
        try write(tar([("1.jpg", jpeg(1))]), "all.tar", in: tree)
        let set = try tree.load()
        #expect(set.layout == .classFolders && set.images.count == 8)
        #expect(set.leftOut.map(\.reason) == ["no image (.tar)"])
    }
}
