//! What the address of a form says of a rule: everything that stands in the form, once something was asked about it.

use leptos_router::params::ParamsMap;
use model::ClusterName;
use monitoring_contract::{RuleFields, RulePlace};

/// What an address says at a field of the form.
fn said(query: &ParamsMap, field: &str) -> Option<String> {
    query.get(&format!("fields[{field}]"))
}

/// The fields of a form whose button was pressed that asks about them.
pub fn asked(query: &ParamsMap, cluster: &ClusterName) -> Option<RuleFields> {
    said(query, "hold")?;
    let field = |name: &str| said(query, name).unwrap_or_default();
    Some(RuleFields {
        cluster: cluster.clone(),
        namespace: field("namespace"),
        object: field("object"),
        group: field("group"),
        index: field("index"),
        interval: field("interval"),
        version: field("version"),
        name: field("name"),
        template: field("template"),
        kind: field("kind"),
        target: field("target"),
        threshold: field("threshold"),
        comparison: field("comparison"),
        query: field("query"),
        severity: field("severity"),
        hold: field("hold"),
        summary: field("summary"),
        description: field("description"),
        runbook: field("runbook"),
    })
}

/// The template that an address names: its word, an empty one for a query of one's own, none for choosing.
pub fn template(query: &ParamsMap) -> Option<String> {
    let named = query.get("template").filter(|word| !word.is_empty());
    let named = named.map(|word| if word == OWN { String::new() } else { word });
    named.or_else(|| said(query, "template"))
}

/// The query that a new rule begins with, where an address says one.
pub fn wished(query: &ParamsMap) -> String {
    query.get("query").unwrap_or_default()
}

/// What stands for a query of one's own in an address.
pub const OWN: &str = "query";

/// The rule that an address names: its object in the path, its group and place behind it.
pub fn place(path: &ParamsMap, query: &ParamsMap, cluster: ClusterName) -> RulePlace {
    let of_path = |name: &str| path.get(name).unwrap_or_default();
    let of_query =
        |name: &str, field: &str| query.get(name).or_else(|| said(query, field)).unwrap_or_default();
    RulePlace {
        cluster,
        namespace: of_path("namespace"),
        object: of_path("name"),
        group: of_query("group", "group"),
        index: of_query("rule", "index"),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> ParamsMap {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_that_was_asked_about_is_in_the_address() {
        let harbour = ClusterName::parse("harbour").unwrap();

        let fields =
            asked(&map(&[("fields[hold]", "5m"), ("fields[query]", "up == 0"), ("other", "x")]), &harbour);

        let expected =
            RuleFields { hold: "5m".into(), query: "up == 0".into(), ..RuleFields::new(harbour.clone()) };
        assert_eq!(fields, Some(expected));
        assert_eq!(asked(&map(&[("template", "restarts")]), &harbour), None);
    }

    #[test]
    fn a_template_a_query_and_no_choice_are_three_things() {
        assert_eq!(template(&map(&[("template", "restarts")])).as_deref(), Some("restarts"));
        assert_eq!(template(&map(&[("template", "query")])).as_deref(), Some(""));
        assert_eq!(template(&map(&[("fields[template]", "")])).as_deref(), Some(""));
        assert_eq!(template(&map(&[])), None);
    }

    #[test]
    fn a_rule_is_found_by_its_link_and_by_its_form() {
        let path = map(&[("namespace", "shop"), ("name", "own")]);
        let harbour = || ClusterName::parse("harbour").unwrap();

        let linked = place(&path, &map(&[("group", "a b"), ("rule", "2")]), harbour());
        let sent = place(&path, &map(&[("fields[group]", "a b"), ("fields[index]", "2")]), harbour());

        assert_eq!(linked, sent);
        assert_eq!(
            (linked.object.as_str(), linked.group.as_str(), linked.index.as_str()),
            ("own", "a b", "2")
        );
    }
}
