/// Whether `left` comes before `right` when their UTF-8 bytes are compared, path part by path part.
///
/// This is the order of every listing here, the same on every machine and in every locale; Swift's own `<`
/// compares after Unicode normalization. For names without `/` it is plain byte order; in paths `/` counts as
/// the lowest byte, so that "a/x" comes before "a-b/x" just as "a" comes before "a-b".
func bytewisePrecedes(_ left: String, _ right: String) -> Bool {
    var a = left.utf8.makeIterator()
    var b = right.utf8.makeIterator()
    while true {
        guard let second = b.next() else { return false }
        guard let first = a.next() else { return true }
        if first != second { return rank(first) < rank(second) }
    }
}

private func rank(_ byte: UInt8) -> UInt8 {
    byte == UInt8(ascii: "/") ? 0 : byte
}
