import DataSets
import Foundation
import Testing

@Suite struct PhraseTests {
    private func flowers() throws -> TemporaryTree {
        let tree = try TemporaryTree()
        for name in ["bishop of llandaff", "sweet_pea"] { try tree.images(3, in: name) }
        return tree
    }

    @Test(arguments: [
        "bishop of llandaff\tthe bishop of llandaff dahlia\r\n",
        "name,phrase\nbishop of llandaff,the bishop of llandaff dahlia\n",
        "phrase,name\n\"the bishop of llandaff dahlia\",bishop of llandaff",
    ])
    func classesMayHaveAPhraseEach(text: String) throws {
        let tree = try flowers()
        let phrases = try tree.write("phrases.txt", text)
        let set = try tree.load { $0.phrases = phrases }
        #expect(set.classes.map(\.phrase) == ["the bishop of llandaff dahlia", "sweet pea"])
        #expect(set.classes.map(\.name) == ["bishop of llandaff", "sweet_pea"])
    }

    @Test(arguments: [
        ("daisy\tthe daisy\n", "gives a phrase for \"daisy\", which is not one of the 2 classes"),
        ("sweet_pea\t\n", "Line 1 of FILE is not a class name and a phrase"),
        ("sweet_pea\ta\nsweet_pea\tb\n", "Lines 1 and 2 of FILE both give a phrase for \"sweet_pea\"."),
        ("sweet_pea\n", "Line 1 of FILE is not a class name and a phrase"),
    ])
    func phrasesThatDoNotFitAreNamed(text: String, sentence: String) throws {
        let tree = try flowers()
        let phrases = try tree.write("phrases.txt", text)
        let refusal = try #require(try tree.refusal { $0.phrases = phrases })
        #expect(refusal.contains(sentence.replacingOccurrences(of: "FILE", with: phrases.path)))
    }
}
