//! Marks around what was looked for.

use serde_json::{Map, Value, json};

use crate::answer::Refusal;
use crate::document::Look;
use crate::query::{self, Query};
use crate::text::Words;

/// What is marked, in which fields, and how. Only whole texts can be asked for.
#[derive(Clone, Debug)]
pub(crate) struct Highlight {
    before: String,
    after: String,
    fields: Vec<String>,
    query: Query,
}

impl Highlight {
    /// Reads it; what is looked for is the search's own query unless it names another.
    pub(crate) fn read(value: &Value, own: &Query) -> Result<Option<Self>, Refusal> {
        if value.is_null() {
            return Ok(None);
        }
        if value["number_of_fragments"].as_u64() != Some(0) {
            return Err(Refusal::argument("only number_of_fragments 0 is known here"));
        }
        let query = match &value["highlight_query"] {
            Value::Null => own.clone(),
            other => query::read(other)?,
        };
        let tag = |name: &str, usual: &str| value[name][0].as_str().unwrap_or(usual).to_owned();
        let fields = value["fields"].as_object().map(|fields| fields.keys().cloned().collect());
        Ok(Some(Self {
            before: tag("pre_tags", "<em>"),
            after: tag("post_tags", "</em>"),
            fields: fields.unwrap_or_default(),
            query,
        }))
    }

    /// The texts of a document with marks, of those fields in which there is something to mark.
    pub(crate) fn marked(&self, look: &Look<'_>) -> Option<Value> {
        let mut found = Map::new();
        for field in &self.fields {
            let text = look.values(field).first().and_then(|value| value.as_str());
            let words = look.words(field);
            if let (Some(text), Some(words)) = (text, words.first())
                && let Some(marked) = self.mark(field, text, words)
            {
                found.insert(field.clone(), json!([marked]));
            }
        }
        (!found.is_empty()).then_some(Value::Object(found))
    }

    fn mark(&self, field: &str, text: &str, words: &Words) -> Option<String> {
        let mut phrases = Vec::new();
        self.query.phrases(field, &mut phrases);
        let mut is_marked = vec![false; words.len()];
        for phrase in &phrases {
            for start in words.find(phrase) {
                is_marked[start..start + phrase.words.len()].fill(true);
            }
        }
        if !is_marked.contains(&true) {
            return None;
        }
        let (mut marked, mut done) = (String::with_capacity(text.len() + 16), 0);
        for index in (0..words.len()).filter(|index| is_marked[*index]) {
            let (from, to) = words.place(index);
            marked.extend([&text[done..from], &self.before, &text[from..to], &self.after]);
            done = to;
        }
        marked.push_str(&text[done..]);
        Some(marked)
    }
}
