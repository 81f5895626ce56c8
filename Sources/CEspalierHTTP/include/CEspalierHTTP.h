#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// One HTTP GET over libcurl, which is looked for when the first transfer begins and not linked.
///
/// A program therefore starts on machines without libcurl, and only downloads need it. Every function may be called from
/// any thread; transfers may run side by side.

#ifdef __cplusplus
extern "C" {
#endif

/// How a transfer ended.
typedef enum esp_http_end {
  /// The last answer arrived whole, whatever its status says.
  ESP_HTTP_COMPLETE = 0,
  /// There is no libcurl that can be loaded.
  ESP_HTTP_NO_LIBRARY,
  /// The address can't be read, or is neither http nor https, also behind a redirect.
  ESP_HTTP_BAD_ADDRESS,
  /// No server of that name is known.
  ESP_HTTP_UNKNOWN_HOST,
  /// The server takes no connection.
  ESP_HTTP_NO_CONNECTION,
  /// The server's certificate or encryption was refused.
  ESP_HTTP_INSECURE,
  /// Nothing arrived for as long as `stall_seconds`.
  ESP_HTTP_STALLED,
  /// The connection ended before the answer was whole.
  ESP_HTTP_CUT_OFF,
  /// More than ten redirects.
  ESP_HTTP_REDIRECTS,
  /// A callback returned false.
  ESP_HTTP_STOPPED,
  /// Anything else; the message says what.
  ESP_HTTP_FAILED,
} esp_http_end;

/// What is asked for, and who takes the answer.
///
/// All pointers belong to the caller and must stay as they are until `esp_http_get` returns. The callbacks run on the
/// calling thread.
typedef struct esp_http_request {
  /// Ends with a zero byte.
  const char *address;
  /// Lines such as "Range: bytes=5-", each ending with a zero byte.
  const char *const *headers;
  size_t header_count;
  /// Seconds, at least 1: for making a connection, and for which nothing may arrive.
  long stall_seconds;
  /// Whether the proxy that the environment names is not used.
  bool direct;
  void *context;
  /// Takes a line of the answer's head, status lines included, line end included; those of redirects come too.
  bool (*take_header)(void *context, const char *line, size_t length);
  /// Takes bytes of the last answer's body, as they were sent; bodies of redirects are left out.
  bool (*take_body)(void *context, const uint8_t *bytes, size_t length);
  /// Asked often while bytes flow and about once a second while they don't.
  bool (*may_go_on)(void *context);
} esp_http_request;

/// Runs a transfer to its end.
///
/// `message` takes at most `capacity` >= 1 bytes, the closing zero included: what the library says about a failure, or
/// nothing. Nothing stays allocated.
esp_http_end esp_http_get(const esp_http_request *request, char *message, size_t capacity);

#ifdef __cplusplus
}
#endif
