//! Vendors who lend machines for jobs, by the labels that workflows ask for.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::catalogue::table::{self, Confidence, Pattern, Table};

/// Labels of one vendor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunnerVendor {
    /// Who lends the machine.
    pub vendor: String,
    /// What its labels look like, in lower case.
    pub labels: Pattern,
    /// How well that is known.
    pub confidence: Confidence,
    /// Where it was read.
    pub source: Vec<String>,
}

/// Every row, in the order of the table.
pub static RUNNER_VENDORS: LazyLock<Table<RunnerVendor>> =
    LazyLock::new(|| table::parse(include_str!("runners.toml")));

/// Who lends a machine that has this label, for one job.
pub fn runner_vendor(label: &str) -> Option<&'static str> {
    let label = label.to_ascii_lowercase();
    let row = RUNNER_VENDORS.rows.iter().find(|row| row.labels.is_match(&label))?;
    Some(&row.vendor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_says_where_it_was_read() {
        for row in &RUNNER_VENDORS.rows {
            RUNNER_VENDORS.check_sources(&row.vendor, &row.source);
        }
    }

    #[test]
    fn a_label_says_who_lends_the_machine_and_what_stays_is_nobodys() {
        for (label, vendor) in [
            ("depot-ubuntu-24.04-arm-8", Some("Depot")),
            ("blacksmith-4vcpu-ubuntu-2404", Some("Blacksmith")),
            ("nscloud-macos-sonoma-arm64-6x14", Some("Namespace")),
            ("namespace-profile-Windows-2022-x86-64-16x32", Some("Namespace")),
            ("warp-ubuntu-latest-x64-4x", Some("WarpBuild")),
            ("warp-ubuntu-latest-x64-2x;snapshot.key=ours", None),
            ("my-depot-ubuntu-24.04", None),
            ("depot", None),
            ("self-hosted", None),
        ] {
            assert_eq!(runner_vendor(label), vendor, "{label}");
        }
    }
}
