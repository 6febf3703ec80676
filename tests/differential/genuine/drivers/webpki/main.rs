//! Answers questions about chains with the webpki crate; see `lines.py` for the form of a question.
//!
//! The algorithms are those that rustls 0.20 hands to it.

use std::io::{self, BufRead, Write};

use webpki::{DnsNameRef, EndEntityCert, Error, Time, TlsServerTrustAnchors, TrustAnchor};

static ALGORITHMS: &[&webpki::SignatureAlgorithm] = &[
    &webpki::ECDSA_P256_SHA256,
    &webpki::ECDSA_P256_SHA384,
    &webpki::ECDSA_P384_SHA256,
    &webpki::ECDSA_P384_SHA384,
    &webpki::ED25519,
    &webpki::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    &webpki::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    &webpki::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
    &webpki::RSA_PKCS1_2048_8192_SHA256,
    &webpki::RSA_PKCS1_2048_8192_SHA384,
    &webpki::RSA_PKCS1_2048_8192_SHA512,
    &webpki::RSA_PKCS1_3072_8192_SHA384,
];

fn main() {
    let stdin = io::stdin();
    for line in stdin.lock().lines() {
        let line = line.unwrap();
        let fields: Vec<&str> = line.split_whitespace().collect();
        match ask(&fields) {
            Ok(()) => println!("ok"),
            Err(error) => println!("no {:?}", error),
        }
        io::stdout().flush().unwrap();
    }
}

fn ask(fields: &[&str]) -> Result<(), Error> {
    let served = certificates(fields[2]);
    let store = certificates(fields[3]);
    // What cannot be read is not loaded.
    let anchors: Vec<TrustAnchor> = store
        .iter()
        .filter_map(|der| TrustAnchor::try_from_cert_der(der).ok())
        .collect();
    let rest: Vec<&[u8]> = served[1..].iter().map(|der| der.as_slice()).collect();
    let leaf = EndEntityCert::try_from(served[0].as_slice())?;
    leaf.verify_is_valid_tls_server_cert(
        ALGORITHMS,
        &TlsServerTrustAnchors(&anchors),
        &rest,
        Time::from_seconds_since_unix_epoch(fields[0].parse().unwrap()),
    )?;
    if fields[1] == "-" {
        return Ok(());
    }
    let host = DnsNameRef::try_from_ascii_str(fields[1]).map_err(|_| Error::CertNotValidForName)?;
    leaf.verify_is_valid_for_dns_name(host)
}

fn certificates(text: &str) -> Vec<Vec<u8>> {
    if text == "-" {
        return Vec::new();
    }
    text.split(',').map(bytes).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}
