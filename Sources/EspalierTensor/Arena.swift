/// Memory for one training step: handed out in order, taken back all at once, and kept for the next step.
///
/// The first steps find out how much is needed; from then on nothing is allocated.
final class Arena {
  private var chunks: [AlignedBuffer<UInt8>] = []
  private var used = 0

  /// Bytes in use over all chunks, counted for diagnosis.
  private(set) var usedBytes = 0

  /// Bytes that are held, in use or not.
  var heldBytes: Int { chunks.reduce(0) { $0 + $1.count } }

  /// Takes memory for `count` elements, aligned to 64 bytes and not zeroed.
  ///
  /// It is valid until ``reset()``.
  func allocate<Element: BitwiseCopyable>(_ count: Int, as type: Element.Type = Element.self)
    -> UnsafeMutablePointer<Element>
  {
    let bytes = (max(1, count) * MemoryLayout<Element>.stride + 63) / 64 * 64
    if chunks.isEmpty || used + bytes > chunks[chunks.count - 1].count { grow(by: bytes) }
    let start = UnsafeMutableRawPointer(chunks[chunks.count - 1].pointer) + used
    used += bytes
    usedBytes += bytes
    return start.bindMemory(to: Element.self, capacity: count)
  }

  /// Takes everything back.
  ///
  /// Several chunks become one that holds as much, so that the next step fits in it.
  func reset() {
    if chunks.count > 1 {
      let total = chunks.reduce(0) { $0 + $1.count }
      chunks = [AlignedBuffer(count: total)]
    }
    used = 0
    usedBytes = 0
  }

  private func grow(by bytes: Int) {
    let smallest = chunks.isEmpty ? 1 << 16 : chunks[chunks.count - 1].count
    chunks.append(AlignedBuffer(count: max(bytes, smallest)))
    used = 0
  }
}
