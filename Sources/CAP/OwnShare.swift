import Tensors

extension ProcessGroup {
    /// This process's part of a list.
    func own<Element>(_ list: [Element]) -> [Element] { isAlone ? list : Array(list[share(of: list.count)]) }
}
