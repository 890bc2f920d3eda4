#![doc = include_str!("../README.md")]

mod around;
mod field;
mod past;
mod query;
mod record;
mod saved;
mod search;
mod tail;

pub use around::{Around, AroundRequest, read_around};
pub use field::{Field, LineLevel, Of};
pub use past::{PastEvents, read_past_events};
pub use query::{LONGEST_QUERY, Query, QueryProblem, Term, Value};
pub use record::{AuditRecord, EventRecord, LogRecord, Piece, Row, Rows};
pub use saved::{
    Audience, FoundSearch, LONGEST_SEARCH_NAME, MOST_FOUND_BY_NAME, NewSearch, RemoveSearch,
    RemoveSearchFields, RenameSearch, RenameSearchFields, SaveSearch, SaveSearchFields, SavedSearch,
    SavedSearches, checked_name, find_saved_searches, read_audiences, read_saved_searches, remove_search,
    rename_search, save_search,
};
pub use search::{
    Bar, Cursor, Facet, FacetValue, Found, KeptBy, Missing, SearchRequest, Searched, Shortfall,
    search_records,
};
pub use tail::{Tail, TailRequest, tail_records};

use async_trait::async_trait;
use model::{ConsoleError, ResourceRef};

/// Questions about the past, on behalf of one caller. Every answer holds only what that caller may see.
#[async_trait]
pub trait Records: Send + Sync {
    /// What is found, a page of it, and how it is spread over time.
    async fn search(&self, request: SearchRequest) -> Result<Searched<Found>, ConsoleError>;
    /// What was written since the last time, without figures.
    async fn tail(&self, request: TailRequest) -> Result<Searched<Tail>, ConsoleError>;
    /// One line of a log and what the same container wrote before and after it.
    async fn around(&self, request: AroundRequest) -> Result<Searched<Around>, ConsoleError>;
    /// What happened to an object; nothing where nobody keeps it or the caller may not see it.
    async fn past_events(&self, object: ResourceRef) -> Result<Option<PastEvents>, ConsoleError>;
}
