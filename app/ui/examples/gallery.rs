//! Writes the page of components, in its frame, as one HTML file: a way to look at style without a server.
//!
//! `cargo run -p ui --example gallery -- dark > gallery.html`, then serve it beside `style/` and `public/`.

use leptos::prelude::*;
use model::Me;
use ui::{Crumb, Frame, Glyph, NavigationGroup, NavigationItem};

fn main() {
    let theme = std::env::args().nth(1).unwrap_or_else(|| "light".into());
    let page = Owner::new_root(None).with(|| {
        ui::provide_toasts();
        let link = |title: &str, glyph, count| NavigationItem {
            title: title.into(),
            href: format!("/{}", title.to_lowercase()),
            glyph,
            count,
        };
        let navigation = vec![
            NavigationGroup { title: String::new(), items: vec![link("Fleet", Glyph::Fleet, None), link("Components", Glyph::Box, None)], more: vec![] },
            NavigationGroup {
                title: "Workloads".into(),
                items: vec![link("Pods", Glyph::Workload, Some(1208)), link("Deployments", Glyph::Workload, Some(86))],
                more: vec![],
            },
            NavigationGroup {
                title: "Cluster".into(),
                items: vec![link("Nodes", Glyph::Node, Some(12)), link("Storage", Glyph::Storage, None)],
                more: vec![link("Leases", Glyph::Custom, None)],
            },
        ];
        let me = Me { name: "ada".into(), role: "administrator".into(), role_title: None, may: Default::default(), acting: None };
        let clusters = ["harbour", "meadow", "summit"].map(|name| (name.to_owned(), format!("/clusters/{name}")));
        let crumbs = vec![Crumb::link("harbour", "/clusters/harbour").beside(clusters.into()), Crumb::here("Components")];
        view! {
            <Frame navigation path="/components" here="/components" crumbs me=Some(me) palette_open=RwSignal::new(false)>
                <ui::gallery::Gallery/>
            </Frame>
        }
        .to_html()
    });
    println!(
        "<!DOCTYPE html><html lang=\"en\" data-theme=\"{theme}\" data-density=\"compact\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Components</title>\
         <link rel=\"stylesheet\" href=\"/style/main.css\"></head><body><div id=\"console\">{page}</div></body></html>"
    );
}
