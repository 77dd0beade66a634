import Essentials
import FoundationEssentials

/// What a server said in the body of a response, whichever of the usual ways it has of saying it.
///
/// Read are one JSON object, events (SSE) though none were asked for, objects by line, and comment lines between them; a text
/// or a list of parts; and what went wrong, under whatever status.
enum ChatReply {
    case completion(Completion)
    case failure(ChatFailure)
    /// A completion without a choice.
    case noChoice
    /// Events that ended before the answer did.
    case brokenOff
    case other

    struct Completion {
        var text = ""
        /// Whether the model reasoned where the server keeps it apart.
        var hasReasoning = false
        var isRefusal = false
        var finish: String?
        var tokens = TokenCount()
    }

    fileprivate typealias Object = [String: JSONValue]

    init(_ body: Data) {
        let (documents, areEvents, isDone) = Self.documents(in: body)
        var completion = Completion()
        var hasChoices = false
        var hasChoice = false
        for document in documents {
            if let failure = ChatFailure(document) {
                self = .failure(failure)
                return
            }
            completion.addTokens(of: document)
            if let choices = document["choices"]?.asArray {
                hasChoices = true
                guard
                    let choice = choices.lazy.compactMap(\.asObject).first(where: { ($0["index"]?.asInt ?? 0) == 0 }
                    )
                else { continue }
                hasChoice = true
                completion.add(choice)
            } else if document["message"]?.asObject != nil || document["response"]?.asString != nil {
                // Ollama's own API, which some proxies hand on.
                hasChoices = true
                hasChoice = true
                completion.add(document)
            }
        }
        if hasChoice {
            self = areEvents && !isDone && completion.finish == nil ? .brokenOff : .completion(completion)
        } else {
            self = hasChoices && !areEvents ? .noChoice : .other
        }
    }

    /// The JSON objects of a body; whether they are events, and whether those said that they are all.
    private static func documents(in body: Data) -> (objects: [Object], areEvents: Bool, isDone: Bool) {
        if let whole = object(body) { return ([whole], false, true) }
        let text = String(decoding: body, as: UTF8.self).replacing("\u{FEFF}", with: "")
        var objects: [Object] = []
        var event: [Substring] = []
        var plain: [Substring] = []
        var (areEvents, isDone) = (false, false)
        func endEvent() {
            defer { event = [] }
            guard !event.isEmpty else { return }
            if let one = object(Data(event.joined(separator: "\n").utf8)) {
                objects.append(one)
            } else {
                objects += event.compactMap { object(Data($0.utf8)) }
            }
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            if line.hasPrefix("data:") {
                areEvents = true
                let data = line.dropFirst(5).drop { $0 == " " }
                if data.trimmingSpaces() == "[DONE]" { isDone = true } else { event.append(data) }
            } else if line.allSatisfy(\.isWhitespace) {
                endEvent()
            } else if !line.hasPrefix(":"), !["event:", "id:", "retry:"].contains(where: line.hasPrefix) {
                plain.append(line)
            }
        }
        endEvent()
        if areEvents { return (objects, true, isDone) }
        if let whole = object(Data(plain.joined(separator: "\n").utf8)) { return ([whole], false, true) }
        let lines = plain.map { object(Data($0.utf8)) }
        let all = lines.compactMap { $0 }
        return all.count == lines.count ? (all, false, true) : ([], false, false)
    }

    private static func object(_ data: Data) -> Object? {
        try? JSONValue(parsing: data).asObject
    }
}

extension ChatReply.Completion {
    /// Adds a choice: a message, a piece of one, or the text of a completion without messages.
    fileprivate mutating func add(_ choice: [String: JSONValue]) {
        let message = choice["message"]?.asObject ?? choice["delta"]?.asObject ?? choice
        add(parts: message["content"] ?? message["text"] ?? message["response"])
        for name in ["reasoning_content", "reasoning", "thinking", "reasoning_details", "thinking_blocks"] {
            if let thoughts = message[name]?.asString { hasReasoning = hasReasoning || !thoughts.isEmpty }
            if let thoughts = message[name]?.asArray { hasReasoning = hasReasoning || !thoughts.isEmpty }
        }
        if let refusal = message["refusal"]?.asString, !refusal.isEmpty { isRefusal = true }
        if let reason = choice["finish_reason"]?.asString ?? choice["done_reason"]?.asString {
            finish = reason
            if reason == "content_filter" { isRefusal = true }
        }
    }

    /// Adds a text, or those parts of a list that are said: no thoughts, no pictures, no calls of tools.
    private mutating func add(parts: JSONValue?) {
        switch parts {
        case .string(let text)?: self.text += text
        case .array(let list)?: for part in list { add(parts: part) }
        case .object(let part)?:
            let type = part["type"]?.asString ?? "text"
            if type == "refusal" { isRefusal = true }
            if ["text", "output_text", "message"].contains(type) {
                add(parts: part["text"] ?? part["content"] ?? part["value"])
            } else {
                hasReasoning = hasReasoning || MarkName.words(of: type).contains(where: MarkName.isHidden)
            }
        default: break
        }
    }

    /// What the server counted; negative numbers count as none.
    fileprivate mutating func addTokens(of document: [String: JSONValue]) {
        let usage = document["usage"]?.asObject ?? document
        func count(_ names: String...) -> Int? { names.lazy.compactMap { usage[$0]?.asInt }.first.map { max(0, $0) } }
        // Events repeat the count so far.
        tokens.prompt = count("prompt_tokens", "input_tokens", "prompt_eval_count") ?? tokens.prompt
        tokens.completion = count("completion_tokens", "output_tokens", "eval_count") ?? tokens.completion
    }
}

/// What a server says is wrong: OpenAI's `{"error": {"message", "code", "param"}}`, and what others make of it.
struct ChatFailure {
    var message: String?
    var code: String?
    /// The HTTP status that the body names, where it names one.
    var status: Int?
    /// The parameter that it is about.
    var parameter: String?

    init?(_ body: Data) {
        guard let object = try? JSONValue(parsing: body).asObject else { return nil }
        self.init(object)
    }

    /// nil where an object says nothing of the kind.
    init?(_ object: [String: JSONValue]) {
        // Mistral's: {"object": "error", "message": {"detail": […]}}
        let nested = object["choices"] == nil ? object["message"]?.asObject?["detail"] : nil
        let inner = nested ?? object["error"] ?? object["errors"]?.asArray?.first ?? object["detail"]
        switch inner {
        case .string(let text)? where !text.isEmpty:
            message = text
            code = object["code"]?.asString ?? object["error_type"]?.asString
        case .object(let fields)? where !fields.isEmpty: read(fields)
        // FastAPI: [{"loc": ["body", "seed"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}]
        case .array(let list)? where !list.isEmpty:
            let details = list.compactMap(\.asObject)
            message = details.map { detail in
                let place = (detail["loc"]?.asArray ?? []).map { $0.asString ?? $0.text }.joined(separator: ".")
                return [place, detail["msg"]?.asString ?? ""].filter { !$0.isEmpty }.joined(separator: ": ")
            }.joined(separator: "; ")
            parameter = details.first?["loc"]?.asArray?.last?.asString
            code = details.first?["type"]?.asString
        default:
            guard object["choices"] == nil, let text = object["message"]?.asString else { return nil }
            read(object)
            message = text
        }
        if status == nil {
            status = Self.status(object["status"]) ?? Self.status(object["code"]) ?? Self.status(object["status_code"])
        }
    }

    private mutating func read(_ fields: [String: JSONValue]) {
        message =
            fields["message"]?.asString ?? fields["msg"]?.asString ?? fields["detail"]?.asString ?? fields["error"]?.asString
        code = fields["code"]?.asString ?? fields["type"]?.asString
        parameter = fields["param"]?.asString
        status = Self.status(fields["code"]) ?? Self.status(fields["status"])
        // OpenRouter passes on what the server behind it said.
        if let metadata = fields["metadata"]?.asObject, let raw = metadata["raw"]?.asString {
            message = [message, raw].compactMap { $0 }.joined(separator: ": ")
        }
    }

    private static func status(_ value: JSONValue?) -> Int? {
        let number = value?.asInt ?? value?.asString.flatMap { Int($0) }
        return number.flatMap { (400...599).contains($0) ? $0 : nil }
    }

    /// The HTTP status that a failure under another one stands for, by its words; nil where they say nothing of the kind.
    var meaning: Int? {
        if let status { return status }
        let said = [message, code].compactMap { $0?.lowercased() }.joined(separator: " ")
        return Self.meanings.first { $0.words.contains(where: said.contains) }?.status
    }

    /// Whether it says that an account has no credit left, which waiting does not mend.
    var isOfCredit: Bool {
        let said = [message, code].compactMap { $0?.lowercased() }.joined(separator: " ")
        return Self.credit.contains(where: said.contains)
    }

    private static let credit = [
        "insufficient_quota", "insufficient quota", "no credit", "credit balance", "insufficient balance",
        "insufficient credit",
        "insufficient funds", "out of credit", "billing", "payment required", "exceeded your current quota",
    ]

    private static let meanings: [(status: Int, words: [String])] = [
        (402, credit),
        (429, ["rate limit", "rate_limit", "ratelimit", "too many requests", "slow down", "throttl"]),
        (
            503,
            [
                "overload", "capacity", "busy", "try again", "unavailable", "loading", "timeout", "timed out", "temporar",
                "internal", "queue",
            ]
        ),
        (
            401,
            [
                "api key", "api_key", "apikey", "unauthori", "authenticat", "credential", "forbidden", "permission",
                "access denied",
                "invalid token", "access token",
            ]
        ),
        (
            404,
            [
                "model not found", "model_not_found", "no such model", "does not exist", "not found", "unknown model",
                "no model",
                "not loaded", "pull model", "unexpected endpoint", "unknown endpoint",
            ]
        ),
    ]
}
