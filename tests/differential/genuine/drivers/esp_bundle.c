/*
 * A certificate bundle in the manner of ESP-IDF around genuine mbedTLS; see lines.py for the form
 * of questions.
 *
 * What builds the path and judges what was served is mbedTLS itself, given an empty store.  Only
 * the look-up in the bundle is ours: an entry is a name and a key, found by the issuer's octets,
 * and it must have made the signature.  mbedTLS finds the clock of this program (time, below).
 */
#define _GNU_SOURCE
#include <mbedtls/ssl.h>
#include <mbedtls/ssl_internal.h>
#include <mbedtls/x509_crt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define UNTRUSTED MBEDTLS_X509_BADCERT_NOT_TRUSTED
#define WEAK_HASH MBEDTLS_X509_BADCERT_BAD_MD

static time_t moment;

time_t time(time_t *out)
{
    if (out != NULL)
        *out = moment;
    return moment;
}

/* Whether this entry has the child's issuer name and made its signature. */
static int has_signed(mbedtls_x509_crt *entry, const mbedtls_x509_crt *child)
{
    const mbedtls_md_info_t *md = mbedtls_md_info_from_type(child->sig_md);
    unsigned char hash[MBEDTLS_MD_MAX_SIZE];

    if (entry->subject_raw.len != child->issuer_raw.len ||
        memcmp(entry->subject_raw.p, child->issuer_raw.p, child->issuer_raw.len) != 0)
        return 0;
    if (!mbedtls_pk_can_do(&entry->pk, child->sig_pk) ||
        mbedtls_md(md, child->tbs.p, child->tbs.len, hash) != 0)
        return 0;
    return mbedtls_pk_verify_ext(child->sig_pk, child->sig_opts, &entry->pk, child->sig_md, hash,
                                 mbedtls_md_get_size(md), child->sig.p, child->sig.len) == 0;
}

static int look_up(void *bundle, mbedtls_x509_crt *child, int depth, uint32_t *flags)
{
    (void) depth;
    if ((*flags & ~(uint32_t) WEAK_HASH) != UNTRUSTED)
        return 0;
    for (mbedtls_x509_crt *entry = bundle; entry != NULL; entry = entry->next)
        if (entry->version != 0 && has_signed(entry, child)) {
            *flags = 0;
            return 0;
        }
    return MBEDTLS_ERR_X509_FATAL_ERROR;
}

static int nibble(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* An entry of the bundle has no extensions, whatever its certificate had. */
static int ignore(void *context, const mbedtls_x509_crt *certificate, const mbedtls_x509_buf *oid,
                  int critical, const unsigned char *from, const unsigned char *to)
{
    (void) context, (void) certificate, (void) oid, (void) critical, (void) from, (void) to;
    return 0;
}

/* Parses certificates as hex joined by commas; the first error, or 0. */
static int read_list(char *text, mbedtls_x509_crt *certificates, mbedtls_x509_crt_ext_cb_t unknown)
{
    char *rest = text, *one;
    int error, first = 0;

    if (strcmp(text, "-") == 0)
        return 0;
    while ((one = strsep(&rest, ",")) != NULL) {
        size_t length = strlen(one) / 2;
        unsigned char *der = (unsigned char *) one; /* decoded in place */
        for (size_t i = 0; i < length; i++)
            der[i] = (unsigned char) (nibble(one[2 * i]) << 4 | nibble(one[2 * i + 1]));
        error = mbedtls_x509_crt_parse_der_with_ext_cb(certificates, der, length, 1, unknown, NULL);
        if (error != 0 && first == 0)
            first = error;
    }
    return first;
}

/* Whether the leaf may be used in any key exchange. */
static int is_usable(const mbedtls_x509_crt *leaf)
{
    static const int suites[] = {0xC02B, 0x009C, 0xC02D};
    uint32_t flags = 0;

    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        if (mbedtls_ssl_check_cert_usage(leaf, mbedtls_ssl_ciphersuite_from_id(suites[i]),
                                         MBEDTLS_SSL_IS_SERVER, &flags) == 0)
            return 1;
    return 0;
}

static void answer(const char *host, char *served_text, char *store_text)
{
    mbedtls_x509_crt served, bundle, nothing;
    uint32_t flags = 0;
    int error;

    mbedtls_x509_crt_init(&served);
    mbedtls_x509_crt_init(&bundle);
    mbedtls_x509_crt_init(&nothing);
    read_list(store_text, &bundle, ignore); /* what cannot be read is not in a bundle */
    if ((error = read_list(served_text, &served, NULL)) != 0)
        printf("no parse: a served certificate, -0x%04x\n", (unsigned) -error);
    else if (mbedtls_x509_crt_verify(&served, &nothing, NULL, strcmp(host, "-") ? host : NULL,
                                     &flags, look_up, &bundle) != 0)
        printf("no flags 0x%x\n", (unsigned) flags);
    else
        printf(is_usable(&served) ? "ok verified\n" : "no usage\n");
    mbedtls_x509_crt_free(&served);
    mbedtls_x509_crt_free(&bundle);
    fflush(stdout);
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;

    while (getline(&line, &room, stdin) > 0) {
        char *rest = line;
        char *seconds = strsep(&rest, " "), *host = strsep(&rest, " ");
        char *served = strsep(&rest, " "), *store = strsep(&rest, "\n");
        moment = (time_t) strtoll(seconds, NULL, 10);
        answer(host, served, store);
    }
    free(line);
    return 0;
}
