//! Which stretch of time is looked at, and how often.

use crate::address::{COMPARISONS, REFRESHES, TimeAddress};
use crate::words::{text, text_of, text_with};
use leptos::prelude::*;
use monitoring_contract::{PRESETS, Window};
use ui::{Glyph, Menu, MenuItem, TimeMenu, ZoneName};

/// Presets as links, a form for any other stretch, comparison where there is one, and refreshing as menus.
pub fn time_bar(address: Signal<TimeAddress>, compares: bool) -> AnyView {
    let preset = move |seconds: u32| {
        let window = Window::Last(seconds);
        let href = move || address.read().with(|address| address.window = window);
        let is_chosen = move || (address.read().window == window).then_some("true");
        view! { <li><a href=href aria-current=is_chosen>{window.to_texts().0}</a></li> }
    };
    view! {
        <div class="time-bar">
            <ul class="time-presets" aria-label=text("time.presets")>
                {PRESETS.into_iter().map(preset).collect_view()}
            </ul>
            {move || between(&address.read())}
            {move || compares.then(|| comparison(&address.read()))}
            {move || refreshing(&address.read())}
            <span class="time-zone"><ZoneName/></span>
        </div>
        {move || address.read().fault.map(|fault| view! { <p class="field-problem" role="alert">{text_of("time.fault", fault.word())}</p> })}
    }
    .into_any()
}

fn between(address: &TimeAddress) -> AnyView {
    let kept: Vec<_> =
        address.pairs().into_iter().filter(|(name, _)| name != "from" && name != "to").collect();
    view! { <TimeMenu window=address.window action=address.path.clone() kept/> }.into_any()
}

fn comparison(address: &TimeAddress) -> AnyView {
    let words = |seconds: Option<u32>| match seconds {
        Some(seconds) => text_with("time.compare.to", &[("stretch", &Window::Last(seconds).to_texts().0)]),
        None => text("time.compare.none").to_owned(),
    };
    let item = |seconds: Option<u32>| {
        let href = address.with(|address| address.compare = seconds);
        view! { <MenuItem title=words(seconds) href/> }
    };
    let title =
        if address.compare.is_some() { words(address.compare) } else { text("time.compare").to_owned() };
    let items = std::iter::once(None).chain(COMPARISONS.map(Some)).map(item).collect_view();
    view! { <Menu title>{items}</Menu> }.into_any()
}

fn refreshing(address: &TimeAddress) -> AnyView {
    let words = |seconds: Option<u32>| match seconds {
        Some(seconds) => text_with("time.refresh.every", &[("stretch", &Window::Last(seconds).to_texts().0)]),
        None => text("time.refresh.none").to_owned(),
    };
    let item = |seconds: Option<u32>| {
        let href = address.with(|address| address.refresh = seconds);
        view! { <MenuItem title=words(seconds) href/> }
    };
    let title =
        if address.refresh.is_some() { words(address.refresh) } else { text("time.refresh").to_owned() };
    let items = std::iter::once(None).chain(REFRESHES.map(Some)).map(item).collect_view();
    view! { <div class="needs-scripts"><Menu title glyph=Glyph::Refresh>{items}</Menu></div> }.into_any()
}
