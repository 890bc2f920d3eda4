//! Sets of rows: one bit for each place where a state keeps an object.

/// A set of small numbers, which counts and intersects sixty-four of them at a time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    /// Whether the number is in the set.
    pub fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// Puts the number in, or takes it out.
    pub fn set(&mut self, number: u32, is_in: bool) {
        let (word, bit) = (number as usize / 64, 1 << (number % 64));
        if is_in {
            if word >= self.0.len() {
                self.0.resize(word + 1, 0);
            }
            self.0[word] |= bit;
        } else if let Some(word) = self.0.get_mut(word) {
            *word &= !bit;
        }
    }

    /// How many numbers are in the set.
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many numbers are in both sets.
    pub fn count_with(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).map(|(one, other)| (one & other).count_ones() as usize).sum()
    }

    /// Bytes on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.0.capacity() * size_of::<u64>()
    }
}

impl FromIterator<u32> for Bits {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut bits = Self::default();
        numbers.into_iter().for_each(|number| bits.set(number, true));
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn bits_are_a_set(steps in prop::collection::vec((0..300_u32, any::<bool>()), 0..200)) {
            let (mut bits, mut set) = (Bits::default(), BTreeSet::new());
            for (number, is_in) in steps {
                bits.set(number, is_in);
                if is_in { set.insert(number) } else { set.remove(&number) };
            }
            let even: Bits = (0..300).filter(|number| number % 2 == 0).collect();

            prop_assert!((0..400).all(|number| bits.has(number) == set.contains(&number)));
            prop_assert_eq!(bits.count(), set.len());
            prop_assert_eq!(bits.count_with(&even), set.iter().filter(|number| *number % 2 == 0).count());
            prop_assert_eq!(even.count_with(&bits), bits.count_with(&even));
        }
    }
}
