import Artifacts
import FoundationEssentials

/// Fingerprints of large files outside of RUNS, kept with the files' times, so that they are read again only when those
/// have changed.
struct FingerprintCache {
    private struct Entry: Codable, Equatable {
        var times: String
        var content: String
    }

    private let file: URL
    private var entries: [String: Entry]
    private var isChanged = false

    init(in runs: URL) {
        file = runs.appendingPathComponent(".cap/fingerprints.json")
        entries = (try? JSONDecoder().decode([String: Entry].self, from: Data(contentsOf: file))) ?? [:]
    }

    mutating func fingerprint(of source: Step.Source) throws -> Identity {
        switch source {
        case .file(let path): try SourceFingerprint.ofContent(path)
        case .folder(let path): try SourceFingerprint.ofListing(path)
        case .checkpoint(let path): try checkpoint(path)
        }
    }

    private mutating func checkpoint(_ path: String) throws -> Identity {
        let times = SourceFingerprint.ofTimes(SourceFingerprint.checkpointFiles(path)).description
        if let entry = entries[path], entry.times == times, let identity = Identity(entry.content) { return identity }
        let identity = try SourceFingerprint.ofCheckpoint(path)
        entries[path] = Entry(times: times, content: identity.description)
        isChanged = true
        return identity
    }

    /// Without it files are read once more the next time, so what cannot be kept is no failure.
    func save() {
        guard isChanged, let data = try? JSONEncoder().encode(entries) else { return }
        try? FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try? data.write(to: file, options: .atomic)
    }
}
