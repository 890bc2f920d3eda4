//! How rows stand in a table: by a column, up or down, and all rows of a state in such an order.

use crate::KubernetesError;
use crate::answers::Sorted;
use crate::bits::Bits;
use crate::row::{self, by_name};
use crate::state::{RowData, State};
use hashbrown::HashMap;
use kinds::{Field, Kind};
use model::Sort;
use model::fault::TableFault;
use std::cmp::Ordering;
use std::mem::discriminant;
use std::sync::Arc;

/// How rows stand in a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    by: By,
    is_descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// Namespace, then name: the order that states keep.
    Place,
    Name,
    Column(usize),
}

impl Order {
    /// Checks what was asked for: there must be such a column.
    pub fn new(sort: Option<&Sort>, kind: &Kind) -> Result<Self, KubernetesError> {
        let Some(sort) = sort else { return Ok(Self { by: By::Place, is_descending: false }) };
        let by = match sort.column.as_str() {
            "name" => By::Name,
            "namespace" => By::Place,
            id => {
                By::Column(kind.columns.iter().position(|column| column.id == id).ok_or_else(|| {
                    KubernetesError::refused_at("sort", TableFault::NoColumn(id.to_owned()))
                })?)
            }
        };
        Ok(Self { by, is_descending: sort.descending })
    }

    /// Whether it depends on this column.
    pub fn is_by(self, column: usize) -> bool {
        self.by == By::Column(column)
    }

    /// Whether states keep their rows in this order.
    pub fn is_kept(self) -> bool {
        self.by == By::Place && !self.is_descending
    }

    /// By the chosen key; equal keys are equal.
    pub fn compare_key(self, a: &RowData, b: &RowData) -> Ordering {
        let ascending = match self.by {
            By::Place => a.namespace.cmp(&b.namespace).then_with(|| a.name.cmp(&b.name)),
            By::Name => a.name.cmp(&b.name),
            By::Column(column) => return self.compare_fields(&a.fields[column], &b.fields[column]),
        };
        if self.is_descending { ascending.reverse() } else { ascending }
    }

    /// By the chosen key, then as states keep their rows.
    pub fn compare(self, a: &RowData, b: &RowData) -> Ordering {
        self.compare_key(a, b).then_with(|| by_name(a, b))
    }

    /// What is not known stands last in both directions.
    fn compare_fields(self, a: &Field, b: &Field) -> Ordering {
        match (a, b) {
            (Field::None | Field::Untold(_), _) | (_, Field::None | Field::Untold(_)) => a.compare(b),
            _ if self.is_descending => b.compare(a),
            _ => a.compare(b),
        }
    }

    /// The places of all rows of a state in this order.
    pub fn all(self, state: &State) -> Sorted {
        state.answers().order(self, state.revision(), |known| {
            known
                .and_then(|(revision, sorted)| self.renewed(state, revision, sorted))
                .unwrap_or_else(|| Arc::new(self.sorted(state)))
        })
    }

    /// The order of an earlier revision with rows that moved since in their new places; `None` when sorting anew is
    /// less work or the only way.
    fn renewed(self, state: &State, revision: u64, sorted: &Sorted) -> Option<Sorted> {
        let stays = |old: &Option<Arc<RowData>>, new: &Option<Arc<RowData>>| match (old, new) {
            (Some(old), Some(new)) => self.compare(old, new) == Ordering::Equal,
            _ => false,
        };
        let changes = state.changes_after(revision)?.filter(|change| !stays(&change.old, &change.new));
        let mut moved: Vec<u32> = changes.map(|change| change.place).collect();
        if moved.is_empty() {
            return Some(Arc::clone(sorted));
        }
        let is_moved: Bits = moved.iter().copied().collect();
        moved.sort_unstable();
        moved.dedup();
        if moved.len() > sorted.len() / 8 + 16 {
            return None;
        }
        let mut news: Vec<(u32, &Arc<RowData>)> =
            moved.into_iter().filter_map(|place| Some((place, state.row_at(place)?))).collect();
        news.sort_unstable_by(|(_, a), (_, b)| self.compare(a, b));
        let kept: Vec<u32> = sorted.iter().copied().filter(|place| !is_moved.has(*place)).collect();
        let mut rest = kept.as_slice();
        let mut all = Vec::with_capacity(kept.len() + news.len());
        for (place, row) in news {
            let is_before = |other: &u32| {
                state.row_at(*other).is_some_and(|other| self.compare(other, row) == Ordering::Less)
            };
            let (before, behind) = rest.split_at(rest.partition_point(is_before));
            all.extend_from_slice(before);
            all.push(place);
            rest = behind;
        }
        all.extend_from_slice(rest);
        Some(Arc::new(all))
    }

    fn sorted(self, state: &State) -> Vec<u32> {
        let kept = state.places();
        let rows: Vec<&RowData> = state.rows().map(|row| &**row).collect();
        let keys = match self.by {
            By::Place => return kept.iter().rev().copied().collect(),
            By::Name => Keys::of_texts(rows.iter().map(|row| &*row.name)),
            By::Column(column) => {
                let fields: Vec<&Field> = rows.iter().map(|row| &row.fields[column]).collect();
                Keys::of_fields(&fields)
            }
        };
        let Keys { keys, are_exact } = keys.directed(self.is_descending);
        let mut sorted: Vec<(u128, u32)> = keys.into_iter().zip(0..).collect();
        sorted.sort_unstable_by(|(key_a, a), (key_b, b)| {
            key_a.cmp(key_b).then_with(|| {
                let by_key = || self.compare_key(rows[*a as usize], rows[*b as usize]);
                if are_exact { Ordering::Equal } else { by_key() }.then(a.cmp(b))
            })
        });
        sorted.into_iter().map(|(_, rank)| kept[rank as usize]).collect()
    }
}

/// The key of what is not known: the last.
const UNKNOWN: u128 = u128::MAX;

/// Numbers that stand as the values do, so that sorting looks at the values themselves only where these are equal.
struct Keys {
    keys: Vec<u128>,
    /// Whether equal keys mean equal values.
    are_exact: bool,
}

impl Keys {
    fn of_texts<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        Self { keys: texts.map(beginning).collect(), are_exact: false }
    }

    fn of_fields(fields: &[&Field]) -> Self {
        let known = || fields.iter().copied().filter(|field| **field != Field::None);
        let Some(first) = known().next() else {
            return Self { keys: vec![UNKNOWN; fields.len()], are_exact: true };
        };
        if known().any(|field| discriminant(field) != discriminant(first)) {
            let key = |field: &&Field| if **field == Field::None { UNKNOWN } else { 0 };
            return Self { keys: fields.iter().map(key).collect(), are_exact: false };
        }
        if address(first).is_some() {
            return Self::of_shared(fields);
        }
        // Larger parts than that may have the same share.
        let is_large =
            |field: &Field| matches!(field, Field::Ratio(part, _) if part.unsigned_abs() > 1 << 52);
        Self {
            keys: fields.iter().map(|field| plain(field).unwrap_or(UNKNOWN)).collect(),
            are_exact: !known().any(is_large),
        }
    }

    /// Values that many rows share are put in order once each.
    fn of_shared(fields: &[&Field]) -> Self {
        let mut ranks: HashMap<usize, u128> = HashMap::new();
        let mut values: Vec<(usize, &Field)> = Vec::new();
        for field in fields {
            let Some(address) = address(field) else { continue };
            ranks.entry(address).or_insert_with(|| {
                values.push((address, field));
                0
            });
            if values.len() > fields.len() / 2 + 64 {
                let key = |field: &&Field| match field {
                    Field::None => UNKNOWN,
                    Field::Text(text) => beginning(text),
                    _ => 0,
                };
                return Self { keys: fields.iter().map(key).collect(), are_exact: false };
            }
        }
        values.sort_unstable_by(|(_, a), (_, b)| a.compare(b));
        let mut rank = 0;
        for (index, (address, field)) in values.iter().enumerate() {
            if index > 0 && values[index - 1].1.compare(field) != Ordering::Equal {
                rank += 1;
            }
            ranks.insert(*address, rank);
        }
        let key = |field: &&Field| address(field).map_or(UNKNOWN, |address| ranks[&address]);
        Self { keys: fields.iter().map(key).collect(), are_exact: true }
    }

    /// The same the other way round, except that what is not known stays last.
    fn directed(mut self, is_descending: bool) -> Self {
        if is_descending {
            // No value has the last key, so none gets the first, nor the last this way.
            self.keys.iter_mut().filter(|key| **key != UNKNOWN).for_each(|key| *key = (UNKNOWN - 1) - *key);
        }
        self
    }
}

/// The first bytes of a text, in the order of texts.
fn beginning(text: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = text.len().min(15);
    bytes[1..=length].copy_from_slice(&text.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

/// The key of a value that is not shared; `None` for what is not known. Equal keys mean equal values.
fn plain(field: &Field) -> Option<u128> {
    let whole = |number: i64| u128::from(number as u64 ^ (1 << 63));
    let amount = |amount: f64| {
        let bits = amount.to_bits() as i64;
        whole(bits ^ ((bits >> 63) as u64 >> 1) as i64)
    };
    match field {
        Field::Number(number) | Field::Since(number) => Some(whole(*number)),
        Field::Flag(flag) => Some(u128::from(*flag)),
        Field::Quantity(value, unit) => Some(amount(*value) << 8 | *unit as u128),
        // As `Field::compare` does it: by share, then whole. Shares of one whole differ where their parts do.
        Field::Ratio(part, of) => Some(amount(kinds::share(*part, *of)) << 64 | whole(*of)),
        _ => None,
    }
}

/// Where a value stands that many rows share.
fn address(field: &Field) -> Option<usize> {
    match field {
        Field::Text(text) => Some(row::address(text)),
        Field::Status(status) => Some(row::address(status)),
        Field::List(list) => Some(row::address(list)),
        Field::Object(reference) => Some(row::address(reference)),
        Field::Users(users) => Some(row::address(users)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinds::Health;
    use model::{Level, Unit};
    use proptest::prelude::*;

    fn any_field() -> impl Strategy<Value = Field> {
        let status =
            |(level, word): (usize, String)| Field::Status(Health::new(Level::ALL[level], word).into());
        let amount = prop_oneof![Just(f64::NAN), Just(-0.0), Just(f64::INFINITY), -2.0..2.0];
        prop_oneof![
            Just(Field::None),
            "[ab]{0,2}".prop_map(|text| Field::Text(text.into())),
            "[ab]{14,18}".prop_map(|text| Field::Text(text.into())),
            prop_oneof![-3..3_i64, Just(i64::MAX), Just(i64::MIN)].prop_map(Field::Number),
            (0..4_i64, 0..4_i64).prop_map(|(part, whole)| Field::Ratio(part, whole)),
            ((1_i64 << 60)..(1 << 60) + 3, 1..3_i64).prop_map(|(part, whole)| Field::Ratio(part, whole)),
            (0..7_usize, "[ab]").prop_map(status),
            (amount, any::<bool>()).prop_map(|(amount, is_bytes)| {
                Field::Quantity(amount, if is_bytes { Unit::Bytes } else { Unit::Cores })
            }),
            prop_oneof![0..4_i64, Just(i64::MAX)].prop_map(Field::Since),
            any::<bool>().prop_map(Field::Flag),
            prop::collection::vec("[ab]", 0..3)
                .prop_map(|texts| Field::List(texts.into_iter().map(Arc::from).collect())),
        ]
    }

    proptest! {
        /// Columns of one sort of field, with gaps, and columns of any.
        #[test]
        fn keys_stand_as_fields_do(
            mut fields in prop::collection::vec(any_field(), 1..12),
            is_uniform: bool,
            is_descending: bool,
        ) {
            if is_uniform {
                let sort = discriminant(&fields[0]);
                fields.retain(|field| *field == Field::None || discriminant(field) == sort);
            }
            let order = Order { by: By::Column(0), is_descending };
            let Keys { keys, are_exact } =
                Keys::of_fields(&fields.iter().collect::<Vec<_>>()).directed(is_descending);

            for (a, key_a) in fields.iter().zip(&keys) {
                for (b, key_b) in fields.iter().zip(&keys) {
                    let expected = order.compare_fields(a, b);
                    match key_a.cmp(key_b) {
                        Ordering::Equal if are_exact => prop_assert_eq!(expected, Ordering::Equal),
                        Ordering::Equal => {}
                        other => prop_assert_eq!(other, expected, "{:?} {:?}", a, b),
                    }
                }
            }
        }
    }
}
