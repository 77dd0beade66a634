import Artifacts
import Essentials
import FoundationEssentials
import Images
import Reporting

/// The page that a run is reviewed on: opened from a disk with its images in it, or served with them beside it. It asks nothing of
/// any network, as its policy tells the browser.
public struct ReviewPage {
    private let run: ReviewedRun
    /// Images that are asked about, at most.
    public var mostQuestions = 200
    /// Whether ``LoopbackServer`` is behind it: images, saving and previews are asked for there.
    public var isServed = false
    /// Whether descriptions can be tried there.
    public var hasPreviews = false
    /// What the page is called.
    public var title: String

    /// Height and width of an image on a page from a disk, and of a class's examples, in pixels.
    private static let side = 256
    private static let exampleSide = 56
    private static let examples = 5

    public init(_ run: ReviewedRun) throws {
        self.run = run
        let paradigm = try run.evaluation.value(\.paradigm).rawValue
        title = try [run.evaluation.valueIfPresent(\.dataSet), paradigm].compactMap { $0 }.joined(separator: ", ")
    }

    // MARK: - Data

    private struct Content: Encodable {
        struct Picture: Encodable {
            let id: Int
            let thumbnail: String?
        }

        struct Class: Encodable {
            /// Its name in the data set.
            let key: String
            let name: String
            let description: String?
            let facts: String
            let examples: [Picture]
        }

        /// Classes are places in ``classes``.
        struct Image: Encodable {
            let id: Int
            let path: String
            let thumbnail: String?
            let predicted: Int
            /// Whether that is the data set's word, not the model's.
            let given: Bool
            let model: Int
            let modelConfidence: Float
            let runnerUp: Int
            let runnerUpConfidence: Float
            let zeroShot: Int
            let zeroShotConfidence: Float
            let looksLike: Int
            let reasons: [String]
        }

        let served: Bool
        let previews: Bool
        let identity: String
        let classes: [Class]
        let images: [Image]
        /// What a served page asks for instead.
        let review: JSONValue?
    }

    private func content() throws -> Content {
        let places = run.classes.representatives
        let images = try run.questions.prefix(mostQuestions).map { question in
            Content.Image(
                id: question.image, path: question.path, thumbnail: try thumbnail(question.image, Self.side),
                predicted: places[question.item.own], given: question.item.given != nil,
                model: places[question.item.top.label], modelConfidence: question.item.top.probability,
                runnerUp: question.item.top.runnerUp < 0 ? -1 : places[question.item.top.runnerUp],
                runnerUpConfidence: question.item.top.runnerUpProbability, zeroShot: places[question.item.zeroShot],
                zeroShotConfidence: question.item.zeroShotProbability,
                looksLike: question.place.nearest < 0 ? -1 : places[question.place.nearest], reasons: question.reasons)
        }
        return Content(
            served: isServed, previews: isServed && hasPreviews, identity: run.evaluation.identity.description,
            classes: try classes(), images: images, review: isServed ? nil : try JSONValue(parsing: run.review.text))
    }

    private func classes() throws -> [Content.Class] {
        let counts = run.counts
        let examples = run.examples(run.classes.names.count > 60 ? 3 : Self.examples)
        let mismatch = run.labels.madeFrom(.mismatch)
        let mismatched = try Set(mismatch?.indices(\.classes.mismatched, in: run.classNames.indices) ?? [])
        var descriptions: [Int: String] = [:]
        if let made = run.labels.madeFrom(.descriptions) {
            let described = try made.indices(\.classes.described, in: run.classNames.indices)
            descriptions = try Dictionary(zip(described, made.values(\.chosen.text))) { first, _ in first }
        }
        let frequencies = mismatch?.has(\.classes.foundFrequency) == true ? try mismatch?.values(\.classes.foundFrequency) : nil
        let total = run.ranking.items.count
        return try run.classNames.enumerated().map { place, key in
            let label = run.classes.ofDataSet[place]
            let stands = run.classes.representatives[label] == place
            var facts = stands ? "\(counts[label]) of \(total) training images are taken for it" : "counted to another class"
            if mismatched.contains(place) { facts += "; its name did not fit its images" }
            if let frequency = frequencies?[place], frequency > 0, frequency < 1 {
                facts += " with \(String(percent: frequency)) % of the seeds"
            }
            return Content.Class(
                key: key, name: stands ? run.classes.names[label] : key, description: descriptions[place], facts: facts + ".",
                examples: stands
                    ? try examples[label].map { Content.Picture(id: $0, thumbnail: try thumbnail($0, Self.exampleSide)) } : [])
        }
    }

    /// An image as the page holds it; nil where it is served.
    private func thumbnail(_ image: Int, _ side: Int) throws -> String? {
        guard !isServed else { return nil }
        let jpeg = try run.stored.image(image).thumbnail(size: side).jpeg(quality: side == Self.side ? 82 : 72)
        return "data:image/jpeg;base64," + Data(jpeg).base64EncodedString()
    }

    // MARK: - Markup

    /// The page.
    ///
    /// - Throws: `ArtifactError` or `ImagesError` where an image cannot be read.
    public func html() throws -> String {
        func resource(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
        var frame = PageFrame(
            title: "Review of \(title)", style: resource(PackageResources.review_css), body: body,
            scripts: [resource(PackageResources.review_js)])
        frame.isServed = isServed
        // A browser would ask a server for one.
        frame.head = "<link rel=\"icon\" href=\"data:,\"/>"
        return try frame.html(data: content())
    }

    private var body: String {
        """
        <a class="skip" href="#asked">To the first question</a>
        <header>
        <h1>Review of \(HTML.escaped(title))</h1>
        <button type="button" id="show-help">Keys <kbd>?</kbd></button>
        </header>
        <div class="bar" role="region" aria-label="Progress"><div>
        <span class="status"><span id="state"></span> · <span id="saved" class="small"></span></span>
        <button type="button" id="undo">Take back <kbd>u</kbd></button>
        <button type="button" id="save" class="main">\(isServed ? "Save now" : "Download review.json") <kbd>s</kbd></button>
        <button type="button" id="save-as" hidden>Save as …</button>
        </div></div>
        <main>
        <p class="small soft" id="where">\(saving)</p>
        <p class="warn" id="problem" role="alert" hidden></p>
        <p class="small" id="announced" role="status" aria-live="polite"></p>
        <div class="row"><label for="filter">Images to ask about <kbd>f</kbd></label> <select id="filter"></select></div>
        <p id="none" hidden>No image is left here: choose others above.</p>
        <section class="asked" id="asked" aria-label="The image that is asked about" tabindex="-1">
        <figure class="picture"><img id="image" alt=""><figcaption><span id="path"></span> · <span id="place"></span></figcaption></figure>
        <div>
        <ul class="reasons small" id="reasons"></ul>
        <p class="small soft">What does it show?</p>
        <div class="answers" id="answers"></div>
        <div class="row">
        <label for="other">another class <kbd>o</kbd></label>
        <input id="other" list="class-names" autocomplete="off" spellcheck="false">
        <button type="button" id="give">Give</button>
        <datalist id="class-names"></datalist>
        </div>
        <div class="row">
        <button type="button" id="reject">None of the classes <kbd>x</kbd></button>
        <button type="button" id="previous">Back <kbd>k</kbd></button>
        <button type="button" id="next">Skip <kbd>j</kbd></button>
        </div>
        <p class="small good" id="said"></p>
        </div>
        </section>
        <div class="strip" id="strip" role="group" aria-label="The images around it"></div>
        <h2>Classes</h2>
        <p class="soft small">A name or a description takes the place of what the run went by: its images are picked anew, by what CLIP
        makes of the text. Images of classes that are the same count as one class.</p>
        <div class="row"><label for="find">find a class</label> <input id="find" type="search" autocomplete="off"></div>
        <div class="classes" id="classes"></div>
        </main>
        <dialog id="help" aria-labelledby="help-title">
        <h2 id="help-title">Keys</h2>
        <dl class="keys">
        <dt><kbd>Enter</kbd> or <kbd>a</kbd></dt><dd>the class that the run takes it for</dd>
        <dt><kbd>2</kbd> <kbd>3</kbd> <kbd>4</kbd></dt><dd>the next classes in the list</dd>
        <dt><kbd>o</kbd></dt><dd>another class: write its name, then Enter</dd>
        <dt><kbd>x</kbd></dt><dd>none of the classes: the image is left out of training</dd>
        <dt><kbd>j</kbd> <kbd>k</kbd> or → ←</dt><dd>skip, and back</dd>
        <dt><kbd>u</kbd></dt><dd>take the last answer back</dd>
        <dt><kbd>f</kbd></dt><dd>choose which images are asked about</dd>
        <dt><kbd>c</kbd></dt><dd>to the class of this image: its name and description</dd>
        <dt><kbd>i</kbd></dt><dd>back to the image</dd>
        <dt><kbd>s</kbd></dt><dd>save</dd>
        <dt><kbd>Esc</kbd></dt><dd>leave a field</dd>
        </dl>
        <p><input type="checkbox" id="keys" checked> <label for="keys">single letters are keys</label></p>
        <form method="dialog"><button class="main">Close</button></form>
        </dialog>
        """
    }

    private var saving: String {
        let file = "<code>\(HTML.escaped(run.reviewPath))</code>"
        return isServed
            ? "Every answer is saved to \(file). When you have enough, make the run again: it learns from what you said."
            : "This page saves nothing by itself. Download what you said, put it at \(file), and make the run again: it learns from it."
    }
}
