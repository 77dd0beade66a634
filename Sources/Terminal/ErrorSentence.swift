import Essentials
import FoundationEssentials

/// Any error as a sentence for the person at the keyboard.
public enum ErrorSentence {
    public static func describing(_ error: any Error) -> String {
        switch error {
        case let error as CocoaError:
            return (error.filePath.map { "\($0): " } ?? "") + SystemReason.text(error)
        case let error as POSIXError:
            return SystemReason.text(error)
        case let error as DecodingError:
            return "the JSON is not as expected: \(describing(error))"
        case let error as any LocalizedError:
            return error.errorDescription ?? String(describing: error)
        default:
            // CAP's own errors describe themselves.
            return String(describing: error)
        }
    }

    private static func describing(_ error: DecodingError) -> String {
        let context: DecodingError.Context
        switch error {
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
            .dataCorrupted(let found):
            context = found
        @unknown default:
            return String(describing: error)
        }
        let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(
            separator: ".")
        return context.debugDescription + (place.isEmpty ? "" : " (at \(place))")
    }
}
