/// The groups of classes that a model mistakes for each other most.
///
/// How much two classes are confused is the larger of two shares: of the images of one that are predicted as the other,
/// and the reverse. The pair that is confused most founds a group, which takes in the class most confused with one of its
/// members for as long as there is one; the next group is made of the classes that are left.
public struct ConfusedGroups: Sendable, Hashable {
    /// The group that was founded by the strongest confusion first, in each the classes in the order they joined.
    public let groups: [[Int]]

    /// - Parameters:
    ///   - threshold: the least confusion that joins classes, a share.
    ///   - largest: the most classes of a group.
    ///   - most: the most groups.
    public init(_ confusion: ConfusionMatrix, threshold: Double = 0.1, largest: Int = 4, most: Int = 4) {
        let supports = confusion.supports
        func share(of truth: Int, as predicted: Int) -> Double {
            supports[truth] > 0 ? Double(confusion[truth, predicted]) / Double(supports[truth]) : 0
        }
        func strength(_ a: Int, _ b: Int) -> Double { max(share(of: a, as: b), share(of: b, as: a)) }

        var left = Array(0..<confusion.classCount)
        var groups: [[Int]] = []
        while groups.count < most {
            var founders: (a: Int, b: Int, strength: Double)?
            for (place, a) in left.enumerated() {
                for b in left[(place + 1)...] {
                    let strength = strength(a, b)
                    if strength >= threshold, strength > founders?.strength ?? 0 { founders = (a, b, strength) }
                }
            }
            guard let founders else { break }
            var group = [founders.a, founders.b]
            left.removeAll { group.contains($0) }
            while group.count < largest {
                let candidates = left.map { label in (label, group.map { strength($0, label) }.max() ?? 0) }
                guard let next = candidates.max(by: { $0.1 < $1.1 || ($0.1 == $1.1 && $0.0 > $1.0) }),
                    next.1 >= threshold, next.1 > 0
                else { break }
                group.append(next.0)
                left.removeAll { $0 == next.0 }
            }
            groups.append(group)
        }
        self.groups = groups
    }
}
