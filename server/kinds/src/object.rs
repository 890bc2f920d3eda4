//! A JSON tree that borrows from the bytes it was read from.

use crate::parse::Kept;
use serde_json::Number;
use std::borrow::Cow;

/// A Kubernetes object, or any value inside one. Texts borrow from the parsed bytes unless they hold escapes; maps keep
/// their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Object<'a> {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number; whole numbers stay whole.
    Number(Number),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Object<'a>>),
    /// A map, in the order of the text.
    Map(Vec<(Cow<'a, str>, Object<'a>)>),
}

impl<'a> Object<'a> {
    /// Reads one JSON value. `metadata.managedFields` of the top-level object is skipped: it is often a third of an
    /// object and nothing in the console needs it. Nesting deeper than 128 is refused.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, serde_json::Error> {
        crate::parse::parse(bytes)
    }

    /// Reads one JSON value as [`Object::parse`] does, and finds what is left of its text without managed fields; `None`
    /// when that is written in an odd way.
    pub fn parse_text(text: &'a str) -> Result<(Self, Option<Kept<'a>>), serde_json::Error> {
        crate::parse::parse_text(text)
    }

    /// The value of a key, if this is a map that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(pairs) => pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The value at a JSON pointer such as `/spec/template/spec`; list items by number, `~1` for a slash in a key.
    pub fn at(&self, path: &str) -> Option<&Self> {
        let (_, mut rest) = first_step(path);
        let mut value = self;
        while let Some(path) = rest {
            let (step, behind) = first_step(path);
            (value, rest) = (value.step(step)?, behind);
        }
        Some(value)
    }

    /// Every value that a path matches, in order; `*` stands for any item of a list or value of a map.
    pub fn each<'o, 'p>(&'o self, path: &'p str) -> Each<'o, 'a, 'p> {
        Each { waiting: vec![(self, path.strip_prefix('/'))] }
    }

    /// The text, if this is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if this is one.
    pub fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    pub fn flag(&self) -> Option<bool> {
        match self {
            Self::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The items, if this is a list; otherwise nothing.
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// The keys and values, if this is a map; otherwise nothing.
    pub fn entries(&self) -> &[(Cow<'a, str>, Self)] {
        match self {
            Self::Map(pairs) => pairs,
            _ => &[],
        }
    }

    /// The text at a path, or `""`.
    pub fn text_at(&self, path: &str) -> &str {
        self.at(path).and_then(Self::text).unwrap_or_default()
    }

    /// The whole number at a path.
    pub fn number_at(&self, path: &str) -> Option<i64> {
        self.at(path).and_then(Self::number)
    }

    /// Whether there is a `true` at a path.
    pub fn is_true(&self, path: &str) -> bool {
        self.at(path).and_then(Self::flag) == Some(true)
    }

    /// The items of the list at a path, or none.
    pub fn items_at(&self, path: &str) -> &[Self] {
        self.at(path).map_or(&[], Self::items)
    }

    /// The entries of the map at a path, or none.
    pub fn entries_at(&self, path: &str) -> &[(Cow<'a, str>, Self)] {
        self.at(path).map_or(&[], Self::entries)
    }

    /// `metadata.name`, or `""`.
    pub fn name(&self) -> &str {
        self.text_at("/metadata/name")
    }

    /// `metadata.namespace`, for objects that have one.
    pub fn namespace(&self) -> Option<&str> {
        self.at("/metadata/namespace").and_then(Self::text)
    }

    /// `metadata.uid`, or `""`.
    pub fn uid(&self) -> &str {
        self.text_at("/metadata/uid")
    }

    /// The condition of this type in `status.conditions`.
    pub fn condition(&self, kind: &str) -> Option<&Self> {
        self.items_at("/status/conditions").iter().find(|condition| condition.text_at("/type") == kind)
    }

    /// Appends this value as compact JSON.
    pub fn to_json(&self, output: &mut Vec<u8>) {
        serde_json::to_writer(output, self).expect("maps have text keys and a vector takes every byte");
    }

    fn step(&self, step: &str) -> Option<&Self> {
        match self {
            Self::Map(_) if step.as_bytes().contains(&b'~') => {
                self.get(&step.replace("~1", "/").replace("~0", "~"))
            }
            Self::Map(_) => self.get(step),
            Self::List(items) => items.get(step.parse::<usize>().ok()?),
            _ => None,
        }
    }
}

/// The first step of a path, and those behind it.
fn first_step(path: &str) -> (&str, Option<&str>) {
    match path.bytes().position(|byte| byte == b'/') {
        Some(end) => (&path[..end], Some(&path[end + 1..])),
        None => (path, None),
    }
}

/// The values that a path matches; see [`Object::each`].
pub struct Each<'o, 'a, 'p> {
    /// Values still to visit with the rest of their path, the next one last.
    waiting: Vec<(&'o Object<'a>, Option<&'p str>)>,
}

impl<'o, 'a> Iterator for Each<'o, 'a, '_> {
    type Item = &'o Object<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((mut value, mut rest)) = self.waiting.pop() {
            loop {
                let Some(path) = rest else { return Some(value) };
                let (step, after) = first_step(path);
                if step == "*" {
                    match value {
                        Object::List(items) => {
                            self.waiting.extend(items.iter().rev().map(|item| (item, after)));
                        }
                        Object::Map(pairs) => {
                            self.waiting.extend(pairs.iter().rev().map(|(_, item)| (item, after)));
                        }
                        _ => {}
                    }
                    break;
                }
                let Some(next) = value.step(step) else { break };
                (value, rest) = (next, after);
            }
        }
        None
    }
}
