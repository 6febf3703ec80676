/*
 * Asks a genuine mbedTLS what it says of a chain; see lines.py for the form of questions.
 *
 *     mbedtls LIBMBEDCRYPTO LIBMBEDX509 LIBMBEDTLS
 *
 * The libraries are loaded by path and used through functions alone: nothing here depends on the
 * layout of their structures, so one program serves every 2.x.  The functions are those that the
 * TLS client itself calls: parse each certificate, verify with the default profile, then look at
 * the leaf's usages for a key exchange.
 *
 * The libraries read the clock with time(), and find the one below: it says what was asked.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ROOM 16384 /* more than a mbedtls_x509_crt has in any version */

static time_t moment;

time_t time(time_t *out)
{
    if (out != NULL)
        *out = moment;
    return moment;
}

typedef union {
    char bytes[ROOM];
    long double alignment;
} list;

static void (*list_init)(void *);
static void (*list_free)(void *);
static int (*parse)(void *, const unsigned char *, size_t);
static int (*verify)(void *, void *, void *, const char *, unsigned *, void *, void *);
static const void *(*suite)(int);
static int (*usage)(const void *, const void *, int, unsigned *);

static void *load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    return library;
}

static void *find(void *library, const char *name)
{
    void *function = dlsym(library, name);
    if (function == NULL) {
        fprintf(stderr, "no function %s\n", name);
        exit(2);
    }
    return function;
}

static int nibble(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* Parses certificates as hex joined by commas; 0, or the parser's error. */
static int read_list(char *text, list *certificates)
{
    char *rest = text, *one;
    int error;

    if (strcmp(text, "-") == 0)
        return 0;
    while ((one = strsep(&rest, ",")) != NULL) {
        size_t length = strlen(one) / 2;
        unsigned char *der = (unsigned char *) one; /* decoded in place */
        for (size_t i = 0; i < length; i++)
            der[i] = (unsigned char) (nibble(one[2 * i]) << 4 | nibble(one[2 * i + 1]));
        if ((error = parse(certificates, der, length)) != 0)
            return error;
    }
    return 0;
}

/* Whether the leaf may be used in any key exchange, as the TLS client sees it. */
static int is_usable(const list *leaf, unsigned *flags)
{
    /* ECDHE-ECDSA, RSA, ECDH-ECDSA: digitalSignature, keyEncipherment, keyAgreement. */
    static const int suites[] = {0xC02B, 0x009C, 0xC02D};

    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++) {
        *flags = 0;
        if (suite(suites[i]) != NULL && usage(leaf, suite(suites[i]), 1, flags) == 0)
            return 1;
    }
    return 0;
}

static void answer(char *host, char *served_text, char *store_text)
{
    static list served, store;
    unsigned flags = 0;
    int error;

    list_init(&served);
    list_init(&store);
    if ((error = read_list(served_text, &served)) != 0)
        printf("no parse: a served certificate, -0x%04x\n", -error);
    else if ((error = read_list(store_text, &store)) != 0)
        printf("no parse: a trusted certificate, -0x%04x\n", -error);
    else if (verify(&served, &store, NULL, strcmp(host, "-") ? host : NULL, &flags, NULL, NULL))
        printf("no flags 0x%x\n", flags);
    else if (!is_usable(&served, &flags))
        printf("no usage, flags 0x%x\n", flags);
    else
        printf("ok verified\n");
    list_free(&served);
    list_free(&store);
    fflush(stdout);
}

int main(int count, char **arguments)
{
    char *line = NULL, version[32] = "";
    size_t room = 0;

    if (count < 4)
        return 2;
    void *crypto = load(arguments[1]), *x509 = load(arguments[2]), *tls = load(arguments[3]);
    if (count > 4) {
        ((void (*)(char *)) find(crypto, "mbedtls_version_get_string"))(version);
        puts(version);
        return 0;
    }
    list_init = find(x509, "mbedtls_x509_crt_init");
    list_free = find(x509, "mbedtls_x509_crt_free");
    parse = find(x509, "mbedtls_x509_crt_parse_der");
    verify = find(x509, "mbedtls_x509_crt_verify");
    suite = find(tls, "mbedtls_ssl_ciphersuite_from_id");
    usage = find(tls, "mbedtls_ssl_check_cert_usage");
    while (getline(&line, &room, stdin) > 0) {
        char *rest = line;
        char *seconds = strsep(&rest, " "), *host = strsep(&rest, " ");
        char *served = strsep(&rest, " "), *store = strsep(&rest, "\n");
        moment = (time_t) strtoll(seconds, NULL, 10);
        answer(host, served, store);
    }
    return 0;
}
