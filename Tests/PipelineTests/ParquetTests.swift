import Artifacts
import Foundation
import TestSupport
import Testing

/// What scripts/parquet_to_shards.py makes of Parquet files, as Hugging Face's data sets are stored, and cap-decode of that.
@Suite struct ParquetTests {
    static let hasArrow = (try? Program.run("python3", ["-c", "import pyarrow"]).status) == 0

    private static let script = Repository.file("scripts/parquet_to_shards.py").path

    /// Writes tables of images that are GIF files of one pixel, and what is no such table.
    private static let tables = """
        import json, pyarrow as pa, pyarrow.parquet as parquet
        gif = bytes.fromhex("47494638396101000100800000ff0000ffffff2c00000000010001000002024401003b")
        names = json.dumps({"info": {"features": {"label": {"names": ["wren", "owl"]}}}}).encode()
        def write(name, images, labels):
            table = pa.table({"image": [{"bytes": image, "path": None} for image in images], "label": labels})
            parquet.write_table(table.replace_schema_metadata({b"huggingface": names}), name)
        write("train-0.parquet", [gif] * 4 + [None], [0, 1, 1, 0, 1])
        write("test-0.parquet", [gif] * 2, [0, 1])
        write("other.parquet", [gif], [7])
        parquet.write_table(pa.table({"url": ["a"], "n": [1]}), "urls.parquet")
        open("broken.parquet", "wb").write(open("train-0.parquet", "rb").read()[:200])
        """

    private func convert(_ arguments: [String], in folder: TemporaryFolder) throws -> Outcome {
        try Program.run("python3", [Self.script] + arguments, in: folder.url)
    }

    @Test(.enabled(if: hasArrow, "this machine's Python has no pyarrow: Debian has no package of it, and setup installs none"))
    func tablesBecomeArchivesThatAreDecoded() throws {
        let folder = try TemporaryFolder()
        #expect(try Program.run("python3", ["-c", Self.tables], in: folder.url).status == 0)
        let made = try convert(["train-0.parquet", "test-0.parquet", "-o", "shards"], in: folder)
        #expect(made.status == 0 && made.errors == "train-0.parquet: row 4 holds no bytes of an image, and is left out\n")
        let decoded = try Program.run(Repository.command("cap-decode"), ["shards", "-o", "images.h5"], in: folder.url)
        #expect(decoded.status == 0, "\(decoded.errors)")
        let images = try ArtifactReader(folder.url.appendingPathComponent("images.h5").path, schema: .images)
        #expect(try images.values(\.classes.name) == ["wren", "owl"])
        #expect(try images.ints(\.images.label) == [0, 1, 1, 0, 0, 1])
        #expect(try images.values(\.images.split) == [.train, .train, .train, .train, .test, .test])

        for (arguments, sentence) in [
            (["train-0.parquet", "-o", "shards"], "shards/train-0.tar exists already."),
            (["train-0.parquet", "train-0.parquet", "-o", "x"], "and another file would both become x/train-0.tar."),
            (["other.parquet", "-o", "x"], "the label of row 0 is 7, and there are 2 classes."),
            (["urls.parquet", "-o", "x"], "a column of image bytes is needed, and none is found; the columns are url, n."),
            (["train-0.parquet", "--image", "label", "-o", "x"], "and label is not one; the columns are image, label."),
            (["train-0.parquet", "--label", "kind", "-o", "x"], "has no column kind; the columns are image, label."),
            (["broken.parquet", "-o", "x"], "broken.parquet is no Parquet file that can be read: "),
            (["missing.parquet", "-o", "x"], "missing.parquet is no Parquet file that can be read: "),
        ] {
            let refused = try convert(arguments, in: folder)
            #expect(refused.status == 1 && refused.errors.contains(sentence), "\(refused.errors)")
            #expect(refused.errors.hasPrefix("parquet_to_shards: ") && !refused.errors.contains("Traceback"))
        }
        let left = try? FileManager.default.contentsOfDirectory(atPath: folder.url.appendingPathComponent("x").path)
        #expect(left ?? [] == [], "nothing half-made stays")
    }

    /// Python isolated from its packages has no pyarrow.
    @Test func withoutArrowItSaysHowToGetIt() throws {
        let refused = try Program.run("python3", ["-I", "-S", Self.script, "a.parquet", "-o", "x"])
        #expect(refused.status == 1)
        #expect(refused.errors.hasPrefix("parquet_to_shards: Python's pyarrow is needed: python3 -m venv venv"))
    }
}
