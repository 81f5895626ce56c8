/// The hash that tells whether a file is the one that is meant.
///
/// - Source: FIPS 180-4, "Secure Hash Standard".
package struct SHA256 {
  private var state: (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) = (
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19
  )

  /// Bytes that don't fill a block yet, fewer than 64.
  private var rest: [UInt8] = []
  private var count: UInt64 = 0

  /// The hash of bytes as 64 hexadecimal digits in lower case.
  package static func hex(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
    var hash = SHA256()
    hash.add(bytes)
    return hash.hex()
  }

  /// The hash of bytes as 64 hexadecimal digits in lower case.
  package static func hex(_ bytes: [UInt8]) -> String { bytes.withUnsafeBufferPointer { hex($0) } }

  /// Takes the next bytes.
  mutating func add(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let base = bytes.baseAddress else { return }
    count &+= UInt64(bytes.count)
    var start = 0
    if !rest.isEmpty {
      start = min(64 - rest.count, bytes.count)
      rest += bytes[..<start]
      guard rest.count == 64 else { return }
      absorbRest()
    }
    while bytes.count - start >= 64 {
      absorb(base + start)
      start += 64
    }
    rest += bytes[start...]
  }

  /// The hash of all bytes so far as 64 hexadecimal digits in lower case.
  func hex() -> String {
    var hash = self
    hash.rest.append(0x80)
    if hash.rest.count > 56 {
      hash.rest += [UInt8](repeating: 0, count: 64 - hash.rest.count)
      hash.absorbRest()
    }
    hash.rest += [UInt8](repeating: 0, count: 56 - hash.rest.count)
    for shift in stride(from: 56, through: 0, by: -8) {
      hash.rest.append(UInt8(truncatingIfNeeded: (count << 3) >> UInt64(shift)))
    }
    hash.absorbRest()
    let s = hash.state
    return [s.0, s.1, s.2, s.3, s.4, s.5, s.6, s.7].map { word in
      let text = String(word, radix: 16)
      return String(repeating: "0", count: 8 - text.count) + text
    }.joined()
  }

  private mutating func absorbRest() {
    let block = rest
    block.withUnsafeBufferPointer { if let base = $0.baseAddress { absorb(base) } }
    rest.removeAll(keepingCapacity: true)
  }

  private mutating func absorb(_ block: UnsafePointer<UInt8>) {
    var (a, b, c, d, e, f, g, h) = state
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { w in
      Self.expand(block, into: w)
      Self.roundConstants.withUnsafeBufferPointer { k in
        for t in 0..<64 {
          let first = h &+ Self.mix(e, 6, 11, 25) &+ ((e & f) ^ (~e & g)) &+ k[t] &+ w[t]
          let second = Self.mix(a, 2, 13, 22) &+ ((a & b) ^ (a & c) ^ (b & c))
          (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
      }
    }
    state = (
      state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d, state.4 &+ e, state.5 &+ f, state.6 &+ g, state.7 &+ h
    )
  }

  private static func expand(_ block: UnsafePointer<UInt8>, into w: UnsafeMutableBufferPointer<UInt32>) {
    for t in 0..<16 {
      let p = block + 4 * t
      w[t] = UInt32(p[0]) << 24 | UInt32(p[1]) << 16 | UInt32(p[2]) << 8 | UInt32(p[3])
    }
    for t in 16..<64 {
      let low = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ (w[t - 15] >> 3)
      let high = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ (w[t - 2] >> 10)
      w[t] = w[t - 16] &+ low &+ w[t - 7] &+ high
    }
  }

  @inline(__always)
  private static func rotate(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }

  @inline(__always)
  private static func mix(_ value: UInt32, _ first: UInt32, _ second: UInt32, _ third: UInt32) -> UInt32 {
    rotate(value, first) ^ rotate(value, second) ^ rotate(value, third)
  }

  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}

extension SHA256 {
  /// The hash of a file as 64 hexadecimal digits in lower case.
  ///
  /// - Throws: ``ReadError`` when there is no such file or it can't be read.
  package static func hex(file path: String) throws(ReadError) -> String { try FileBytes(path: path).sha256() }
}
