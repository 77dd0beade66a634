import Methods
import Testing

@Suite struct MethodTests {
    @Test func namesAreUniqueAndFound() throws {
        #expect(Set(Method.all.map(\.name)).count == Method.all.count)
        for method in Method.all { #expect(try Method(named: method.name).title == method.title) }
        let error = #expect(throws: MethodError.self) { try Method(named: "fixmatch") }
        #expect(error?.description.contains("grip") == true)
    }

    @Test func whatLearnsNothingTakesNoPromptsAndTheOthersTakeSome() throws {
        for method in Method.all {
            for modality in Modality.allCases {
                if (method.training == .none) == (modality == .none) {
                    try method.check(modality)
                } else {
                    #expect(throws: MethodError.self) { try method.check(modality) }
                }
            }
            try method.check(method.defaultModality)
        }
    }
}
