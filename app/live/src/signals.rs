//! Signals that speak only when they have something to say.

use leptos::prelude::*;

/// Sets a signal, unless it has this value already.
pub(crate) fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: RwSignal<T>, value: T) {
    if *signal.read_untracked() != value {
        signal.set(value);
    }
}
