//! What the console refuses, told apart so that pages can say it in the reader's language. As text each is an English
//! sentence without its subject, for programs and logs: the field at which it stands is the subject.

mod alerts;
mod budgets;
mod dashboards;
mod edits;
mod files;
mod forms;
mod kept;
mod objects;
mod panels;
mod people;
mod places;
mod ports;
mod prices;
mod questions;
mod roles;
mod rules;
mod tables;
mod terms;
mod told;

use crate::ConsoleError;
use crate::names::NameRule;
pub use alerts::{ConditionFault, ListAlertFault, SilenceFault};
pub use budgets::BudgetFault;
pub use dashboards::{DashboardFault, EmbedFault};
pub use edits::{CertificateFault, EditFault, LabelFault};
pub use files::{FileFault, FileTrouble};
pub use forms::{FormFault, YamlFault};
pub use kept::{BinFault, RecordingFault, SearchFault};
pub use objects::{ActFault, DrainFault};
pub use panels::PanelFault;
pub use people::{HeldIn, PersonFault};
pub use places::{ProjectFault, QuotaFault, WorkspaceFault};
pub use ports::PortFault;
pub use prices::PriceFault;
pub use questions::{ClusterFault, QuestionFault};
pub use roles::{DepartmentFault, MemberFault, RequestFault, RoleFault};
pub use rules::{BuiltInFault, RuleFault};
use serde::{Deserialize, Serialize};
pub use tables::TableFault;
pub use terms::TermFault;
pub use told::{MailServerFault, ReceiverFault};

/// Why the console refuses a field or a whole form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Fault {
    /// It is no name.
    #[error(transparent)]
    Name(#[from] NameRule),
    /// It is not what the field takes, whatever that is about.
    #[error(transparent)]
    Entry(#[from] EntryFault),
    /// It cannot be of somebody, or be done with them.
    #[error(transparent)]
    Person(#[from] PersonFault),
    /// It cannot be so of a workspace.
    #[error(transparent)]
    Workspace(#[from] WorkspaceFault),
    /// It cannot be so of a project.
    #[error(transparent)]
    Project(#[from] ProjectFault),
    /// So much cannot be given.
    #[error(transparent)]
    Quota(#[from] QuotaFault),
    /// Nobody can hold it so.
    #[error(transparent)]
    Member(#[from] MemberFault),
    /// No role can be so.
    #[error(transparent)]
    Role(#[from] RoleFault),
    /// No department can be so.
    #[error(transparent)]
    Department(#[from] DepartmentFault),
    /// It cannot be asked for, or answered.
    #[error(transparent)]
    Request(#[from] RequestFault),
    /// It cannot be asked about.
    #[error(transparent)]
    Question(#[from] QuestionFault),
    /// A cluster cannot be said to be another one.
    #[error(transparent)]
    Cluster(#[from] ClusterFault),
    /// Nobody can be told so of alerts.
    #[error(transparent)]
    Receiver(#[from] ReceiverFault),
    /// No mail can be sent so.
    #[error(transparent)]
    MailServer(#[from] MailServerFault),
    /// It cannot be done with an object.
    #[error(transparent)]
    Act(#[from] ActFault),
    /// It is no condition on labels.
    #[error(transparent)]
    Condition(#[from] ConditionFault),
    /// No silence can be so.
    #[error(transparent)]
    Silence(#[from] SilenceFault),
    /// No alert on a list can be so.
    #[error(transparent)]
    ListAlert(#[from] ListAlertFault),
    /// No rule can be so.
    #[error(transparent)]
    Rule(#[from] RuleFault),
    /// Ready-made rules cannot be installed or removed so.
    #[error(transparent)]
    BuiltIn(#[from] BuiltInFault),
    /// No prices can be so.
    #[error(transparent)]
    Price(#[from] PriceFault),
    /// No budget can be so.
    #[error(transparent)]
    Budget(#[from] BudgetFault),
    /// No dashboard can be so.
    #[error(transparent)]
    Dashboard(#[from] DashboardFault),
    /// No link to a dashboard can be so.
    #[error(transparent)]
    Embed(#[from] EmbedFault),
    /// No panel can be so.
    #[error(transparent)]
    Panel(#[from] PanelFault),
    /// No labels or annotations can be so.
    #[error(transparent)]
    Label(#[from] LabelFault),
    /// No object can be changed so.
    #[error(transparent)]
    Edit(#[from] EditFault),
    /// No certificate can be so.
    #[error(transparent)]
    Certificate(#[from] CertificateFault),
    /// No form is filled in so.
    #[error(transparent)]
    Form(#[from] FormFault),
    /// No objects are written so.
    #[error(transparent)]
    Yaml(#[from] YamlFault),
    /// A pod stays, or stands in the way.
    #[error(transparent)]
    Drain(#[from] DrainFault),
    /// A container does not tell of its files, or take any.
    #[error(transparent)]
    Trouble(#[from] FileTrouble),
    /// No file can be sent or fetched so.
    #[error(transparent)]
    File(#[from] FileFault),
    /// No port can be opened so.
    #[error(transparent)]
    Port(#[from] PortFault),
    /// Nothing is recorded, or shown of a recording, so.
    #[error(transparent)]
    Recording(#[from] RecordingFault),
    /// It cannot be made again, or kept.
    #[error(transparent)]
    Bin(#[from] BinFault),
    /// Nothing is searched for, or kept to be searched for, so.
    #[error(transparent)]
    Search(#[from] SearchFault),
    /// Nothing is looked for so.
    #[error(transparent)]
    Term(#[from] TermFault),
    /// No list is asked for so.
    #[error(transparent)]
    Table(#[from] TableFault),
    /// What came of it with one of several objects.
    #[error("{0}")]
    Came(Box<ConsoleError>),
}

/// What is wrong with what stands in a field, whatever that is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum EntryFault {
    /// Nothing.
    #[error("must not be empty")]
    Empty,
    /// More than this many characters.
    #[error("must have at most {0} characters")]
    Longest(usize),
    /// No line, or one of more than this many characters.
    #[error("must be a line of at most {0} characters")]
    Line(usize),
    /// Something else than this, which is typed to confirm.
    #[error("must be exactly {0}")]
    Exactly(String),
    /// None of several is ticked.
    #[error("choose at least one")]
    NoneChosen,
    /// None of the roles that are offered.
    #[error("choose one of the roles")]
    Role,
    /// None of the spans of time that are offered.
    #[error("choose one of the spans")]
    Span,
    /// None of the languages that the console speaks.
    #[error("choose one of the languages")]
    Language,
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;
    use crate::FieldProblem;

    #[test]
    fn programs_read_the_sentence_and_pages_the_fault() {
        let exactly = EntryFault::Exactly("ada".into());
        let one_of = PersonFault::OneOf { name: "ada".into(), fault: Box::new(exactly.into()) };
        let problem = FieldProblem::of("names", one_of);

        let sent = serde_json::to_value(&problem).unwrap();
        assert_eq!(sent["message"], "ada must be exactly ada");
        assert_eq!(serde_json::from_value::<FieldProblem>(sent).unwrap(), problem);

        let newer = serde_json::json!({"Lease": "Over"});
        let newer = serde_json::json!({"field": "days", "message": "is over", "line": 2, "fault": newer});
        let told = serde_json::from_value::<FieldProblem>(newer).unwrap();
        assert_eq!(told, FieldProblem { line: Some(2), ..FieldProblem::new("days", "is over") });
        let newer = serde_json::json!({"NotFound": {"what": "lease 7", "thing": {"Lease": "7"}}});
        assert_eq!(serde_json::from_value::<ConsoleError>(newer).unwrap(), ConsoleError::missing("lease 7"));

        let plain = serde_json::to_value(FieldProblem::new("spec.replicas", "Invalid value")).unwrap();
        assert!(plain.get("fault").is_none(), "{plain}");
    }
}
