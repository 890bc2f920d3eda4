//! What a store keeps for one column of one row.

use crate::Health;
use model::{Cell, KindSlug, Language, Namespace, ObjectName, Timestamp, Unit, Untold};
use std::cmp::Ordering;
use std::mem::size_of_val;
use std::sync::Arc;

/// So many of those who use an object are named in a list: a claim may be mounted by hundreds of pods, and a page has hundreds of
/// rows. All of them are on the page of the object.
const USERS_SHOWN: usize = 5;

/// What a store keeps for one column of one row: 24 bytes, and texts that many rows share are kept once, see
/// [`crate::Interner`].
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Field {
    /// Nothing is known or nothing applies.
    #[default]
    None,
    /// A text.
    Text(Arc<str>),
    /// A whole number.
    Number(i64),
    /// So many of so many.
    Ratio(i64, i64),
    /// How well it is.
    Status(Arc<Health>),
    /// An amount with a unit.
    Quantity(f64, Unit),
    /// A moment in seconds since 1970, shown as an age.
    Since(i64),
    /// Several texts.
    List(Arc<[Arc<str>]>),
    /// Yes or no.
    Flag(bool),
    /// Another object of the same cluster.
    Object(Arc<Reference>),
    /// All objects that use this one.
    Users(Arc<Users>),
    /// There is something to tell, which is not told.
    Untold(Untold),
}

/// All objects of a kind and a namespace that use another one there. Without names it is known that none does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Users {
    /// Their names, in order.
    pub names: Box<[Box<str>]>,
    /// The slug of their kind.
    pub kind: &'static str,
    /// Their namespace.
    pub namespace: Arc<str>,
}

/// The name of an object of the same cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The slug of its kind.
    pub kind: Arc<str>,
    /// Its namespace, if its kind has one.
    pub namespace: Option<Arc<str>>,
    /// Its name.
    pub name: Arc<str>,
}

impl Field {
    /// The order of a column, smallest first. Total: nothing comes last, amounts that are no number before it. A status
    /// goes by level, then word, so trouble comes first; a ratio by its share, then its whole.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            // Most rows share their values, and what is shared need not be looked at.
            (Self::Text(a), Self::Text(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
            (Self::Status(a), Self::Status(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
            (Self::List(a), Self::List(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
            (Self::Object(a), Self::Object(b)) if Arc::ptr_eq(a, b) => Ordering::Equal,
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) | (Self::Since(a), Self::Since(b)) => a.cmp(b),
            (Self::Ratio(a, of_a), Self::Ratio(b, of_b)) => {
                share(*a, *of_a).total_cmp(&share(*b, *of_b)).then(of_a.cmp(of_b)).then(a.cmp(b))
            }
            (Self::Status(a), Self::Status(b)) => (a.level, &a.word).cmp(&(b.level, &b.word)),
            (Self::Quantity(a, unit_a), Self::Quantity(b, unit_b)) => {
                a.total_cmp(b).then((*unit_a as u8).cmp(&(*unit_b as u8)))
            }
            (Self::List(a), Self::List(b)) => a.cmp(b),
            (Self::Flag(a), Self::Flag(b)) => a.cmp(b),
            (Self::Object(a), Self::Object(b)) => {
                (&a.name, &a.namespace, &a.kind).cmp(&(&b.name, &b.namespace, &b.kind))
            }
            (Self::Users(a), Self::Users(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    /// The cell that shows this field to a reader: of those who use an object the first, and how many more there are.
    pub fn to_cell(&self, language: Language) -> Cell {
        match self {
            Self::None => Cell::None,
            Self::Text(text) => Cell::Text(text.to_string()),
            Self::Number(number) => Cell::Number(*number),
            Self::Ratio(part, whole) => Cell::Ratio(*part, *whole),
            Self::Status(health) => Cell::Status(health.in_language(language)),
            Self::Quantity(amount, unit) => Cell::Quantity(*amount, *unit),
            Self::Since(seconds) => Cell::Since(Timestamp(*seconds)),
            Self::List(items) => Cell::List(items.iter().map(ToString::to_string).collect()),
            Self::Flag(flag) => Cell::Flag(*flag),
            Self::Object(reference) => reference.to_cell(),
            Self::Users(users) => users.to_cell(USERS_SHOWN),
            Self::Untold(why) => Cell::Untold(*why),
        }
    }

    /// The cell that tells all of this field, for what is no page.
    pub fn to_whole_cell(&self, language: Language) -> Cell {
        match self {
            Self::Users(users) => users.to_cell(usize::MAX),
            _ => self.to_cell(language),
        }
    }

    /// Bytes on the heap that this field accounts for; what several rows share is divided among them.
    pub fn heap_bytes(&self) -> usize {
        /// The two counters in front of what an `Arc` points to.
        const COUNTERS: usize = 16;
        fn part<T: ?Sized>(shared: &Arc<T>, bytes: usize) -> usize {
            (bytes + COUNTERS) / Arc::strong_count(shared)
        }
        fn text(text: &Arc<str>) -> usize {
            part(text, text.len())
        }
        match self {
            Self::Text(shared) => text(shared),
            Self::Status(health) => part(health, size_of_val(&**health) + health.heap_bytes()),
            Self::List(items) => part(items, size_of_val(&**items) + items.iter().map(text).sum::<usize>()),
            Self::Object(reference) => {
                let namespace = reference.namespace.as_ref().map_or(0, text);
                part(reference, size_of_val(&**reference) + text(&reference.name)) + namespace
            }
            Self::Users(users) => {
                let names = users.names.iter().map(|name| size_of_val(name) + name.len()).sum::<usize>();
                part(users, size_of_val(&**users) + names)
            }
            _ => 0,
        }
    }

    /// The texts that it holds, for a search that looks at all of them.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let (one, many): (Option<&str>, &[Arc<str>]) = match self {
            Self::Text(text) => (Some(text), &[]),
            Self::Object(reference) => (Some(&reference.name), &[]),
            Self::List(texts) => (None, texts),
            _ => (None, &[]),
        };
        one.into_iter().chain(many.iter().map(|text| &**text))
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Status(_) => 0,
            Self::Flag(_) => 1,
            Self::Number(_) => 2,
            Self::Ratio(..) => 3,
            Self::Quantity(..) => 4,
            Self::Since(_) => 5,
            Self::Text(_) => 6,
            Self::Object(_) => 7,
            Self::List(_) => 8,
            Self::Users(_) => 9,
            Self::Untold(_) => 10,
            Self::None => 11,
        }
    }
}

impl Reference {
    /// A link if the names are names, else the name as text: what an object says of another one is only a claim.
    fn to_cell(&self) -> Cell {
        let namespace = self.namespace.as_deref().map(Namespace::parse).transpose();
        match (KindSlug::parse(&self.kind), namespace, ObjectName::parse(&self.name)) {
            (Ok(kind), Ok(namespace), Ok(name)) => Cell::Object(kind, namespace, name),
            _ => Cell::Text(self.name.to_string()),
        }
    }
}

impl Users {
    /// Names that are none are left out: they come from the cluster's own store, so there are none of those.
    fn to_cell(&self, most: usize) -> Cell {
        let mut names = self.names.iter().filter_map(|name| ObjectName::parse(name).ok());
        match (KindSlug::parse(self.kind), Namespace::parse(&self.namespace)) {
            (Ok(kind), Ok(namespace)) => {
                let shown = names.by_ref().take(most).collect();
                let more = names.count().try_into().unwrap_or(u32::MAX);
                Cell::Users(kind, namespace, shown, more)
            }
            _ => Cell::List(self.names.iter().map(ToString::to_string).collect()),
        }
    }
}

/// The part of the whole; all of nothing is all.
pub fn share(part: i64, whole: i64) -> f64 {
    if whole == 0 { 1.0 + part as f64 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Level;
    use proptest::prelude::*;

    #[test]
    fn a_field_fits_in_24_bytes() {
        assert!(size_of::<Field>() <= 24);
    }

    #[test]
    fn a_reference_that_is_no_name_is_shown_as_text() {
        let reference = |name: &str| {
            Field::Object(Arc::new(Reference { kind: "nodes".into(), namespace: None, name: name.into() }))
        };

        assert!(matches!(reference("node-1").to_cell(Language::English), Cell::Object(..)));
        assert_eq!(reference("../x").to_cell(Language::English), Cell::Text("../x".into()));
    }

    #[test]
    fn a_list_names_some_of_those_who_use_an_object_and_counts_the_others() {
        let names: Box<[Box<str>]> = (0..42).map(|number| format!("web-{number:02}").into()).collect();
        let field = Field::Users(Arc::new(Users { names, kind: "pods", namespace: "shop".into() }));

        let Cell::Users(_, _, shown, more) = field.to_cell(Language::English) else {
            panic!("they are users")
        };
        assert_eq!((shown.len(), shown[4].as_str(), more), (5, "web-04", 37));
        let Cell::Users(_, _, all, more) = field.to_whole_cell(Language::English) else {
            panic!("they are users")
        };
        assert_eq!((all.len(), more), (42, 0));
    }

    fn any_field() -> impl Strategy<Value = Field> {
        let status =
            |(level, word): (usize, String)| Field::Status(Health::new(Level::ALL[level], word).into());
        prop_oneof![
            Just(Field::None),
            "[ab]{0,2}".prop_map(|text| Field::Text(text.into())),
            (-3i64..3).prop_map(Field::Number),
            (0i64..4, 0i64..4).prop_map(|(part, whole)| Field::Ratio(part, whole)),
            (0usize..7, "[ab]").prop_map(status),
            prop_oneof![Just(f64::NAN), -2.0..2.0].prop_map(|amount| Field::Quantity(amount, Unit::Cores)),
            (0i64..4).prop_map(Field::Since),
            any::<bool>().prop_map(Field::Flag),
        ]
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in any_field(), b in any_field(), c in any_field()) {
            prop_assert_eq!(a.compare(&b), b.compare(&a).reverse());
            if a.compare(&b).is_le() && b.compare(&c).is_le() {
                prop_assert!(a.compare(&c).is_le());
            }
            prop_assert!(a.compare(&Field::None).is_le());
        }
    }
}
