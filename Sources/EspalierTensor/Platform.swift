internal import CEspalierKernels
import Foundation

/// What the kernels run on, and the state of the calling thread.
public enum Platform {
  /// The SIMD target that the kernels chose on this machine, such as `AVX3` (AVX-512), `AVX2` or `NEON`.
  ///
  /// Runs give the same bits on the same build and target only.
  public static var simdTarget: String { String(cString: esp_simd_target()) }

  /// Runs `body` with denormal numbers treated as 0 on this thread, and restores the thread's state.
  ///
  /// The vanishing gradients of a sparse recurrent network turn denormal, and arithmetic on those is many times slower.
  public static func flushingDenormals<Result, Failure>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let state = esp_flush_denormals()
    defer { esp_restore_denormals(state) }
    return try body()
  }

  /// Seconds of processor time that the calling thread has used.
  ///
  /// For reports; no result depends on it.
  public static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
