//! The database's clock: instances on Postgres share it.

use super::Db;
use kernel::clock::Clock;
use kernel::error::Result;
use sea_orm::ConnectionTrait;

impl Db {
    /// The clock to go by: the database's where the database may be another machine's.
    pub fn clock(&self, machine: Clock) -> Clock {
        if self.is_sqlite() {
            machine
        } else {
            machine.following()
        }
    }

    /// Asks the database for its time, where the clock goes by it.
    ///
    /// # Errors
    ///
    /// The database does not answer: the clock goes on with what it knows.
    pub async fn measure(&self, clock: &Clock) -> Result<()> {
        let Clock::Database(followed) = clock else {
            return Ok(());
        };
        let asked = followed.machine();
        let row = self
            .query_one_raw(self.statement("SELECT clock_timestamp()", []))
            .await?;
        let answered = followed.machine();
        if let Some(row) = row {
            followed.learn(asked, row.try_get_by_index(0)?, answered);
        }
        Ok(())
    }
}
