//! One walk over all kinds: a new one is tested the moment it is listed.
#![expect(clippy::unwrap_used, reason = "a failing test should panic")]

use kinds::{Field, Interner, Kind, Menu, Object, Printed, Relation, Said, Source, Term};
use model::{ActionKind, Cell, KindSlug, Language, Timestamp};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

/// Calls back with each object of a kind's fixture, and the server's own row where the kind is read as such.
fn each_fixture(kind: &Kind, mut found: impl FnMut(&Object<'_>, Option<Printed<'_>>)) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/{}.json", kind.slug));
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let fixture = Object::parse(&bytes).unwrap();
    match kind.source {
        Source::Full => fixture.items().iter().for_each(|object| found(object, None)),
        Source::PrintedMetadata | Source::Printed => {
            let names: Vec<Box<str>> =
                fixture.each("/columnDefinitions/*/name").filter_map(Object::text).map(Box::from).collect();
            for row in fixture.items_at("/rows") {
                let printed = Printed { names: &names, cells: row.items_at("/cells") };
                found(row.get("object").unwrap(), Some(printed));
            }
        }
    }
}

fn slugs() -> BTreeSet<&'static str> {
    kinds::all().iter().map(|kind| &*kind.slug).collect()
}

#[test]
fn there_are_many_kinds_and_each_is_there_once() {
    assert!(kinds::all().len() >= 48);
    assert_eq!(slugs().len(), kinds::all().len(), "two kinds share a slug");
    for kind in kinds::all() {
        KindSlug::parse(&kind.slug).unwrap();
        assert_eq!(kinds::find(&kind.slug).unwrap().kind, kind.kind);
        assert_eq!(kinds::of_resource(&kind.group, &kind.plural).unwrap().slug, kind.slug);
        assert_eq!(kinds::of_manifest(&kind.group, &kind.kind).unwrap().slug, kind.slug);
    }
}

#[test]
fn short_names_mean_one_kind() {
    let mut seen = BTreeSet::new();
    for kind in kinds::all() {
        for alias in &kind.aliases {
            assert!(seen.insert(alias), "{alias} is short for two kinds");
            assert!(!slugs().contains(&**alias), "{alias} is also a kind");
        }
    }
}

#[test]
fn every_fixture_is_of_its_kind_and_no_fixture_is_left_over() {
    let mut files: BTreeSet<String> =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
            .collect();
    for kind in kinds::all() {
        assert!(files.remove(&*kind.slug), "{} has no fixture", kind.slug);
        each_fixture(kind, |object, _| {
            assert_eq!(object.namespace().is_some(), kind.namespaced, "{}/{}", kind.slug, object.name());
            if kind.source == Source::Full {
                assert_eq!(object.text_at("/kind"), kind.kind);
                assert_eq!(object.text_at("/apiVersion"), kind.api_version());
            }
        });
    }
    assert!(files.is_empty(), "fixtures of no kind: {files:?}");
}

#[test]
fn every_column_is_filled_by_some_object() {
    for kind in kinds::all() {
        let mut interner = Interner::default();
        let mut filled = vec![false; kind.columns.len()];
        let ids: BTreeSet<&str> = kind.columns.iter().map(|column| &*column.id).collect();
        assert_eq!(ids.len(), kind.columns.len(), "{} has two columns of one id", kind.slug);
        assert!(!ids.contains("name") && !ids.contains("namespace"), "every table has these anyway");
        assert_eq!(kind.status.is_some(), kind.status_column().is_some(), "{}", kind.slug);
        each_fixture(kind, |object, printed| {
            let row = kind.row(object, printed, &mut interner);
            for (filled, field) in filled.iter_mut().zip(&row) {
                *filled |= *field != Field::None;
            }
        });
        for (column, filled) in kind.columns.iter().zip(filled) {
            assert!(filled, "no fixture of {} fills column {}", kind.slug, column.id);
        }
    }
}

#[test]
fn every_relation_names_a_kind_and_every_search_path_finds_something() {
    let slugs = slugs();
    for kind in kinds::all() {
        for relation in &kind.relations {
            match relation {
                Relation::Owns { slug } | Relation::Selects { slug, .. } | Relation::Refers { slug, .. } => {
                    assert!(slugs.contains(slug), "{} is related to unknown {slug}", kind.slug);
                }
                Relation::Hosts { slug, column } => {
                    let kind = kinds::find(slug).unwrap();
                    assert!(kind.columns.iter().any(|known| known.id == *column), "{slug} have no {column}");
                }
                Relation::RefersToAny { .. } => {}
            }
        }
        if let Some((_, used_by)) = kind.used_by() {
            let columns = &kinds::find(used_by.slug).unwrap().columns;
            assert!(columns.iter().any(|known| known.id == used_by.column), "{}: {used_by:?}", kind.slug);
        }
        let mut found = kind.search.is_empty();
        each_fixture(kind, |object, _| {
            found |= kind.search.iter().any(|path| object.each(path).any(|value| value.text().is_some()));
        });
        assert!(found, "no search path of {} finds anything", kind.slug);
        assert!(kind.actions.contains(&ActionKind::Delete), "{}", kind.slug);
    }
}

#[test]
fn every_text_exists_in_every_language_and_none_is_unused() {
    let mut used: BTreeSet<String> = ["name", "namespace"].iter().map(|id| format!("column.{id}")).collect();
    for kind in kinds::all() {
        used.insert(format!("kind.{}.one", kind.slug));
        used.insert(format!("kind.{}.many", kind.slug));
        used.extend(kind.columns.iter().map(|column| format!("column.{}", column.id)));
    }
    used.extend(Menu::ALL.iter().map(|menu| format!("menu.{}", menu.word())));
    for language in Language::ALL {
        for key in &used {
            assert!(
                kinds::text(language, key).is_some_and(|text| !text.trim().is_empty()),
                "{language:?} lacks {key}"
            );
        }
        // Explanations and reasons are looked at in `finding_texts.rs`, words of statuses in `health.rs`.
        let is_title =
            |key: &&str| !["finding.", "reason.", "word."].iter().any(|group| key.starts_with(group));
        let titles = kinds::text_keys(language).filter(is_title);
        let known: BTreeSet<String> = titles.map(str::to_owned).collect();
        let unused: Vec<_> = known.difference(&used).collect();
        assert!(unused.is_empty(), "{language:?} has texts that nothing uses: {unused:?}");
    }
}

#[test]
fn the_tables_of_all_fixtures_are_as_reviewed() {
    for kind in kinds::all() {
        let mut interner = Interner::default();
        let mut table = String::new();
        each_fixture(kind, |object, printed| {
            writeln!(table, "{}", object.name()).unwrap();
            let row = kind.row(object, printed, &mut interner);
            for (column, field) in kind.columns.iter().zip(&row) {
                let hidden = if column.shown { "" } else { " (hidden)" };
                writeln!(
                    table,
                    "  {}{hidden}: {}",
                    column.title(Language::English),
                    shown(&field.to_cell(Language::English))
                )
                .unwrap();
            }
        });
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(kind.slug.to_string(), table);
        });
    }
}

/// Whether all of it is the cluster's words.
fn is_own(said: &Said) -> bool {
    match said {
        Said::Own(_) => true,
        Said::Text(_) => false,
        Said::Listed(parts) | Said::Sentences(parts) => parts.iter().all(is_own),
    }
}

#[test]
fn a_row_tells_its_reader_in_their_language_why_an_object_is_as_it_is() {
    let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    let mut told = BTreeSet::new();
    for kind in kinds::all() {
        let mut interner = Interner::default();
        each_fixture(kind, |object, printed| {
            for field in kind.row(object, printed, &mut interner) {
                let Field::Status(health) = &field else { continue };
                let of = |language| match field.to_cell(language) {
                    Cell::Status(status) => status,
                    other => panic!("not a status: {other:?}"),
                };
                let (english, chinese) = (of(Language::English), of(Language::Chinese));
                assert_eq!((&english.word, english.level), (&health.word, chinese.level));
                // People search for what they see.
                assert!(field.matches(&Term::new(&chinese.word, Timestamp(0))), "{}", chinese.word);
                if is_own(&health.reason) {
                    assert_eq!(english.reason, chinese.reason, "{}/{}", kind.slug, object.name());
                } else {
                    assert!(chinese.reason.contains(is_chinese), "{}: {}", kind.slug, chinese.reason);
                    told.insert(chinese.reason);
                }
            }
        });
    }
    assert!(told.contains("其副本数已设为零。") && told.len() > 30, "{told:?}");
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::None => "-".into(),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Ratio(part, whole) => format!("{part}/{whole}"),
        Cell::Status(status) => format!("[{}] {} | {}", status.level.word(), status.word, status.reason)
            .trim_end_matches(" | ")
            .into(),
        Cell::Quantity(amount, unit) => format!("{amount} {unit:?}"),
        Cell::Since(moment) => moment.to_rfc3339(),
        Cell::List(items) => items.join("; "),
        Cell::Labels(pairs) => format!("{pairs:?}"),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Object(kind, None, name) => format!("{kind}/{name}"),
        Cell::Object(kind, Some(namespace), name) => format!("{kind}/{namespace}/{name}"),
        Cell::Users(kind, namespace, names, more) => format!("{kind}/{namespace}: {names:?} +{more}"),
        Cell::Untold(why) => format!("untold: {why:?}"),
    }
}
