//! The first page: how all clusters are, what needs somebody, and what people did last.

use crate::words::text;
use clusters_pages::{AttentionCards, Fleet};
use leptos::prelude::*;
use monitoring_pages::{BudgetCard, FiringCard, SoonCard};
use people_pages::LateChangesCard;
use ui::{CardGrid, PageHeader, PageTitle};

/// What the reader should know first. Monitoring comes last, and what has to be added up comes last of all: it may be slow, and
/// nothing waits behind it.
#[component]
pub fn HomePage() -> impl IntoView {
    view! {
        <PageTitle text=text("fleet")/>
        <PageHeader title=text("fleet")/>
        <Fleet/>
        <div class="attention">
            <CardGrid>
                <AttentionCards/>
                <LateChangesCard/>
                <SoonCard/>
                <FiringCard/>
                <BudgetCard/>
            </CardGrid>
        </div>
    }
}
