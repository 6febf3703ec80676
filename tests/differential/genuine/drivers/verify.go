// Program verify answers questions about chains with Go's own verifier, as crypto/tls asks it.
//
// One question a line on standard input, one answer a line on standard output; see lines.py. What
// crypto/tls does around x509.Verify is repeated here: every served certificate must be readable
// and have no oversized RSA key, the pool skips what it cannot read, and the leaf's key must be one
// that the handshake can use.
package main

import (
	"bufio"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		if err := ask(strings.Fields(line)); err != nil {
			fmt.Println("no", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("ok")
		}
	}
}

func ask(fields []string) error {
	seconds, err := strconv.ParseInt(fields[0], 10, 64)
	if err != nil {
		return err
	}
	served, err := parseServed(ders(fields[2]))
	if err != nil {
		return err
	}
	options := x509.VerifyOptions{
		Roots:         x509.NewCertPool(),
		Intermediates: x509.NewCertPool(),
		CurrentTime:   time.Unix(seconds, 0),
	}
	if fields[1] != "-" {
		options.DNSName = fields[1]
	}
	for _, der := range ders(fields[3]) {
		if root, err := x509.ParseCertificate(der); err == nil {
			options.Roots.AddCert(root)
		}
	}
	for _, certificate := range served[1:] {
		options.Intermediates.AddCert(certificate)
	}
	if _, err := served[0].Verify(options); err != nil {
		return err
	}
	return checkLeafKey(served[0].PublicKey)
}

func ders(text string) (all [][]byte) {
	if text == "-" {
		return nil
	}
	for _, one := range strings.Split(text, ",") {
		der, err := hex.DecodeString(one)
		if err != nil {
			panic(err)
		}
		all = append(all, der)
	}
	return all
}

// largestRSA is the limit of crypto/tls in the releases that are driven here, but for 1.19.8,
// which has none yet.
const largestRSA = 8192

func parseServed(served [][]byte) (all []*x509.Certificate, err error) {
	for _, der := range served {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("parse: %w", err)
		}
		if key, ok := certificate.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() > largestRSA {
			return nil, errors.New("tls: RSA key too large")
		}
		all = append(all, certificate)
	}
	return all, nil
}

// checkLeafKey says whether a handshake could go on with this key. From 1.24 on small RSA keys
// cannot verify anything, and say so before they look at the signature.
func checkLeafKey(key crypto.PublicKey) error {
	switch key := key.(type) {
	case *rsa.PublicKey:
		err := rsa.VerifyPKCS1v15(key, crypto.SHA256, make([]byte, 32), make([]byte, key.Size()))
		if err != nil && strings.Contains(err.Error(), "insecure") {
			return err
		}
		return nil
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return nil
	}
	return fmt.Errorf("tls: unsupported type of public key %T", key)
}
