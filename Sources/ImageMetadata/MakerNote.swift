/// Who wrote the maker note: by the signature at its start, or else by the camera's maker.
/// Its content is not read.
package enum MakerNote {
  /// The maker's name, `unknown` where neither tells.
  package static func maker(_ note: [UInt8], make: String?) -> String {
    for (signature, maker) in signatures where note.starts(with: signature.utf8) { return maker }
    let name = (make ?? "").lowercased()
    for (prefix, maker) in makes where name.hasPrefix(prefix) { return maker }
    return "unknown"
  }

  /// Signatures at the start of maker notes; longer ones before those they contain.
  private static let signatures: [(String, String)] = [
    ("Nikon\0", "Nikon"), ("OLYMPUS\0", "Olympus"), ("OLYMP\0", "Olympus"),
    ("OM SYSTEM\0", "OM System"), ("FUJIFILM", "Fujifilm"), ("GENERALE", "General Imaging"),
    ("Panasonic\0", "Panasonic"), ("LEICA", "Leica"), ("SONY", "Sony"), ("VHAB", "Sony"),
    ("AOC\0", "Pentax"), ("PENTAX \0", "Pentax"), ("QVC\0", "Casio"), ("KDK", "Kodak"),
    ("Eastman Kodak", "Kodak"), ("SANYO\0", "Sanyo"), ("EPSON\0", "Epson"),
    ("Ricoh", "Ricoh"), ("RICOH", "Ricoh"), ("Apple iOS\0", "Apple"), ("SIGMA\0", "Sigma"),
    ("FOVEON\0", "Sigma"), ("MLT0", "Minolta"), ("MLY0", "Minolta"), ("KC", "Kyocera"),
    ("KYOCERA", "Kyocera"), ("STMN", "Samsung"), ("HDRP", "Google"),
    ("[ae_dbg_info:", "DJI"), ("HUAWEI", "Huawei"),
  ]

  /// Makers whose notes carry no signature, by the start of Make in lower case.
  private static let makes: [(String, String)] = [
    ("canon", "Canon"), ("nikon", "Nikon"), ("olympus", "Olympus"), ("casio", "Casio"),
    ("minolta", "Minolta"), ("konica minolta", "Minolta"), ("sony", "Sony"),
    ("samsung", "Samsung"), ("eastman kodak", "Kodak"), ("kodak", "Kodak"), ("pentax", "Pentax"),
    ("asahi", "Pentax"), ("ricoh", "Ricoh"), ("panasonic", "Panasonic"), ("leica", "Leica"),
    ("sanyo", "Sanyo"), ("google", "Google"), ("dji", "DJI"), ("hasselblad", "Hasselblad"),
    ("apple", "Apple"), ("huawei", "Huawei"), ("xiaomi", "Xiaomi"), ("hewlett", "HP"),
    ("hp", "HP"), ("jvc", "JVC"), ("phase one", "Phase One"), ("fujifilm", "Fujifilm"),
    ("motorola", "Motorola"), ("reconyx", "Reconyx"), ("polaroid", "Polaroid"),
  ]
}
