// One HTTP request by libcurl, which reads no more of the response than it is told to.
#pragma once

#include <stddef.h>

typedef struct {
    /// What became of the request.
    enum chttp_outcome {
        CHTTP_DONE,
        CHTTP_CANCELLED,
        CHTTP_TIMED_OUT,
        /// The response is longer than is read.
        CHTTP_TOO_LONG,
        CHTTP_NO_HOST,
        CHTTP_NO_CONNECTION,
        /// TLS: the certificate is not trusted, or the server speaks none. Nothing was sent.
        CHTTP_INSECURE,
        /// The connection broke off, or what came is no HTTP.
        CHTTP_BROKEN_OFF,
        CHTTP_FAILED,
    } outcome;
    /// Why, in libcurl's words; empty where it went well.
    char message[256];
    long status;
    char content_type[256];
    char retry_after[64];
    char location[1024];
    /// To be freed by `chttp_response_free`.
    unsigned char *body;
    size_t length;
} chttp_response;

// Posts `body` and waits for the whole response. Follows no redirect.
//
// longest: the most bytes of the body, and of the headers, that are read; the connection is closed on more.
// is_cancelled: asked now and then, at least once a second; a result other than 0 ends the request.
void chttp_post(
    const char *url, const char *const *headers, size_t header_count, const void *body, size_t length, long timeout_ms,
    size_t longest, int (*is_cancelled)(void *context), void *context, chttp_response *response);

void chttp_response_free(chttp_response *response);

// The seconds since 1970 that a header's date stands for, in any of HTTP's forms; -1 where it is none.
long long chttp_date(const char *text);
