import Foundation
import TestSupport
import Testing

@Suite("Completions of a shell")
struct CompletionTests {
    /// A folder with labels.h5, photo.jpg and a folder of runs.
    private func folderOfFiles() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try folder.write([], to: "labels.h5")
        _ = try folder.write([], to: "photo.jpg")
        try FileManager.default.createDirectory(atPath: folder.file("runs"), withIntermediateDirectories: false)
        return folder
    }

    /// What bash offers for `word` as the first of a command, in such a folder.
    private func offered(for word: String, of command: String) throws -> Set<Substring> {
        let folder = try folderOfFiles()
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

    @Test(
        "behind cap its commands, and what each of them completes",
        arguments: [
            "fin": "finetune", "help fin": "finetune", "label la": "labels.h5", "label --hel": "--help", "label labels.h5 ph": "",
            "decode ph": "photo.jpg", "nothing la": "", "help label la": "",
        ])
    func guide(typed: String, offered: String) throws {
        let folder = try folderOfFiles()
        let script = """
            set -e
            cp "$1/completions/cap.bash" completes-cap
            for command in cap-label cap-decode; do "$1/completions.sh" "$2-${command#cap-}" bash > $command; done
            source "$PWD/completes-cap"
            COMP_LINE="$2 $3" COMP_POINT=${#COMP_LINE}
            read -ra COMP_WORDS <<< "$COMP_LINE"
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _cap "$2" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}" || true
            echo "${COMPREPLY[*]}"
            """
        let outcome = try Program.run(
            "bash", ["-c", script, "bash", Repository.file("scripts").path, Repository.command("cap"), typed], in: folder.url)
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        #expect(outcome.output == "\(offered)\n")
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
