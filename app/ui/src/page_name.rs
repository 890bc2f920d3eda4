//! What a page is called in the path above it, where only what it shows knows that.

use leptos::prelude::*;

/// The page that has said its name last: its path and the name.
#[derive(Clone, Copy)]
pub struct PageName(RwSignal<Option<(String, String)>>);

/// Lets the pages around which it stands say their names.
pub fn provide_page_name() -> PageName {
    let name = PageName(RwSignal::new(None));
    provide_context(name);
    name
}

impl PageName {
    /// The name of the page at this path, once that has said one.
    pub fn of(self, path: &str) -> Option<String> {
        self.0.read().as_ref().filter(|(own, _)| own == path).map(|(_, name)| name.clone())
    }
}

/// Has the path above the page say its name. What stands above is written before the page is read, so without scripts it says
/// only what sort of page it is.
#[component]
pub fn NamedPage(
    /// The path of the page.
    #[prop(into)]
    path: String,
    /// Its name.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let said = use_context::<PageName>();
    Effect::new(move |_| {
        let Some(PageName(shown)) = said else { return };
        let own = Some((path.clone(), name.clone()));
        if *shown.read_untracked() != own {
            shown.set(own);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::provide_page_name;
    use leptos::prelude::*;

    #[test]
    fn a_name_is_that_of_one_page() {
        let owner = Owner::new();
        owner.set();
        let name = provide_page_name();

        name.0.set(Some(("/dashboards/7".into(), "Shop".into())));

        assert_eq!(name.of("/dashboards/7").as_deref(), Some("Shop"));
        assert_eq!(name.of("/dashboards/8"), None);
    }
}
