import Artifacts
import Essentials
import FoundationEssentials
import Images
import Loopback
import Parallel
import Review
import Stages
import Terminal

/// What the page asks for: itself, images, saving, and what a description would pick.
struct ReviewHandler: Sendable {
    let run: ReviewedRun
    let page: [UInt8]
    let preview: DescriptionPreview?
    /// Saving is done by one request after the other.
    private let lock = Monitor()

    /// Pictures of what a description picks that are shown.
    private static let mostPicks = 24

    init(_ run: ReviewedRun, page: String, preview: DescriptionPreview?) {
        self.run = run
        self.page = Array(page.utf8)
        self.preview = preview
    }

    func answer(_ request: HTTPRequest, _ path: String) -> HTTPResponse {
        switch (request.method, path) {
        case (.get, ""), (.head, ""): HTTPResponse(type: "text/html; charset=utf-8", body: page)
        case (.get, let path) where path.hasPrefix("image/"): image(path.dropFirst("image/".count))
        case (.post, "review"): json(request, save)
        case (.post, "preview") where preview != nil: json(request, picks)
        default: HTTPResponse(status: 404, "there is nothing here\n")
        }
    }

    /// A form of another page could send text, but not this type.
    private func json(_ request: HTTPRequest, _ answer: (Data) throws -> HTTPResponse) -> HTTPResponse {
        guard request.headers["content-type"] == "application/json" else {
            return HTTPResponse(status: 400, "the body must be application/json\n")
        }
        do {
            return try answer(Data(request.body))
        } catch {
            return HTTPResponse(status: 422, ErrorSentence.describing(error) + "\n")
        }
    }

    private func image(_ number: Substring) -> HTTPResponse {
        guard let index = Int(number), number == "\(index)", (0..<run.stored.count).contains(index),
            let jpeg = try? run.stored.image(index).jpeg(quality: 88)
        else { return HTTPResponse(status: 404, "there is no such image\n") }
        return HTTPResponse(type: "image/jpeg", body: jpeg)
    }

    private func save(_ data: Data) throws -> HTTPResponse {
        let review = try Review(data, from: run.reviewPath)
        _ = try review.checked(against: run.features, from: run.reviewPath)
        try lock.withLock { try review.write(to: run.reviewPath) }
        return HTTPResponse("saved\n")
    }

    private func picks(_ data: Data) throws -> HTTPResponse {
        struct Wanted: Decodable {
            let text: String
        }
        let text = try JSONDecoder().decode(Wanted.self, from: data).text
        guard let preview, !text.isEmpty, text.count <= 1000 else {
            return HTTPResponse(status: 422, "a description is a sentence of at most 1000 characters\n")
        }
        let picks = try preview.picks(for: text)
        let places = run.classes.representatives
        let counts = Dictionary(grouping: picks, by: \.label).mapValues(\.count)
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let answer: [String: JSONValue] = [
            "total": .int(picks.count), "counts": .array(counts.map { .array([.int(places[$0.key]), .int($0.value)]) }),
            "images": .array(
                picks.prefix(Self.mostPicks).map { pick in
                    .object([
                        "id": .int(pick.image), "path": .string(run.imageNames[pick.image]), "label": .int(places[pick.label]),
                    ])
                }),
        ]
        return HTTPResponse(type: "application/json", JSONValue.object(answer).text)
    }
}
