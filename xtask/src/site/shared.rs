//! What of that which several parts share goes into the module that every page loads.
//!
//! Every set of parts has a file of what exactly these share. With nine parts most of these files have a few kilobytes, and a page
//! would need dozens of them. What they hold is left in the first module: it is what many parts need.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, HashSet},
    fs,
    ops::Range,
    path::Path,
};

use anyhow::{Context, Result};
use wasm_encoder::{Encode, RawSection, SectionId};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// How many bytes of code and data, before they are made small, are worth a file.
const WORTH_A_FILE: u64 = 30_000;

/// What some parts share.
struct Shared<'a> {
    parts: BTreeSet<&'a str>,
    size: u64,
    functions: Vec<String>,
}

/// The names of the functions in those files in a folder that are not worth their number. `parts` says which files each part has.
pub fn small<'a>(
    folder: &Path,
    parts: impl Iterator<Item = (&'a str, &'a [String])>,
) -> Result<HashSet<String>> {
    let mut users = BTreeMap::<&str, BTreeSet<&str>>::new();
    for (part, files) in parts {
        for file in files {
            users.entry(file).or_default().insert(part);
        }
    }
    let mut shared = Vec::new();
    for (file, parts) in users.into_iter().filter(|(_, parts)| parts.len() > 1) {
        let path = folder.join(format!("{file}.wasm"));
        let module = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let (size, functions) = contents(&module)?;
        shared.push(Shared { parts, size, functions });
    }
    Ok(chosen(shared).into_iter().flat_map(|shared| shared.functions).collect())
}

/// Those that are left in the first module. What one of them refers to must be there too: it is shared by the same parts, and maybe
/// by more.
fn chosen(mut shared: Vec<Shared>) -> Vec<Shared> {
    shared.sort_by_key(|shared| (Reverse(shared.parts.len()), shared.size));
    let mut kept = BTreeSet::new();
    for index in 0..shared.len() {
        let new: Vec<usize> = (0..shared.len())
            .filter(|other| !kept.contains(other) && shared[*other].parts.is_superset(&shared[index].parts))
            .collect();
        let size: u64 = new.iter().map(|other| shared[*other].size).sum();
        let files: u64 = new.iter().map(|_| 1).sum();
        if size <= WORTH_A_FILE * files {
            kept.extend(new);
        }
    }
    let chosen = shared.into_iter().enumerate().filter(|(index, _)| kept.contains(index));
    chosen.map(|(_, shared)| shared).collect()
}

/// The bytes of code and data in a module, and the names of the functions that are its own.
fn contents(module: &[u8]) -> Result<(u64, Vec<String>)> {
    let (mut size, mut imported, mut functions) = (0, 0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_) | TypeRef::FuncExact(_)));
                }
            }
            Payload::CodeSectionStart { range, .. } => size += range.end - range.start,
            Payload::DataSection(data) => size += data.range().end - data.range().start,
            Payload::CustomSection(section) => {
                for (index, name) in names(&section.as_known())? {
                    if index >= imported {
                        functions.push(name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    Ok((size, functions))
}

/// The names of functions, with their numbers, if this is where they are.
fn names<'a>(section: &KnownCustom<'a>) -> Result<Vec<(u32, &'a str)>> {
    let KnownCustom::Name(names) = section else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for name in names.clone() {
        if let Name::Function(functions) = name? {
            for function in functions {
                let function = function?;
                found.push((function.index, function.name));
            }
        }
    }
    Ok(found)
}

/// The module with these functions exported, which the cut leaves in the first module with all that they refer to.
pub fn exported(module: &[u8], functions: &HashSet<String>) -> Result<Vec<u8>> {
    let mut indices = BTreeSet::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CustomSection(section) = payload? {
            let known = names(&section.as_known())?.into_iter().filter(|(_, name)| functions.contains(*name));
            indices.extend(known.map(|(index, _)| index));
        }
    }
    let mut written = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let Payload::ExportSection(exports) = &payload {
            let mut data = Vec::new();
            (exports.count() + u32::try_from(indices.len())?).encode(&mut data);
            data.extend_from_slice(bytes(module, exports.original_position()..exports.range().end)?);
            for index in &indices {
                format!("shared_{index}").as_str().encode(&mut data);
                data.push(0);
                index.encode(&mut data);
            }
            written.section(&RawSection { id: SectionId::Export.into(), data: &data });
        } else if let Some((id, range)) = payload.as_section() {
            written.section(&RawSection { id, data: bytes(module, range)? });
        }
    }
    Ok(written.finish())
}

/// A piece of a module.
pub fn bytes(module: &[u8], range: Range<u64>) -> Result<&[u8]> {
    module
        .get(usize::try_from(range.start)?..usize::try_from(range.end)?)
        .context("a section ends behind its module")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared<'a>(parts: &[&'a str], size: u64) -> Shared<'a> {
        Shared { parts: parts.iter().copied().collect(), size, functions: Vec::new() }
    }

    #[test]
    fn what_is_not_worth_a_file_is_left_with_all_that_it_may_refer_to() {
        let files = vec![
            shared(&["a", "b"], 1_000),
            shared(&["a", "c"], 50_000),
            shared(&["a", "b", "c"], 40_000),
            shared(&["b", "c"], 35_000),
        ];

        let chosen: Vec<u64> = chosen(files).iter().map(|shared| shared.size).collect();

        assert_eq!(chosen, [40_000, 1_000]);
    }
}
