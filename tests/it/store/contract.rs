//! Every statement on both databases.

use beholden::domain::OrgId;

use crate::support::databases::on_each_database;

#[tokio::test]
async fn both_databases_take_every_statement() {
    on_each_database(async |base| {
        let taken = base.store.exercise(OrgId(7)).await.unwrap();
        assert!(taken.len() > 80, "{} statements", taken.len());
        // SQLite has nothing to plan for a plain INSERT.
        let planned = taken.iter().filter(|statement| !statement.plan.is_empty()).count();
        assert!(planned > 60, "{planned} plans");
    })
    .await;
}
