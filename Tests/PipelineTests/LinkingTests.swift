import Foundation
import TestSupport
import Testing

/// What the commands need to start.
@Suite(.enabled(if: Program.isInstalled("ldd"), "needs ldd"))
struct LinkingTests {
    /// The libraries that a command is loaded with, where they are found.
    private func libraries(of command: String) throws -> [String: String] {
        let text = try Program.run("ldd", [command]).output
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count > 2 && $0[1] == "=>" }
        return Dictionary(lines.map { (String($0[0].drop { $0 == "\t" }), String($0[2])) }) { first, _ in first }
    }

    /// libtorch takes a quarter of a second to load, and looking into a file is asked for often.
    @Test func looksIntoFilesWithoutLibtorch() throws {
        let others = try libraries(of: Repository.command("cap-eval"))
        #expect(others["libtorch_cpu.so"] != nil)
        let inspect = try libraries(of: Repository.command("cap-inspect"))
        #expect(!inspect.isEmpty)
        #expect(inspect.keys.filter { $0.contains("torch") || $0.contains("libc10") } == [])
    }

    /// Foundation brings 40 MB of ICU's data, which is more than the commands themselves.
    @Test(arguments: ["cap", "cap-torch"]) func needsNoFoundationButItsEssentials(executable: String) throws {
        let libraries = try libraries(of: Repository.executables.appendingPathComponent(executable).path)
        #expect(libraries.keys.contains("libFoundationEssentials.so"))
        let others = ["libFoundation.so", "libFoundationInternationalization.so", "lib_FoundationICU.so"].filter {
            libraries[$0] != nil
        }
        #expect(others == [], "a file in Sources imports Foundation, or a package that it builds on does")
    }

    /// Where the tests run the checkout's libtorch is there too; what is installed must come first.
    @Test func installedCommandsBringTheirLibrariesAndGoWithThem() throws {
        let workspace = try Workspace()
        let pages = workspace.path("pages")
        for folder in ["man1", "bash", "zsh", "fish"] {
            try FileManager.default.createDirectory(atPath: "\(pages)/\(folder)", withIntermediateDirectories: true)
            try Data().write(to: URL(fileURLWithPath: "\(pages)/\(folder)/cap-eval.1"))
        }
        let installed = try Program.run(
            Repository.file("scripts/install.sh").path,
            [Repository.executables.path, pages, workspace.path("prefix")])
        try #require(installed.status == 0, "\(installed.errors)")
        let command = workspace.folder.appendingPathComponent("prefix/bin/cap-eval").resolvingSymlinksInPath()
        let found = try libraries(of: command.path).filter { $0.key.contains("torch") || $0.key.contains("gomp") }
        let isCUDA = found["libtorch_cuda.so"] != nil
        #expect(found["libtorch_cpu.so"] != nil)
        let own = command.deletingLastPathComponent().path + "/"
        #expect(isCUDA || found.values.allSatisfy { $0.hasPrefix(own) }, "\(found)")
        for name in ["cap", "cap-eval", "cap-inspect"] {
            #expect(try Program.run(workspace.path("prefix/bin/\(name)"), ["--version"]).status == 0)
        }
        let removed = try Program.run(Repository.file("scripts/install.sh").path, ["--remove", workspace.path("prefix")])
        #expect(removed.status == 0 && removed.errors.isEmpty)
        let left = FileManager.default.subpaths(atPath: workspace.path("prefix")) ?? []
        #expect(left.filter { $0.hasPrefix("bin/") || $0.hasPrefix("libexec/cap") } == [])
    }
}
