//! An object on a line, as forms and addresses carry it.

use crate::Target;
use model::fault::FormFault;
use model::{ClusterName, ConsoleError, KindSlug, Namespace, ObjectName, ResourceRef};

impl Target {
    /// The object within its kind on one line, as forms and addresses carry it: `shop/web-0/<uid>`.
    pub fn to_line(&self) -> String {
        let namespace = self.resource.namespace.as_ref().map_or(model::link::NO_NAMESPACE, Namespace::as_str);
        let uid = self.uid.as_deref().unwrap_or_default();
        format!("{namespace}/{}/{uid}", self.resource.name)
    }

    /// Reads [`Target::to_line`], and the shorter `shop/web-0` and `node-1`; `None` for anything else.
    pub fn from_line(cluster: &ClusterName, kind: &KindSlug, line: &str) -> Option<Self> {
        let parts: Vec<&str> = line.trim().splitn(3, '/').collect();
        let (namespace, name, uid) = match parts.as_slice() {
            [name] => (model::link::NO_NAMESPACE, *name, ""),
            [namespace, name] => (*namespace, *name, ""),
            [namespace, name, uid] => (*namespace, *name, *uid),
            _ => return None,
        };
        let is_namespaced = namespace != model::link::NO_NAMESPACE;
        let namespace = if is_namespaced { Some(Namespace::parse(namespace).ok()?) } else { None };
        let name = ObjectName::parse(name).ok()?;
        let uid = (!uid.is_empty()).then(|| uid.to_owned());
        let resource = ResourceRef { cluster: cluster.clone(), kind: kind.clone(), namespace, name };
        Some(Self { resource, uid })
    }
}

/// The objects that a form's lines name, one at least.
pub(crate) fn parse_targets(
    cluster: &ClusterName,
    kind: &KindSlug,
    lines: &str,
) -> Result<Vec<Target>, ConsoleError> {
    let lines = lines.lines().filter(|line| !line.trim().is_empty());
    let targets: Option<Vec<Target>> = lines.map(|line| Target::from_line(cluster, kind, line)).collect();
    targets.filter(|targets| !targets.is_empty()).ok_or_else(|| FormFault::Foreign.at("targets"))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    #[test]
    fn a_target_survives_its_line() {
        let (cluster, kind) = (ClusterName::parse("harbour").unwrap(), KindSlug::parse("pods").unwrap());
        for line in ["shop/web-0/1f2e", "-/system:node/", "shop/my role/9"] {
            assert_eq!(Target::from_line(&cluster, &kind, line).unwrap().to_line(), line);
        }
        assert_eq!(Target::from_line(&cluster, &kind, "node-1").unwrap().to_line(), "-/node-1/");
        for line in ["", "..", "../secrets/x", "Shop/web/1"] {
            assert_eq!(Target::from_line(&cluster, &kind, line), None, "{line:?} was accepted");
        }
    }
}
