//! Making the database forget for real, after the rows are gone.
//!
//! The one place with SQL of one database: what SQLite leaves in its write-ahead log, PostgreSQL leaves in dead
//! rows, and each has its own word for sweeping.

use super::{BUSY, Store};
use crate::Result;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// Sweeps what deleted rows left behind. Returns whether everything could be swept now.
///
/// # Errors
/// The database refuses.
pub async fn sweep(store: &Store) -> Result<bool> {
    let db = store.at_once();
    match db.get_database_backend() {
        DbBackend::Sqlite => {
            // `secure_delete` has overwritten the pages; the log still holds older copies of them. Everybody who writes
            // waits meanwhile, so a long reader, such as a backup, is not waited for.
            db.execute_unprepared("PRAGMA busy_timeout = 500").await?;
            let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
            let row = db
                .query_one_raw(Statement::from_string(DbBackend::Sqlite, sql))
                .await;
            let patient = format!("PRAGMA busy_timeout = {}", BUSY.as_millis());
            db.execute_unprepared(&patient).await?;
            let busy: i64 = row?.map_or(Ok(0), |r| r.try_get_by_index(0))?;
            Ok(busy == 0)
        }
        _ => {
            // Plain VACUUM marks the space as free and leaves the bytes (seen in the files); FULL writes the table
            // anew. PostgreSQL's own log, its archive and its backups are the operator's to expire.
            for table in ["record", "operation", "petition", "wording", "petition_message"] {
                db.execute_unprepared(&format!("VACUUM FULL {table}")).await?;
            }
            Ok(true)
        }
    }
}
