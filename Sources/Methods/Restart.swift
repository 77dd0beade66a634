/// Where the prompts of a later round start from.
public enum Restart: String, Sendable, CaseIterable {
    /// From the initial values again, as the papers say.
    case fresh
    /// From where the round before ended.
    case warm
    /// As GRIP's code does: the embeddings of text and multimodal prompts go on, everything else starts again.
    case reference
}
