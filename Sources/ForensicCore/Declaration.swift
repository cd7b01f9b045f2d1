/// What a file declares about the origin of its picture, in containers made for such statements.
///
/// A declaration is evidence about the file's history and says nothing about the pixels: anybody
/// can write it, copy it from another file or take it away.
public struct Declaration: Hashable, Sendable, Codable {
  /// How the picture came about, by the file's own word.
  public enum Origin: String, Hashable, Sendable, Codable, CaseIterable {
    case generated
    /// Made in part by a trained model.
    case partlyGenerated = "partly-generated"
    case camera
  }

  /// Whether the conclusion drawn from the pixels goes with `origin`.
  public enum Agreement: String, Hashable, Sendable, Codable, CaseIterable {
    case agree, disagree
    /// The pixels leave it open, or the declaration is about a part of the picture.
    case open
  }

  /// What a generator wrote about how it made the picture.
  public struct Generation: Hashable, Sendable, Codable {
    /// Where it stands: ``PNG text `parameters` ``, `EXIF UserComment`, …
    public var place: String
    /// The program: `AUTOMATIC1111`, `ComfyUI`, `InvokeAI`, …
    public var tool: String
    public var model: String?
    /// The generator family, by its name in `etc/families.toml`, that the model belongs to; `nil`
    /// where the name does not tell.
    public var family: String?
    public var prompt: String?
    public var negativePrompt: String?
    /// As it was written: seeds reach 64 bits.
    public var seed: String?
    public var steps: String?
    public var sampler: String?
    /// Classifier-free guidance, as it was written.
    public var guidance: String?
    /// Everything else that was written, by its own name.
    public var settings: [String: String]

    public init(
      place: String = "", tool: String, model: String? = nil, family: String? = nil,
      prompt: String? = nil, negativePrompt: String? = nil, seed: String? = nil,
      steps: String? = nil, sampler: String? = nil, guidance: String? = nil,
      settings: [String: String] = [:]
    ) {
      self.place = place
      self.tool = tool
      self.model = model
      self.family = family
      self.prompt = prompt
      self.negativePrompt = negativePrompt
      self.seed = seed
      self.steps = steps
      self.sampler = sampler
      self.guidance = guidance
      self.settings = settings
    }
  }

  /// One statement by name, such as XMP's `DigitalSourceType`.
  public struct Statement: Hashable, Sendable, Codable {
    /// Where it stands: `XMP`, `IPTC`, `PNG text`, `JPEG comment`, `EXIF`, `Alpha channel`,
    /// `Colour channels`, `Pixels`.
    public var place: String
    public var name: String
    public var value: String
    /// What the value means, where a vocabulary or a list of known programs tells.
    public var meaning: String?

    public init(place: String, name: String, value: String, meaning: String? = nil) {
      self.place = place
      self.name = name
      self.value = value
      self.meaning = meaning
    }
  }

  /// What the declarations say together; `nil` where none says how the picture came about.
  public var origin: Origin?
  /// The generator family that is declared, by its name in `etc/families.toml`.
  public var family: String?
  public var generations: [Generation]
  public var statements: [Statement]
  /// `nil` where `origin` is.
  public var pixels: Agreement?

  public init(
    origin: Origin? = nil, family: String? = nil, generations: [Generation] = [],
    statements: [Statement] = [], pixels: Agreement? = nil
  ) {
    self.origin = origin
    self.family = family
    self.generations = generations
    self.statements = statements
    self.pixels = pixels
  }
}
