/// The root attributes of every artifact.
public struct CommonAttributes: KeyGroup {
    public let schema = AttributeKey<String>("schema", "name of the schema, such as `cap-features`")
    public let schemaVersion = AttributeKey<Int>(
        "schema_version", "version of the schema; a reader refuses a newer one")
    public let command = AttributeKey<String>("command", "command line that wrote the file, quoted for a shell")
    public let parameters = AttributeKey<String>("parameters", "every parameter with its value, as a JSON object")
    public let inputs = AttributeKey<String>(
        "inputs", "artifacts it was made from, as a JSON array of {role, path, schema, identity}")
    public let sources = AttributeKey<String>(
        "sources",
        "fingerprints of what was read besides artifacts (a folder's listing, a checkpoint, answers), as a JSON object",
        isOptional: true)
    public let software = AttributeKey<String>("software", "names and versions of the software, as a JSON object")
    public let seed = AttributeKey<Int>(
        "seed", "seed of the random numbers; absent where none were drawn", isOptional: true)
    public let created = AttributeKey<String>("created", "time of writing, ISO 8601, UTC")
    public let elapsed = AttributeKey<Double>(
        "elapsed", "wall-clock time of the command until the file was complete, in seconds", isOptional: true)
    public let peakMemory = AttributeKey<Int>(
        "peak_memory", "the most memory that the command held until then, in bytes", isOptional: true)
    public let changed = AttributeKey<String>(
        "changed",
        "when the file was sealed after another program had changed its data, ISO 8601, UTC; absent where none has",
        isOptional: true)
    public let identity = AttributeKey<String>(
        "identity", "XXH3-128 of the schema and of all datasets' paths, types, shapes and values")
    public let imageSet = AttributeKey<String>(
        "image_set", "identity of the images.h5 that everything in the file descends from")

    public init() {}
}
