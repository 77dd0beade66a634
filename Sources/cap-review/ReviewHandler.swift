import Artifacts
import Essentials
import FoundationEssentials
import Glibc
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
        case (.get, "review"): said { try current().response }
        case (.post, "review"): json(request) { try save($0, over: request.headers["if-match"]) }
        case (.post, "preview") where preview != nil: json(request, picks)
        default: HTTPResponse(status: 404, "there is nothing here\n")
        }
    }

    /// A form of another page could send text, but not this type.
    private func json(_ request: HTTPRequest, _ answer: (Data) throws -> HTTPResponse) -> HTTPResponse {
        let type = request.headers["content-type"]?.split(separator: ";").first?.trimmingSpaces().lowercased()
        guard type == "application/json" else {
            return HTTPResponse(status: 400, "the body must be application/json\n")
        }
        return said { try answer(Data(request.body)) }
    }

    private func said(_ answer: () throws -> HTTPResponse) -> HTTPResponse {
        do {
            return try answer()
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

    /// Ends the process when nothing is being saved.
    ///
    /// - Parameter say: given how many answers there are: labels, and classes that something is said of.
    func end(_ say: (Int) -> Void) -> Never {
        lock.withLock {
            let review = try? Review(contentsOf: run.reviewPath)
            say((review?.labels.count ?? 0) + (review?.classes.count ?? 0))
            exit(EXIT_SUCCESS)
        }
    }

    /// The review as a page gets it, and by which it says what its own goes on from.
    private struct Version {
        let text: String
        let tag: String

        init(_ review: Review) {
            text = review.text
            tag = "\"\(Identity(of: text))\""
        }

        var response: HTTPResponse { tagged(HTTPResponse(type: "application/json", text)) }

        func tagged(_ response: HTTPResponse) -> HTTPResponse {
            var response = response
            response.headers.append(("ETag", tag))
            return response
        }
    }

    /// The review as the file has it now.
    private func current() throws -> Version { try Version(Review(contentsOfFileIfThere: run.reviewPath)) }

    /// - Parameter tag: of the version that the page's goes on from; without one nothing is saved, for it could be over anything. Where
    ///   the file has another by now, from another page or a person's hand, it stays, and the page is given that.
    private func save(_ data: Data, over tag: String?) throws -> HTTPResponse {
        guard let tag else {
            return HTTPResponse(status: 428, "say by If-Match which version this goes on from: GET review has its ETag\n")
        }
        let review = try Review(data, from: "what is to be saved")
        _ = try review.checked(against: run.names, from: run.reviewPath)
        return try lock.withLock {
            let found = try current()
            guard found.tag == tag else {
                var response = found.response
                response.status = 412
                return response
            }
            try review.write(to: run.reviewPath)
            return Version(review).tagged(HTTPResponse("saved\n"))
        }
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
