import Artifacts
import FoundationEssentials
import Runs

/// Finds out which steps of a plan are out of date, and why.
///
/// Contents decide: what an artifact says of how it was made is compared with how it would be made now. Times only save
/// reading what cannot have changed.
public struct Freshness {
    private let plan: Plan
    private var fingerprints: FingerprintCache

    public init(_ plan: Plan) {
        self.plan = plan
        fingerprints = FingerprintCache(in: plan.runs)
    }

    /// The plan with the reason for every step that is to run.
    ///
    /// - Parameter remembers: whether fingerprints are kept for the next time.
    public mutating func judged(remembering remembers: Bool) -> Plan {
        var judged = plan
        var identities: [String: Identity] = [:]
        for step in plan.steps {
            if let reason = reason(for: step, judged.reasons, &identities) { judged.reasons[step.target] = reason }
        }
        if remembers { fingerprints.save() }
        return judged
    }

    private func path(_ target: String) -> String { plan.runs.appendingPathComponent(target).path }

    private mutating func reason(
        for step: Step, _ reasons: [String: String], _ identities: inout [String: Identity]
    ) -> String? {
        for file in [step.target] + step.companions where !FileManager.default.fileExists(atPath: path(file)) {
            return "there is no \(file)"
        }
        guard let schema = step.schema, let stage = step.stage else {
            return waits(step, reasons) ?? tableReason(step, identities)
        }
        let made: Recipe
        do {
            let artifact = try ArtifactReader(path(step.target), ofKind: schema)
            guard let recipe = try Recipe(artifact) else { return nil }
            (made, identities[step.target]) = (recipe, artifact.identity)
        } catch {
            return "\(error)"
        }
        if let waits = waits(step, reasons) { return waits }
        var inputs: [String: Identity] = [:]
        for (path, schema) in step.inputs { inputs[schema.name] = identities[path] }
        var sources: [String: Identity] = [:]
        do {
            for (name, source) in step.sources {
                // What was decoded serves on where the pictures are not at hand.
                if case .folder(let folder) = source, !FileManager.default.fileExists(atPath: folder) {
                    sources[name] = made.sources[name]
                    continue
                }
                sources[name] = try fingerprints.fingerprint(of: source)
            }
        } catch {
            return "\(error)"
        }
        let wanted = Recipe(stage, parameters: step.parameters, inputs: inputs, sources: sources)
        return wanted.difference(from: made).map { "\(step.target): \($0)" }
    }

    /// What has to be made first may come out as it was: the command finds out.
    private func waits(_ step: Step, _ reasons: [String: String]) -> String? {
        (step.inputs.map(\.path) + step.prerequisites).first { reasons[$0] != nil }
            .map { "\(step.target): if \($0) comes out otherwise" }
    }

    /// A table names what it was made of in its last line.
    private func tableReason(_ step: Step, _ identities: [String: Identity]) -> String? {
        guard step.target.hasSuffix(".md"), let text = try? String(contentsOfFile: path(step.target), encoding: .utf8) else {
            return nil
        }
        let wanted = TableRecord.line(
            of: Array(step.command.dropFirst()), step.prerequisites.compactMap { identities[$0]?.description })
        return text.contains(wanted) ? nil : "\(step.target): it would be of other runs"
    }
}
