//! Several measurements of one thing: the median, and how far they lie apart.

use std::fmt;

/// Shown as `median [min–max]`, with the precision that is asked for.
pub(super) struct Spread {
    least: f64,
    median: f64,
    most: f64,
}

impl Spread {
    /// Of measurements, of which there is at least one.
    pub(super) fn of(measured: impl Iterator<Item = f64>) -> Self {
        let mut sorted: Vec<f64> = measured.collect();
        sorted.sort_by(f64::total_cmp);
        Self { least: sorted[0], median: sorted[sorted.len() / 2], most: sorted[sorted.len() - 1] }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = f.precision().unwrap_or_default();
        let Self { least, median, most } = self;
        write!(f, "{median:.digits$} [{least:.digits$}–{most:.digits$}]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_stands_between_the_least_and_the_most() {
        let spread = Spread::of([3.0, 1.25, 2.0].into_iter());
        assert_eq!(format!("{spread:.1}"), "2.0 [1.2–3.0]");
        assert_eq!(format!("{:.0}", Spread::of([7.0].into_iter())), "7 [7–7]");
    }
}
