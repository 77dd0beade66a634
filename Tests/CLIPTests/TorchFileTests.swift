import CLIP
import Foundation
import TestSupport
import Testing

/// Archives of PyTorch that are damaged, or made to do harm: each is a sentence, whatever a byte says.
@Suite("A PyTorch file")
struct TorchFileTests {
    let folder = try! TemporaryFolder()

    func sentence(_ bytes: [UInt8]) throws -> String {
        let url = folder.url.appendingPathComponent("\(UUID().uuidString).pt")
        try Data(bytes).write(to: url)
        let error = #expect(throws: CLIPError.self) { try CLIPCheckpoint(url.path) }
        return try #require(error?.description)
    }

    static let archive = try! [UInt8](Data(contentsOf: Fixture.url("openai").appendingPathComponent("training.pt")))

    /// A zip archive of one stored entry.
    func archive(_ name: String, _ contents: [UInt8]) -> [UInt8] {
        func number(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
        let sizes = number(0, 4) + number(contents.count, 4) + number(contents.count, 4)
        let local =
            [0x50, 0x4B, 3, 4] + number(0, 10) + sizes + number(name.utf8.count, 2) + number(0, 2) + name.utf8
        let central =
            [0x50, 0x4B, 1, 2] + number(0, 12) + sizes + number(name.utf8.count, 2) + number(0, 16) + name.utf8
        return local + contents + central + [0x50, 0x4B, 5, 6] + number(0, 4) + number(1, 2) + number(1, 2)
            + number(central.count, 4) + number(local.count + contents.count, 4) + number(0, 2)
    }

    func pickle(_ body: String) throws -> String {
        try sentence(archive("a/data.pkl", Array(body.unicodeScalars.map { UInt8($0.value) })))
    }

    @Test func aPickleThatWouldRunCodeDoesNot() throws {
        let evil = Fixture.url("openai").appendingPathComponent("evil.pt").path
        let error = #expect(throws: CLIPError.self) { try CLIPCheckpoint(evil) }
        #expect(error?.description.contains("and no weights") == true, "\(String(describing: error))")
        #expect(!FileManager.default.fileExists(atPath: "/tmp/cap-was-here"))
    }

    @Test func whatTheFileIsIsNamed() throws {
        #expect(try sentence([]).contains("is not a file that torch.save or torch.jit.save wrote"))
        #expect(try sentence(Array("hello".utf8)).contains("is not a file that torch.save or torch.jit.save wrote"))
        #expect(try sentence(archive("a.txt", [1])).contains("none that PyTorch wrote: it has no data.pkl"))
        #expect(try pickle("\u{80}\u{02}}.").contains("holds an empty dictionary, and no weights"))
        #expect(
            try pickle("\u{80}\u{02}cfoo\nBar\n)\u{81}.").contains("holds an object of foo.Bar, and no weights"))
    }

    @Test(arguments: [
        "", "\u{80}\u{02}", "X\u{FF}\u{FF}\u{FF}\u{7F}abc", "}q", "(((",
        "\u{8D}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}",
    ])
    func aPickleThatEndsEarlyIsRefused(body: String) throws {
        let found = try pickle(body)
        #expect(found.contains("is cut short") || found.contains("makes no sense"), "\(found)")
    }

    @Test(arguments: [
        ".", "u.", "s.", "t.", "R.", "b.", "h\u{05}.", "2.", "0.", "1.", "a.", "e.", "\u{93}.", "Q.", "\u{FF}.",
        "(K\u{01}d.",
    ])
    func aPickleWithoutOperandsIsRefused(body: String) throws {
        let found = try pickle(body)
        #expect(found.contains("makes no sense") || found.contains("is empty"), "\(found)")
    }

    @Test func aDictionaryThatHoldsItselfEnds() throws {
        // d = {}; d["x"] = d
        #expect(try pickle("\u{80}\u{02}}q\u{00}X\u{01}\u{00}\u{00}\u{00}xh\u{00}s.").contains("nested too deeply"))
    }

    @Test func dictionariesOfDictionariesDoNotMultiplyWithoutEnd() throws {
        // Twenty levels, each of which holds the one below ten times: 10²⁰ names.
        var body = "\u{80}\u{02}}q\u{00}"
        for level in 1...20 {
            body += "}("
            for key in 0..<10 {
                body += "X\u{01}\u{00}\u{00}\u{00}\(key)h\(Character(Unicode.Scalar(UInt8(level - 1))))"
            }
            body += "uq\(Character(Unicode.Scalar(UInt8(level))))"
        }
        #expect(try pickle(body + ".").contains("nested too deeply"))
    }

    @Test func aTensorBeyondItsStorageIsRefused() throws {
        func tensor(offset: String, size: String, stride: String) -> String {
            "\u{80}\u{02}}X\u{01}\u{00}\u{00}\u{00}wctorch._utils\n_rebuild_tensor_v2\n("
                + "(X\u{07}\u{00}\u{00}\u{00}storagectorch\nFloatStorage\nX\u{01}\u{00}\u{00}\u{00}0"
                + "X\u{03}\u{00}\u{00}\u{00}cpuK\u{04}tQ\(offset)\(size)\u{85}\(stride)\u{85}\u{89}}tRs."
        }
        for (offset, size, stride) in [
            ("K\u{00}", "K\u{05}", "K\u{01}"), ("K\u{04}", "K\u{01}", "K\u{01}"), ("K\u{00}", "K\u{02}", "K\u{04}"),
            ("J\u{FF}\u{FF}\u{FF}\u{FF}", "K\u{01}", "K\u{01}"),
            ("K\u{00}", "J\u{FF}\u{FF}\u{FF}\u{FF}", "K\u{01}"),
            ("K\u{00}", "K\u{02}", "\u{8A}\u{08}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{7F}"),
            ("K\u{00}", "\u{8A}\u{08}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{FF}\u{7F}", "K\u{00}"),
        ] {
            let found = try pickle(tensor(offset: offset, size: size, stride: stride))
            #expect(found.contains("tensor w does not fit the numbers stored for it"), "\(found)")
        }
    }

    @Test func aFileCutAnywhereIsRefused() throws {
        for length in stride(from: 3, to: Self.archive.count, by: 9973) {
            #expect(try !sentence(Array(Self.archive.prefix(length))).isEmpty)
        }
    }

    @Test func damagedListsAndPicklesAreSentencesOrRead() throws {
        // Whatever byte is wrong in the list of contents or in the pickle, opening ends well or with a sentence.
        let places = Array(0..<400) + Array(Self.archive.count - 3000..<Self.archive.count)
        for place in stride(from: 0, to: places.count, by: 7).map({ places[$0] }) {
            var damaged = Self.archive
            damaged[place] ^= 0xFF
            let url = folder.url.appendingPathComponent("damaged.pt")
            try Data(damaged).write(to: url)
            do {
                _ = try CLIPCheckpoint(url.path, tokenizer: Fixture.url("openai").path)
            } catch let error as CLIPError {
                #expect(error.description.contains("damaged.pt"), "\(error)")
            }
        }
    }
}
