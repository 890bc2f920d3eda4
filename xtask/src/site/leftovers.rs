//! Files of parts that hold nothing but a few bytes of data, such as words in the middle of a text that ends in others: they go
//! into the first module. Data stands at fixed places of the memory that all files share, so it may come with any of them.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result, ensure};
use wasm_encoder::{Encode, RawSection, SectionId};
use wasmparser::{Parser, Payload};

use super::shared::bytes;

/// The most bytes of data that are put where every page loads them.
const FEW: usize = 4_096;

/// Moves what such files hold into the module that is left, takes them out of the script and out of the files of each part.
pub fn take(
    package: &Path,
    main: &Path,
    script: &Path,
    parts: &mut BTreeMap<String, Vec<String>>,
) -> Result<()> {
    let mut files: Vec<String> = parts.values().flatten().cloned().collect();
    files.sort();
    files.dedup();
    let mut moved = Data::default();
    let mut loader = fs::read_to_string(script)?;
    for file in files {
        let path = package.join(format!("{file}.wasm"));
        let module = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let Some(data) = only_data(&module)?.filter(|data| data.entries.len() <= FEW) else { continue };
        moved.count += data.count;
        moved.entries.extend(data.entries);
        loader = without(&loader, &file)?;
        parts.values_mut().for_each(|files| files.retain(|other| *other != file));
        fs::remove_file(&path)?;
    }
    fs::write(script, loader)?;
    fs::write(main, with_data(&fs::read(main)?, &moved)?).context("cannot write the first module")
}

/// Segments of data, as a module writes them.
#[derive(Default)]
struct Data {
    count: u32,
    entries: Vec<u8>,
}

impl Data {
    fn of(module: &[u8], section: &wasmparser::DataSectionReader<'_>) -> Result<Self> {
        let entries = bytes(module, section.original_position()..section.range().end)?;
        Ok(Self { count: section.count(), entries: entries.to_vec() })
    }
}

/// The data of a module that has nothing else of its own: what it imports, it does not use.
fn only_data(module: &[u8]) -> Result<Option<Data>> {
    let (mut found, mut others) = (None, 0);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::DataSection(data) => found = Some(Data::of(module, &data)?),
            Payload::ExportSection(section) => others += section.count(),
            Payload::FunctionSection(section) => others += section.count(),
            Payload::GlobalSection(section) => others += section.count(),
            Payload::ElementSection(section) => others += section.count(),
            Payload::StartSection { .. } => others += 1,
            _ => {}
        }
    }
    Ok(found.filter(|_| others == 0))
}

/// The module with more data.
fn with_data(module: &[u8], more: &Data) -> Result<Vec<u8>> {
    let mut written = wasm_encoder::Module::new();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        let mut data = Vec::new();
        match &payload {
            Payload::DataCountSection { count, .. } => {
                (count + more.count).encode(&mut data);
                written.section(&RawSection { id: SectionId::DataCount.into(), data: &data });
            }
            Payload::DataSection(section) => {
                let own = Data::of(module, section)?;
                (own.count + more.count).encode(&mut data);
                data.extend(own.entries);
                data.extend_from_slice(&more.entries);
                written.section(&RawSection { id: SectionId::Data.into(), data: &data });
            }
            other => {
                if let Some((id, range)) = other.as_section() {
                    written.section(&RawSection { id, data: bytes(module, range)? });
                }
            }
        }
    }
    Ok(written.finish())
}

/// The script without a file that it loads.
fn without(script: &str, file: &str) -> Result<String> {
    let (name, start) = (format!("__{file}"), format!("const __{file} = makeLoad("));
    let (before, rest) = script.split_once(&start).with_context(|| format!("nothing loads {file}"))?;
    let (_, after) = rest.split_once(", []);\n").with_context(|| format!("{file} needs other files"))?;
    let mut script = format!("{before}{after}");
    for (listed, left) in [
        (format!("[{name}]"), "[]"),
        (format!("[{name}, "), "["),
        (format!(", {name},"), ","),
        (format!(", {name}]"), "]"),
    ] {
        script = script.replace(&listed, left);
    }
    ensure!(
        !script.contains(&format!("{name},")) && !script.contains(&format!("{name}]")),
        "{file} is still loaded"
    );
    Ok(script)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use wasm_encoder::{ConstExpr, DataCountSection, DataSection, MemorySection, MemoryType, Module};

    fn module(texts: &[&str]) -> Vec<u8> {
        let mut module = Module::new();
        let kind =
            MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
        module.section(MemorySection::new().memory(kind));
        module.section(&DataCountSection { count: u32::try_from(texts.len()).unwrap() });
        let mut data = DataSection::new();
        for (place, text) in (0..).zip(texts) {
            data.active(0, &ConstExpr::i32_const(place * 16), text.bytes());
        }
        module.section(&data);
        module.finish()
    }

    #[test]
    fn data_is_added_behind_what_there_is() {
        let more = only_data(&module(&["sea"])).unwrap().unwrap();

        let whole = with_data(&module(&["port", "lighthouse"]), &more).unwrap();

        let data = only_data(&whole).unwrap().unwrap();
        assert_eq!(data.count, 3);
        assert!(data.entries.ends_with(b"sea"));
    }

    #[test]
    fn a_file_is_taken_out_of_the_script() {
        let script = "const __chunk_1 = makeLoad(() => 1\n, []);\nconst __chunk_2 = makeLoad(() => 2\n, []);\n\
                      a([__chunk_1, __chunk_2]); b([__chunk_1]); c([__chunk_2, __chunk_1]);";

        let left = without(script, "chunk_1").unwrap();

        assert_eq!(
            left,
            "const __chunk_2 = makeLoad(() => 2\n, []);\na([__chunk_2]); b([]); c([__chunk_2]);"
        );
    }
}
