//! The reader's clock.

use crate::words::text;
use crate::{local_time, preferences};
use leptos::prelude::*;
use model::Timestamp;

/// How many seconds the reader's clock is before UTC at a moment; 0 until scripts run, so that the first browser render
/// equals the server's.
pub fn zone_offset(at: i64) -> Signal<i64> {
    let offset = RwSignal::new(0);
    let zone = preferences().time_zone;
    Effect::new(move |_| {
        offset.set(local_time::offset(Timestamp(at), zone.as_deref()));
    });
    offset.into()
}

/// In whose time the page's charts are: UTC until scripts run.
#[component]
pub fn ZoneName() -> impl IntoView {
    let is_alive = RwSignal::new(false);
    Effect::new(move |_| is_alive.set(true));
    let zone = preferences().time_zone;
    move || match (is_alive.get(), &zone) {
        (false, _) => "UTC".to_owned(),
        (true, Some(zone)) => zone.clone(),
        (true, None) => text("chart.zone").to_owned(),
    }
}
