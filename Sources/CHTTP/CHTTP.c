// C, because libcurl's options are set through a variadic function, which Swift cannot call.
#include "CHTTP.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef struct {
    chttp_response *response;
    size_t longest, header_length, capacity;
    int is_too_long;
    int (*is_cancelled)(void *);
    void *context;
} exchange;

static size_t take_body(char *data, size_t size, size_t count, void *context) {
    exchange *exchange = context;
    chttp_response *response = exchange->response;
    size_t length = size * count;
    if (length > exchange->longest - response->length) {
        exchange->is_too_long = 1;
        return 0;
    }
    if (response->length + length > exchange->capacity) {
        size_t capacity = 2 * (response->length + length);
        unsigned char *body = realloc(response->body, capacity);
        if (!body) return 0;
        response->body = body;
        exchange->capacity = capacity;
    }
    memcpy(response->body + response->length, data, length);
    response->length += length;
    return length;
}

// Keeps the value of a header in `kept`, cut to its size.
static void keep(const char *line, size_t length, const char *name, char *kept, size_t size) {
    size_t name_length = strlen(name);
    if (length <= name_length || line[name_length] != ':' || strncasecmp(line, name, name_length) != 0) return;
    const char *value = line + name_length + 1, *end = line + length;
    while (value < end && (*value == ' ' || *value == '\t')) value++;
    while (end > value && strchr(" \t\r\n", end[-1])) end--;
    size_t kept_length = (size_t)(end - value) < size - 1 ? (size_t)(end - value) : size - 1;
    memcpy(kept, value, kept_length);
    kept[kept_length] = 0;
}

static size_t take_header(char *line, size_t size, size_t count, void *context) {
    exchange *exchange = context;
    chttp_response *response = exchange->response;
    size_t length = size * count;
    if (length > exchange->longest - exchange->header_length) {
        exchange->is_too_long = 1;
        return 0;
    }
    exchange->header_length += length;
    keep(line, length, "content-type", response->content_type, sizeof response->content_type);
    keep(line, length, "retry-after", response->retry_after, sizeof response->retry_after);
    keep(line, length, "location", response->location, sizeof response->location);
    return length;
}

static int stop_if_cancelled(void *context, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d) {
    exchange *exchange = context;
    return exchange->is_cancelled(exchange->context);
}

static enum chttp_outcome meaning(CURLcode code, const exchange *exchange) {
    if (exchange->is_too_long) return CHTTP_TOO_LONG;
    switch (code) {
    case CURLE_OK: return CHTTP_DONE;
    case CURLE_ABORTED_BY_CALLBACK: return CHTTP_CANCELLED;
    case CURLE_OPERATION_TIMEDOUT: return CHTTP_TIMED_OUT;
    // What libcurl says of a header line that is longer than it reads itself.
    case CURLE_OUT_OF_MEMORY: return CHTTP_TOO_LONG;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return CHTTP_NO_HOST;
    case CURLE_COULDNT_CONNECT: return CHTTP_NO_CONNECTION;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS: return CHTTP_INSECURE;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM: return CHTTP_BROKEN_OFF;
    default: return CHTTP_FAILED;
    }
}

static void initialize(void) { curl_global_init(CURL_GLOBAL_DEFAULT); }

void chttp_post(
    const char *url, const char *const *headers, size_t header_count, const void *body, size_t length, long timeout_ms,
    size_t longest, int (*is_cancelled)(void *), void *context, chttp_response *response) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, initialize);
    memset(response, 0, sizeof *response);
    response->outcome = CHTTP_FAILED;
    exchange exchange = {.response = response, .longest = longest, .is_cancelled = is_cancelled, .context = context};
    char message[CURL_ERROR_SIZE] = "";
    struct curl_slist *list = NULL;
    for (size_t index = 0; index < header_count; index++) list = curl_slist_append(list, headers[index]);
    CURL *curl = curl_easy_init();
    if (curl) {
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, list);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_USERAGENT, "cap-describe");
        // All that this libcurl can unpack: gzip and deflate at least. What is counted below is unpacked.
        curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
        curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, stop_if_cancelled);
        curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &exchange);
        curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
        CURLcode code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &response->status);
        response->outcome = meaning(code, &exchange);
        if (code != CURLE_OK) strncpy(response->message, *message ? message : curl_easy_strerror(code), sizeof response->message - 1);
        curl_easy_cleanup(curl);
    }
    curl_slist_free_all(list);
}

void chttp_response_free(chttp_response *response) {
    free(response->body);
    response->body = NULL;
}

long long chttp_date(const char *text) {
    return curl_getdate(text, NULL);
}
