import Foundation

/// Where things are that tests use.
public enum Repository {
    /// The checkout.
    public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../..").standardizedFileURL

    /// The folder that the build puts executables in: the tests' own. It has the links that the commands are called by.
    public static let executables: URL = {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let linked = try? Program.run(file("scripts/link-commands.sh").path, [folder.path])
        guard linked?.status == 0 else {
            fatalError("scripts/link-commands.sh made no links in \(folder.path): \(linked?.errors ?? "it cannot be started")")
        }
        return folder
    }()

    /// The path of a command that was built beside the tests.
    public static func command(_ name: String) -> String { executables.appendingPathComponent(name).path }

    /// A file of the checkout, such as `docs/artifacts.md`.
    public static func file(_ path: String) -> URL { root.appendingPathComponent(path) }

    /// The lines between headings of the second level of a document, by heading.
    public static func sections(of document: String) throws -> [String: [String]] {
        let lines = try String(contentsOf: file(document), encoding: .utf8).components(separatedBy: "\n")
        var sections: [String: [String]] = [:]
        var heading = ""
        for line in lines {
            if line.hasPrefix("## ") { heading = String(line.dropFirst(3)) }
            sections[heading, default: []].append(line)
        }
        return sections
    }
}
