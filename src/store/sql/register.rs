//! The register: identities, what they hang on, repositories, teams, people, cases, history.

use crate::store::sql::statements;

statements! {
    /// One identity, whole.
    PUT_IDENTITY = rows(2, "itttittiititti") "
        INSERT INTO identities (org, key, kind, name, repo, standing, word, first_seen, last_seen,
            case_id, baseline, fingerprint, doc, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT (org, key) DO UPDATE SET
            name = excluded.name, repo = excluded.repo, standing = excluded.standing,
            word = excluded.word, first_seen = excluded.first_seen, last_seen = excluded.last_seen,
            case_id = excluded.case_id, baseline = excluded.baseline,
            fingerprint = excluded.fingerprint, doc = excluded.doc, due_at = excluded.due_at";
    /// Identities whose day has come, those that wait longest first.
    DUE_IDENTITIES = new("iii") "
        SELECT key FROM identities
        WHERE org = $1 AND due_at <= $2 ORDER BY due_at, key LIMIT $3";
    /// Every day that is set comes now: the limits are others.
    ALL_DUE = new("ii") "
        UPDATE identities SET due_at = $2 WHERE org = $1 AND due_at > $2";
    /// What an identity hangs on: a repository, a team, an owner. `mark` is the hash of all links
    /// of the identity, so that unchanged links cost nothing.
    PUT_LINK = rows(4, "ititt") "
        INSERT INTO links (org, kind, target, identity, mark) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (org, kind, target, identity) DO UPDATE SET mark = excluded.mark
        WHERE links.mark <> excluded.mark";
    /// Removes the links of an identity that are not among its present ones.
    DROP_LINKS = new("itt") "
        DELETE FROM links WHERE org = $1 AND identity = $2 AND mark <> $3";
    /// Identities by key.
    IDENTITIES = new("it*") "SELECT key, doc FROM identities WHERE org = $1 AND key IN ($2...)";
    /// Identities that hang on something.
    LINKED = new("iti") "
        SELECT i.doc FROM links l JOIN identities i ON i.org = l.org AND i.key = l.identity
        WHERE l.org = $1 AND l.kind = $2 AND l.target = $3 ORDER BY l.identity";
    /// Accounts and Apps that carry one of two names. There are few; the order is the index's, so
    /// that it is used.
    CALLED_SO = new("itt") "
        SELECT doc FROM identities WHERE org = $1 AND name IN ($2, $3)
            AND kind IN ('app_installation', 'ai_agent', 'machine_user')
        ORDER BY name, key LIMIT 100";
    /// Runners that carry a name: one that is registered anew has another number.
    RUNNERS_CALLED = new("it") "
        SELECT doc FROM identities WHERE org = $1 AND name = $2 AND kind = 'self_hosted_runner'
        ORDER BY name, key LIMIT 100";
    /// Deploy keys and tokens with one fingerprint.
    SAME_KEY = new("it") "
        SELECT doc FROM identities WHERE org = $1 AND fingerprint = $2";
    /// One repository, whole.
    PUT_REPO = rows(2, "iitt") "
        INSERT INTO repos (org, id, name, doc) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org, id) DO UPDATE SET name = excluded.name, doc = excluded.doc";
    /// Repositories by number.
    REPOS = new("ii*") "SELECT id, doc FROM repos WHERE org = $1 AND id IN ($2...)";
    /// The repositories that carry a name, or carried it when last seen.
    REPOS_NAMED = new("it") "SELECT doc FROM repos WHERE org = $1 AND name = $2";
    /// Repositories page by page.
    REPO_PAGE = new("iii") "
        SELECT doc FROM repos WHERE org = $1 AND id > $2 ORDER BY id LIMIT $3";
    /// One team, whole.
    PUT_TEAM = rows(2, "iit") "
        INSERT INTO teams (org, id, doc) VALUES ($1, $2, $3)
        ON CONFLICT (org, id) DO UPDATE SET doc = excluded.doc";
    /// Teams by number.
    TEAMS = new("ii*") "SELECT id, doc FROM teams WHERE org = $1 AND id IN ($2...)";
    /// One account, whole.
    PUT_PERSON = rows(2, "iitit") "
        INSERT INTO people (org, id, login, as_of, doc) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (org, id) DO UPDATE SET
            login = excluded.login, as_of = excluded.as_of, doc = excluded.doc";
    /// Accounts by number.
    PEOPLE = new("ii*") "SELECT id, as_of, doc FROM people WHERE org = $1 AND id IN ($2...)";
    /// The accounts that carry a login, or carried it when last seen.
    PEOPLE_NAMED = new("it") "SELECT as_of, doc FROM people WHERE org = $1 AND login = $2";
    /// One case, whole. The number is only ever forgotten when the case moves house.
    PUT_CASE = rows(2, "itttiiiit") "
        INSERT INTO cases (org, id, state, open_cause, repo, issue, opened, latest, doc)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (org, id) DO UPDATE SET
            state = excluded.state, open_cause = excluded.open_cause, repo = excluded.repo,
            issue = CASE WHEN excluded.issue IS NOT NULL THEN excluded.issue
                WHEN excluded.repo = cases.repo THEN cases.issue ELSE NULL END,
            opened = excluded.opened, latest = excluded.latest, doc = excluded.doc";
    /// Cases by name.
    CASES = new("it*") "SELECT id, issue, doc FROM cases WHERE org = $1 AND id IN ($2...)";
    /// The newest open case of a cause.
    OPEN_CASE = new("it") "
        SELECT issue, doc FROM cases WHERE org = $1 AND open_cause = $2
        ORDER BY opened DESC, id DESC LIMIT 1";
    /// The case of an issue.
    CASE_OF = new("iii") "
        SELECT issue, doc FROM cases WHERE org = $1 AND repo = $2 AND issue = $3
        ORDER BY opened DESC, id DESC LIMIT 1";
    /// GitHub gave a case's issue its number. Only while the surface says so too.
    NUMBER_CASE = new("iti") "
        UPDATE cases SET issue = $3 WHERE org = $1 AND id = (
            SELECT case_id FROM outbox
            WHERE org = $1 AND key = $2 AND kind = 'issue' AND remote_id = $3)";
    /// One finding.
    PUT_FINDING = rows(2, "itttitit") "
        INSERT INTO findings (org, key, rule, severity, repo, identity, at, doc)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (org, key) DO UPDATE SET
            severity = excluded.severity, repo = excluded.repo, at = excluded.at,
            doc = excluded.doc";
    /// The findings about an identity.
    FINDINGS = new("it") "
        SELECT doc FROM findings WHERE org = $1 AND identity = $2 ORDER BY key";
    /// What cannot be seen; the moment since when stays.
    PUT_GAP = rows(2, "itti") "
        INSERT INTO gaps (org, what, why, since) VALUES ($1, $2, $3, $4)
        ON CONFLICT (org, what) DO UPDATE SET why = excluded.why";
    /// It can be seen again.
    CLOSE_GAP = new("it") "DELETE FROM gaps WHERE org = $1 AND what = $2";
    /// What cannot be seen now.
    GAPS = new("i") "SELECT what, why, since FROM gaps WHERE org = $1 ORDER BY what";
    /// One line of history.
    PUT_ENTRY = rows(3, "iiiitit") "
        INSERT INTO timeline (org, turn, n, at, identity, repo, doc)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (org, turn, n) DO NOTHING";
}
