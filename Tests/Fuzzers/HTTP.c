// Any bytes as what a server answers, on a socket of this machine.
#include "CHTTP.h"
#include "Fuzzers.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static int listener = -1;
static char url[64];
// What to answer; nothing once the request is over, which may be before its answer where it took too long.
static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static const uint8_t *answer;
static size_t length;

static void answer_with(const uint8_t *data, size_t size) {
    pthread_mutex_lock(&guard);
    answer = data, length = size;
    pthread_mutex_unlock(&guard);
}

static void *serve(void *unused) {
    (void)unused;
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        if (connection < 0) continue;
        // One line of a body comes after the head, and nothing is taken back by closing too early.
        char request[4096];
        size_t had = 0;
        while (had < sizeof request - 1) {
            ssize_t count = recv(connection, request + had, sizeof request - 1 - had, 0);
            if (count <= 0) break;
            had += (size_t)count;
            request[had] = 0;
            if (strstr(request, "\r\n\r\n{}")) break;
        }
        pthread_mutex_lock(&guard);
        if (answer) send(connection, answer, length, MSG_NOSIGNAL);
        pthread_mutex_unlock(&guard);
        shutdown(connection, SHUT_WR);
        while (recv(connection, request, sizeof request, 0) > 0) {}
        close(connection);
    }
    return NULL;
}

static int never(void *context) { return context != NULL; }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (listener < 0) {
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        socklen_t room = sizeof address;
        listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        REQUIRE(bind(listener, (struct sockaddr *)&address, room) == 0 && listen(listener, 16) == 0);
        REQUIRE(getsockname(listener, (struct sockaddr *)&address, &room) == 0);
        snprintf(url, sizeof url, "http://127.0.0.1:%d/v1", ntohs(address.sin_port));
        pthread_t thread;
        REQUIRE(pthread_create(&thread, NULL, serve, NULL) == 0);
    }
    answer_with(data, size);
    const char *headers[] = {"Content-Type: application/json", "Authorization: Bearer key"};
    const size_t longest = 1 << 16;
    chttp_response response;
    chttp_post(url, headers, 2, "{}", 2, 1000, longest, never, NULL, &response);
    answer_with(NULL, 0);
    REQUIRE(response.length <= longest);
    REQUIRE(memchr(response.message, 0, sizeof response.message) && memchr(response.location, 0, sizeof response.location));
    REQUIRE(memchr(response.content_type, 0, sizeof response.content_type));
    REQUIRE(memchr(response.retry_after, 0, sizeof response.retry_after));
    chttp_response_free(&response);
    return 0;
}
