/// Which of a folder's subfolders hold the training and the test part.
///
/// `val` counts as training when there is a `test`, and stands in for it when there is none. A folder named
/// `train` beside others that are no part is a class of that name.
struct PartFolders {
    /// The parts that a folder or a manifest's row may be named after.
    enum Kind {
        case training, validation, test

        init?(name: String) {
            switch name.lowercased() {
            case "train", "training": self = .training
            case "val", "valid", "validation": self = .validation
            case "test", "testing": self = .test
            default: return nil
            }
        }
    }

    let training: [String]
    let test: String?
    /// Subfolders that are no part.
    let others: [String]
    /// Whether the validation part stands in for a missing test part.
    let validatesAsTest: Bool

    init?(_ folders: [String]) {
        func named(_ kind: Kind?) -> [String] { folders.filter { Kind(name: $0) == kind } }
        let (training, validation, test) = (named(.training), named(.validation), named(.test))
        guard training.count == 1, validation.count <= 1, test.count <= 1 else { return nil }
        others = named(nil)
        guard !validation.isEmpty || !test.isEmpty || others.isEmpty else { return nil }
        validatesAsTest = test.isEmpty && !validation.isEmpty
        self.training = validatesAsTest ? training : training + validation
        self.test = test.first ?? validation.first
    }
}
