//! Pull requests, branches, and which powers people were shown.

use crate::store::sql::statements;

statements! {
    /// One pull request, whole. `asks` is 1 while somebody should answer for something in it.
    PUT_PULL = rows(3, "iiitttitit") "
        INSERT INTO pulls (org, repo, number, state, head, base, asks, digest, since, doc)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (org, repo, number) DO UPDATE SET
            state = excluded.state, head = excluded.head, base = excluded.base,
            asks = excluded.asks, digest = excluded.digest, since = excluded.since,
            doc = excluded.doc";
    /// One pull request.
    PULL = new("iii") "
        SELECT doc FROM pulls WHERE org = $1 AND repo = $2 AND number = $3";
    /// The open pull requests with this newest commit.
    PULLS_AT = new("iit") "
        SELECT doc FROM pulls WHERE org = $1 AND repo = $2 AND head = $3 AND state = 'open'
        ORDER BY number";
    /// The open pull requests onto a branch.
    PULLS_ONTO = new("iit") "
        SELECT doc FROM pulls WHERE org = $1 AND repo = $2 AND base = $3 AND state = 'open'
        ORDER BY number";
    /// The newest pull requests of a repository that ask for somebody, open or merged.
    PULLS_ASKING = new("iii") "
        SELECT doc FROM pulls
        WHERE org = $1 AND repo = $2 AND asks = 1 AND state <> 'closed'
        ORDER BY number DESC LIMIT $3";
    /// The newest pull requests that grant the very same.
    PULLS_GRANTING = new("iti") "
        SELECT doc FROM pulls WHERE org = $1 AND digest = $2
        ORDER BY since DESC LIMIT $3";
    /// A power of an identity stands where people can read it. The last time counts.
    SHOW = rows(3, "itti") "
        INSERT INTO shown (org, identity, digest, at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org, identity, digest) DO UPDATE SET at = excluded.at
        WHERE shown.at < excluded.at";
    /// Which powers of an identity were shown, and when last.
    SHOWN = new("it") "SELECT digest, at FROM shown WHERE org = $1 AND identity = $2 ORDER BY at";
    /// What was shown so long ago is of no use any more.
    FORGET_SHOWN = new("i") "DELETE FROM shown WHERE at < $1";
    /// Where a branch stood when it was last judged.
    PUT_BRANCH = rows(3, "iitt") "
        INSERT INTO branches (org, repo, name, head) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org, repo, name) DO UPDATE SET head = excluded.head";
    /// That.
    BRANCH = new("iit") "SELECT head FROM branches WHERE org = $1 AND repo = $2 AND name = $3";
    /// The same of any branch of a repository. Tags are kept beside them.
    ANY_BRANCH = new("ii") "
        SELECT head FROM branches WHERE org = $1 AND repo = $2
            AND (name < 'refs/tags/' OR name >= 'refs/tags0') ORDER BY name LIMIT 1";
}
