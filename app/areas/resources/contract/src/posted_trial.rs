//! An action that a form without scripts sent to be tried out before it is carried out.

use crate::form::parse_targets;
use crate::{ActFields, ActPreview, Action, Resources};
use model::fault::FormFault;
use model::{ConsoleError, SentForm};
use serde::de::DeserializeOwned;

/// The name in the address of a page for an action that is to be tried out.
pub const TRIAL: &str = "__trial";

/// What would become of an action. The server provides it with the page that the action's form stands on, which shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct PostedTrial {
    /// The action.
    pub action: Action,
    /// What the cluster would make of it.
    pub answer: Result<ActPreview, ConsoleError>,
}

impl PostedTrial {
    /// Finds out what the cluster would make of an action; changes nothing. An error is one of the form itself.
    pub async fn of(sent: &SentForm, resources: &dyn Resources) -> Result<Self, ConsoleError> {
        let fields = ActFields::read(sent)?;
        let action = fields.action()?;
        let mut targets = parse_targets(&fields.cluster, &fields.kind, &fields.targets)?;
        targets.truncate(ActPreview::MOST);
        let answer = resources.preview_act(targets, action.clone()).await;
        Ok(Self { action, answer })
    }
}

impl ActFields {
    /// Reads the fields as the action's form names them. What is empty is not said.
    pub fn read(sent: &SentForm) -> Result<Self, ConsoleError> {
        let text = |name: &str| {
            let text = sent.value(&format!("fields[{name}]")).filter(|text| !text.is_empty());
            text.map(str::to_owned)
        };
        let needed = |name: &str| text(name).ok_or_else(|| FormFault::Foreign.at(name));
        let flag = |name: &str| text(name).map(|text| text == "true");
        Ok(Self {
            cluster: needed("cluster")?.parse().map_err(|_| FormFault::Foreign.at("cluster"))?,
            kind: needed("kind")?.parse().map_err(|_| FormFault::Foreign.at("kind"))?,
            targets: needed("targets")?,
            action: word(&needed("action")?).ok_or_else(|| FormFault::Foreign.at("action"))?,
            replicas: text("replicas").and_then(|text| text.trim().parse().ok()),
            revision: text("revision").and_then(|text| text.trim().parse().ok()),
            delete_empty_dir_data: flag("delete_empty_dir_data"),
            force: flag("force"),
            taint_key: text("taint_key"),
            taint_value: text("taint_value"),
            taint_effect: text("taint_effect").and_then(|text| word(&text)),
            taint_remove: flag("taint_remove"),
            labels: text("labels"),
            labels_before: text("labels_before"),
            annotations: text("annotations"),
            annotations_before: text("annotations_before"),
            each: None,
            next: text("next").unwrap_or_default(),
        })
    }
}

/// One of a few words.
fn word<T: DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::from(text)).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::{TaintChange, TaintEffect};

    fn sent(fields: &[(&str, &str)]) -> SentForm {
        let usual = [("cluster", "harbour"), ("kind", "nodes"), ("targets", "-/pier-1/7")];
        let fields = usual.iter().chain(fields);
        SentForm::new("", fields.map(|(name, value)| (format!("fields[{name}]"), (*value).to_owned())))
    }

    #[test]
    fn the_fields_are_those_of_the_actions_form() {
        let taint = sent(&[
            ("action", "taint"),
            ("taint_key", "dedicated"),
            ("taint_value", "gpu"),
            ("taint_effect", "NoExecute"),
            ("taint_remove", "true"),
        ]);
        let scale = |replicas: &str| {
            let fields = ActFields::read(&sent(&[("action", "scale"), ("replicas", replicas)]));
            fields.unwrap().action()
        };

        let change = TaintChange {
            key: "dedicated".into(),
            value: "gpu".into(),
            effect: TaintEffect::NoExecute,
            remove: true,
        };
        assert_eq!(ActFields::read(&taint).unwrap().action(), Ok(Action::Taint(change)));
        assert_eq!(scale(" 3 "), Ok(Action::Scale { replicas: 3 }));
        assert_eq!(scale(""), Err(FormFault::Replicas.at("replicas")));
        assert_eq!(ActFields::read(&sent(&[("action", "dance")])), Err(FormFault::Foreign.at("action")));
    }
}
