import ArgumentParser
import CLIP
import Foundation

struct TokensProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens", abstract: "Tokenize the texts of a JSON list, to a JSON list of lists.")

    @Argument(help: "Folder or file of the tokenizer.")
    var tokenizer: String

    @Argument(help: "JSON list of texts.")
    var texts: String

    @Argument(help: "File to write.")
    var output: String

    @Flag(help: "Prepare texts as open_clip's HFTokenizer does, strip_sep_token included.")
    var openCLIP = false

    func run() throws {
        var tokenizer = try readTokenizer(at: URL(fileURLWithPath: tokenizer))
        if openCLIP { tokenizer = OpenCLIPTokenizer(tokenizer, stripsEnd: true) }
        let texts = try JSONDecoder().decode([String].self, from: Data(contentsOf: URL(fileURLWithPath: texts)))
        let tokens = texts.map { tokenizer.tokens($0, contextLength: 77) }
        try JSONEncoder().encode(tokens).write(to: URL(fileURLWithPath: output))
    }
}
