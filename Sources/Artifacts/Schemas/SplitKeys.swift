/// Which classes have labels.
public struct SplitKeys: KeyGroup {
    public let seen = SplitKeys.seen
    public let unseen = SplitKeys.unseen

    static let seen = DatasetKey<Int32>("split/seen", ["seen"], unit: "class index", "classes with labels")
    static let unseen = DatasetKey<Int32>("split/unseen", ["unseen"], unit: "class index", "classes without labels")
}
