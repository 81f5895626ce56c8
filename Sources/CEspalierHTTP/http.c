#include "CEspalierHTTP.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

// The part of libcurl's binary interface that is used here. Its numbers never change: libcurl.so.4 has kept them since
// 2006, and https://curl.se/libcurl/c/libcurl-errors.html and CURLINFO/CURLOPT pages list them.
typedef struct CURL CURL;
typedef struct curl_slist curl_slist;
typedef int CURLcode;

enum {
  CURL_GLOBAL_ALL = 3,
  CURL_HTTP_AND_HTTPS = 1 | 2,
};

// Options for a long are their number, for a pointer 10000 more, for a function 20000 more.
enum {
  OPT_WRITEDATA = 10001,
  OPT_URL = 10002,
  OPT_PROXY = 10004,
  OPT_ERRORBUFFER = 10010,
  OPT_WRITEFUNCTION = 20011,
  OPT_USERAGENT = 10018,
  OPT_LOW_SPEED_LIMIT = 19,
  OPT_LOW_SPEED_TIME = 20,
  OPT_HTTPHEADER = 10023,
  OPT_HEADERDATA = 10029,
  OPT_NOPROGRESS = 43,
  OPT_FOLLOWLOCATION = 52,
  OPT_PROGRESSDATA = 10057,
  OPT_MAXREDIRS = 68,
  OPT_CONNECTTIMEOUT = 78,
  OPT_HEADERFUNCTION = 20079,
  OPT_NOSIGNAL = 99,
  OPT_PROTOCOLS = 181,
  OPT_REDIR_PROTOCOLS = 182,
  OPT_XFERINFOFUNCTION = 20219,
};

enum {
  E_OK = 0,
  E_UNSUPPORTED_PROTOCOL = 1,
  E_URL_MALFORMAT = 3,
  E_COULDNT_RESOLVE_PROXY = 5,
  E_COULDNT_RESOLVE_HOST = 6,
  E_COULDNT_CONNECT = 7,
  E_PARTIAL_FILE = 18,
  E_WRITE_ERROR = 23,
  E_OPERATION_TIMEDOUT = 28,
  E_SSL_CONNECT_ERROR = 35,
  E_ABORTED_BY_CALLBACK = 42,
  E_TOO_MANY_REDIRECTS = 47,
  E_GOT_NOTHING = 52,
  E_SEND_ERROR = 55,
  E_RECV_ERROR = 56,
  E_PEER_FAILED_VERIFICATION = 60,
  E_SSL_CACERT_BADFILE = 77,
};

enum { MESSAGE_SIZE = 256, MAX_REDIRECTS = 10 };

static struct {
  CURLcode (*global_init)(long flags);
  CURL *(*easy_init)(void);
  CURLcode (*easy_setopt)(CURL *handle, int option, ...);
  CURLcode (*easy_perform)(CURL *handle);
  void (*easy_cleanup)(CURL *handle);
  const char *(*easy_strerror)(CURLcode code);
  curl_slist *(*slist_append)(curl_slist *list, const char *text);
  void (*slist_free_all)(curl_slist *list);
  bool is_loaded;
} curl;

static pthread_once_t loading = PTHREAD_ONCE_INIT;

static void load(void) {
#ifdef __APPLE__
  static const char *const names[] = {"/usr/lib/libcurl.4.dylib", "libcurl.4.dylib"};
#else
  static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
#endif
  void *library = NULL;
  for (size_t i = 0; library == NULL && i < sizeof names / sizeof names[0]; i++) {
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  }
  if (library == NULL) return;
  // A void pointer is put into a function pointer as POSIX asks for it.
  *(void **)&curl.global_init = dlsym(library, "curl_global_init");
  *(void **)&curl.easy_init = dlsym(library, "curl_easy_init");
  *(void **)&curl.easy_setopt = dlsym(library, "curl_easy_setopt");
  *(void **)&curl.easy_perform = dlsym(library, "curl_easy_perform");
  *(void **)&curl.easy_cleanup = dlsym(library, "curl_easy_cleanup");
  *(void **)&curl.easy_strerror = dlsym(library, "curl_easy_strerror");
  *(void **)&curl.slist_append = dlsym(library, "curl_slist_append");
  *(void **)&curl.slist_free_all = dlsym(library, "curl_slist_free_all");
  if (!curl.global_init || !curl.easy_init || !curl.easy_setopt || !curl.easy_perform || !curl.easy_cleanup ||
      !curl.easy_strerror || !curl.slist_append || !curl.slist_free_all) {
    return;
  }
  curl.is_loaded = curl.global_init(CURL_GLOBAL_ALL) == E_OK;
}

static size_t on_header(char *bytes, size_t size, size_t count, void *data) {
  const esp_http_request *request = data;
  return request->take_header(request->context, bytes, size * count) ? size * count : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data) {
  const esp_http_request *request = data;
  return request->take_body(request->context, (const uint8_t *)bytes, size * count) ? size * count : 0;
}

static int on_progress(void *data, int64_t a, int64_t b, int64_t c, int64_t d) {
  (void)a, (void)b, (void)c, (void)d;
  const esp_http_request *request = data;
  return request->may_go_on(request->context) ? 0 : 1;
}

static esp_http_end end_of(CURLcode code) {
  switch (code) {
    case E_OK: return ESP_HTTP_COMPLETE;
    case E_UNSUPPORTED_PROTOCOL:
    case E_URL_MALFORMAT: return ESP_HTTP_BAD_ADDRESS;
    case E_COULDNT_RESOLVE_PROXY:
    case E_COULDNT_RESOLVE_HOST: return ESP_HTTP_UNKNOWN_HOST;
    case E_COULDNT_CONNECT: return ESP_HTTP_NO_CONNECTION;
    case E_OPERATION_TIMEDOUT: return ESP_HTTP_STALLED;
    case E_SSL_CONNECT_ERROR:
    case E_PEER_FAILED_VERIFICATION:
    case E_SSL_CACERT_BADFILE: return ESP_HTTP_INSECURE;
    case E_PARTIAL_FILE:
    case E_GOT_NOTHING:
    case E_SEND_ERROR:
    case E_RECV_ERROR: return ESP_HTTP_CUT_OFF;
    case E_TOO_MANY_REDIRECTS: return ESP_HTTP_REDIRECTS;
    case E_WRITE_ERROR:
    case E_ABORTED_BY_CALLBACK: return ESP_HTTP_STOPPED;
    default: return ESP_HTTP_FAILED;
  }
}

/// Sets every option; false when one was refused, and then the transfer must not run.
static bool prepare(CURL *handle, const esp_http_request *request, curl_slist *headers, char *error) {
  bool is_set = true;
#define SET(option, value) is_set = curl.easy_setopt(handle, option, value) == E_OK && is_set
  SET(OPT_URL, request->address);
  SET(OPT_USERAGENT, "espalier");
  SET(OPT_ERRORBUFFER, error);
  if (headers != NULL) SET(OPT_HTTPHEADER, headers);
  if (request->direct) SET(OPT_PROXY, "");
  SET(OPT_PROTOCOLS, (long)CURL_HTTP_AND_HTTPS);
  SET(OPT_REDIR_PROTOCOLS, (long)CURL_HTTP_AND_HTTPS);
  SET(OPT_FOLLOWLOCATION, 1L);
  SET(OPT_MAXREDIRS, (long)MAX_REDIRECTS);
  SET(OPT_CONNECTTIMEOUT, request->stall_seconds);
  SET(OPT_LOW_SPEED_LIMIT, 1L);
  SET(OPT_LOW_SPEED_TIME, request->stall_seconds);
  SET(OPT_NOSIGNAL, 1L);
  SET(OPT_NOPROGRESS, 0L);
  SET(OPT_XFERINFOFUNCTION, on_progress);
  SET(OPT_PROGRESSDATA, request);
  SET(OPT_HEADERFUNCTION, on_header);
  SET(OPT_HEADERDATA, request);
  SET(OPT_WRITEFUNCTION, on_body);
  SET(OPT_WRITEDATA, request);
#undef SET
  return is_set;
}

esp_http_end esp_http_get(const esp_http_request *request, char *message, size_t capacity) {
  message[0] = 0;
  pthread_once(&loading, load);
  if (!curl.is_loaded) return ESP_HTTP_NO_LIBRARY;
  CURL *handle = curl.easy_init();
  if (handle == NULL) return ESP_HTTP_FAILED;
  char error[MESSAGE_SIZE] = "";
  curl_slist *headers = NULL;
  bool is_ready = true;
  for (size_t i = 0; i < request->header_count; i++) {
    curl_slist *longer = curl.slist_append(headers, request->headers[i]);
    is_ready = longer != NULL && is_ready;
    if (longer != NULL) headers = longer;
  }
  is_ready = prepare(handle, request, headers, error) && is_ready;
  CURLcode code = is_ready ? curl.easy_perform(handle) : -1;
  if (code != E_OK) {
    const char *text = error[0] != 0 ? error : code > 0 ? curl.easy_strerror(code) : "";
    snprintf(message, capacity, "%s", text);
  }
  curl.easy_cleanup(handle);
  curl.slist_free_all(headers);
  return end_of(code);
}
