//! Certificates that ingresses show to whoever comes: whether they are there, hold, and are for the names that are asked for.

use super::{Finding, Related};
use crate::Object;
use crate::said::{Text, lasting, say};
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
    /// The certificate of cert-manager that it is of, in the same namespace; may be empty.
    pub issued_as: String,
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
                say("finding.certificate.missing.title").with("secret", secret),
                say("finding.certificate.missing.detail"),
                say("finding.certificate.missing.next"),
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
    let Certificate { not_before, not_after, names, .. } = certificate;
    let secret = certificate.secret.as_str();
    let now = related.now.0;
    let finding = |level, title: Text, detail: Text, next_step: Text| {
        Some(Finding::new(level, title, detail, next_step))
    };
    if certificate.is_unreadable {
        return finding(
            Level::Failed,
            say("finding.certificate.unreadable.title").with("secret", secret),
            say("finding.certificate.unreadable.detail"),
            say("finding.certificate.unreadable.next"),
        );
    }
    if *not_after <= now {
        return finding(
            Level::Failed,
            say("finding.certificate.expired.title").with("secret", secret),
            say("finding.certificate.expired.detail").with("ago", lasting(now - not_after)),
            say("finding.certificate.renew.next"),
        );
    }
    if *not_before > now {
        return finding(
            Level::Failed,
            say("finding.certificate.early.title").with("secret", secret),
            say("finding.certificate.early.detail").with("wait", lasting(not_before - now)),
            say("finding.certificate.early.next"),
        );
    }
    let others: Vec<&str> = hosts.iter().copied().filter(|host| !is_for(names, host)).collect();
    if !others.is_empty() {
        return finding(
            Level::Failed,
            say("finding.certificate.others.title").with("secret", secret).with("hosts", others.join(", ")),
            say("finding.certificate.others.detail").with("names", names.join(", ")),
            say("finding.certificate.others.next"),
        );
    }
    if *not_after - now < SOON_SECONDS {
        return finding(
            Level::Warning,
            say("finding.certificate.soon.title").with("secret", secret),
            say("finding.certificate.soon.detail").with("left", lasting(not_after - now)),
            say("finding.certificate.renew.next"),
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
