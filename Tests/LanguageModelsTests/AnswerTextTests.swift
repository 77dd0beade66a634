import LanguageModels
import Testing

/// What is taken for an answer, and what is not.
@Suite struct AnswerTextTests {
    private func use(_ text: String) -> String? {
        if case .usable(let sentence) = AnswerText(text) { sentence } else { nil }
    }

    @Test(arguments: WrappedAnswers.sentences)
    func aBareSentenceStaysAsItIs(sentence: String) { #expect(use(sentence) == sentence) }

    @Test(arguments: WrappedAnswers.wrappers.indices)
    func aWrapperIsTakenOff(index: Int) {
        let (open, close) = WrappedAnswers.wrappers[index]
        for sentence in WrappedAnswers.sentences {
            #expect(use(open + sentence + close) == sentence, "\(open)…\(close)")
        }
    }

    @Test(arguments: WrappedAnswers.objects.indices)
    func theAnswerInJSONIsFound(index: Int) {
        let (open, close) = WrappedAnswers.objects[index]
        for sentence in WrappedAnswers.sentences {
            #expect(use(open + WrappedAnswers.quoted(sentence) + close) == sentence, "\(open)…\(close)")
        }
    }

    @Test(arguments: WrappedAnswers.thoughtMarks.indices)
    func thoughtsAreLeftOut(index: Int) {
        let (open, close) = WrappedAnswers.thoughtMarks[index]
        for sentence in WrappedAnswers.sentences {
            for thought in WrappedAnswers.thoughts {
                #expect(use(open + thought + close + sentence) == sentence, "\(open)\(thought)\(close)")
            }
        }
    }

    @Test(arguments: WrappedAnswers.orphans)
    func whatStandsBeforeAClosingMarkAloneIsAThought(close: String) {
        for sentence in WrappedAnswers.sentences {
            for thought in WrappedAnswers.thoughts {
                #expect(use(thought + close + sentence) == sentence, "\(thought)\(close)")
            }
        }
    }

    /// Thoughts that are cut off, and answers that are thoughts, leave nothing to store.
    @Test(arguments: WrappedAnswers.thoughtMarks.indices)
    func unfinishedThoughtsAreNoAnswer(index: Int) {
        for thought in WrappedAnswers.thoughts {
            #expect(
                use(WrappedAnswers.thoughtMarks[index].0 + thought) == nil,
                "\(WrappedAnswers.thoughtMarks[index].0)\(thought)")
        }
    }

    /// Wrappers in one another and after one another. Whatever is stored is the sentence; that most are found shows that
    /// nothing is refused for convenience.
    @Test func wrappersOfWrappersGiveTheSentenceOrNothing() {
        var answers = WrappedAnswers(seed: 15)
        var found = 0
        let count = 600
        for _ in 0..<count {
            let (sentence, text) = answers.next(depth: 4)
            guard let used = use(text) else { continue }
            #expect(used == sentence, "\(text)")
            found += 1
            #expect(AnswerText(used) == .usable(used))
        }
        #expect(found * 100 >= count * 90, "\(found) of \(count)")
    }

    @Test(arguments: [
        "Okay, the user wants a description of stripes. I should mention that they are red.",
        "We need to produce one sentence about stripes. Stripes are red.",
        "Hmm, stripes. Red ones.", "<blurb>Red stripes.</blurb>", "Red stripes. <think>Is that right?",
        "Red stripes. <think>Good.</think>",
        "{\"a\": \"Red stripes.\", \"b\": \"Blue dots.\"}", "{\"description\": \"Red stri",
        "{'description': 'Red stripes.'}",
        "Could you tell me more about the class?", "| Class | Description |\n|---|---|\n| a | Red stripes. |",
        "What kind of stripes?", "Red stripes. User: and dots? Assistant: Blue dots.",
    ])
    func whatIsDoubtfulIsNotStored(text: String) { #expect(use(text) == nil, "\(use(text) ?? "")") }

    @Test(arguments: [
        "I'm sorry, but I can't help.", "As an AI language model, I cannot see images.",
        "Sure! I'm sorry, I cannot do that.",
        "<think>No.</think>I apologize, but that is not possible.",
    ])
    func aRefusalIsOneInAnyWrapper(text: String) { #expect(AnswerText(text) == .refused) }

    @Test(arguments: ["", " \n ", "<think></think>", "<|im_end|>", "```\n```", "\"\"", "…", "<think>Red stripes.</think>"])
    func nothingIsEmpty(text: String) { #expect(AnswerText(text) == .empty) }

    /// A quarter of a megabyte of thoughts must not take a minute, on a busy machine and without optimisation.
    @Test func longThoughtsAreReadInTime() {
        let clock = ContinuousClock()
        let time = clock.measure {
            let long = String(
                repeating: "The user wants <b>red</b> stripes: (yes) [no]. Answer: 3 * 4 `x`.\n", count: 4_000)
            #expect(use("<think>" + long + "</think>Red stripes.") == "Red stripes.")
            #expect(use("<think>" + long) == nil)
        }
        #expect(time < .seconds(60))
    }
}
