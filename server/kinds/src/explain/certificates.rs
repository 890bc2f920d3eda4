//! Certificates that ingresses show to whoever comes: whether they are there, hold, and are for the names that are asked for.

use super::deletion::duration;
use super::{Finding, Related};
use crate::Object;
use model::Level;

/// So long before its end a certificate is worth a word: those that are renewed by themselves are renewed before.
const SOON_SECONDS: i64 = 14 * 86_400;

/// What is known of the certificate in a secret. Nothing of its key is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// The secret that holds it, in the namespace of who names it.
    pub secret: String,
    /// There is nothing in the secret that could be read as one.
    pub is_unreadable: bool,
    /// From when it holds, in seconds since 1970.
    pub not_before: i64,
    /// Until when.
    pub not_after: i64,
    /// The names that it is for; `*.example.com` is for every name with one part more.
    pub names: Vec<String>,
}

/// What is wrong with the certificates of an ingress.
pub(super) fn findings(ingress: &Object<'_>, related: &Related<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for entry in ingress.items_at("/spec/tls") {
        let secret = entry.text_at("/secretName");
        if secret.is_empty() {
            continue;
        }
        let is_there = related.of("secrets").any(|there| there.name() == secret);
        if related.has_all("secrets") && !is_there {
            findings.push(Finding::new(
                Level::Failed,
                format!("The secret {secret} for its certificate does not exist"),
                "The controller answers with a certificate of its own, which browsers refuse.",
                "Create a TLS secret of this name in this namespace, or look why whoever should make it (such as cert-manager) has not.",
            ));
        }
        let known = related.certificates.iter().find(|certificate| certificate.secret == secret);
        findings.extend(known.and_then(|certificate| of_one(certificate, &hosts(ingress, entry), related)));
    }
    findings.dedup_by(|a, b| a.title == b.title);
    findings
}

/// The names for which an entry's certificate is shown: those of all rules when it names none.
fn hosts<'o>(ingress: &'o Object<'_>, entry: &'o Object<'_>) -> Vec<&'o str> {
    let own: Vec<&str> = entry.each("/hosts/*").filter_map(Object::text).collect();
    if own.is_empty() { ingress.each("/spec/rules/*/host").filter_map(Object::text).collect() } else { own }
}

fn of_one(certificate: &Certificate, hosts: &[&str], related: &Related<'_>) -> Option<Finding> {
    const RENEW: &str =
        "Put a new certificate with its key into the secret, or look why whoever renews it has not.";
    let Certificate { secret, not_before, not_after, names, .. } = certificate;
    let now = related.now.0;
    let finding = |level, title: String, detail: String, next_step: &str| {
        Some(Finding::new(level, title, detail, next_step))
    };
    if certificate.is_unreadable {
        return finding(
            Level::Failed,
            format!("The secret {secret} holds no certificate"),
            "There is no certificate under the key tls.crt, so that the controller answers with one of its own, which browsers refuse.".to_owned(),
            "Put the certificate under tls.crt and its key under tls.key, both as PEM.",
        );
    }
    if *not_after <= now {
        return finding(
            Level::Failed,
            format!("The certificate in {secret} has expired"),
            format!("It ended {} ago; browsers refuse it.", duration(now - not_after)),
            RENEW,
        );
    }
    if *not_before > now {
        return finding(
            Level::Failed,
            format!("The certificate in {secret} does not hold yet"),
            format!("It begins in {}; browsers refuse it until then.", duration(not_before - now)),
            "Wait, or use a certificate that holds now. Check the clock of whoever made it.",
        );
    }
    let others: Vec<&str> = hosts.iter().copied().filter(|host| !is_for(names, host)).collect();
    if !others.is_empty() {
        let others = others.join(", ");
        return finding(
            Level::Failed,
            format!("The certificate in {secret} is not for {others}"),
            format!("It is for {}; browsers refuse it for other names.", names.join(", ")),
            "Use a certificate that is for all hosts of this ingress, or give these hosts a secret of their own.",
        );
    }
    if *not_after - now < SOON_SECONDS {
        return finding(
            Level::Warning,
            format!("The certificate in {secret} ends soon"),
            format!("It holds for {} more.", duration(not_after - now)),
            RENEW,
        );
    }
    None
}

/// Whether a certificate for these names is one for a host. A host that is a pattern itself has to be named as it is.
fn is_for(names: &[String], host: &str) -> bool {
    let behind = host.split_once('.').map(|(_, behind)| behind);
    names.iter().any(|name| {
        let of_pattern = name.strip_prefix("*.").zip(behind);
        name.eq_ignore_ascii_case(host)
            || of_pattern.is_some_and(|(pattern, behind)| pattern.eq_ignore_ascii_case(behind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_stands_for_one_part_of_a_name() {
        let names = ["shop.example.com".to_owned(), "*.shop.example.com".to_owned()];

        for host in ["shop.example.com", "SHOP.example.com", "api.shop.example.com", "*.shop.example.com"] {
            assert!(is_for(&names, host), "{host}");
        }
        for host in ["example.com", "a.b.shop.example.com", "shop.example.org", "*.example.com"] {
            assert!(!is_for(&names, host), "{host}");
        }
    }
}
