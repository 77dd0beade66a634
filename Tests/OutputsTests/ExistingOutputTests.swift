import Foundation
import Outputs
import TestSupport
import Testing

@Suite("Nothing is written over what is read")
struct ExistingOutputTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: folder.file("images/sub"), withIntermediateDirectories: true)
        for name in ["a.h5", "b.h5", "images/x.jpg", "images/sub/classes.txt"] {
            try Data("content".utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        }
        try Data([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]).write(to: URL(fileURLWithPath: folder.file("images/i.h5")))
        try files.createSymbolicLink(atPath: folder.file("soft.h5"), withDestinationPath: "a.h5")
        try files.linkItem(atPath: folder.file("a.h5"), toPath: folder.file("hard.h5"))
        try files.createSymbolicLink(atPath: folder.file("elsewhere"), withDestinationPath: "images")
    }

    func refusal(_ outputs: [String], _ arguments: [String]) -> String? {
        do {
            try ExistingOutput.check(outputs, arguments: arguments)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test("however the input and the output are spelled")
    func sameFile() {
        let spellings = ["a.h5", "./a.h5", "images/../a.h5", "soft.h5", "hard.h5"].map { folder.file($0) }
        for input in spellings {
            for output in spellings {
                for written in [["-o", output], ["--output", output], ["--output=\(output)"], ["-o\(output)"]] {
                    for arguments in [[input] + written, written + [input], ["--features=\(input)"] + written] {
                        #expect(
                            refusal([output], arguments) == "\(output): is what is read as well; name another file to write",
                            "\(arguments)")
                    }
                }
            }
        }
    }

    @Test("one file is not written twice")
    func twice() {
        let new = folder.file("new.csv")
        #expect(refusal([new, folder.file("images/../new.csv")], [])?.contains("is to be written twice") == true)
        #expect(refusal([new, folder.file("other.csv")], []) == nil)
    }

    @Test("a page that lies in a run is replaced, what is read of the run is not")
    func runs() throws {
        let page = folder.file("images/x.jpg")
        #expect(refusal([page], [folder.file("images"), "-o", page])?.contains("lies in") == true)
        try ExistingOutput.check([page], arguments: [folder.file("images"), "-o", page], ofRuns: true)
    }

    @Test("a file of its own is replaced")
    func own() {
        let (a, b) = (folder.file("a.h5"), folder.file("b.h5"))
        #expect(refusal([b], [a, "-o", b]) == nil)
        #expect(refusal([b], [a, "-o\(b)", "--quiet"]) == nil)
        #expect(refusal([folder.file("new.h5")], [a, "-o", folder.file("new.h5")]) == nil)
        // Not an output: read twice.
        #expect(refusal([], [a, a]) == nil)
    }

    @Test("an output whose name the command line does not have, and two outputs in one place")
    func derived() {
        let a = folder.file("a.h5")
        // cap-table writes PREFIX.csv and the like.
        #expect(refusal([folder.file("./a.h5")], [a, "-o", folder.file("a")]) != nil)
        #expect(refusal([a, a], ["--report", a, "-o", a])?.contains("is to be written twice") == true)
    }

    @Test("what lies below a folder that is read", arguments: ["images", "elsewhere", "images/", "."])
    func below(input: String) {
        let input = folder.file(input)
        for name in ["images/x.jpg", "elsewhere/x.jpg", "images/sub/classes.txt"] {
            let output = folder.file(name)
            #expect(
                refusal([output], [input, "-o", output])
                    == "\(output): lies in \(input), which is read; name another file to write, or remove it first")
        }
        // What a former run wrote there is replaced, and a new file is none that is read.
        #expect(refusal([folder.file("images/i.h5")], [input, "-o", folder.file("images/i.h5")]) == nil)
        #expect(refusal([folder.file("images/new.csv")], [input, "-o", folder.file("images/new.csv")]) == nil)
    }

    @Test("one image among many")
    func members() throws {
        let existing = try #require(ExistingOutput(folder.file("soft.h5")))
        try existing.requireOther(than: folder.file("b.h5"))
        try existing.requireOther(than: folder.file("missing"))
        #expect(throws: OutputError.self) { try existing.requireOther(than: folder.file("hard.h5")) }
        #expect(ExistingOutput(folder.file("missing")) == nil)
    }
}
