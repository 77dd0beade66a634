import ArgumentParser
import Parameters

/// The options of a stage's command, made from the declarations of its parameters.
///
///     @OptionGroup var parameters: ParameterOptions<FinetuneParameters>
///
///     stage.settings = try parameters.settings
///
/// ArgumentParser finds options by reflection; what it finds here are options made from the declarations, so that one can be
/// added without a property of its own.
public struct ParameterOptions<Declared: StageParameters>: ParsableArguments, CustomReflectable {
    /// What was given, by the name of the parameter.
    private var given: [String: String] = [:]

    public init() {}

    public init(from decoder: any Decoder) throws {
        given = try DeclaredOptions(Declared.parameters, named: \.option).decode(decoder)
    }

    public var customMirror: Mirror {
        Mirror(self, children: DeclaredOptions(Declared.parameters, named: \.option).children)
    }

    public func validate() throws {
        _ = try settings
    }

    /// The values that were given, and the defaults of the others.
    ///
    /// - Throws: `ValidationError` where something is no value of its parameter, or not for the method.
    public var settings: Settings<Declared> {
        get throws {
            do {
                var settings = Settings<Declared>()
                for (name, text) in given { try settings.set(name, to: text) }
                if Declared.isCheckedAlone { try settings.check() }
                return settings
            } catch let error as ParameterError {
                throw ValidationError(error.text(.option) + ".")
            }
        }
    }
}
