//! Searches that people keep by name.

use crate::field::Of;
use crate::query::Query;
use async_trait::async_trait;
use leptos::prelude::*;
use model::fault::{SearchFault, TermFault};
use model::{ClusterName, ConsoleError, FieldProblem, Namespace, Timestamp, Window};
use serde::{Deserialize, Serialize};
use server_fn::codec::Json;

/// The longest name of a search, in letters.
pub const LONGEST_SEARCH_NAME: usize = 80;
/// The most searches that are found by words of their names.
pub const MOST_FOUND_BY_NAME: usize = 8;

/// Questions and commands about kept searches, on behalf of one caller. Sharing one gives nobody a right: it finds what
/// whoever opens it may see.
#[async_trait]
pub trait SavedSearches: Send + Sync {
    /// The searches of a cluster that the caller finds: their own first, each part by name.
    async fn saved_searches(&self, cluster: ClusterName) -> Result<Vec<SavedSearch>, ConsoleError>;
    /// The searches of all clusters that the caller finds and whose name has these words in it, in any case: those that begin
    /// with them first, and [`MOST_FOUND_BY_NAME`] at most. Nothing is refused: whoever may search nothing finds nothing.
    async fn find_by_name(&self, words: String) -> Result<Vec<FoundSearch>, ConsoleError>;
    /// For whom the caller may keep one. Asks the cluster for its namespaces, where they may in all of them.
    async fn audiences(&self, cluster: ClusterName) -> Result<Vec<Audience>, ConsoleError>;
    /// Keeps one.
    async fn save_search(&self, fields: SaveSearchFields) -> Result<(), ConsoleError>;
    /// Gives one another name.
    async fn rename_search(&self, fields: RenameSearchFields) -> Result<(), ConsoleError>;
    /// Forgets one.
    async fn remove_search(&self, fields: RemoveSearchFields) -> Result<(), ConsoleError>;
}

/// The searches that are kept for a cluster.
#[server(endpoint = "records/saved", input = Json)]
pub async fn read_saved_searches(
    /// Where.
    cluster: ClusterName,
) -> Result<Vec<SavedSearch>, ConsoleError> {
    model::port::<dyn SavedSearches>()?.saved_searches(cluster).await
}

/// The searches of all clusters whose name has these words in it.
#[server(endpoint = "records/find-saved", input = Json)]
pub async fn find_saved_searches(
    /// Part of a name.
    words: String,
) -> Result<Vec<FoundSearch>, ConsoleError> {
    model::port::<dyn SavedSearches>()?.find_by_name(words).await
}

/// For whom a search of a cluster can be kept.
#[server(endpoint = "records/audiences", input = Json)]
pub async fn read_audiences(
    /// Where.
    cluster: ClusterName,
) -> Result<Vec<Audience>, ConsoleError> {
    model::port::<dyn SavedSearches>()?.audiences(cluster).await
}

/// Keeps a search.
#[server(endpoint = "records/save-search")]
pub async fn save_search(
    /// The fields of the form.
    fields: SaveSearchFields,
) -> Result<(), ConsoleError> {
    let next = model::link::saved_searches(&fields.cluster);
    model::port::<dyn SavedSearches>()?.save_search(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Gives a search another name.
#[server(endpoint = "records/rename-search")]
pub async fn rename_search(
    /// The fields of the form.
    fields: RenameSearchFields,
) -> Result<(), ConsoleError> {
    let next = model::link::saved_searches(&fields.cluster);
    model::port::<dyn SavedSearches>()?.rename_search(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Forgets a search.
#[server(endpoint = "records/remove-search")]
pub async fn remove_search(
    /// The fields of the form.
    fields: RemoveSearchFields,
) -> Result<(), ConsoleError> {
    let next = model::link::saved_searches(&fields.cluster);
    model::port::<dyn SavedSearches>()?.remove_search(fields).await?;
    model::go_to(&next);
    Ok(())
}

/// Who finds a search.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Audience {
    /// Whoever made it, alone.
    Own,
    /// Whoever may look at this project.
    Project(Namespace),
    /// Whoever may look at the cluster.
    Cluster,
}

/// A search that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSearch {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What is searched.
    pub of: Of,
    /// What is looked for, as it was typed.
    pub query: String,
    /// Which stretch of time.
    pub window: Window,
    /// Who finds it.
    pub audience: Audience,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made: Timestamp,
    /// Whether the reader made it.
    pub is_own: bool,
    /// Whether the reader may rename and delete it.
    pub may_change: bool,
}

/// A search that was found by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundSearch {
    /// Where it searches.
    pub cluster: ClusterName,
    /// What is kept.
    pub search: SavedSearch,
}

/// The fields of the form that keeps a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveSearchFields {
    /// Where.
    pub cluster: ClusterName,
    /// What is searched, as a word.
    #[serde(default)]
    pub of: String,
    /// What is looked for.
    #[serde(default)]
    pub query: String,
    /// Which stretch of time, as it stands in addresses.
    #[serde(default)]
    pub from: String,
    /// Its end, where it has one.
    #[serde(default)]
    pub to: String,
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// Who finds it, as [`Audience::word`] writes it.
    #[serde(default)]
    pub audience: String,
}

/// The fields of the form that renames a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenameSearchFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which.
    #[serde(default)]
    pub id: String,
    /// What it is called from now on.
    #[serde(default)]
    pub name: String,
}

/// The fields of the form that forgets a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveSearchFields {
    /// Where.
    pub cluster: ClusterName,
    /// Which.
    #[serde(default)]
    pub id: String,
}

/// A search that can be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSearch {
    /// What it is called.
    pub name: String,
    /// What is searched.
    pub of: Of,
    /// What is looked for.
    pub query: String,
    /// Which stretch of time.
    pub window: Window,
    /// Who finds it.
    pub audience: Audience,
}

impl Audience {
    /// As it stands in forms; [`Audience::parse`] reads it back.
    pub fn word(&self) -> String {
        match self {
            Self::Own => String::new(),
            Self::Cluster => "cluster".to_owned(),
            Self::Project(namespace) => format!("project/{namespace}"),
        }
    }

    /// Reads what stands in a form.
    pub fn parse(word: &str) -> Option<Self> {
        match word.trim() {
            "" => Some(Self::Own),
            "cluster" => Some(Self::Cluster),
            word => Namespace::parse(word.strip_prefix("project/")?).ok().map(Self::Project),
        }
    }
}

impl SaveSearchFields {
    /// The search, or what is wrong with the fields.
    pub fn check(&self) -> Result<NewSearch, Vec<FieldProblem>> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, fault: SearchFault| problems.push(FieldProblem::of(field, fault));
        let name = checked_name(&self.name).map_err(|fault| wrong("name", fault)).unwrap_or_default();
        let of = Of::parse(&self.of).unwrap_or_default();
        if Of::parse(&self.of).is_none() {
            wrong("query", SearchFault::Of);
        }
        let window = Window::parse(&self.from, &self.to);
        if window.is_err() {
            wrong("from", SearchFault::Window);
        }
        let audience = Audience::parse(&self.audience);
        if audience.is_none() {
            wrong("audience", SearchFault::Audience);
        }
        let query = self.query.trim().to_owned();
        if let Err(problem) = Query::parse(of, &query) {
            problems.push(FieldProblem::of("query", TermFault::from(problem)));
        }
        match (window, audience, problems.is_empty()) {
            (Ok(window), Some(audience), true) => Ok(NewSearch { name, of, query, window, audience }),
            _ => Err(problems),
        }
    }
}

/// A name as it is kept, or what is wrong with it.
pub fn checked_name(name: &str) -> Result<String, SearchFault> {
    let name = name.trim();
    if name.is_empty() {
        return Err(SearchFault::Nameless);
    }
    if name.chars().count() > LONGEST_SEARCH_NAME {
        return Err(SearchFault::LongName(LONGEST_SEARCH_NAME));
    }
    if name.chars().any(char::is_control) {
        return Err(SearchFault::Control);
    }
    Ok(name.to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn fields() -> SaveSearchFields {
        SaveSearchFields {
            cluster: ClusterName::parse("harbour").unwrap(),
            of: "logs".into(),
            query: " level:error ".into(),
            from: "6h".into(),
            to: String::new(),
            name: " Errors ".into(),
            audience: "project/shop".into(),
        }
    }

    fn wrong(fields: &SaveSearchFields) -> Vec<String> {
        fields.check().unwrap_err().into_iter().map(|problem| problem.field).collect()
    }

    #[test]
    fn a_search_is_kept_as_it_was_meant() {
        let shop = Audience::Project(Namespace::parse("shop").unwrap());
        let wanted = NewSearch {
            name: "Errors".into(),
            of: Of::Logs,
            query: "level:error".into(),
            window: Window::Last(21_600),
            audience: shop.clone(),
        };

        assert_eq!(fields().check(), Ok(wanted));
        for audience in [Audience::Own, Audience::Cluster, shop] {
            assert_eq!(Audience::parse(&audience.word()), Some(audience));
        }
    }

    #[test]
    fn what_is_wrong_is_told_at_its_field() {
        let with = |change: fn(&mut SaveSearchFields)| {
            let mut fields = fields();
            change(&mut fields);
            wrong(&fields)
        };

        assert_eq!(with(|fields| fields.name = " ".into()), ["name"]);
        assert_eq!(with(|fields| fields.name = "x".repeat(81)), ["name"]);
        assert_eq!(with(|fields| fields.query = "level:loud".into()), ["query"]);
        let loud = SaveSearchFields { query: "level:loud".into(), ..fields() };
        let fault = loud.check().unwrap_err().remove(0).fault;
        assert_eq!(
            fault,
            Some(TermFault::NoLevel("loud".into()).into()),
            "it has no words in the reader's language"
        );
        assert_eq!(with(|fields| fields.of = "secrets".into()), ["query"]);
        assert_eq!(with(|fields| fields.from = "soon".into()), ["from"]);
        assert_eq!(with(|fields| fields.audience = "project/A B".into()), ["audience"]);
        assert_eq!(with(|fields| (fields.name, fields.audience) = (String::new(), "all".into())).len(), 2);
    }
}
