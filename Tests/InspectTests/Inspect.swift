import TestSupport

/// Runs the cap-inspect that was built beside the tests.
enum Inspect {
    static func run(_ arguments: [String]) throws -> Outcome {
        try Program.run(Repository.command("cap-inspect"), arguments)
    }
}
