import Safetensors
import Testing

@Suite struct HeaderTests {
  static let one = #""a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#

  @Test(arguments: [
    (#"{}"#, 0), ("{" + one + "}", 8), ("{" + one + "}   \n", 8),
    (#"{"__metadata__":{"k":"v \u00e9\n"},"# + one + "}", 8),
    (#"{"s":{"shape":[],"data_offsets":[0,8],"dtype":"I64"}}"#, 8),
    (#"{"a":{"dtype":"F32","shape":[0,9223372036854775807],"data_offsets":[0,0]}}"#, 0),
  ])
  func acceptsSoundHeaders(header: String, bytes: Int) {
    #expect(refusal(file(header, data: [UInt8](repeating: 0, count: bytes))) == nil)
  }

  @Test(arguments: [
    ("{" + one + "," + one + "}", 8, SafetensorsError.Code.badOffsets),
    (
      #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
      0, .duplicateName
    ),
    (#"{"__metadata__":{},"__metadata__":{}}"#, 0, .duplicateName),
    (#"{"__metadata__":{"a":"b","a":"c"}}"#, 0, .duplicateName),
    (#"{"__metadata__":{"a":1}}"#, 0, .malformedHeader),
    (#"{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1, .duplicateName),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1],"x":0}}"#, 1, .malformedHeader),
    (#"{"a":{"dtype":"U8","shape":[1]}}"#, 1, .malformedHeader),
    (#"{"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 1, .malformedHeader),
    (#"{"a":{"dtype":"F4","shape":[1],"data_offsets":[0,1]}}"#, 1, .unknownType),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,2]}}"#, 2, .wrongByteCount),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, 1, .badOffsets),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, 2, .badOffsets),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 2, .badOffsets),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, 0, .badOffsets),
    (#"{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, 0, .badShape),
    (#"{"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,0]}}"#, 0, .badShape),
    (#"{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}"#, 1, .badShape),
    (#"{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}"#, 1, .malformedHeader),
    (#"{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}"#, 1, .malformedHeader),
    (#"{"a":{"dtype":"U8","shape":[01],"data_offsets":[0,1]}}"#, 1, .malformedHeader),
    (
      #"{"a":{"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,1]}}"#, 1,
      .malformedHeader
    ),
    (
      #"{"a":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]},"#
        + #""b":{"dtype":"F32","shape":[0],"data_offsets":[9223372036854775807,9223372036854775807]}}"#,
      0, .badOffsets
    ),
    (#"{"a":[[[[[[[]]]]]]]}"#, 0, .malformedHeader), (#"{"a":{"#, 0, .malformedHeader),
    (#"{"a""#, 0, .malformedHeader), (#"{}x"#, 0, .malformedHeader), (#" {}"#, 0, .malformedHeader),
    ("", 0, .malformedHeader),
  ])
  func refusesHostileHeaders(header: String, bytes: Int, code: SafetensorsError.Code) {
    #expect(refusal(file(header, data: [UInt8](repeating: 0, count: bytes))) == code)
  }

  @Test func refusesMisalignedTensors() {
    let header =
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}"#
    let padded = header + String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    #expect(refusal(file(padded, data: [0, 0, 0, 0, 0])) == .misaligned)
  }

  @Test(arguments: [
    [], [1, 2, 3], [UInt8](repeating: 0xFF, count: 8), [0xFF, 0xFF, 0, 0, 0, 0, 0, 0, 0x7B],
  ])
  func refusesWhatIsTooShort(bytes: [UInt8]) {
    let code = refusal(bytes)
    #expect(code == .truncated || code == .headerTooLong)
  }

  @Test func refusesMoreEntriesThanAnyModelNeeds() {
    let count = SafetensorsFile.maximumTensorCount + 1
    let entries = (0..<count).map {
      "\"\($0)\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[\($0),\($0 + 1)]}"
    }
    let header = "{" + entries.joined(separator: ",") + "}"
    #expect(refusal(file(header, data: [UInt8](repeating: 0, count: count))) == .tooManyEntries)
  }
}
