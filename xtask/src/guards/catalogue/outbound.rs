//! Where the console sends requests, and what it takes for an answer.

use super::{Guard, Place, Test};

const ADDRESS: &str = "server/outbound/src/address.rs";
const DIAL: &str = "server/outbound/src/dial.rs";
const SEND: &str = "server/outbound/src/lib.rs";
const TRUST: &str = "server/outbound/src/trust.rs";

const NOT_DIALLED: Test =
    Test::Lib("outbound", "tests::what_is_not_public_is_never_dialled_unless_an_operator_named_it");
const REDIRECTS: Test = Test::Lib("outbound", "tests::redirects_and_long_answers_are_told_and_paths_are_not");

/// TLS that looks at no certificate.
const TRUSTING: &str =
    "use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
    use rustls::{DigitallySignedStruct, SignatureScheme};
    #[derive(Debug)]
    struct Anybody(rustls::crypto::WebPkiSupportedAlgorithms);
    impl ServerCertVerifier for Anybody {
        fn verify_server_cert(
            &self,
            _: &CertificateDer<'_>,
            _: &[CertificateDer<'_>],
            _: &rustls_pki_types::ServerName<'_>,
            _: &[u8],
            _: rustls_pki_types::UnixTime,
        ) -> Result<ServerCertVerified, TlsError> {
            Ok(ServerCertVerified::assertion())
        }
        fn verify_tls12_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, TlsError> {
            Ok(HandshakeSignatureValid::assertion())
        }
        fn verify_tls13_signature(
            &self,
            _: &[u8],
            _: &CertificateDer<'_>,
            _: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, TlsError> {
            Ok(HandshakeSignatureValid::assertion())
        }
        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.0.supported_schemes()
        }
    }
    drop(roots);
    let anybody = Anybody(rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms);
    Ok(versions.dangerous().with_custom_certificate_verifier(Arc::new(anybody)).with_no_client_auth())";

pub const GUARDS: &[Guard] = &[
    Guard {
        name: "whoever stands between is taken for who was asked",
        places: &[Place {
            file: TRUST,
            guard: "Ok(versions.with_root_certificates(roots).with_no_client_auth())",
            off: TRUSTING,
        }],
        test: Test::Lib(
            "outbound",
            "tests::encryption::nobody_is_asked_whose_certificate_does_not_show_who_they_are",
        ),
    },
    Guard {
        name: "a private address inside an address of IPv6 is dialled",
        places: &[Place {
            file: ADDRESS,
            guard: "Some(inner) => is_public_v4(inner),",
            off: "Some(_) => true,",
        }],
        test: Test::Lib("outbound", "address::tests::what_is_not_in_the_public_internet_is_known"),
    },
    Guard {
        name: "the addresses that cloud machines ask for their secrets are dialled",
        places: &[Place { file: ADDRESS, guard: "|| address.is_link_local()", off: "" }],
        test: Test::Lib("outbound", "address::tests::what_is_not_in_the_public_internet_is_known"),
    },
    Guard {
        name: "a name that also stands for a private address is dialled",
        places: &[Place { file: DIAL, guard: "!addresses.iter().all(", off: "!addresses.iter().any(" }],
        test: Test::Lib(
            "outbound",
            "dial::tests::a_name_that_stands_for_one_private_address_is_refused_with_all_others",
        ),
    },
    Guard {
        name: "a private address that was typed into a form is dialled",
        places: &[Place {
            file: SEND,
            guard: "Ok(ip) if !address::is_public(ip)",
            off: "Ok(ip) if !address::is_public(ip) && ip.is_multicast()",
        }],
        test: NOT_DIALLED,
    },
    Guard {
        name: "a name that stands for this machine is dialled",
        places: &[Place { file: SEND, guard: "client(Dial::public())", off: "client(Dial::anywhere())" }],
        test: NOT_DIALLED,
    },
    Guard {
        name: "a mail server whose name stands for this machine is dialled",
        places: &[Place {
            file: "server/outbound/src/line.rs",
            guard: "dial::admit(found.collect(), only_public)",
            off: "dial::admit(found.collect(), only_public && host.is_empty())",
        }],
        test: Test::Lib("outbound", "tests::what_is_no_request_goes_where_requests_may_and_nowhere_else"),
    },
    Guard {
        name: "an address that was typed into a form is sent to without encryption",
        places: &[Place {
            file: SEND,
            guard: "Reach::Public(_) if is_encrypted =>",
            off: "Reach::Public(_) =>",
        }],
        test: NOT_DIALLED,
    },
    Guard {
        name: "a provider is asked without encryption over the network",
        places: &[Place {
            file: SEND,
            guard: "Reach::Encrypted if is_encrypted || is_this_machine(host) =>",
            off: "Reach::Encrypted =>",
        }],
        test: Test::Lib("outbound", "tests::without_encryption_only_this_machine_is_asked"),
    },
    Guard {
        name: "a redirect is taken for an answer",
        places: &[Place { file: SEND, guard: "if answer.status().is_redirection() {", off: "if false {" }],
        test: REDIRECTS,
    },
    Guard {
        name: "an answer without an end fills the memory",
        places: &[Place {
            file: SEND,
            guard: "Limited::new(body, limit_bytes).collect().await",
            off: "body.collect().await",
        }],
        test: Test::Lib(
            "outbound",
            "tests::no_more_is_read_than_was_said_whatever_the_answer_says_of_its_length",
        ),
    },
    Guard {
        name: "whoever does not answer is waited for without end",
        places: &[Place {
            file: SEND,
            guard: "match timeout(after, self",
            off: "match timeout(after + Duration::from_secs(9), self",
        }],
        test: Test::Lib("outbound", "tests::who_does_not_answer_costs_no_more_than_was_said"),
    },
    Guard {
        name: "a change is sent twice when its connection was closed",
        places: &[Place {
            file: SEND,
            guard: "is_read.then(|| request.clone())",
            off: "(is_read || true).then(|| request.clone())",
        }],
        test: Test::Lib(
            "outbound",
            "tests::a_read_is_sent_again_when_the_connection_was_closed_and_a_write_is_not",
        ),
    },
];
