//! Texts as words, as the standard analyzer takes them apart: runs of letters, digits and `_`, in small letters; a dot or an
//! apostrophe between letters, and a dot or a comma between digits, belong to the word.

/// A text's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    small: String,
    /// Where each word begins and ends in the small text.
    places: Vec<(usize, usize)>,
    /// A bit for each word, of which several share one: what has not all bits of a phrase does not have the phrase.
    bits: u64,
}

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        // Places in the text are places in the small one: letters that change their length stay as they are.
        let small = |letter: char| {
            let mut small = letter.to_lowercase();
            match (small.next(), small.next()) {
                (Some(small), None) if small.len_utf8() == letter.len_utf8() => small,
                _ => letter,
            }
        };
        let small: String = text.chars().map(small).collect();
        let mut places = Vec::new();
        let mut start = None;
        let mut letters = small.char_indices().peekable();
        let mut before = ' ';
        while let Some((at, letter)) = letters.next() {
            let next = letters.peek().map_or(' ', |(_, next)| *next);
            let belongs = is_word(letter) || joins(before, letter, next);
            match (belongs, start) {
                (true, None) => start = Some(at),
                (false, Some(begin)) => {
                    places.push((begin, at));
                    start = None;
                }
                _ => {}
            }
            before = letter;
        }
        if let Some(begin) = start {
            places.push((begin, small.len()));
        }
        let bits = places.iter().fold(0, |bits, (from, to)| bits | bit(&small[*from..*to]));
        Self { small, places, bits }
    }

    /// Whether a word may be among them.
    pub(crate) fn may_have(&self, word: &str) -> bool {
        self.bits & bit(word) != 0
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn word(&self, index: usize) -> &str {
        self.places.get(index).map_or("", |(from, to)| &self.small[*from..*to])
    }

    /// Where a word begins and ends in the text.
    pub(crate) fn place(&self, index: usize) -> (usize, usize) {
        self.places.get(index).copied().unwrap_or_default()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.places.iter().map(|(from, to)| &self.small[*from..*to])
    }

    /// Where a phrase begins, by the number of its first word.
    pub(crate) fn find<'w>(&'w self, phrase: &'w Phrase) -> impl Iterator<Item = usize> + 'w {
        let length = phrase.words.len();
        let is_possible = length > 0 && self.bits & phrase.bits == phrase.bits;
        let last = if !is_possible { 0 } else { (self.len() + 1).saturating_sub(length) };
        (0..last).filter(move |start| phrase.is_at(self, *start))
    }
}

/// One of 64 bits that stands for a word.
pub(crate) fn bit(word: &str) -> u64 {
    let sum = word
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    1 << (sum >> 58)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn joins(before: char, letter: char, next: char) -> bool {
    match letter {
        '.' | '\'' | '’' if before.is_alphabetic() && next.is_alphabetic() => true,
        '.' | ',' => before.is_ascii_digit() && next.is_ascii_digit(),
        _ => false,
    }
}

/// Words that follow each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Phrase {
    pub(crate) words: Vec<String>,
    /// Whether the last word may go on.
    pub(crate) is_prefix: bool,
    bits: u64,
}

impl Phrase {
    pub(crate) fn of(text: &str, is_prefix: bool) -> Self {
        let words: Vec<String> = Words::of(text).iter().map(str::to_owned).collect();
        // Of a word that may go on nobody knows the bit.
        let whole = words.len() - usize::from(is_prefix).min(words.len());
        let bits = words[..whole].iter().fold(0, |bits, word| bits | bit(word));
        Self { words, is_prefix, bits }
    }

    fn is_at(&self, text: &Words, start: usize) -> bool {
        let last = self.words.len() - 1;
        self.words.iter().enumerate().all(|(index, wanted)| {
            let word = text.word(start + index);
            if self.is_prefix && index == last { word.starts_with(wanted.as_str()) } else { word == wanted }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Words::of(text).iter().map(str::to_owned).collect()
    }

    #[test]
    fn texts_are_taken_apart_as_the_standard_analyzer_does() {
        assert_eq!(
            words("The 2 QUICK Brown-Foxes jumped over the lazy dog's bone."),
            ["the", "2", "quick", "brown", "foxes", "jumped", "over", "the", "lazy", "dog's", "bone"]
        );
        assert_eq!(
            words("level=error took_ms=8.5 at=10.0.0.1:80"),
            ["level", "error", "took_ms", "8.5", "at", "10.0.0.1", "80"]
        );
        assert_eq!(words(r#"{"msg":"Grüße, Ülm"}"#), ["msg", "grüße", "ülm"]);
        assert_eq!(words(""), Vec::<String>::new());
    }

    #[test]
    fn a_phrase_is_words_that_follow_each_other() {
        let text = Words::of("connection reset by peer, connection closed");
        let places = |phrase: &str, is_prefix| text.find(&Phrase::of(phrase, is_prefix)).collect::<Vec<_>>();

        assert_eq!(places("connection", false), [0, 4]);
        assert_eq!(places("reset by", false), [1]);
        assert_eq!(places("connection res", true), [0]);
        assert_eq!(places("connection res", false), Vec::<usize>::new());
        assert_eq!(places("", true), Vec::<usize>::new());
        assert_eq!(places("closed and more", false), Vec::<usize>::new());
    }
}
