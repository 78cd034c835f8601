//! What identities may be found by when a vendor is asked about.

use crate::store::sql::statements;

statements! {
    /// The words of an identity.
    PUT_VENDOR_WORDS = rows(2, "itit") "
        INSERT INTO vendor_words (org, identity, edition, words) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org, identity) DO UPDATE SET
            edition = excluded.edition, words = excluded.words
        WHERE vendor_words.edition <> excluded.edition OR vendor_words.words <> excluded.words";
    /// Identities whose words hold one, or were made with another catalogue, by key.
    MAYBE_OF_VENDOR = new("ititi") "
        SELECT identity FROM vendor_words
        WHERE org = $1 AND identity > $2
            AND (edition <> $3 OR replace(words, $4, '') <> words)
        ORDER BY identity LIMIT $5";
    /// Identities whose words were made with another catalogue, or never, because an older program
    /// saved them; after one.
    OLD_VENDOR_WORDS = new("itii") "
        SELECT i.org, i.doc FROM identities i
        LEFT JOIN vendor_words v ON v.org = i.org AND v.identity = i.key
        WHERE (i.org, i.key) > ($1, $2) AND (v.edition IS NULL OR v.edition <> $3)
        ORDER BY i.org, i.key LIMIT $4";
    /// Their words anew, unless somebody made them anew meanwhile.
    RENEW_VENDOR_WORDS = rows(2, "itit") "
        INSERT INTO vendor_words (org, identity, edition, words) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org, identity) DO UPDATE SET
            edition = excluded.edition, words = excluded.words
        WHERE vendor_words.edition <> excluded.edition";
}
