import Images
import Testing
import Views

struct EvaluationViewTests {
    @Test(arguments: ImageFixtures.recorded.views.map(\.pixels))
    func viewsAreTorchvisionsWithinTwoLevels(_ pixels: String) throws {
        let recorded = try #require(ImageFixtures.recorded.views.first { $0.pixels == pixels })
        let image = try ImageDecoder().decode(contentsOf: ImageFixtures.path(recorded.file))
        let view = try EvaluationView(size: recorded.size).render(image)
        let difference = try difference(view.pixels, ImageFixtures.bytes(recorded.pixels))
        #expect(view.height == recorded.size && view.width == recorded.size)
        #expect(difference.largest <= 2 && difference.part < 0.01, "\(difference)")
    }

    @Test func aBatchHoldsTheViewsInOrder() throws {
        let images = try ["wide", "tall", "small"].map {
            try ImageDecoder().decode(contentsOf: ImageFixtures.path("view-\($0).png"))
        }
        let view = try EvaluationView(size: 32)
        var batch = [UInt8](repeating: 0, count: 3 * 32 * 32 * 3)
        try batch.withUnsafeMutableBufferPointer { try view.render(images, into: $0) }
        #expect(try batch == images.flatMap { try view.render($0).pixels })
    }

    @Test func aBatchWithoutRoomIsRefused() throws {
        let image = try ImageDecoder().decode(contentsOf: ImageFixtures.path("view-wide.png"))
        var batch = [UInt8](repeating: 0, count: 2 * 32 * 32 * 3 - 1)
        #expect(throws: ImagesError.self) {
            try batch.withUnsafeMutableBufferPointer {
                try EvaluationView(size: 32).render([image, image], into: $0)
            }
        }
        #expect(throws: ImagesError.self) { try EvaluationView(size: 0) }
    }

    @Test func cappingShrinksTheShorterSideAndEnlargesNothing() throws {
        let wide = try ImageDecoder().decode(contentsOf: ImageFixtures.path("view-wide.png"))  // 67×120
        let capped = try wide.capped(shorterSide: 50)
        #expect(capped.height == 50 && capped.width == 89)  // 50 · 120 / 67 = 89.55
        #expect(try wide.capped(shorterSide: 67) == wide)
        #expect(try wide.capped(shorterSide: 288) == wide)
    }
}
