/// Which of a folder's subfolders hold the training and the test part.
///
/// `val` counts as training when there is a `test`, and stands in for it when there is none. A folder named `train`
/// beside others that are no part is a class of that name.
struct PartFolders {
    let training: [String]
    let test: String?
    /// Subfolders that are no part.
    let others: [String]
    /// Whether the validation part stands in for a missing test part.
    let validatesAsTest: Bool

    private static let trainingNames: Set = ["train", "training"]
    private static let validationNames: Set = ["val", "valid", "validation"]
    private static let testNames: Set = ["test", "testing"]

    init?(_ folders: [String]) {
        let training = folders.filter { PartFolders.trainingNames.contains($0.lowercased()) }
        let validation = folders.filter { PartFolders.validationNames.contains($0.lowercased()) }
        let test = folders.filter { PartFolders.testNames.contains($0.lowercased()) }
        guard training.count == 1, validation.count <= 1, test.count <= 1 else { return nil }
        others = folders.filter { !(training + validation + test).contains($0) }
        guard !validation.isEmpty || !test.isEmpty || others.isEmpty else { return nil }
        validatesAsTest = test.isEmpty && !validation.isEmpty
        self.training = validatesAsTest ? training : training + validation
        self.test = test.first ?? validation.first
    }

    /// Whether a folder of this name looks like one part of a data set.
    static func isPart(_ name: String) -> Bool {
        trainingNames.union(validationNames).union(testNames).contains(name.lowercased())
    }
}
