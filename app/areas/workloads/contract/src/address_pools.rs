//! From which of Calico's address pools pods take their addresses: an annotation of pods that holds a list as JSON.

use crate::Rule;
use serde_json::Value;

/// The annotation.
pub const ADDRESS_POOLS: &str = "cni.projectcalico.org/ipv4pools";

/// The pools that an annotation names. What is no list is told as the one that it stands for.
pub fn pools_of(value: Option<&Value>) -> Vec<String> {
    let Some(text) = value.and_then(Value::as_str).filter(|text| !text.trim().is_empty()) else {
        return Vec::new();
    };
    serde_json::from_str(text).unwrap_or_else(|_| vec![text.to_owned()])
}

/// The annotation that names these pools; none for none.
pub fn write_pools(pools: Vec<String>) -> Option<Value> {
    let named: Vec<Value> = pools.into_iter().filter(|pool| !pool.is_empty()).map(Value::from).collect();
    (!named.is_empty()).then(|| Value::from(Value::Array(named).to_string()))
}

/// The annotation that lines stand for, one pool on each; none for none.
pub fn read_pools(lines: &str) -> Option<Value> {
    write_pools(lines.lines().map(|line| line.trim().to_owned()).collect())
}

/// What is no pool among those that an annotation names. Calico takes their names, and the ranges that they have.
pub(crate) fn wrong(value: &Value) -> Option<String> {
    let is_pool = |pool: &String| {
        let pool = Value::from(pool.as_str());
        Rule::Subdomain.wrong(&pool).is_none() || Rule::Cidr.wrong(&pool).is_none()
    };
    pools_of(Some(value)).into_iter().find(|pool| !is_pool(pool))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn what_is_no_list_is_told_and_names_and_ranges_are_pools() {
        assert_eq!(pools_of(Some(&json!("office, lab"))), ["office, lab"]);
        assert_eq!(wrong(&json!("office, lab")).as_deref(), Some("office, lab"));
        assert_eq!(wrong(&json!(r#"["office", "10.1.0.0/16"]"#)), None);
        assert_eq!(pools_of(Some(&json!(" "))), Vec::<String>::new());
        assert_eq!(write_pools(vec![String::new()]), None);
    }

    proptest! {
        #[test]
        fn pools_are_read_as_they_were_written(pools in proptest::collection::vec("[a-z\"\\\\]{1,6}", 0..4)) {
            let written = write_pools(pools.clone());

            prop_assert_eq!(pools_of(written.as_ref()), pools);
        }
    }
}
