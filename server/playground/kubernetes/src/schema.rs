//! Structural schemas of custom resources: pruning, defaults and the common validations.

use serde_json::{Map, Value, json};

use crate::status::Cause;

/// The `openAPIV3Schema` of one version of a custom kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Schema(Value);

impl Schema {
    pub(crate) fn new(schema: &Value) -> Self {
        Self(schema.clone())
    }

    /// The schema of the whole object.
    pub(crate) fn root(&self) -> &Value {
        &self.0
    }

    /// Removes what the schema does not know.
    pub(crate) fn prune(&self, object: &mut Value) {
        self.walk_unknown(object, &mut |_, _| {});
    }

    /// Removes what the schema does not know, and tells the paths.
    pub(crate) fn unknown_fields(&self, object: &Value) -> Vec<String> {
        let mut found = Vec::new();
        self.walk_unknown(&mut object.clone(), &mut |path, field| found.push(join(path, field)));
        found
    }

    fn walk_unknown(&self, object: &mut Value, found: &mut dyn FnMut(&str, &str)) {
        let Some(fields) = object.as_object_mut() else { return };
        if preserves(&self.0) {
            return;
        }
        let known = &self.0["properties"];
        fields.retain(|key, value| {
            if matches!(key.as_str(), "apiVersion" | "kind" | "metadata") {
                return true;
            }
            match known.get(key) {
                Some(schema) => prune(schema, value, key, found),
                None => {
                    found("", key);
                    return false;
                }
            }
            true
        });
    }

    /// Fills in the defaults of absent fields.
    pub(crate) fn default(&self, object: &mut Value) {
        fill(&self.0, object);
    }

    /// Adds a cause for everything the schema forbids.
    pub(crate) fn validate(&self, object: &Value, causes: &mut Vec<Cause>) {
        for required in strings(&self.0["required"]) {
            if object.get(required).is_none_or(Value::is_null) {
                causes.push(Cause::required(required, ""));
            }
        }
        for (key, schema) in self.0["properties"].as_object().into_iter().flatten() {
            if let Some(value) = object.get(key).filter(|_| key != "metadata") {
                check(schema, value, key, causes);
            }
        }
    }
}

fn join(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

fn preserves(schema: &Value) -> bool {
    schema["x-kubernetes-preserve-unknown-fields"] == true
}

fn strings(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn prune(schema: &Value, value: &mut Value, path: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        Value::Object(fields) => {
            let additional = schema.get("additionalProperties");
            let embedded = schema["x-kubernetes-embedded-resource"] == true;
            fields.retain(|key, value| {
                if let Some(property) = schema["properties"].get(key) {
                    prune(property, value, &join(path, key), found);
                    return true;
                }
                match additional {
                    Some(Value::Bool(allowed)) => return *allowed,
                    Some(property) => {
                        prune(property, value, &join(path, key), found);
                        return true;
                    }
                    None => {}
                }
                let known = preserves(schema)
                    || (embedded && matches!(key.as_str(), "apiVersion" | "kind" | "metadata"));
                if !known {
                    found(path, key);
                }
                known
            });
        }
        Value::Array(list) => {
            for (index, value) in list.iter_mut().enumerate() {
                prune(&schema["items"], value, &format!("{path}[{index}]"), found);
            }
        }
        _ => {}
    }
}

fn fill(schema: &Value, value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (key, property) in schema["properties"].as_object().into_iter().flatten() {
                let absent = match fields.get(key) {
                    None => true,
                    Some(Value::Null) => property["nullable"] != true,
                    Some(_) => false,
                };
                if let Some(default) = property.get("default").filter(|_| absent) {
                    fields.insert(key.clone(), default.clone());
                }
                if let Some(value) = fields.get_mut(key) {
                    fill(property, value);
                }
            }
            if let Some(additional) = schema.get("additionalProperties").filter(|one| one.is_object()) {
                for (key, value) in fields.iter_mut() {
                    if schema["properties"].get(key).is_none() {
                        fill(additional, value);
                    }
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| fill(&schema["items"], value)),
        _ => {}
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn check(schema: &Value, value: &Value, path: &str, causes: &mut Vec<Cause>) {
    if value.is_null() && schema["nullable"] == true {
        return;
    }
    let int_or_string = schema["x-kubernetes-int-or-string"] == true;
    let actual = type_of(value);
    if let Some(wanted) = schema["type"].as_str() {
        let fits = wanted == actual || (wanted == "number" && actual == "integer");
        if !fits {
            causes.push(Cause::wrong_type(
                path,
                &json!(actual),
                &format!("{path} in body must be of type {wanted}: \"{actual}\""),
            ));
            return;
        }
    } else if int_or_string && !matches!(actual, "integer" | "string") {
        causes.push(Cause::wrong_type(
            path,
            &json!(actual),
            &format!("{path} in body must be of type integer,string: \"{actual}\""),
        ));
        return;
    }
    if let Some(allowed) = schema["enum"].as_array()
        && !allowed.contains(value)
    {
        let names: Vec<&str> = allowed.iter().filter_map(Value::as_str).collect();
        causes.push(Cause::not_supported(path, value, &names));
    }
    check_number(schema, value, path, causes);
    check_text(schema, value, path, causes);
    match value {
        Value::Object(fields) => check_object(schema, fields, path, causes),
        Value::Array(list) => check_list(schema, list, path, causes),
        _ => {}
    }
}

fn check_number(schema: &Value, value: &Value, path: &str, causes: &mut Vec<Cause>) {
    let Some(number) = value.as_f64() else { return };
    if let Some(minimum) = schema["minimum"].as_f64()
        && (number < minimum || (schema["exclusiveMinimum"] == true && number <= minimum))
    {
        let words =
            if schema["exclusiveMinimum"] == true { "greater than" } else { "greater than or equal to" };
        causes.push(Cause::invalid(path, value, &format!("{path} in body should be {words} {minimum}")));
    }
    if let Some(maximum) = schema["maximum"].as_f64()
        && (number > maximum || (schema["exclusiveMaximum"] == true && number >= maximum))
    {
        let words = if schema["exclusiveMaximum"] == true { "less than" } else { "less than or equal to" };
        causes.push(Cause::invalid(path, value, &format!("{path} in body should be {words} {maximum}")));
    }
}

fn check_text(schema: &Value, value: &Value, path: &str, causes: &mut Vec<Cause>) {
    let Some(text) = value.as_str() else { return };
    let length = text.chars().count() as u64;
    if let Some(least) = schema["minLength"].as_u64().filter(|least| length < *least) {
        causes.push(Cause::invalid(
            path,
            value,
            &format!("{path} in body should be at least {least} chars long"),
        ));
    }
    if let Some(most) = schema["maxLength"].as_u64().filter(|most| length > *most) {
        causes.push(Cause::too_long(path, usize::try_from(most).unwrap_or(usize::MAX)));
    }
    if let Some(pattern) = schema["pattern"].as_str()
        && regex_lite::Regex::new(pattern).is_ok_and(|regex| !regex.is_match(text))
    {
        causes.push(Cause::invalid(path, value, &format!("{path} in body should match '{pattern}'")));
    }
}

fn check_object(schema: &Value, fields: &Map<String, Value>, path: &str, causes: &mut Vec<Cause>) {
    for required in strings(&schema["required"]) {
        if !fields.contains_key(required) {
            causes.push(Cause::required(join(path, required), ""));
        }
    }
    for (key, value) in fields {
        let property = schema["properties"].get(key).or_else(|| schema.get("additionalProperties"));
        if let Some(property) = property.filter(|property| property.is_object()) {
            check(property, value, &join(path, key), causes);
        }
    }
}

fn check_list(schema: &Value, list: &[Value], path: &str, causes: &mut Vec<Cause>) {
    let length = list.len() as u64;
    if let Some(least) = schema["minItems"].as_u64().filter(|least| length < *least) {
        causes.push(Cause::invalid(
            path,
            &json!(length),
            &format!("{path} in body should have at least {least} items"),
        ));
    }
    if let Some(most) = schema["maxItems"].as_u64().filter(|most| length > *most) {
        causes.push(Cause::too_many(path, length, most));
    }
    for (index, value) in list.iter().enumerate() {
        check(&schema["items"], value, &format!("{path}[{index}]"), causes);
    }
}

#[cfg(test)]
mod tests {
    use super::Schema;
    use serde_json::json;

    fn schema() -> Schema {
        Schema::new(&json!({"type": "object", "properties": {"spec": {
            "type": "object", "required": ["size"], "properties": {
                "size": {"type": "integer", "minimum": 1},
                "colour": {"type": "string", "default": "red", "enum": ["red", "green"]},
                "free": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
            },
        }}}))
    }

    #[test]
    fn unknown_fields_are_pruned_except_where_they_are_preserved() {
        let mut object = json!({"spec": {"size": 1, "typo": 2, "free": {"any": 3}}});

        assert_eq!(schema().unknown_fields(&object), ["spec.typo"]);
        schema().prune(&mut object);

        assert_eq!(object, json!({"spec": {"size": 1, "free": {"any": 3}}}));
    }

    #[test]
    fn defaults_fill_absent_fields() {
        let mut object = json!({"spec": {"size": 1}});

        schema().default(&mut object);

        assert_eq!(object["spec"]["colour"], "red");
    }

    #[test]
    fn every_fault_is_named_with_its_field() {
        let mut causes = Vec::new();

        schema().validate(&json!({"spec": {"colour": "blue"}}), &mut causes);

        let fields: Vec<&str> = causes.iter().map(|cause| cause.field.as_str()).collect();
        assert_eq!(fields, ["spec.size", "spec.colour"]);
    }
}
