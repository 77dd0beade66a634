extension RGBImage {
    /// The central square of the image at `size` × `size` pixels, each the mean of the area that it covers: for the eye.
    ///
    /// What a model sees comes from the library of views; this needs nothing but the pixels.
    ///
    /// - Throws: ``ImagesError`` for a size that is not positive.
    public func thumbnail(size: Int) throws -> RGBImage {
        guard (1...65_535).contains(size) else { throw ImagesError("a thumbnail cannot be \(size) pixels wide") }
        let side = shorterSide
        let (top, left) = ((height - side) / 2, (width - side) / 2)
        let coverage = Coverage.parts(of: side, count: size)
        return RGBImage(height: size, width: size) { thumbnail in
            // One row of the thumbnail at a time: first down, then across.
            var columns = [Float](repeating: 0, count: side * 3)
            for y in 0..<size {
                for index in columns.indices { columns[index] = 0 }
                for (row, weight) in coverage[y] {
                    let start = ((top + row) * width + left) * 3
                    for index in columns.indices { columns[index] += weight * Float(pixels[start + index]) }
                }
                for x in 0..<size {
                    for channel in 0..<3 {
                        let mean = coverage[x].reduce(Float(0)) { $0 + $1.weight * columns[$1.position * 3 + channel] }
                        thumbnail[(y * size + x) * 3 + channel] = UInt8(min(255, max(0, mean.rounded())))
                    }
                }
            }
        }
    }
}

/// Which pixels of a line a pixel of a shorter or longer one covers.
private enum Coverage {
    /// - Returns: for each of `count` equal parts of a line of `length` pixels the pixels that it covers, and the share of
    ///   the part that lies in each.
    static func parts(of length: Int, count: Int) -> [[(position: Int, weight: Float)]] {
        (0..<count).map { part in
            // In units of 1 / count of a pixel, so that the bounds are whole numbers.
            let (start, end) = (part * length, (part + 1) * length)
            return (start / count...(end - 1) / count).map { position in
                let covered = min(end, (position + 1) * count) - max(start, position * count)
                return (position, Float(covered) / Float(length))
            }
        }
    }
}
