import Artifacts
import Foundation
import TestSupport
import Testing

/// Files that crash libhdf5 1.10, hang it, take all memory, lead to other files, or hold what a terminal would obey.
@Suite("Files of unknown origin end in a sentence", .serialized)
struct HostileFileTests {
    static func fixture(_ name: String) throws -> String {
        try #require(Bundle.module.path(forResource: name, ofType: "h5", inDirectory: "Fixtures"))
    }

    /// One sentence that names the file, exit code 1, within seconds.
    func requireSentence(_ outcome: Outcome, _ file: String) {
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("cap-inspect: \(file): "))
        #expect(outcome.errors.count { $0 == "\n" } == 1)
    }

    @Test(
        "damage that ends libhdf5 1.10, or keeps it busy for ever",
        arguments: ["sigfpe", "btree-header", "flipped-bits", "global-heap-loop", "zeroed-block-hang"])
    func damage(name: String) throws {
        let file = try Self.fixture(name)
        for arguments in [[file], [file, "--verify"], [file, "--json"], [file, "--csv", "classes"]] {
            // What runs for ever is ended after half a second of computing.
            requireSentence(try Inspect.run(arguments), file)
        }
    }

    @Test("five texts of a gigabyte each in 15 kB are refused before memory is asked for")
    func bomb() throws {
        let file = try Self.fixture("fixed-5x1GB")
        let outcome = try Inspect.run([file])
        requireSentence(outcome, file)
        #expect(outcome.errors.hasSuffix("/classes/name has values of 1073741824 bytes each, and at most 1048576 are read\n"))
    }

    @Test("groups within themselves are said once")
    func cycle() throws {
        let outcome = try Inspect.run([Self.fixture("cycle")])
        #expect(outcome.status == 0)
        #expect(outcome.output.components(separatedBy: "(link)").count == 3)
    }

    @Test("links to other files are shown, not followed")
    func externalLink() throws {
        let file = try Self.fixture("extlink")
        let outcome = try Inspect.run([file])
        let link = try #require(outcome.output.split(separator: "\n").first { $0.hasSuffix("  (link)") })
        let refused = try Inspect.run([file, "--value", String(link.dropLast("  (link)".count))])
        requireSentence(refused, file)
        #expect(refused.errors.contains("is a link by name, which is not followed"))
    }

    @Test("dimension labels that are fixed-length text are read, integers are said to be none")
    func labels() throws {
        let fixed = try Inspect.run([Self.fixture("label-fixed")])
        #expect(fixed.status == 0 && fixed.output.contains("[abc 2, de 2]"))
        let integers = try Inspect.run([Self.fixture("label-ints")])
        #expect(integers.output.contains("its dimension labels are not 1 texts, but 1 integers"))
    }

    @Test("what a terminal would obey is shown")
    func escapes() throws {
        let file = try Self.fixture("escape")
        let tree = try Inspect.run([file, "--long"]).output
        let json = try Inspect.run([file, "--json"]).output
        var outputs = [tree, json]
        for dataset in ["classes/name", "classes/phrase", "images/name"] {
            outputs.append(try Inspect.run([file, "--value", dataset]).output)
            outputs.append(try Inspect.run([file, "--csv", dataset]).output.replacing("\r\n", with: "\n"))
        }
        for output in outputs {
            let obeyed = output.unicodeScalars.filter {
                [.control, .format, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
                    && $0 != "\n" && $0 != "\t"
            }
            #expect(obeyed.isEmpty)
        }
        #expect(outputs.contains { $0.contains("\\u{1B}") })
        #expect(json.contains("\\u001b"))
    }

    /// What crashed one in twelve before, with a fixed seed: no mutant may crash or hang, and what is accepted must be what
    /// was written.
    @Test("three hundred damaged artifacts", arguments: [1, 2, 3])
    func mutants(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        let writer = try ArtifactWriter(
            folder.file("labels.h5"), schema: .features,
            provenance: Provenance(parameters: ["batch": 3], inputs: [], software: [:], seed: 1))
        try fill(writer)
        let identity = try writer.commit()
        let sealed = [UInt8](try Data(contentsOf: folder.url.appendingPathComponent("labels.h5")))
        let foreign = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.fixture("escape"))))
        var mutator = HDF5Mutator(sealed, others: [sealed, foreign], seed: seed)
        let file = folder.file("damaged.h5")
        for number in 0..<100 {
            var mutant = mutator.next()
            // Half of them without their seal, as files of other programs are.
            if number % 2 == 1, let end = mutant.lastRange(of: Array("CAPseal\n".utf8)) { mutant[end.lowerBound] ^= 0xFF }
            try Data(mutant).write(to: URL(fileURLWithPath: file))
            let outcome = try Inspect.run([file, "--verify"])
            if outcome.status != 0 { requireSentence(outcome, file) }
            // As a stage opens it: in this process, after a child has, and with a seal alone.
            let reading = Result { try ArtifactReader(file, schema: .features).identity }
            let described = Comment(rawValue: "seed \(seed), mutant \(number): \(outcome.errors)\(reading)")
            if outcome.status == 0 && number % 2 == 0 {
                #expect((try? reading.get()) == identity, described)
            } else {
                #expect(throws: (any Error).self, described) { try reading.get() }
            }
        }
    }

    private func fill(_ writer: ArtifactWriter<FeaturesSchema>) throws {
        let texts = ["text 0", "text 1", "text 2"]
        func numbers(_ count: Int) -> [Float] { (0..<count).map { Float($0) } }
        try writer.write(texts, to: \.classes.name)
        try writer.write(texts, to: \.classes.phrase)
        try writer.write(texts, to: \.classes.prompt)
        try writer.write(numbers(9), shape: [3, 3], to: \.classes.textFeatures)
        try writer.write(texts, to: \.images.name)
        try writer.write([0, 1, 2] as [Int32], to: \.images.label)
        try writer.write([.train, .test, .train], to: \.images.split)
        try writer.write(numbers(9), shape: [3, 3], to: \.images.features)
        try writer.write(Float(2), to: \.logitScale)
        try writer.write(numbers(9), shape: [3, 3], to: \.zeroShotProbabilities)
        try writer.set(\.checkpoint.path, to: "clip")
        try writer.set(\.checkpoint.identity, to: "0")
    }
}

extension Array where Element == UInt8 {
    fileprivate func lastRange(of pattern: [UInt8]) -> Range<Int>? {
        var last: Range<Int>?
        var start = 0
        while let range = self[start...].firstRange(of: pattern) {
            last = range
            start = range.upperBound
        }
        return last
    }
}
