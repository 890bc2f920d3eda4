//! What can be wrong with dashboards and links to them.

use serde::{Deserialize, Serialize};

/// What is wrong with a dashboard, or keeps it as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum DashboardFault {
    /// It has no name.
    #[error("say what it is called")]
    Nameless,
    /// More than this many panels, or as many headings.
    #[error("a dashboard has at most {0} panels, and as many headings")]
    ManyPanels(usize),
    /// A line that is no variable.
    #[error("{0:?} is no variable; write one like pod = label_values(kube_pod_info, pod)")]
    NoVariable(String),
    /// More than this many variables.
    #[error("at most {0} variables")]
    ManyVariables(usize),
    /// A variable that each dashboard has.
    #[error("$namespace is there already: the namespaces that the reader may see")]
    NamespaceTaken,
    /// Two variables of one name.
    #[error("two variables are called {0}")]
    VariableTwice(String),
    /// Something that is kept as a variable and is none.
    #[error("{0} is no variable")]
    BadVariable(String),
    /// A variable of too long a selector.
    #[error("{name} has a selector of more than {longest} characters")]
    LongSelector {
        /// The name.
        name: String,
        /// How long it may be.
        longest: usize,
    },
    /// A line that is no annotation.
    #[error("{0:?} is no annotation; write one like Down = up == 0")]
    NoAnnotation(String),
    /// More than this many annotations.
    #[error("at most {0} annotations")]
    ManyAnnotations(usize),
    /// Two annotations of one name.
    #[error("two annotations are called {0}")]
    AnnotationTwice(String),
    /// An annotation that is too long.
    #[error("{name}: at most {longest} characters, and {query} for the query")]
    LongAnnotation {
        /// The name.
        name: String,
        /// How long it may be.
        longest: usize,
        /// How long its query may be.
        query: usize,
    },
    /// What is wrong with a query of a panel.
    #[error("in panel {title:?}: {said}")]
    InPanel {
        /// The title.
        title: String,
        /// What is said of it.
        said: String,
    },
    /// What is wrong with the query of an annotation.
    #[error("in {name:?}, {said}")]
    InAnnotation {
        /// The name.
        name: String,
        /// What is said of it.
        said: String,
    },
    /// None of the templates.
    #[error("choose one of the templates")]
    Template,
    /// A namespace that is not there.
    #[error("is no project of this cluster")]
    NoProject,
    /// A panel that is not there.
    #[error("there is no such panel: load the page again")]
    NoPanel,
    /// There are as many as are kept.
    #[error("there are {0} dashboards here already: remove one first")]
    Full(i64),
    /// It is not what the form began with.
    #[error(
        "{0} has changed this dashboard since you opened it. Nothing of yours was saved: load the page again, \
         and make your change there"
    )]
    Changed(String),
}

/// What is wrong with a link that shows a dashboard elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum EmbedFault {
    /// It has no name.
    #[error("say where it will be shown")]
    Nameless,
    /// A site without a scheme of the web.
    #[error("{0:?}: begin with https:// (or http://, where the site has nothing better)")]
    Scheme(String),
    /// A site with something behind its host.
    #[error("{0:?}: a site is a scheme and a host: leave out what comes behind")]
    Path(String),
    /// A site without a host.
    #[error("{0:?}: is no host; write it in full, without * and in ASCII letters (xn--…)")]
    Host(String),
    /// A site without a port behind its colon.
    #[error("{0:?}: the port must be a number from 1 to 65535")]
    Port(String),
    /// No site.
    #[error("name at least one site: no other page can show it")]
    NoSite,
    /// More than this many sites.
    #[error("at most {0} sites")]
    ManySites(usize),
    /// A variable that is chosen twice.
    #[error("{0} stands there twice")]
    ChosenTwice(String),
    /// A line that chooses nothing.
    #[error("{0:?} chooses nothing; write a line like pod = web-1")]
    ChoosesNothing(String),
    /// None of the panels.
    #[error("choose one of the panels")]
    Panel,
    /// A panel that is not there any more.
    #[error("is not in the dashboard any more: choose another one")]
    PanelGone,
    /// A variable that the dashboard does not have.
    #[error("the dashboard has no variable {0}")]
    NoVariable(String),
    /// There are as many as are kept.
    #[error("this dashboard has {0} links already: end one first")]
    Full(usize),
}
