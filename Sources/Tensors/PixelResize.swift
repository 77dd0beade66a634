import CTorch

/// How pixels in between are made.
public enum PixelFilter: Sendable {
    case bicubic, bilinear
}

/// Resizes uint8 RGB pixels with libtorch's antialiased filters, which agree with Pillow's within two levels.
///
/// - Parameters:
///   - source: first pixel of the window to resize, rows of `width` RGB triples.
///   - rowStride: distance of the window's rows in bytes, `width · 3` for a whole image.
///   - destination: `outHeight · outWidth · 3` bytes.
public func resizePixels(
    _ source: UnsafePointer<UInt8>, height: Int, width: Int, rowStride: Int,
    into destination: UnsafeMutablePointer<UInt8>, outHeight: Int, outWidth: Int, filter: PixelFilter = .bicubic
) throws {
    try check(
        ct_resize_u8(
            source, Int64(height), Int64(width), Int64(rowStride), destination, Int64(outHeight), Int64(outWidth),
            filter == .bilinear))
}
