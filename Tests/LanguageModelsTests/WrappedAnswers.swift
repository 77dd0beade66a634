/// Known sentences in what models put around them: a grammar of wrappers, composed at random from a seed.
struct WrappedAnswers {
    /// What stands for an image's description. None may be changed by being unwrapped.
    static let sentences = [
        "Red stripes run across a pale, uneven ground.",
        "Dense shrubland with a mottled gray-green texture, seen from above",
        "The colt's foot has bright yellow, daisy-like heads on scaly stems (about 3 cm wide).",
        "Sculptures such as The Thinker: a bronze figure, its chin on its hand.",
        "Ein Netz aus „feinen“ Rissen; 1,5 mm breit!",
        "密集的灌木丛，颜色斑驳。",
        "A user's guide lies open, its answer keys printed at 45° in blue & black.",
        "Mark I tanks, rhomboid, with tracks around the whole hull.",
        "Stripes of <3 px at >90 % contrast, and 2*2 blocks.",
        "Interlaced lines form a web in which no two cells are alike.",
    ]

    /// What must never be stored: each thought has a word of its own.
    static let thoughts = [
        "Okay, the user wants one sentence. QUIXOTIC. Let me think about stripes.",
        "We need to produce one sentence.\n\nDraft: \"QUIXOTIC dots.\"\n\nIs it good? Maybe.",
        "QUIXOTIC", "- QUIXOTIC lines\n- colours\n\n1. first\n2. second",
        "{\"answer\": \"QUIXOTIC\"}", "I recall <b>QUIXOTIC</b> patterns, and 3 < 4.",
        "It should say: QUIXOTIC stripes.\nFine.",
    ]

    /// Pairs of marks around thoughts.
    static let thoughtMarks: [(String, String)] = [
        ("<think>", "</think>"), ("<think>\n", "\n</think>\n\n"), ("<thinking>", "</thinking>"),
        ("<reasoning>", "</reasoning>"),
        ("<reflection>", "</reflection>"), ("<scratchpad>", "</scratchpad>"), ("<THINK>", "</THINK>"),
        ("<Thought>", "</Thought>"),
        ("[THINK]", "[/THINK]"), ("<|begin_of_thought|>", "<|end_of_thought|>"), ("◁think▷", "◁/think▷"),
        ("<seed:think>", "</seed:think>"), ("<think type=\"deep\">", "</think >"),
        ("<|START_THINKING|>", "<|END_THINKING|>"),
        ("<|channel|>analysis<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
        ("<|channel|>commentary to=functions.x<|message|>", "<|end|><|start|>assistant<|channel|>final<|message|>"),
        ("<|channel>thought\n", "<channel|>"), ("<antThinking>", "</antThinking>"), ("<mm:think>", "</mm:think>"),
        ("<inner_monologue>", "</inner_monologue>"), ("<chain-of-thought>", "</chain-of-thought>"),
        ("<|thinking|>", "<|/thinking|>"),
        ("<|inner_prefix|>", "<|inner_suffix|>"), ("<longcat_think>", "</longcat_think>"), ("<analysis>", "</analysis>"),
        ("<details type=\"reasoning\">\n<summary>Thought for 3 seconds</summary>\n", "</details>\n"),
        ("【思考】<think>", "</think>"),
        ("<!-- ", " -->\n"), ("```thinking\n", "\n```\n"), ("&lt;think&gt;", "&lt;/think&gt;"), ("＜think＞", "＜/think＞"),
        ("Here is my thought process: ", "\n\nHere is my response: "),
        ("Here's my thought process:\n", "\nHere's my response:\n\n"),
        ("Thinking...\n", "\n...done thinking.\n\n"), ("**Reasoning:**\n", "\n\n**Answer:** "),
        ("### Analysis\n", "\n### Final Answer\n"),
        ("Thought: ", "\nFinal Answer: "), ("<musings>", "</musings>"), ("<wibble>", "</wibble>"),
        ("<tool_call>", "</tool_call>"),
        ("<thinking>\n<step>", "</step>\n</thinking>\n"), ("[REASONING]", "[/REASONING]"), ("{thinking}", "{/thinking}"),
        ("<<think>>", "<</think>>"), ("(Thinking: ", ")\n"), ("<|assistant_thought|>", "<|/assistant_thought|>"),
    ]

    /// What closes thoughts whose opening mark was the end of the prompt.
    static let orphans = [
        "</think>", "\n</think>\n\n", "</thinking>", "[/THINK]", "◁/think▷", "</seed:think>", "<|end_of_thought|>",
        "</reasoning>",
        "<|END_THINKING|>", "</wibble>", "assistantfinal",
    ]

    /// Around an answer.
    static let wrappers: [(String, String)] = [
        ("", "<|im_end|>"), ("", "<|eot_id|>"), ("", "</s>"), ("", "<end_of_turn>\n"), ("", "<|endoftext|>"),
        ("", "<|end|>"),
        ("", "<|return|>"), ("", "<｜end▁of▁sentence｜>"), ("", "<|END_OF_TURN_TOKEN|>"), ("", "<|end_of_text|>"),
        ("", "<eos>"),
        ("", "<|im_end|>\n<|im_start|>user\nThank you! QUIXOTIC"),
        ("", "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nQUIXOTIC"),
        ("<s>", "</s>"), ("<|im_start|>assistant\n", "<|im_end|>"),
        ("<|start_header_id|>assistant<|end_header_id|>\n\n", "<|eot_id|>"),
        ("<start_of_turn>model\n", "<end_of_turn>"), ("<|assistant|>\n", "<|end|>"),
        ("<|start|>assistant<|channel|>final<|message|>", "<|return|>"),
        ("<answer>", "</answer>"), ("<answer>\n", "\n</answer>"), ("<output>", "</output>"), ("<response>", "</response>"),
        ("<|begin_of_solution|>", "<|end_of_solution|>"), ("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
        ("<final_answer>", "</final_answer>"),
        ("<|begin_of_box|>", "<|end_of_box|>"), ("[ANSWER]", "[/ANSWER]"), ("", "</answer>"), ("<p>", "</p>"),
        ("<b>", "</b>"),
        ("Sure! Here is a one-sentence description of the visual features:\n\n", ""), ("Sure, here's one sentence: ", ""),
        ("Certainly! ", ""),
        ("Of course! Here is the description you asked for:\n", ""), ("Here is a description:\n\n", ""),
        ("Absolutely. ", ""),
        ("Sure! I'd be happy to help. Here you go:\n\n", ""),
        ("Certainly, here is a single sentence that describes it: ", ""),
        ("**", "**"), ("*", "*"), ("__", "__"), ("# Description\n\n", ""), ("**Description:** ", ""),
        ("### Answer\n\n", ""), ("> ", ""),
        ("- ", ""), ("* ", ""), ("1. ", ""), ("1) ", ""), ("• ", ""), ("Answer: ", ""), ("**Answer**: ", ""),
        ("Description: ", ""),
        ("Final answer: ", ""), ("```\n", "\n```"), ("```text\n", "\n```"), ("`", "`"), ("```markdown\n", "\n```\n"),
        ("\"", "\""), ("“", "”"), ("«", "»"),
        ("\\boxed{\\text{", "}}"), ("Assistant: ", ""), ("", "\n\nLet me know if you'd like more detail!"),
        ("", " I hope this helps!"),
        ("", "\n\nWould you like another description?"), ("", "\n\n---\n\nFeel free to ask for more."),
        ("", "\n\n(Word count: 9)"),
        ("", "\n\nNote: this is a general description."), ("\n\n  ", "\n\n"), ("\u{200B}", "\u{FEFF}"),
        ("Thought for 4 seconds\n\n", ""),
        ("Option 1: ", ""), ("<caption>", "</caption>"), ("In one sentence: ", ""), ("A one-sentence description is: ", ""),
    ]

    /// Keys of JSON objects, with what stands beside the answer.
    static let objects: [(String, String)] = [
        ("{\"description\": ", "}"), ("{\"answer\": ", "}"), ("{\"class\": \"terrace\", \"description\": ", "}"),
        ("[", "]"),
        ("{\"reasoning\": \"QUIXOTIC\", \"answer\": ", "}"),
        ("{\"thought\": \"QUIXOTIC\", \"response\": {\"text\": ", "}}"),
        ("```json\n{\"description\": ", "}\n```"), ("Here is the JSON:\n{\"sentence\": ", ", \"confidence\": 0.9}"),
        ("{\n  \"descriptions\": [\n    ", "\n  ]\n}"),
    ]

    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    private mutating func below(_ count: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(count))
    }

    private mutating func one<Element>(of list: [Element]) -> Element { list[below(list.count)] }

    static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }

    /// A sentence in up to `depth` wrappers, with thoughts before it.
    mutating func next(depth: Int) -> (sentence: String, text: String) {
        let sentence = one(of: Self.sentences)
        var text = sentence
        for _ in 0..<below(depth + 1) {
            if below(6) == 0 {
                let (open, close) = one(of: Self.objects)
                text = open + Self.quoted(text) + close
            } else {
                let (open, close) = one(of: Self.wrappers)
                text = open + text + close
            }
        }
        for _ in 0..<below(3) {
            let (open, close) = one(of: Self.thoughtMarks)
            text = open + one(of: Self.thoughts) + close + text
        }
        if below(4) == 0 { text = one(of: Self.thoughts) + one(of: Self.orphans) + text }
        return (sentence, text)
    }
}
