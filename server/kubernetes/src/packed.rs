//! Whole objects, kept small: compressed one by one with a dictionary that is trained on the first objects of their
//! kind, and unpacked in microseconds when somebody looks at one.

use parking_lot::Mutex;
use std::cell::RefCell;
use std::sync::Arc;
use std::thread;
use zstd::zstd_safe::{CCtx, DCtx, compress_bound, get_error_name};
use zstd::{dict::DecoderDictionary, dict::EncoderDictionary, zstd_safe};

/// Level 1 packs these objects within a few percent of level 3, in two thirds of the time.
const LEVEL: i32 = 1;
/// Bytes of a trained dictionary.
const DICTIONARY_BYTES: usize = 64 << 10;
/// Fewer objects than this are not worth a dictionary; more than that add nothing to it.
const FEWEST_SAMPLES: usize = 64;
const MOST_SAMPLES: usize = 400;
/// No object that an API server accepts is longer than this when it is unpacked.
const LONGEST_OBJECT: usize = 8 << 20;

/// Learning takes ten megabytes for a moment, and the C library keeps them for the thread that asked. One thread after
/// the other does it, so the next takes what the last has left.
static LEARNING: Mutex<()> = Mutex::new(());

/// What objects of one kind have in common.
pub(crate) struct Dictionary {
    encoder: EncoderDictionary<'static>,
    decoder: DecoderDictionary<'static>,
}

impl Dictionary {
    /// Learns from some objects; `None` when they are too few to learn from.
    pub fn train(samples: &[Vec<u8>]) -> Option<Arc<Self>> {
        if samples.len() < FEWEST_SAMPLES {
            return None;
        }
        let samples = &samples[..samples.len().min(MOST_SAMPLES)];
        let learned = {
            let _one_at_a_time = LEARNING.lock();
            let learn = || zstd::dict::from_samples(samples, DICTIONARY_BYTES);
            thread::scope(|scope| scope.spawn(learn).join()).ok()?.ok()?
        };
        Some(Arc::new(Self {
            encoder: EncoderDictionary::copy(&learned, LEVEL),
            decoder: DecoderDictionary::copy(&learned),
        }))
    }
}

/// A whole object as compressed JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    with_dictionary: bool,
    bytes: Box<[u8]>,
}

thread_local! {
    // Making these takes as long as packing an object with them.
    static PACKER: RefCell<(CCtx<'static>, Vec<u8>)> = RefCell::new((CCtx::create(), Vec::new()));
    static UNPACKER: RefCell<DCtx<'static>> = RefCell::new(DCtx::create());
    static SPACE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Packed {
    /// Packs an object's JSON.
    pub fn new(json: &[u8], dictionary: Option<&Dictionary>) -> Self {
        PACKER.with_borrow_mut(|(packer, space)| {
            space.clear();
            space.reserve(compress_bound(json.len()));
            match dictionary {
                Some(dictionary) => packer.compress_using_cdict(space, json, dictionary.encoder.as_cdict()),
                None => packer.compress(space, json, LEVEL),
            }
            .map_err(get_error_name)
            .expect("compressing into enough memory cannot fail");
            Self { with_dictionary: dictionary.is_some(), bytes: space.as_slice().into() }
        })
    }

    /// Calls back with the object's JSON. `dictionary` is the one of the store this was packed by.
    pub fn unpack<T>(&self, dictionary: Option<&Dictionary>, read: impl FnOnce(&[u8]) -> T) -> T {
        let mut json = SPACE.take();
        let length = zstd_safe::get_frame_content_size(&self.bytes).ok().flatten();
        let length = length.and_then(|length| usize::try_from(length).ok());
        json.clear();
        json.reserve(length.unwrap_or(LONGEST_OBJECT).min(LONGEST_OBJECT));
        UNPACKER
            .with_borrow_mut(|unpacker| match dictionary.filter(|_| self.with_dictionary) {
                Some(dictionary) => {
                    unpacker.decompress_using_ddict(&mut json, &self.bytes, dictionary.decoder.as_ddict())
                }
                None => unpacker.decompress(&mut json, &self.bytes),
            })
            .map_err(get_error_name)
            .expect("what was packed here can be unpacked");
        let answer = read(&json);
        SPACE.set(json);
        answer
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.len()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing test should panic")]
mod tests {
    use super::*;

    fn object(number: usize) -> Vec<u8> {
        format!(
            r#"{{"apiVersion":"v1","kind":"Pod","metadata":{{"name":"web-{number}","namespace":"shop","labels":{{"app":"web","track":"{}"}}}},"spec":{{"nodeName":"node-{}","containers":[{{"name":"main","image":"registry.example/web:{}"}}]}}}}"#,
            number % 3,
            number % 50,
            number % 7
        )
        .into_bytes()
    }

    #[test]
    fn an_object_comes_out_as_it_went_in() {
        let samples: Vec<_> = (0..200).map(object).collect();
        let dictionary = Dictionary::train(&samples).unwrap();

        for json in [object(7), b"{}".to_vec(), vec![b'x'; 100_000]] {
            let with = Packed::new(&json, Some(&dictionary));
            let without = Packed::new(&json, None);
            assert_eq!(with.unpack(Some(&dictionary), <[u8]>::to_vec), json);
            assert_eq!(without.unpack(Some(&dictionary), <[u8]>::to_vec), json);
        }
    }

    #[test]
    fn a_dictionary_makes_small_objects_smaller() {
        let samples: Vec<_> = (0..200).map(object).collect();
        let dictionary = Dictionary::train(&samples).unwrap();

        let with = Packed::new(&object(999), Some(&dictionary)).heap_bytes();
        let without = Packed::new(&object(999), None).heap_bytes();
        assert!(with * 2 < without, "{with} bytes with a dictionary, {without} without");
    }

    #[test]
    fn a_few_objects_are_no_ground_to_learn_on() {
        assert!(Dictionary::train(&[object(1), object(2)]).is_none());
    }
}
