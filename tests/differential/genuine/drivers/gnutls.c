/* GnuTLS as a TLS client verifies: reads questions, one a line, and answers each with one line.
 *
 *   question   SECONDS HOST SERVED STORE      answer   ok TEXT   or   no TEXT
 *
 * It does what gnutls_certificate_verify_peers does once a handshake has delivered the list: no
 * more than sixteen certificates, every one of them readable, then the trust list decides, with
 * the flags that the priority string NORMAL sets, the purpose of a TLS server, and the host name.
 * With the argument "no-purpose" the purpose is not asked for.
 */

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 16 /* DEFAULT_MAX_VERIFY_DEPTH */
#define PROFILE GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_LOW)
#define MOST 256

static time_t moment;
static int with_purpose = 1;

static time_t frozen(time_t *where)
{
	if (where != NULL)
		*where = moment;
	return moment;
}

static void answer(const char *word, const char *text)
{
	printf("%s %s\n", word, text);
	fflush(stdout);
}

static int value(char digit)
{
	return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

static size_t unhex(char *text, gnutls_datum_t *out)
{
	size_t i, size = strlen(text) / 2;

	out->data = (unsigned char *)text;
	for (i = 0; i < size; i++)
		text[i] = value(text[2 * i]) << 4 | value(text[2 * i + 1]);
	out->size = size;
	return size;
}

static unsigned read_list(char *text, gnutls_datum_t *out)
{
	unsigned count = 0;
	char *rest = text, *one;

	if (strcmp(text, "-") == 0)
		return 0;
	while (count < MOST && (one = strsep(&rest, ",")) != NULL)
		unhex(one, &out[count++]);
	return count;
}

/* The store as one PEM text, loaded as an application loads its bundle. */
static int load(gnutls_x509_trust_list_t list, gnutls_datum_t *ders, unsigned count)
{
	gnutls_datum_t bundle = { NULL, 0 }, pem;
	unsigned i;
	int result = 0;

	for (i = 0; i < count; i++) {
		if (gnutls_pem_base64_encode2("CERTIFICATE", &ders[i], &pem) < 0)
			return -1;
		bundle.data = realloc(bundle.data, bundle.size + pem.size);
		memcpy(bundle.data + bundle.size, pem.data, pem.size);
		bundle.size += pem.size;
		gnutls_free(pem.data);
	}
	if (bundle.size > 0)
		result = gnutls_x509_trust_list_add_trust_mem(list, &bundle, NULL,
							      GNUTLS_X509_FMT_PEM, 0, 0);
	free(bundle.data);
	return result;
}

static int verify(gnutls_x509_trust_list_t list, gnutls_x509_crt_t *chain, unsigned count,
		  char *host, unsigned *status)
{
	gnutls_typed_vdata_st data[2];
	unsigned elements = 0;

	if (with_purpose) {
		data[elements].type = GNUTLS_DT_KEY_PURPOSE_OID;
		data[elements].data = (void *)GNUTLS_KP_TLS_WWW_SERVER;
		data[elements++].size = 0;
	}
	if (strcmp(host, "-") != 0) {
		data[elements].type = GNUTLS_DT_DNS_HOSTNAME;
		data[elements].data = (void *)host;
		data[elements++].size = 0;
	}
	return gnutls_x509_trust_list_verify_crt2(list, chain, count, data, elements, PROFILE,
						  status, NULL);
}

static void judge(char *host, gnutls_datum_t *served, unsigned count, gnutls_datum_t *store,
		  unsigned roots)
{
	gnutls_x509_trust_list_t list;
	gnutls_x509_crt_t chain[DEPTH];
	gnutls_datum_t said;
	unsigned i, made = 0, status = 0;
	int result = 0;

	if (count > DEPTH) {
		answer("no", "more certificates than verify_depth");
		return;
	}
	gnutls_x509_trust_list_init(&list, 0);
	if (load(list, store, roots) < 0) {
		answer("no", "the store does not load");
		goto cleanup;
	}
	for (i = 0; i < count && result >= 0; i++) {
		gnutls_x509_crt_init(&chain[made++]);
		result = gnutls_x509_crt_import(chain[i], &served[i], GNUTLS_X509_FMT_DER);
	}
	if (result >= 0)
		result = verify(list, chain, count, host, &status);
	if (result < 0) {
		answer("no", gnutls_strerror(result));
		goto cleanup;
	}
	gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &said, 0);
	answer(status ? "no" : "ok", (char *)said.data);
	gnutls_free(said.data);
cleanup:
	for (i = 0; i < made; i++)
		gnutls_x509_crt_deinit(chain[i]);
	gnutls_x509_trust_list_deinit(list, 1);
}

int main(int argc, char **argv)
{
	static gnutls_datum_t served[MOST], store[MOST];
	char *line = NULL, *rest, *host;
	size_t room = 0;

	if (argc > 1 && strcmp(argv[1], "version") == 0) {
		puts(gnutls_check_version(NULL));
		return 0;
	}
	with_purpose = argc < 2 || strcmp(argv[1], "no-purpose") != 0;
	gnutls_global_set_time_function(frozen);
	while (getline(&line, &room, stdin) > 0) {
		line[strcspn(line, "\n")] = 0;
		rest = line;
		moment = strtoll(strsep(&rest, " "), NULL, 10);
		host = strsep(&rest, " ");
		unsigned count = read_list(strsep(&rest, " "), served);
		unsigned roots = read_list(rest, store);
		judge(host, served, count, store, roots);
	}
	free(line);
	return 0;
}
