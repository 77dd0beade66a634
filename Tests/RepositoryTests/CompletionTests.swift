import Foundation
import TestSupport
import Testing

@Suite("Completions of a shell")
struct CompletionTests {
    /// What bash offers for `word` as the first of a command, in a folder with labels.h5, photo.jpg and runs.
    private func offered(for word: String, of command: String) throws -> Set<Substring> {
        let folder = try TemporaryFolder()
        _ = try folder.write([], to: "labels.h5")
        _ = try folder.write([], to: "photo.jpg")
        try FileManager.default.createDirectory(atPath: folder.file("runs"), withIntermediateDirectories: false)
        let script = """
            source <("$1" "$2" bash) && name=$(basename "$2") && COMP_WORDS=("$name" "$3") COMP_CWORD=1 COMP_LINE="$name $3" &&
            COMP_POINT=${#COMP_LINE} && "_$name" "$name" "$3" "$name" && printf '%s\\n' "${COMPREPLY[@]}"
            """
        let outcome = try Program.run(
            "bash", ["-c", script, "bash", Repository.file("scripts/completions.sh").path, Repository.command(command), word],
            in: folder.url)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        return Set(outcome.output.split(separator: "\n"))
    }

    @Test(
        "artifacts where they are asked for", arguments: ["cap-detect", "cap-label", "cap-finetune", "cap-eval", "cap-inspect"])
    func artifacts(command: String) throws {
        #expect(try offered(for: "", of: command).subtracting(["--help", "-h"]).isSuperset(of: ["labels.h5", "runs"]))
        #expect(try offered(for: "la", of: command) == ["labels.h5"])
        #expect(try offered(for: "ph", of: command) == [])
    }

    @Test("any file where images or a data set are", arguments: ["cap-decode", "cap-embed"])
    func files(command: String) throws {
        #expect(try offered(for: "ph", of: command) == ["photo.jpg"])
    }

    @Test("options, and no help that there is not", arguments: ["cap-decode", "cap-label", "cap-predict", "cap-run"])
    func options(command: String) throws {
        #expect(try offered(for: "--hel", of: command).contains("--help"))
        #expect(try !offered(for: "h", of: command).contains("help"))
    }

    @Test("scripts are what each shell reads", arguments: ["bash", "zsh", "fish"]) func shells(shell: String) throws {
        let outcome = try Program.run(
            Repository.file("scripts/completions.sh").path, [Repository.command("cap-predict"), shell])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("orientation"))
        #expect(!outcome.output.contains("Offer subcommand completions") && !outcome.output.contains("Show subcommand help"))
        #expect(!outcome.output.contains("cap-predict_help"))
    }
}
