/* Asks a genuine wolfSSL, loaded from the file named on the command line: one question a line, as
 * `lines.py` says.  Only what has kept its name and meaning from 3.12 to 5.x is called, so one
 * program serves every version and needs no header of any.
 *
 * The client talks TLS 1.2 to a server that is not there: its ServerHello and Certificate are put
 * together here, from the list in the question.  wolfSSL judges the list before it reads on, so
 * the answer is known without the server's key: it asks for more, or it gives an error.
 *
 * With a second argument the application asks for verification only after it has loaded the store.
 *
 * The clock is this program's own `time`, which goes before libc's for the loaded library too.  */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PEM = 1, VERIFY_PEER = 1, VERIFY_NONE = 0, SUCCESS = 1 };
enum { ECDHE_ECDSA_AES128_GCM = 0xc02b };
enum { WANT_READ = 2, CALLBACK_WANT_READ = -2 };

typedef struct { unsigned char *bytes; size_t size, sent; } Buffer;
typedef int (*Callback)(void *, char *, int, void *);

/* What an extension module of Python wants to find; nothing of it is called. */
char _Py_NoneStruct[64];

static time_t now;
time_t time(time_t *out) { if (out) *out = now; return now; }

static void *library;

static void *find(const char *name, const char *other) {
    void *found = dlsym(library, name);
    if (!found && other) found = dlsym(library, other);
    if (!found) { fprintf(stderr, "%s is missing\n", name); exit(2); }
    return found;
}
#define CALL(type, name) ((type)find(name, NULL))

/* -- bytes ------------------------------------------------------------------------------------ */

static void append(Buffer *to, const void *bytes, size_t size) {
    to->bytes = realloc(to->bytes, to->size + size + 1);
    memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
}

static void append_number(Buffer *to, size_t value, int width) {
    while (width--) { unsigned char byte = value >> (8 * width); append(to, &byte, 1); }
}

static int nibble(char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; }

static Buffer from_hex(const char *hex) {
    Buffer out = {0};
    for (; hex[0] && hex[1]; hex += 2) {
        unsigned char byte = nibble(hex[0]) << 4 | nibble(hex[1]);
        append(&out, &byte, 1);
    }
    return out;
}

/* -- what the server says ---------------------------------------------------------------------- */

static void append_records(Buffer *wire, const Buffer *handshake) {
    for (size_t at = 0; at < handshake->size; ) {
        size_t size = handshake->size - at > 16000 ? 16000 : handshake->size - at;
        append(wire, "\x16\x03\x03", 3);
        append_number(wire, size, 2);
        append(wire, handshake->bytes + at, size);
        at += size;
    }
}

static void append_message(Buffer *wire, int type, const Buffer *body) {
    Buffer message = {0};
    append_number(&message, type, 1);
    append_number(&message, body->size, 3);
    append(&message, body->bytes, body->size);
    append_records(wire, &message);
    free(message.bytes);
}

static void append_hello(Buffer *wire) {
    Buffer body = {0};
    unsigned char noise[32] = {7};
    append_number(&body, 0x0303, 2);
    append(&body, noise, sizeof noise);
    append_number(&body, 0, 1);
    append_number(&body, ECDHE_ECDSA_AES128_GCM, 2);
    append_number(&body, 0, 1);
    append_message(wire, 2, &body);
    free(body.bytes);
}

static void append_certificates(Buffer *wire, char *served) {
    Buffer list = {0}, body = {0};
    for (char *rest, *hex = strtok_r(served, ",", &rest); hex; hex = strtok_r(NULL, ",", &rest)) {
        Buffer one = from_hex(hex);
        append_number(&list, one.size, 3);
        append(&list, one.bytes, one.size);
        free(one.bytes);
    }
    append_number(&body, list.size, 3);
    append(&body, list.bytes, list.size);
    append_message(wire, 11, &body);
    free(list.bytes);
    free(body.bytes);
}

static int receive(void *ssl, char *out, int size, void *context) {
    Buffer *wire = context;
    size_t left = wire->size - wire->sent;
    (void)ssl;
    if (!left) return CALLBACK_WANT_READ;
    if (left < (size_t)size) size = left;
    memcpy(out, wire->bytes + wire->sent, size);
    wire->sent += size;
    return size;
}

static int swallow(void *ssl, char *out, int size, void *context) {
    (void)ssl, (void)out, (void)context;
    return size;
}

/* -- one question -------------------------------------------------------------------------------- */

static Buffer as_pem(char *store) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    Buffer out = {0};
    for (char *rest, *hex = strtok_r(store, ",", &rest); hex; hex = strtok_r(NULL, ",", &rest)) {
        Buffer one = from_hex(hex);
        append(&out, "-----BEGIN CERTIFICATE-----\n", 28);
        for (size_t i = 0, column = 0; i < one.size; i += 3) {
            unsigned left = one.size - i;
            unsigned bits = one.bytes[i] << 16 | (left > 1 ? one.bytes[i + 1] : 0) << 8
                            | (left > 2 ? one.bytes[i + 2] : 0);
            char four[4] = {digits[bits >> 18], digits[bits >> 12 & 63],
                            left > 1 ? digits[bits >> 6 & 63] : '=', left > 2 ? digits[bits & 63] : '='};
            append(&out, four, 4);
            if ((column += 4) == 64) { append(&out, "\n", 1); column = 0; }
        }
        append(&out, "\n-----END CERTIFICATE-----\n", 27);
        free(one.bytes);
    }
    return out;
}

static int judged(void *context, Buffer *wire, const char *host) {
    void *ssl = CALL(void *(*)(void *), "wolfSSL_new")(context);
    if (!ssl) return -9999;
    CALL(void (*)(void *, void *), "wolfSSL_SetIOReadCtx")(ssl, wire);
    CALL(void (*)(void *, void *), "wolfSSL_SetIOWriteCtx")(ssl, wire);
    if (strcmp(host, "-")) {
        int address = strchr(host, ':') || strspn(host, "0123456789.") == strlen(host);
        const char *name = "wolfSSL_check_domain_name", *newer = "wolfSSL_check_ip_address";
        if (address && dlsym(library, newer)) name = newer;
        CALL(int (*)(void *, const char *), name)(ssl, host);
    }
    int done = CALL(int (*)(void *), "wolfSSL_connect")(ssl);
    int error = CALL(int (*)(void *, int), "wolfSSL_get_error")(ssl, done);
    CALL(void (*)(void *), "wolfSSL_free")(ssl);
    return error;
}

static void answer(char *line, int late) {
    char *rest;
    now = atol(strtok_r(line, " \n", &rest));
    char *host = strtok_r(NULL, " \n", &rest);
    char *served = strtok_r(NULL, " \n", &rest), *store = strtok_r(NULL, " \n", &rest);
    void *method = CALL(void *(*)(void), "wolfTLSv1_2_client_method")();
    void *context = CALL(void *(*)(void *), "wolfSSL_CTX_new")(method);
    void (*verify)(void *, int, void *) = CALL(void (*)(void *, int, void *), "wolfSSL_CTX_set_verify");
    verify(context, late ? VERIFY_NONE : VERIFY_PEER, NULL);
    ((void (*)(void *, Callback))find("wolfSSL_CTX_SetIORecv", "wolfSSL_SetIORecv"))(context, receive);
    ((void (*)(void *, Callback))find("wolfSSL_CTX_SetIOSend", "wolfSSL_SetIOSend"))(context, swallow);
    int loaded = SUCCESS;
    if (strcmp(store, "-")) {
        Buffer pem = as_pem(store);
        loaded = CALL(int (*)(void *, const void *, long, int), "wolfSSL_CTX_load_verify_buffer")(
            context, pem.bytes, pem.size, PEM);
        free(pem.bytes);
    }
    verify(context, VERIFY_PEER, NULL);
    Buffer wire = {0};
    append_hello(&wire);
    append_certificates(&wire, served);
    int error = judged(context, &wire, host);
    int read = wire.sent == wire.size;
    free(wire.bytes);
    CALL(void (*)(void *), "wolfSSL_CTX_free")(context);
    if (error == WANT_READ && read) printf("ok load %d\n", loaded);
    else if (error == WANT_READ) printf("crash it asks for more before all was read\n");
    else printf("no error %d, load %d\n", error, loaded);
    fflush(stdout);
}

int main(int count, char **arguments) {
    if (count < 2) return 2;
    library = dlopen(arguments[1], RTLD_LAZY);
    if (!library) { fprintf(stderr, "%s\n", dlerror()); return 2; }
    CALL(int (*)(void), "wolfSSL_Init")();
    int late = count > 2;
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) answer(line, late);
    return 0;
}
