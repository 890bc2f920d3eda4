//! Dashboards to begin with.

use monitoring_contract::{Plan, TEMPLATES};

const SOURCES: [&str; TEMPLATES.len()] = [
    include_str!("../templates/node.json"),
    include_str!("../templates/ingress.json"),
    include_str!("../templates/postgresql.json"),
    include_str!("../templates/redis.json"),
    include_str!("../templates/jvm.json"),
    include_str!("../templates/mysql.json"),
    include_str!("../templates/elasticsearch.json"),
    include_str!("../templates/rabbitmq.json"),
    include_str!("../templates/kafka.json"),
    include_str!("../templates/jenkins.json"),
    include_str!("../templates/gpu.json"),
];

/// The template of this word.
pub fn find(word: &str) -> Option<Plan> {
    let (_, source) = TEMPLATES.into_iter().zip(SOURCES).find(|(known, _)| *known == word)?;
    Some(read(source))
}

/// All of them.
#[cfg(test)]
pub fn all() -> Vec<Plan> {
    SOURCES.into_iter().map(read).collect()
}

fn read(source: &str) -> Plan {
    serde_json::from_str(source).expect("a test reads them all")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn every_template_is_a_dashboard_that_can_be_kept() {
        for word in TEMPLATES {
            let plan = find(word).unwrap();

            assert_eq!(plan.problems(), [], "{word}");
            assert_eq!(prometheus::variables_fault(&plan.variables), None, "{word}");
            for query in plan.panels.iter().flat_map(|panel| &panel.queries) {
                let fault = prometheus::query_fault(&query.query, &plan.variables);
                assert_eq!(fault, None, "{word}: {}", query.query);
            }
        }
        assert_eq!(find("none"), None);
    }

    #[test]
    fn every_variable_of_a_template_is_used() {
        for plan in all() {
            for variable in &plan.variables {
                let place = format!("${}", variable.name);
                let mut queries = plan.panels.iter().flat_map(|panel| &panel.queries);
                assert!(queries.any(|query| query.query.contains(&place)), "{}: {place}", plan.name);
            }
        }
    }
}
