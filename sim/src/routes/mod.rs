//! Everything that is served, one file per resource. A route that is not in these lists is refused
//! loudly and written down.

mod alerts;
mod app;
mod assignees;
mod audit_log;
mod checks;
mod collaborators;
mod comments;
mod commits;
mod contents;
mod deliveries;
mod environments;
mod holdings;
mod insights;
mod installations;
mod issues;
mod keys;
mod labels;
mod meta;
mod objects;
mod orgs;
mod pats;
mod pull_files;
mod pulls;
mod reactions;
mod refs;
mod repos;
mod review_comments;
mod reviews;
mod roles;
mod rules;
mod rulesets;
mod runs;
mod statuses;
mod switches;
mod teams;
mod trust;
mod users;
mod variables;

use crate::http::Route;

const TABLES: &[&[Route]] = &[
    issues::ROUTES,
    comments::ROUTES,
    labels::ROUTES,
    assignees::ROUTES,
    reactions::ROUTES,
    app::ROUTES,
    deliveries::ROUTES,
    insights::ROUTES,
    installations::ROUTES,
    repos::ROUTES,
    contents::ROUTES,
    commits::ROUTES,
    objects::ROUTES,
    refs::ROUTES,
    keys::ROUTES,
    collaborators::ROUTES,
    orgs::ROUTES,
    roles::ROUTES,
    teams::ROUTES,
    trust::ROUTES,
    variables::ROUTES,
    users::ROUTES,
    pats::ROUTES,
    alerts::ROUTES,
    audit_log::ROUTES,
    rulesets::ROUTES,
    rules::ROUTES,
    environments::ROUTES,
    switches::ROUTES,
    runs::ROUTES,
    pulls::ROUTES,
    pull_files::ROUTES,
    reviews::ROUTES,
    review_comments::ROUTES,
    checks::ROUTES,
    statuses::ROUTES,
    meta::ROUTES,
];

/// All routes; the first that fits is taken.
pub(crate) fn all() -> impl Iterator<Item = &'static Route> {
    TABLES.iter().chain(&holdings::TABLES).flat_map(|table| table.iter())
}

#[cfg(test)]
mod tests {
    use super::all;

    /// `data/operations.txt` tells `scripts/github-index` which answers to describe.
    #[test]
    fn the_list_of_operations_is_the_list_of_routes() {
        let mut served: Vec<String> =
            all().map(|route| format!("{} {}", route.method, route.path)).collect();
        served.sort();
        let listed: Vec<&str> = include_str!("../../data/operations.txt").lines().collect();
        assert_eq!(listed, served, "data/operations.txt must be:\n{}", served.join("\n"));
    }

    #[test]
    fn every_answer_is_described() {
        let undescribed: Vec<_> = all()
            .filter(|route| !crate::schema::describes(route.method, route.path))
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(undescribed, Vec::<String>::new(), "run scripts/github-index");
    }
}
