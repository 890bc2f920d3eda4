//! Annotations that programs of many clusters read, as data: what is suggested to whoever annotates an object. Each is
//! explained in the area's texts, under its id.

mod balancers;
mod ingresses;
mod names;
mod nginx;

/// An annotation that some program reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Its key.
    pub key: String,
    /// Its id, in text keys.
    pub id: String,
    /// Who reads it.
    pub reader: &'static str,
    /// What it may say; nothing where that is anything.
    pub values: &'static [&'static str],
}

/// A program, and what it reads.
struct Reader {
    /// Its id, in text keys.
    id: &'static str,
    /// Its name, which is the same in all languages.
    name: &'static str,
    /// What its annotations begin with.
    prefix: &'static str,
    /// The kinds of whose objects it reads them.
    kinds: &'static [&'static str],
    /// What is behind the prefix, and what it may say.
    annotations: &'static [(&'static str, &'static [&'static str])],
}

/// What an annotation says that is on or off.
const SWITCH: &[&str] = &["true", "false"];

static READERS: [Reader; 25] = [
    nginx::NGINX,
    ingresses::CERT_MANAGER,
    ingresses::ACME,
    ingresses::AWS_INGRESSES,
    ingresses::GOOGLE_INGRESSES,
    ingresses::GOOGLE_CERTIFICATES,
    ingresses::TRAEFIK,
    balancers::AWS,
    balancers::AZURE,
    balancers::GOOGLE,
    balancers::GOOGLE_SERVICES,
    balancers::QINGCLOUD,
    balancers::ALIBABA,
    balancers::HUAWEI,
    balancers::TENCENT,
    balancers::OPENSTACK,
    balancers::METALLB,
    balancers::OPENELB,
    balancers::OPENELB_PROTOCOL,
    balancers::OPENELB_ADDRESS,
    names::EXTERNAL_DNS,
    names::OLD_EXTERNAL_DNS,
    names::AWS_ACCOUNTS,
    names::GOOGLE_ACCOUNTS,
    names::AZURE_ACCOUNTS,
];

/// What is read on objects of a kind; nothing for most kinds.
pub fn annotations_of(slug: &str) -> Vec<Annotation> {
    let readers = READERS.iter().filter(|reader| reader.kinds.contains(&slug));
    readers.flat_map(Reader::all).collect()
}

impl Reader {
    fn all(&'static self) -> impl Iterator<Item = Annotation> {
        self.annotations.iter().map(move |&(rest, values)| Annotation {
            key: format!("{}{rest}", self.prefix),
            id: format!("{}.{rest}", self.id),
            reader: self.name,
            values,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Draft, Rule, forms};
    use proptest::prelude::*;
    use serde_json::json;
    use std::collections::BTreeSet;

    #[test]
    fn every_suggestion_is_a_key_that_the_api_takes_and_is_there_once() {
        let slugs: BTreeSet<&str> = READERS.iter().flat_map(|reader| reader.kinds.iter().copied()).collect();
        for slug in slugs {
            assert!(forms::find(slug).is_some(), "{slug} has no form to be annotated in");
            let mut seen = BTreeSet::new();
            for annotation in annotations_of(slug) {
                let Annotation { key, .. } = &annotation;
                // The keys of annotations are those of labels, of which values are no part here.
                assert_eq!(Rule::Labels.wrong(&json!({ key: "" })), None, "{key}");
                assert!(seen.insert(key.clone()), "{key} stands there twice for {slug}");
            }
        }
    }

    #[test]
    fn what_is_suggested_is_what_the_kind_is_asked_for() {
        let keys = |slug: &str| -> Vec<String> {
            annotations_of(slug).into_iter().map(|annotation| annotation.key).collect()
        };
        let has = |slug: &str, key: &str| keys(slug).iter().any(|known| known == key);

        assert!(has("ingresses", "nginx.ingress.kubernetes.io/rewrite-target"));
        assert!(has("ingresses", "cert-manager.io/cluster-issuer"));
        assert!(has("gateways.gateway.networking.k8s.io", "cert-manager.io/cluster-issuer"));
        assert!(has("services", "service.beta.kubernetes.io/qingcloud-load-balancer-eip-ids"));
        assert!(has("services", "metallb.io/address-pool"));
        assert!(has("serviceaccounts", "eks.amazonaws.com/role-arn"));
        assert!(!has("services", "cert-manager.io/cluster-issuer"));
        assert_eq!(keys("configmaps"), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn what_is_annotated_is_read_and_written_without_loss(
            slug in prop_oneof![Just("ingresses"), Just("services"), Just("serviceaccounts")],
            chosen in any::<prop::sample::Index>(),
            text in ".{0,12}",
            others in proptest::collection::btree_map("[a-z]{1,6}", ".{0,6}", 0..3),
        ) {
            let form = forms::find(slug).expect("there is one");
            let all = annotations_of(slug);
            let Annotation { key, .. } = chosen.get(&all);
            let mut draft = Draft::begin(form, "web", "shop");
            let mut annotations = json!(others);
            draft.set(form, 0, "metadata/annotations", Some(annotations.clone()));
            let before = draft.clone();
            let place = format!("metadata/annotations/{}", key.replace('/', "~1"));

            draft.set(form, 0, &place, Some(json!(text)));
            annotations[key.as_str()] = json!(text);
            prop_assert_eq!(draft.at(0, "metadata/annotations"), Some(&annotations));
            prop_assert_eq!(draft.at(0, &place), Some(&json!(text)));

            draft.set(form, 0, &place, None);
            if !others.is_empty() {
                prop_assert_eq!(draft, before);
            }
        }
    }
}
