/* NSS, asked by lines: what `vfychain` (or `vfychain -pp`) says of a chain.
 *
 * question   SECONDS HOST SERVED STORE          certificates as hex, joined by commas, `-` for none
 * answer     ok, or no and NSS's name of the error
 *
 * The store is what `certutil -t C,,` would make it: trusted to issue server certificates.  All
 * certificates are temporary ones, and each question is answered in a process of its own, because
 * NSS remembers certificates, trust and (libpkix) whole chains.  A host name is compared with
 * CERT_VerifyCertName, as NSS's TLS layer does.  NSS compares the ages of certificates by the
 * clock, whatever moment it is asked about; so the clock here says that moment. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cert.h>
#include <nspr.h>
#include <nss.h>
#include <secerr.h>

#define MOST 4096

static PRTime moment;

PRTime PR_Now(void) { return moment; }

static int nibble(int c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static CERTCertificate *read_one(const char *hex, size_t length) {
    SECItem der = {siDERCertBuffer, malloc(length / 2 + 1), length / 2};
    for (size_t i = 0; i < der.len; i++)
        der.data[i] = nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]);
    return CERT_NewTempCertificate(CERT_GetDefaultCertDB(), &der, NULL, PR_FALSE, PR_TRUE);
}

static int read_all(char *text, CERTCertificate **into) {
    int count = 0;
    if (strcmp(text, "-") == 0)
        return 0;
    for (char *one = strtok(text, ","); one && count < MOST; one = strtok(NULL, ","))
        if ((into[count] = read_one(one, strlen(one))))
            count++;
        else if (count == 0 && one == text)
            return -1;
    return count;
}

static SECStatus verify_classic(CERTCertificate *leaf) {
    return CERT_VerifyCertificate(CERT_GetDefaultCertDB(), leaf, PR_TRUE,
                                  certificateUsageSSLServer, moment, NULL, NULL, NULL);
}

static SECStatus verify_pkix(CERTCertificate *leaf) {
    PRUint64 methods[2] = {0, 0};
    CERTRevocationFlags none = {{2, methods, 0, NULL, 0}, {2, methods, 0, NULL, 0}};
    CERTValInParam in[4];
    CERTValOutParam out[1];
    memset(in, 0, sizeof in);
    in[0].type = cert_pi_useAIACertFetch;
    in[0].value.scalar.b = PR_FALSE;
    in[1].type = cert_pi_revocationFlags;
    in[1].value.pointer.revocation = &none;
    in[2].type = cert_pi_date;
    in[2].value.scalar.time = moment;
    in[3].type = cert_pi_end;
    out[0].type = cert_po_end;
    return CERT_PKIXVerifyCert(leaf, certificateUsageSSLServer, in, out, NULL);
}

static void answer(int pkix, const char *host, char *served_text, char *store_text) {
    static CERTCertificate *served[MOST], *store[MOST];
    CERTCertTrust trust;
    int many = read_all(served_text, served);
    if (many < 1) {
        printf("no parse %s\n", PR_ErrorToName(PR_GetError()));
        return;
    }
    int trusted = read_all(store_text, store);
    CERT_DecodeTrustString(&trust, "C,,");
    for (int i = 0; i < trusted; i++) {
        if (CERT_ChangeCertTrust(CERT_GetDefaultCertDB(), store[i], &trust) != SECSuccess) {
            printf("crash cannot trust: %s\n", PR_ErrorToName(PR_GetError()));
            return;
        }
        store[i]->nsCertType = 0; /* worked out anew: what comes from a database has its trust */
    }
    SECStatus status = pkix ? verify_pkix(served[0]) : verify_classic(served[0]);
    if (status == SECSuccess && strcmp(host, "-") != 0)
        status = CERT_VerifyCertName(served[0], host);
    if (status == SECSuccess)
        printf("ok\n");
    else
        printf("no %s\n", PR_ErrorToName(PR_GetError()));
}

static void answer_apart(int pkix, const char *host, char *served, char *store) {
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        answer(pkix, host, served, store);
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, &status, 0);
    if (!WIFEXITED(status))
        printf("crash signal %d\n", WTERMSIG(status));
}

int main(int count, char **arguments) {
    char *line = NULL, *rest, *seconds, *host, *served, *store;
    size_t room = 0;
    int pkix = count > 1 && strcmp(arguments[1], "pkix") == 0;
    setenv("NSS_STRICT_NOFORK", "DISABLED", 1);
    if (NSS_NoDB_Init(NULL) != SECSuccess)
        return 1;
    while (getline(&line, &room, stdin) > 0) {
        line[strcspn(line, "\n")] = 0;
        seconds = strtok_r(line, " ", &rest);
        host = strtok_r(NULL, " ", &rest);
        served = strtok_r(NULL, " ", &rest);
        store = strtok_r(NULL, " ", &rest);
        moment = (PRTime)atoll(seconds) * PR_USEC_PER_SEC;
        answer_apart(pkix, host, served, store);
        fflush(stdout);
    }
    return 0;
}
