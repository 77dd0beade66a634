/// The classes of a file, for those that say nothing else of them.
public struct ClassNameKeys: KeyGroup {
    public let name = ClassNameKeys.name

    public init() {}

    /// Every file with classes has their names.
    static let name = DatasetKey<String>("classes/name", ["class"], unit: "text", "class name as in the data set")
}

/// The classes of `images.h5`.
public struct ClassKeys: KeyGroup {
    public let name = ClassNameKeys.name
    public let phrase = ClassKeys.phrase

    static let phrase = DatasetKey<String>(
        "classes/phrase", ["class"], unit: "text", "noun phrase for the class, with its domain")
}
