//! Reading large types in one way.

/// Has a type that derives its reading and writing with `#[serde(remote = "Self")]` be read from its JSON text in one way, which is
/// compiled once. Read straight out of each answer, message and page that holds it, it would be in the browser half for each.
#[macro_export]
macro_rules! read_once {
    ($type:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                fn read(text: &str) -> ::serde_json::Result<$type> {
                    $type::deserialize(&mut ::serde_json::Deserializer::from_str(text))
                }
                let text = Box::<::serde_json::value::RawValue>::deserialize(deserializer)?;
                read(text.get()).map_err(::serde::de::Error::custom)
            }
        }

        impl ::serde::Serialize for $type {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $type::serialize(self, serializer)
            }
        }
    };
}
