import Terminal
import Testing

@Suite("Messages name what a person types")
struct MakeNamesTests {
    @Test(
        "options are variables where Make runs",
        arguments: [
            ("raise --max-tokens", "raise MAX_TOKENS="), ("(--growth) of its 3", "(GROWTH=) of its 3"),
            ("name it with --checkpoint", "name it with MODEL="), ("--model and --endpoint", "LLM= and ENDPOINT="),
            ("a smaller --k", "a smaller K="), ("--no-cache stays", "--no-cache stays"),
            ("--model-name stays", "--model-name stays"), ("(--depth 4 says so)", "(DEPTH=4 says so)"),
            ("give it as --answers FILE", "give it as ANSWERS=FILE"), ("--k or --tau", "K= or TAU="),
            ("a -- b", "a -- b"),
        ])
    func make(sentence: String, spoken: String) {
        #expect(MakeNames.spoken(sentence, isMake: true) == spoken)
        #expect(MakeNames.spoken(sentence, isMake: false) == sentence)
    }
}
