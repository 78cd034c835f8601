-- What the first version wrote: an organisation, a delivery that waits, a repository, a case with
-- its issue.
INSERT INTO orgs (org, login, installation, suspended, permissions, turn, last_now, pending)
VALUES (201, 'acme', 601, 0, '{"issues":"write"}', 7, 1767225600000, 0);
INSERT INTO inbox (guid, event, received, state, due_at, attempts, arrivals)
VALUES ('a1b2', 'deploy_key', 1767225600000, 'waiting', 0, 0, 1);
INSERT INTO repos (org, id, name, doc)
VALUES (201, 401, 'acme/api', '{"id":401,"name":"acme/api","visibility":"private","archived":false,"has_issues":true,"gone":false,"as_of":"2026-01-01T00:00:00Z"}');
INSERT INTO cases (org, id, state, open_cause, repo, issue, opened, latest, doc)
VALUES (201, '00000000000000aa', 'open', 'grants/101', 401, 1, 1767225600000, 1767225600000,
    '{"id":"00000000000000aa","cause":{"cause":"grants","by":101,"repo":null},"place":{"place":"repo","repo":401},"rows":[],"state":"open","issue":null,"reopened":false,"opened":"2026-01-01T00:00:00Z","latest":"2026-01-01T00:00:00Z","merged_into":null}');
INSERT INTO outbox (org, key, kind, case_id, repo, desired, desired_hash, applied_hash, remote_id, state, attempts, looks, born_turn, born_n, changed_at, force)
VALUES (201, 'issue/00000000000000aa', 'issue', '00000000000000aa', 401,
    '{"effect":"issue","title":"Who owns this deploy key?","body":"b","labels":["beholden"],"open":true}', 'h', 'h', 1, 'applied', 0, 0, 7, 0, 1767225600000, 0);
INSERT INTO work (org, lane, due_at, woken) VALUES (201, 'inbox', 1767225600000, 1);
