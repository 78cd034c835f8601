//! Bodies at rest. GitHub says the same of every repository, organisation and person in dozens of
//! members, so a body is written as what it does not have in common with a sample: two thirds of
//! what plain compression leaves of a small one. Bodies are half of what a flood writes.

use std::sync::LazyLock;

/// Bytes of the largest body: more than GitHub sends, and than one row may claim.
const MOST: usize = 64 << 20;

/// A body packed begins with four bytes, least first: its length, and above that which sample it
/// was packed with; 0 is none, 1 is [`SAMPLE`].
const LENGTH: u32 = (1 << 28) - 1;
const WITH_SAMPLE: u32 = 1 << 28;

/// What most bodies have in common, in GitHub's order of members and without a space. It is part
/// of what is stored: a better one is added under another number.
static SAMPLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    include_str!("sample.json").lines().flat_map(|line| line.trim_start().bytes()).collect()
});

/// A body as it is stored. At most 64 MiB.
pub(crate) fn pack(body: &[u8]) -> Vec<u8> {
    let mut packed = lz4_flex::block::compress_prepend_size_with_dict(body, &SAMPLE);
    packed[3] |= WITH_SAMPLE.to_le_bytes()[3];
    packed
}

/// A body as it came. The length that it claims is not believed beyond what the door takes.
pub(crate) fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = packed.split_first_chunk()?;
    let head = u32::from_le_bytes(*head);
    let length = usize::try_from(head & LENGTH).ok().filter(|length| *length <= MOST)?;
    match head & !LENGTH {
        0 => lz4_flex::block::decompress(rest, length).ok(),
        WITH_SAMPLE => lz4_flex::block::decompress_with_dict(rest, length, &SAMPLE).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest as _, Sha256};

    use super::*;

    #[test]
    fn the_sample_is_json_and_stays_as_it_is() {
        assert!(serde_json::from_slice::<serde_json::Value>(&SAMPLE).is_ok());
        let digest = hex::encode(Sha256::digest(&*SAMPLE));
        assert_eq!(
            digest, "f519dca27df7b7b42db1db198366c51c7e74d5015d2bdf3061274bb09c56a95c",
            "bodies that are stored need the sample they were packed with"
        );
    }

    #[test]
    fn what_was_packed_without_a_sample_is_read() {
        let packed = lz4_flex::block::compress_prepend_size(b"{\"action\":\"created\"}");
        assert_eq!(unpack(&packed).as_deref(), Some(&b"{\"action\":\"created\"}"[..]));
    }

    #[test]
    fn a_body_like_the_sample_takes_little_and_others_no_more_than_before() {
        let like = String::from_utf8(SAMPLE.clone()).unwrap().replace("acme/widgets", "octo/app");
        let plain = lz4_flex::block::compress_prepend_size(like.as_bytes()).len();
        let packed = pack(like.as_bytes()).len();
        assert!(3 * packed < 2 * plain, "{packed} of {plain}");
        let other: Vec<u8> =
            (0..10_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let plain = lz4_flex::block::compress_prepend_size(&other).len();
        assert!(pack(&other).len() <= plain + plain / 100);
    }

    #[test]
    fn what_claims_too_much_or_another_sample_is_not_read() {
        let mut packed = pack(b"{}");
        packed[3] = 0x20;
        assert_eq!(unpack(&packed), None, "a sample that does not exist");
        assert_eq!(unpack(&[1, 0, 0, 0x14, 0]), None, "80 MiB");
        assert_eq!(unpack(&[0, 0]), None, "no length");
        assert_eq!(unpack(&[4, 0, 0, 0x10, 0x4f, 1, 2]), None, "cut off");
    }

    proptest! {
        #[test]
        fn what_is_packed_comes_back(body in proptest::collection::vec(any::<u8>(), 0..3_000)) {
            prop_assert_eq!(unpack(&pack(&body)), Some(body));
        }

        #[test]
        fn pieces_of_the_sample_come_back(parts in proptest::collection::vec((0..6_000_usize, 0..500_usize), 0..20)) {
            let body: Vec<u8> = parts.iter().flat_map(|(from, length)| SAMPLE.iter().skip(*from).take(*length).copied()).collect();
            prop_assert_eq!(unpack(&pack(&body)), Some(body));
        }

        #[test]
        fn no_bytes_make_it_panic(packed in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpack(&packed);
        }
    }
}
