/// The plane divided between points scattered one per grid cell (Worley noise).
enum Voronoi {
    /// Distances to the nearest and the second nearest point, and the cell that owns the nearest one.
    static func nearest(
        to p: Point, jitter: Float, salt: UInt32
    ) -> (nearest: Float, second: Float, x: Int32, y: Int32) {
        let (x, y) = (Noise.lattice(p.x), Noise.lattice(p.y))
        var (nearest, second, owner) = (Float.infinity, Float.infinity, (x, y))
        for dy in Int32(-1)...1 {
            for dx in Int32(-1)...1 {
                let (cx, cy) = (x &+ dx, y &+ dy)
                let site = Point(
                    Float(cx) + 0.5 + jitter * (Noise.cell(cx, cy, salt: salt) - 0.5),
                    Float(cy) + 0.5 + jitter * (Noise.cell(cx, cy, salt: salt &+ 1) - 0.5))
                let distance = length(p - site)
                if distance < nearest {
                    (nearest, second, owner) = (distance, nearest, (cx, cy))
                } else if distance < second {
                    second = distance
                }
            }
        }
        return (nearest, second, owner.0, owner.1)
    }
}
