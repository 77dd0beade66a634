import Pipeline
import Testing

@Suite("YAML is read as libyaml reads it")
struct YAMLTests {
    @Test("values in the order of the document") func values() throws {
        let file = try #require(try YAML.document(in: "b: [1, two, 'three # 3']\na: {c: \"é\\n\", d: ~}\ne:\nf: \"\"\n"))
        #expect(file.entries?.map(\.key.text) == ["b", "a", "e", "f"])
        #expect(file["b"]?.items?.map(\.text) == ["1", "two", "three # 3"])
        #expect(file["a"]?["c"]?.text == "é\n")
        #expect(file["a"]?["d"]?.isNull == true && file["e"]?.isNull == true && file["f"]?.isNull == false)
        #expect(file["a"]?.text == nil && file["a"]?.items == nil && file["b"]?.entries == nil && file["g"] == nil)
        #expect(try YAML.document(in: "# nothing\n") == nil)
    }

    @Test(
        "what is none is refused with its place",
        arguments: [
            ("a: 1\nb: [1, 2\n", "line 3, column 1: did not find expected ',' or ']'"),
            ("a: 1\nb: 2\na: 3\n", "line 3, column 1: a stands there twice"),
            ("a: 1\n---\nb: 2\n", "line 3, column 1: a second document begins"),
            ("a: *b\n", "line 1, column 4: found undefined alias"),
        ])
    func refusals(text: String, sentence: String) {
        let failure = #expect(throws: YAML.Failure.self) { try YAML.document(in: text) }
        #expect(failure?.description == sentence)
    }

    @Test("names that stand for each other cost nothing", .timeLimit(.minutes(1))) func bomb() throws {
        var text = "a0: &a0 [x, x]\n"
        for level in 1..<60 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let file = try #require(try YAML.document(in: text + "me: &me [*me]\n"))
        #expect(file["a59"]?.items?.count == 2)
        #expect(file["me"]?.items?.first?.items?.count == 1)
    }
}
