/// The order in which CPython lists the members of `set(range(count)) - set(removed)`.
///
/// The references draw some members at random and take "the rest" through a set, whose order is that of its
/// hash table and not ascending in general; the order of the unseen classes and of held-out images follows
/// from it. This is CPython's table (3.7 to 3.14, `Objects/setobject.c`) for small whole numbers, which are
/// their own hash.
struct PythonSetOrder {
    private static let linearProbes = 9

    private var slots = [Int?](repeating: nil, count: 8)
    private var used = 0

    /// The members of 0 ..< `count` that are not in `removed`, in CPython's order.
    static func rest(of count: Int, without removed: [Int]) -> [Int] {
        let removed = Set(removed)
        let remaining = (0..<max(0, count)).filter { !removed.contains($0) }
        // When little is taken away, CPython copies the set and deletes; the copy is in ascending order.
        if count >> 2 > removed.count { return remaining }
        var table = PythonSetOrder()
        for member in remaining { table.insert(member) }
        return table.slots.compactMap { $0 }
    }

    private mutating func insert(_ member: Int) {
        place(member)
        used += 1
        let mask = slots.count - 1
        guard used * 5 >= mask * 3 else { return }
        let least = used > 50_000 ? used * 2 : used * 4
        var size = 8
        while size <= least { size *= 2 }
        let members = slots.compactMap { $0 }
        slots = [Int?](repeating: nil, count: size)
        for member in members { place(member) }
    }

    private mutating func place(_ member: Int) {
        let mask = slots.count - 1
        var perturbation = member
        var slot = member & mask
        while true {
            let last = slot + Self.linearProbes <= mask ? slot + Self.linearProbes : slot
            if let free = (slot...last).first(where: { slots[$0] == nil }) {
                slots[free] = member
                return
            }
            perturbation >>= 5
            slot = (slot * 5 + 1 + perturbation) & mask
        }
    }
}
