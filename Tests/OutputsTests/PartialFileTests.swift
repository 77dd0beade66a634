import Foundation
import Outputs
import TestSupport
import Testing

@Suite("A file that is written beside its target")
struct PartialFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }

    @Test("its name cannot be told beforehand, and two are never the same")
    func names16() throws {
        var seen: Set<String> = []
        for _ in 0..<20 {
            let file = try PartialFile(target: folder.file("a.h5"))
            let name = try #require(try names().first)
            #expect(name.wholeMatch(of: /a\.h5\.[0-9a-f]{16}\.partial/) != nil)
            #expect(seen.insert(name).inserted)
            withExtendedLifetime(file) {}
        }
        #expect(try names() == [])
    }

    @Test("links that lie where older versions wrote are neither followed nor removed")
    func links() throws {
        let precious = folder.file("precious")
        try Data("precious".utf8).write(to: URL(fileURLWithPath: precious))
        for name in ["a.txt.partial", "a.txt.0123456789abcdef.partial"] {
            try FileManager.default.createSymbolicLink(atPath: folder.file(name), withDestinationPath: precious)
        }
        let text = try PartialText(folder.file("a.txt"))
        try text.write("new")
        try text.commit()
        #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious")
        #expect(try String(contentsOfFile: folder.file("a.txt"), encoding: .utf8) == "new")
        #expect(try names().count == 4)
    }

    @Test("what killed writers left is removed, what is not theirs stays")
    func leftovers() throws {
        for name in ["a.h5.0123456789abcdef.partial", "a.h5.fedcba9876543210.partial"] {
            try Data("left".utf8).write(to: URL(fileURLWithPath: folder.file(name)))
        }
        let others = ["a.h5.partial", "a.h5.123.partial", "b.h5.0123456789abcdef.partial", "a.h5.0123456789abcdeg.partial"]
        for name in others { try Data("other".utf8).write(to: URL(fileURLWithPath: folder.file(name))) }
        let file = try PartialFile(target: folder.file("a.h5"))
        try file.commit()
        #expect(try names() == (others + ["a.h5"]).sorted())
    }

    @Test("of writers that start at once, one writes and the others are told so")
    func manyWriters() throws {
        let target = folder.file("a.h5")
        let outcomes = Outcomes()
        DispatchQueue.concurrentPerform(iterations: 16) { _ in
            outcomes.add(Result { try PartialFile(target: target) })
        }
        #expect(outcomes.all.count { (try? $0.get()) != nil } == 1)
        for case .failure(let error) in outcomes.all {
            #expect("\(error)" == "\(target): another process is writing it; wait for that to finish, or stop it and try again")
        }
    }

    private final class Outcomes: @unchecked Sendable {
        private let lock = NSLock()
        private(set) var all: [Result<PartialFile, any Error>] = []
        func add(_ outcome: Result<PartialFile, any Error>) { lock.withLock { all.append(outcome) } }
    }

    @Test("devices, pipes and folders are not replaced")
    func special() throws {
        mkfifo(folder.file("pipe"), 0o600)
        for target in ["/dev/null", folder.file("pipe")] {
            let error = #expect(throws: OutputError.self) { try PartialFile(target: target) }
            #expect(error?.description == "\(target): is not a file; give the name of one")
        }
        let error = #expect(throws: OutputError.self) { try PartialFile(target: folder.path) }
        #expect(error?.description == "\(folder.path): is a folder; give a file name")
    }
}
