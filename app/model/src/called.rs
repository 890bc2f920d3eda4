//! What people call an object and say of it, in its annotations.

/// The annotation with another name of an object, where forms write it. Kubernetes has none; this is `KubeSphere`'s.
pub const ALIAS: &str = "kubesphere.io/alias-name";

/// The annotation that says what an object is, where forms write it: Kubernetes' own.
pub const DESCRIPTION: &str = "kubernetes.io/description";

/// Where other names of objects stand; the first that says something counts.
const ALIASES: [&str; 2] = [ALIAS, "openshift.io/display-name"];

/// Where it stands what objects are; the first that says something counts.
const DESCRIPTIONS: [&str; 4] =
    [DESCRIPTION, "kubesphere.io/description", "openshift.io/description", "field.cattle.io/description"];

/// What people call an object, whoever wrote it; nothing where they call it by its name.
pub fn alias(annotations: &[(String, String)]) -> Option<&str> {
    first(annotations, &ALIASES)
}

/// What people say that an object is, whoever wrote it.
pub fn description(annotations: &[(String, String)]) -> Option<&str> {
    first(annotations, &DESCRIPTIONS)
}

fn first<'a>(annotations: &'a [(String, String)], keys: &[&str]) -> Option<&'a str> {
    let said = |key: &&str| {
        let (_, text) = annotations.iter().find(|(own, _)| own == *key)?;
        Some(text.trim()).filter(|text| !text.is_empty())
    };
    keys.iter().find_map(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_is_read_too_unless_it_says_nothing() {
        let of = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
        };
        let both = of(&[("kubesphere.io/description", "theirs"), (DESCRIPTION, "ours"), (ALIAS, "Till")]);
        let theirs = of(&[("kubesphere.io/description", "theirs"), (DESCRIPTION, " "), ("note", "x")]);

        assert_eq!((alias(&both), description(&both)), (Some("Till"), Some("ours")));
        assert_eq!((alias(&theirs), description(&theirs)), (None, Some("theirs")));
    }
}
