//! Long names, cut in their middle where there is no room: those of pods, nodes and series begin alike and differ at their end.

use leptos::prelude::*;

/// So many characters at its end a long name keeps.
const END: usize = 12;

/// A name in two pieces, of which the first is cut where both have no room. A short name is all in the first.
pub(crate) fn pieces(name: &str) -> (&str, &str) {
    match name.char_indices().rev().nth(END - 1) {
        Some((at, _)) if at >= END => name.split_at(at),
        _ => (name, ""),
    }
}

/// A name as the content of a link, whose label is then [`whole`].
pub(crate) fn cut_name(name: &str) -> AnyView {
    let (start, end) = pieces(name);
    if end.is_empty() {
        return name.to_owned().into_any();
    }
    view! {
        <span class="cut-name">
            <span class="cut-name-start">{start.to_owned()}</span>
            <span>{end.to_owned()}</span>
        </span>
    }
    .into_any()
}

/// The label of what shows a name in pieces, which beside each other would be read as two words.
pub(crate) fn whole(name: &str) -> Option<String> {
    let (_, end) = pieces(name);
    (!end.is_empty()).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn only_long_names_are_cut_and_keep_their_ends() {
        assert_eq!(pieces("storefront-7d9f4"), ("storefront-7d9f4", ""));
        assert_eq!(pieces("recommendations-7d9f4-x2x8z"), ("recommendations", "-7d9f4-x2x8z"));
        assert_eq!(
            pieces("负载均衡器前端服务的全部请求之和与平均"),
            ("负载均衡器前端", "服务的全部请求之和与平均")
        );
    }
}
