import Foundation

/// The system's `write`, whose name methods of that name hide.
enum FileDescriptorWriting {
  /// Writes some of the bytes and returns how many, or -1 with `errno` set.
  static func write(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Darwin)
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}
