//! `docs/sql.md` tells of every table, column and function, and is up to date.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "common/mod.rs"]
mod common;

#[tokio::test]
async fn every_table_column_and_function_is_documented() {
    let plan = plan::load(&common::pack()).unwrap();
    let mut session = judge::Session::without_facts(&plan).await.unwrap();
    session.with_verdicts(&plan, &[]).await.unwrap();
    let registered = session
        .sql("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2")
        .await
        .unwrap();
    for row in &registered.rows {
        let (table, column) = (row[0].as_deref().unwrap(), row[1].as_deref().unwrap());
        let doc = session.catalogue().iter().find(|own| own.name == table).unwrap_or_else(|| panic!("table {table} is not documented"));
        let own = doc.columns.iter().find(|own| own.name == column).unwrap_or_else(|| panic!("column {table}.{column} is not documented"));
        assert!(!own.doc.is_empty() && !doc.doc.is_empty(), "{table}.{column} has no sentence");
    }
    assert!(200 < registered.rows.len());
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sql.md");
    let page = judge::catalogue::markdown(session.catalogue());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == page,
        "docs/sql.md is not up to date (UPDATE_DOCS=1 cargo test -p judge --test docs writes it)"
    );
}
