import CLIP
import Tensors
import Testing

@Suite("Features agree with transformers")
struct ParityTests {
    @Test(arguments: ["quick_gelu", "gelu_sharded", "bfloat16"])
    func imageFeaturesInFloat32(name: String) throws {
        let fixture = try Fixture(name)
        let features = try fixture.checkpoint.visionEncoder().forward(fixture.tensor("pixels"))
        #expect(try relativeError(features, fixture.tensor("image_features")) <= 1e-4)
    }

    @Test(arguments: ["quick_gelu", "gelu_sharded", "bfloat16"])
    func textFeaturesInFloat32(name: String) throws {
        let fixture = try Fixture(name)
        let encoder = try fixture.checkpoint.textEncoder()
        let texts = try fixture.texts().map(fixture.checkpoint.tokens)
        let features = try encoder.forward(encoder.batch(texts))
        #expect(try relativeError(features, fixture.tensor("text_features")) <= 1e-4)
    }

    @Test(arguments: ["quick_gelu", "gelu_sharded", "bfloat16"])
    func featuresInBfloat16PointTheSameWay(name: String) throws {
        let fixture = try Fixture(name)
        let images = try fixture.checkpoint.visionEncoder(dtype: .bfloat16).forward(fixture.tensor("pixels"))
        #expect(try images.dtype == .bfloat16)
        #expect(try smallestCosine(images, fixture.tensor("image_features")) >= 0.9999)
        let encoder = try fixture.checkpoint.textEncoder(dtype: .bfloat16)
        let texts = try encoder.forward(encoder.batch(fixture.texts().map(fixture.checkpoint.tokens)))
        #expect(try smallestCosine(texts, fixture.tensor("text_features")) >= 0.9999)
    }

    @Test(arguments: ["quick_gelu", "gelu_sharded", "bfloat16"])
    func tokensAreTheRecordedOnes(name: String) throws {
        let fixture = try Fixture(name)
        let recorded = try fixture.tensor("tokens")
        let length = recorded.shape[1]
        let ids = try recorded.ints()
        for (row, text) in try fixture.texts().enumerated() {
            let tokens = fixture.checkpoint.tokens(text)
            let padded =
                tokens
                + [Int](repeating: fixture.checkpoint.tokenizer.endOfText, count: length - tokens.count)
            #expect(padded == Array(ids[row * length..<(row + 1) * length]), "\(text)")
        }
    }

    @Test func aTextsFeatureDoesNotDependOnItsNeighbours() throws {
        let fixture = try Fixture("quick_gelu")
        let encoder = try fixture.checkpoint.textEncoder()
        let texts = try fixture.texts().map(fixture.checkpoint.tokens)
        let together = try encoder.forward(encoder.batch(texts))
        for (row, text) in texts.enumerated() {
            let alone = try encoder.forward(encoder.batch([text]))
            #expect(try relativeError(alone, together.narrow(dim: 0, start: row, length: 1)) < 1e-5)
        }
    }
}

@Suite("MaPLe's prompts agree with the same arrangement of transformers' modules")
struct PromptParityTests {
    let fixture: Fixture
    let vision: DeepPrompts
    let text: DeepPrompts

    init() throws {
        let fixture = try Fixture("quick_gelu")
        func prompts(_ kind: String) throws -> DeepPrompts {
            let tensors = try (0..<3).map { try fixture.tensor("\(kind)_prompt_\($0)").asParameter() }
            return DeepPrompts(shallow: tensors[0], deep: Array(tensors[1...]))
        }
        self.fixture = fixture
        vision = try prompts("vision")
        text = try prompts("text")
    }

    func forward() throws -> (images: Tensor, texts: Tensor) {
        let textEncoder = try fixture.checkpoint.textEncoder()
        let texts = try fixture.texts().map(fixture.checkpoint.tokens)
        let rows = try fixture.tensor("prompted_text_rows").ints()
        return (
            try fixture.checkpoint.visionEncoder().forward(fixture.tensor("pixels"), prompts: vision),
            try textEncoder.forward(textEncoder.batch(rows.map { texts[$0] }), prompts: text)
        )
    }

    @Test func features() throws {
        let (images, texts) = try forward()
        #expect(try relativeError(images, fixture.tensor("prompted_image_features")) <= 1e-4)
        #expect(try relativeError(texts, fixture.tensor("prompted_text_features")) <= 1e-4)
    }

    @Test func gradients() throws {
        let (images, texts) = try forward()
        try (images.matmul(texts.transposed(0, 1)) * fixture.tensor("pull")).sum().backward()
        for (kind, prompts) in [("vision", vision), ("text", text)] {
            for (depth, prompt) in ([prompts.shallow] + prompts.deep).enumerated() {
                let gradient = try #require(try prompt.grad)
                #expect(
                    try relativeError(
                        gradient.reshaped([-1]),
                        fixture.tensor("\(kind)_prompt_\(depth)_gradient").reshaped([-1])) < 1e-4)
            }
        }
    }

    @Test func aPromptOfAnotherWidthIsRefused() throws {
        let encoder = try fixture.checkpoint.visionEncoder()
        let wrong = DeepPrompts(shallow: try Tensor.zeros([2, 7]))
        #expect(throws: CLIPError.self) { try encoder.forward(fixture.tensor("pixels"), prompts: wrong) }
    }

    @Test func morePromptsThanBlocksAreRefused() throws {
        let encoder = try fixture.checkpoint.visionEncoder()
        let wrong = DeepPrompts(shallow: vision.shallow, deep: [Tensor](repeating: vision.shallow, count: 3))
        #expect(throws: CLIPError.self) { try encoder.forward(fixture.tensor("pixels"), prompts: wrong) }
    }

    @Test func aTextTooShortForItsPromptIsRefused() throws {
        let encoder = try fixture.checkpoint.textEncoder()
        let batch = try encoder.batch([fixture.checkpoint.tokens("")])
        #expect(throws: CLIPError.self) { try encoder.forward(batch, prompts: text) }
    }
}
