import Terminal
import Testing

@Suite("Messages name what a person types")
struct SpokenNamesTests {
    @Test(
        "options are variables where Make runs, and cap-run's where that runs",
        arguments: [
            ("raise --max-tokens", "raise MAX_TOKENS=", "raise --max-tokens"),
            ("(--growth) of its 3", "(GROWTH=) of its 3", "(--growth) of its 3"),
            ("name it with --checkpoint", "name it with MODEL=", "name it with --model"),
            ("--model and --endpoint", "LLM= and ENDPOINT=", "--llm and --endpoint"),
            ("a smaller --k", "a smaller K=", "a smaller --k"), ("--no-cache stays", "--no-cache stays", "--no-cache stays"),
            ("--model-name stays", "--model-name stays", "--model-name stays"),
            ("(--depth 4 says so)", "(DEPTH=4 says so)", "(--depth 4 says so)"),
            ("give it as --answers FILE", "give it as ANSWERS=FILE", "give it as --answers FILE"),
            ("--k or --tau", "K= or TAU=", "--k or --tau"), ("a -- b", "a -- b", "a -- b"),
        ])
    func names(sentence: String, byMake: String, byRun: String) {
        #expect(SpokenNames.spoken(sentence, to: .person) == sentence)
        #expect(SpokenNames.spoken(sentence, to: .make) == byMake)
        #expect(SpokenNames.spoken(sentence, to: .capRun) == byRun)
    }
}
