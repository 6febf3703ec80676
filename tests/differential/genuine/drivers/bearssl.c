/*
 * Asks BearSSL's minimal X.509 engine about one chain a line; see ../lines.py for the form.
 *
 * The first argument says which anchors are marked as CAs: "all", or "own" for those whose
 * certificate says so, as the brssl tool does it.
 */

#include <bearssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1024, DAYS_BEFORE_1970 = 719528 };

typedef struct {
    unsigned char *data;
    size_t len;
} bytes;

/* Reads hex text in place: the octets overwrite the digits, which are twice as many. */
static bytes from_hex(char *text) {
    bytes out = {(unsigned char *)text, strlen(text) / 2};
    for (size_t i = 0; i < out.len; i++) {
        char pair[3] = {text[2 * i], text[2 * i + 1], 0};
        out.data[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    return out;
}

/* Certificates separated by commas; "-" for none. */
static size_t read_list(char *text, bytes *list) {
    size_t count = 0;
    if (strcmp(text, "-") == 0) return 0;
    for (char *one = strtok(text, ","); one != NULL && count < MOST; one = strtok(NULL, ","))
        list[count++] = from_hex(one);
    return count;
}

static void append(void *name, const void *data, size_t len) {
    bytes *dn = name;
    dn->data = realloc(dn->data, dn->len + len);
    memcpy(dn->data + dn->len, data, len);
    dn->len += len;
}

/* The anchor points into the decoder, which must live as long.  0 if there is no readable key. */
static int make_anchor(bytes der, br_x509_trust_anchor *anchor, br_x509_decoder_context *decoder,
                       int all_cas) {
    bytes dn = {NULL, 0};
    br_x509_decoder_init(decoder, append, &dn);
    br_x509_decoder_push(decoder, der.data, der.len);
    br_x509_pkey *key = br_x509_decoder_get_pkey(decoder);
    if (key == NULL) {
        free(dn.data);
        return 0;
    }
    int is_ca = all_cas || br_x509_decoder_isCA(decoder);
    *anchor = (br_x509_trust_anchor){{dn.data, dn.len}, is_ca ? BR_X509_TA_CA : 0, *key};
    return 1;
}

/* The engine's error number, or 0 when it is content. */
static unsigned judge(long long seconds, const char *host, const bytes *served, size_t count,
                      const br_x509_trust_anchor *anchors, size_t anchor_count) {
    br_ssl_client_context client;
    br_x509_minimal_context engine;
    br_ssl_client_init_full(&client, &engine, anchors, anchor_count);
    br_x509_minimal_set_time(&engine, (uint32_t)(seconds / 86400) + DAYS_BEFORE_1970,
                             (uint32_t)(seconds % 86400));
    engine.vtable->start_chain(&engine.vtable, host);
    for (size_t i = 0; i < count; i++) {
        engine.vtable->start_cert(&engine.vtable, (uint32_t)served[i].len);
        engine.vtable->append(&engine.vtable, served[i].data, served[i].len);
        engine.vtable->end_cert(&engine.vtable);
    }
    unsigned error = engine.vtable->end_chain(&engine.vtable);
    unsigned usages = 0;
    if (error == 0) engine.vtable->get_pkey(&engine.vtable, &usages);
    /* The handshake refuses a key whose usages fit no cipher suite. */
    return error == 0 && usages == 0 ? BR_ERR_WRONG_KEY_USAGE : error;
}

int main(int argc, char **argv) {
    static bytes served[MOST], store[MOST];
    static br_x509_trust_anchor anchors[MOST];
    static br_x509_decoder_context decoders[MOST];
    int all_cas = argc < 2 || strcmp(argv[1], "own") != 0;
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, stdin) > 0) {
        char *seconds = strtok(line, " "), *host = strtok(NULL, " ");
        char *served_text = strtok(NULL, " "), *store_text = strtok(NULL, " \n");
        size_t count = read_list(served_text, served), anchor_count = 0;
        size_t held = read_list(store_text, store);
        for (size_t i = 0; i < held; i++)
            anchor_count += (size_t)make_anchor(store[i], &anchors[anchor_count],
                                                &decoders[anchor_count], all_cas);
        unsigned error = judge(atoll(seconds), strcmp(host, "-") ? host : NULL, served, count,
                               anchors, anchor_count);
        printf("%s %u\n", error == 0 ? "ok" : "no", error);
        fflush(stdout);
        for (size_t i = 0; i < anchor_count; i++) free(anchors[i].dn.data);
    }
    free(line);
    return 0;
}
