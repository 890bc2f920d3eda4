//! Objects in protobuf, which `kubectl create` sends. Only reading: answers are JSON, which every client accepts.

use std::collections::HashMap;
use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::registry::split_api_version;

/// What every protobuf body begins with.
const MAGIC: &[u8] = b"k8s\0";

/// How a field is read.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Type {
    Text,
    Texts,
    Flag,
    Int,
    Float,
    Bytes,
    Time,
    Quantity,
    Port,
    Raw,
    Message(&'static str),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Shape {
    One,
    List,
    Map,
}

#[derive(Debug, Clone, Copy)]
struct Field {
    name: &'static str,
    kind: Type,
    shape: Shape,
    /// Whether its presence means something even when it is empty.
    explicit: bool,
    inline: bool,
}

type Messages = HashMap<&'static str, HashMap<u64, Field>>;

static MESSAGES: LazyLock<Messages> = LazyLock::new(|| {
    let lines = include_str!("messages.txt").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(message).collect()
});

fn message(line: &'static str) -> Option<(&'static str, HashMap<u64, Field>)> {
    let mut words = line.split(' ');
    let name = words.next()?;
    Some((name, words.filter_map(field).collect()))
}

fn field(word: &'static str) -> Option<(u64, Field)> {
    let mut parts = word.splitn(3, ':');
    let (number, name, kind) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
    let (shape, kind) = match (kind.strip_prefix("[]"), kind.strip_prefix("{}")) {
        (Some(kind), _) => (Shape::List, kind),
        (_, Some(kind)) => (Shape::Map, kind),
        _ => (Shape::One, kind),
    };
    let plain = kind.trim_end_matches(['*', '!', '=']);
    let explicit = kind.ends_with(['*', '!']);
    let kind_of_field = match plain {
        "text" => Type::Text,
        "texts" => Type::Texts,
        "flag" => Type::Flag,
        "int" => Type::Int,
        "float" => Type::Float,
        "bytes" => Type::Bytes,
        "time" => Type::Time,
        "quantity" => Type::Quantity,
        "port" => Type::Port,
        "raw" => Type::Raw,
        other => Type::Message(other),
    };
    Some((number, Field { name, kind: kind_of_field, shape, explicit, inline: kind.ends_with('=') }))
}

/// Reads a body; none when it is no protobuf, or of a kind that clients do not send.
pub(crate) fn read(body: &[u8]) -> Option<Value> {
    let envelope: Vec<(u64, Wire<'_>)> = Reader(body.strip_prefix(MAGIC)?).collect::<Option<_>>()?;
    let bytes =
        |number: u64| envelope.iter().find(|(found, _)| *found == number).and_then(|(_, wire)| wire.bytes());
    let identity: Vec<(u64, Wire<'_>)> = Reader(bytes(1)?).collect::<Option<_>>()?;
    let text = |number: u64| {
        let found = identity.iter().find(|(found, _)| *found == number)?;
        std::str::from_utf8(found.1.bytes()?).ok()
    };
    let (api_version, kind) = (text(1)?, text(2)?);
    let name = if kind == "DeleteOptions" {
        "meta/v1.DeleteOptions".to_owned()
    } else {
        let (group, version) = split_api_version(api_version);
        let group = if group.is_empty() { "core" } else { group.split('.').next().unwrap_or(group) };
        format!("{group}/{version}.{kind}")
    };
    let mut object = read_message(&name, bytes(2).unwrap_or_default())?;
    object.insert("apiVersion".to_owned(), json!(api_version));
    object.insert("kind".to_owned(), json!(kind));
    Some(Value::Object(object))
}

/// A value on the wire.
#[derive(Debug, Clone, Copy)]
enum Wire<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Wire<'a> {
    fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Number(_) => None,
        }
    }
}

/// The fields of a message; ends with none at the first damage.
struct Reader<'a>(&'a [u8]);

impl<'a> Iterator for Reader<'a> {
    type Item = Option<(u64, Wire<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Reader<'a> {
    fn field(&mut self) -> Option<(u64, Wire<'a>)> {
        let tag = self.number()?;
        let wire = match tag & 7 {
            0 => Wire::Number(self.number()?),
            1 => Wire::Number(u64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            2 => {
                let length = usize::try_from(self.number()?).ok()?;
                Wire::Bytes(self.take(length)?)
            }
            5 => Wire::Number(u64::from(u32::from_le_bytes(self.take(4)?.try_into().ok()?))),
            _ => return None,
        };
        Some((tag >> 3, wire))
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

fn read_message(name: &str, bytes: &[u8]) -> Option<Map<String, Value>> {
    let fields = MESSAGES.get(name)?;
    let mut object = Map::new();
    for found in Reader(bytes) {
        let (number, wire) = found?;
        let Some(field) = fields.get(&number) else { continue };
        match field.shape {
            Shape::List => {
                let list = object.entry(field.name).or_insert_with(|| json!([]));
                list.as_array_mut()?.push(read_value(field.kind, wire)?);
            }
            Shape::Map => {
                let (key, value) = read_entry(field.kind, wire.bytes()?)?;
                let map = object.entry(field.name).or_insert_with(|| json!({}));
                map.as_object_mut()?.insert(key, value);
            }
            Shape::One => {
                let value = read_value(field.kind, wire)?;
                if field.inline {
                    object.extend(value.as_object().cloned().unwrap_or_default());
                } else if field.explicit || !is_empty(&value) {
                    object.insert(field.name.to_owned(), value);
                }
            }
        }
    }
    object.retain(|_, value| !value.is_null());
    Some(object)
}

fn read_entry(kind: Type, bytes: &[u8]) -> Option<(String, Value)> {
    let (mut key, mut value) = (String::new(), None);
    for found in Reader(bytes) {
        match found? {
            (1, wire) => key = String::from_utf8(wire.bytes()?.to_vec()).ok()?,
            (2, wire) => value = Some(read_value(kind, wire)?),
            _ => {}
        }
    }
    Some((key, value.unwrap_or_else(|| json!(""))))
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(true) => false,
    }
}

fn read_value(kind: Type, wire: Wire<'_>) -> Option<Value> {
    if let Wire::Number(number) = wire {
        return match kind {
            Type::Flag => Some(json!(number != 0)),
            Type::Float => Some(json!(f64::from_bits(number))),
            // Negative numbers arrive as their two's complement.
            Type::Int => Some(json!(number.cast_signed())),
            _ => None,
        };
    }
    let bytes = wire.bytes()?;
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok().map(Value::String);
    Some(match kind {
        Type::Text => text(bytes)?,
        Type::Bytes => json!(STANDARD.encode(bytes)),
        Type::Message(name) => Value::Object(read_message(name, bytes)?),
        Type::Texts => Reader(bytes).map(|found| text(found?.1.bytes()?)).collect::<Option<Vec<_>>>()?.into(),
        Type::Quantity => match Reader(bytes).next() {
            Some(found) => text(found?.1.bytes()?)?,
            None => json!("0"),
        },
        Type::Raw => match Reader(bytes).next() {
            Some(found) => serde_json::from_slice(found?.1.bytes()?).ok()?,
            None => Value::Null,
        },
        Type::Time => read_time(bytes)?,
        Type::Port => read_port(bytes)?,
        Type::Flag | Type::Int | Type::Float => return None,
    })
}

fn read_time(bytes: &[u8]) -> Option<Value> {
    let (mut seconds, mut nanoseconds) = (0, 0);
    for found in Reader(bytes) {
        match found? {
            (1, Wire::Number(number)) => seconds = number.cast_signed(),
            (2, Wire::Number(number)) => nanoseconds = i32::try_from(number).ok()?,
            _ => {}
        }
    }
    if bytes.is_empty() {
        return Some(Value::Null);
    }
    let time = Timestamp::new(seconds, nanoseconds).ok()?;
    Some(json!(time.to_string()))
}

fn read_port(bytes: &[u8]) -> Option<Value> {
    let (mut is_name, mut number, mut name) = (false, 0, Value::Null);
    for found in Reader(bytes) {
        match found? {
            (1, Wire::Number(kind)) => is_name = kind == 1,
            (2, Wire::Number(value)) => number = value.cast_signed(),
            (3, Wire::Bytes(text)) => name = json!(String::from_utf8(text.to_vec()).ok()?),
            _ => {}
        }
    }
    Some(if is_name { name } else { json!(number) })
}

#[cfg(test)]
mod tests {
    use super::{MESSAGES, Type, read};
    use serde_json::json;

    #[test]
    fn every_message_a_field_names_is_known() {
        for (name, fields) in MESSAGES.iter() {
            for field in fields.values() {
                if let Type::Message(inner) = field.kind {
                    assert!(MESSAGES.contains_key(inner), "{name} names {inner}");
                }
            }
        }
    }

    #[test]
    fn a_namespace_is_read() {
        let body =
            b"k8s\0\x0a\x0f\x0a\x02v1\x12\x09Namespace\x12\x0a\x0a\x08\x0a\x04shop\x12\x00\x1a\x00\x22\x00";

        let expected = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}});

        assert_eq!(read(body), Some(expected));
    }

    #[test]
    fn damaged_bytes_are_refused() {
        assert_eq!(read(b"k8s\0\x0a\xff"), None);
        assert_eq!(read(b"{}"), None);
    }
}
