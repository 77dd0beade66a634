import Launch
import Methods
import Parameters
import Testing
import Vocabulary

/// What is declared of parameters, and what is made of the declarations.
@Suite struct DeclarationTests {
    @Test func namesAreUniqueAndSayOneThing() {
        let names = Parameters.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(Parameters.all.map(\.makeName)).count == names.count)
        for stage in Stage.allCases {
            let options = Parameters.of(stage).map(\.option)
            #expect(Set(options).count == options.count, "\(stage.command) has an option twice")
            #expect(!options.isEmpty)
        }
        for parameter in Parameters.all {
            #expect(parameter.summary.hasSuffix("."), "\(parameter.name) is not explained in a sentence")
            #expect(parameter.name.wholeMatch(of: /[a-z][a-z0-9-]*/) != nil)
        }
    }

    /// The hyperparameters that the authors of each method published.
    @Test(arguments: [
        ("cap", Modality.maple, 50, 32, 0.01), ("fpl", .text, 150, 16, 0.1), ("ifpl", .visual, 150, 16, 0.1),
        ("grip", .multimodal, 150, 16, 0.01), ("grip", .maple, 150, 16, 0.01), ("cpl", .text, 50, 64, 0.02),
        ("supervised", .text, 150, 16, 0.1), ("cap-no-margin", .maple, 50, 32, 0.01),
    ])
    func defaultsAreTheAuthors(_ name: String, _ modality: Modality, epochs: Int, batch: Int, rate: Double) throws {
        let settings = try Settings<FinetuneParameters>(.init(Method(named: name), modality: modality))
        #expect(settings.epochs == epochs)
        #expect(settings.batch == batch)
        #expect(settings.learningRate == rate)
    }

    @Test func whatIsGivenGoesBeforeDefaultsAndIsRecorded() throws {
        var settings = Settings<FinetuneParameters>(.init(.grip))
        try settings.set("epochs", to: "7")
        #expect(settings.epochs == 7)
        #expect(settings.isGiven(\.epochs) && !settings.isGiven(\.batch))
        #expect(settings.recorded["epochs"] == .integer(7))
        #expect(settings.recorded["weight_decay"] == .number(0.1))
        #expect(settings.recorded["iters"] == nil, "GRIP has no iterations")
    }

    @Test func whatAMethodHasNotIsRefused() throws {
        for (method, name) in [(Method.grip, "tau"), (.cap, "warmup"), (.fpl, "label-weight"), (.zeroShot, "epochs")] {
            var settings = Settings<FinetuneParameters>(.init(method))
            let parameter = try #require(Parameters.named(name))
            try settings.set(name, to: parameter.defaultText(.init(parameter.scope == .streams ? .cap : .grip)) ?? "1")
            let error = #expect(throws: ParameterError.self) { try settings.check() }
            #expect(error?.text(.make).contains(method.name) == true)
        }
        var labels = Settings<LabelParameters>()
        labels.method = .cpl
        labels.k = 8
        #expect(throws: ParameterError.self) { try labels.check() }
        labels.schedule = .fixed
        try labels.check()
    }

    @Test func valuesThatAreNoneAreRefusedWithTheNameThatTheyWereGivenUnder() throws {
        for (name, text) in [
            ("tau", "1"), ("tau", "high"), ("growth", "0"), ("k", "0"), ("k", "1.5"), ("lr", "-1"), ("lr", "nan"),
            ("margin", "-3"), ("precision", "fp8"), ("modality", "audio"), ("beta", "auto*x"), ("share", "2"),
            ("detection-seed", "-1"), ("split-seed", "4294967296"), ("native", "maybe"),
        ] {
            let parameter = try #require(Parameters.named(name))
            let error = #expect(throws: ParameterError.self, "\(name) = \(text)") { try parameter.value(text) }
            #expect(error?.text(.make).hasPrefix(parameter.makeName + " ") == true)
            #expect(error?.text(.option).hasPrefix("--" + parameter.option + " ") == true)
        }
    }

    @Test func misspellingsAreRecognised() {
        let names = Parameters.all.map(\.makeName)
        for (word, meant) in [
            ("EPOCH", "EPOCHS"), ("MARGN", "MARGIN"), ("WEIGHT_DECEY", "WEIGHT_DECAY"), ("LABELPERCLASS", "LABELS_PER_CLASS"),
        ] {
            #expect(Suggestion.nearest(to: word, in: names) == meant)
        }
        #expect(Suggestion.nearest(to: "XYZZY", in: names) == nil)
    }

    @Test func whatChangesNoResultIsSaidOnce() {
        for name in ["threads", "device", "batch"] { #expect(!Parameters.isResult(name, of: .embed)) }
        #expect(Parameters.isResult("precision", of: .embed))
        #expect(Parameters.isResult("batch", of: .finetune))
        #expect(Parameters.isResult("seed", of: .detect))
        #expect(!Parameters.isResult("checkpoint", of: .finetune), "where it lies; its content is another matter")
    }

    @Test func anAutomaticPrecisionGoesByWhatIsMultiplied() {
        func processor(_ flags: String) -> Processor {
            Processor(description: "processor\t: 0\nmodel name\t: avx512_bf16\nflags\t\t: fpu \(flags) sse\nbogomips\t: 1\n")
        }
        for flags in ["avx512_bf16", "avx512f amx_bf16 amx_tile"] {
            #expect(ComputePrecision.auto.chosen(on: .cpu, of: processor(flags)) == .bf16)
        }
        for flags in ["avx2", "avx512f avx512_vnni"] {
            #expect(ComputePrecision.auto.chosen(on: .cpu, of: processor(flags)) == .fp32)
            #expect(ComputePrecision.auto.chosen(on: .cuda, of: processor(flags)) == .bf16)
            #expect(ComputePrecision.high.chosen(on: .cpu, of: processor(flags)) == .high)
        }
        #expect(ComputePrecision.auto.chosen(on: .cpu, of: Processor(description: "")) == .fp32)
    }
}
