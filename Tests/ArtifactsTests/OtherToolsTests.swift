import Artifacts
import Foundation
import TestSupport
import Testing

private let hasH5dump = Program.isInstalled("h5dump")

@Suite("Other programs read an artifact", .enabled(if: hasH5dump, "needs h5dump (package hdf5-tools)"))
struct OtherToolsTests {
    func h5dump(_ arguments: [String]) throws -> String {
        let outcome = try Program.run("h5dump", arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    @Test("h5dump prints values, dimension labels, unit and description")
    func dump() throws {
        let folder = try TemporaryFolder()
        let images = try Example.images(in: folder)
        let features = try Example.features(in: folder, from: images)
        let text = try h5dump(["-d", FeaturesSchema().images.features.path, features])
        for expected in [
            "H5T_IEEE_F32LE", "( 3, 2 ) / ( 3, 2 )", "(2,0): 1, 0", "DIMENSION_LABELS", #""image", "dim""#,
            #""image feature of the evaluation view, L2-normalised""#,
        ] {
            #expect(text.contains(expected))
        }
    }

    @Test("text is UTF-8 of variable length")
    func text() throws {
        let folder = try TemporaryFolder()
        let images = try Example.images(in: folder)
        let text = try h5dump(["-d", ImagesSchema().classes.phrase.path, images.path])
        #expect(text.contains("STRSIZE H5T_VARIABLE"))
        #expect(text.contains("CSET H5T_CSET_UTF8"))
    }
}
