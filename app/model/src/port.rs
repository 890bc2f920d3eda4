//! How a server function reaches its backend.

use crate::ConsoleError;
use leptos::prelude::use_context;
use std::sync::Arc;

/// The backend of the current request, already bound to its caller. The server provides ports only for requests of
/// somebody who is signed in, so their absence means just that.
pub fn port<P: ?Sized + Send + Sync + 'static>() -> Result<Arc<P>, ConsoleError> {
    use_context::<Arc<P>>().ok_or(ConsoleError::NotSignedIn)
}
