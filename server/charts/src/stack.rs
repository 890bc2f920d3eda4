//! Lines that stand on each other.

use model::chart::Series;

/// Lower and upper edge of each series' band. Where a series has a gap its band has one, and others close over it.
pub fn bands(series: &[Series], points: usize) -> Vec<Vec<Option<(f64, f64)>>> {
    let mut ground = vec![0.0; points];
    let band = |series: &Series| {
        let place = |(point, ground): (usize, &mut f64)| {
            let value = series.values.get(point).copied().flatten().filter(|value| value.is_finite())?;
            let lower = *ground;
            *ground += value.max(0.0);
            Some((lower, *ground))
        };
        ground.iter_mut().enumerate().map(place).collect()
    };
    series.iter().map(band).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[Option<f64>]) -> Series {
        Series {
            key: String::new(),
            label: String::new(),
            color: 0,
            is_earlier: false,
            values: values.to_vec(),
        }
    }

    #[test]
    fn a_gap_of_one_lets_the_next_stand_on_the_one_before() {
        let all =
            [series(&[Some(1.0), Some(2.0)]), series(&[None, Some(3.0)]), series(&[Some(5.0), Some(1.0)])];

        let bands = bands(&all, 2);

        assert_eq!(bands[1], [None, Some((2.0, 5.0))]);
        assert_eq!(bands[2], [Some((1.0, 6.0)), Some((5.0, 6.0))]);
    }
}
