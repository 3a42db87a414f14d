//! Lists in pages both ways: where a page begins, and whether there is one before and after it.

use chrono::{DateTime, Utc};
use kernel::error::{Error, Result};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ConnectionTrait, FromQueryResult};
use sea_orm::{DbErr, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

/// No page is longer; most lists allow less.
pub const MAX_PAGE: u64 = 1000;

/// Where a page of a list that is ordered by `K` begins, and in which direction it goes. Opaque to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor<K> {
    backwards: bool,
    key: K,
}

/// What a list is ordered by.
pub trait Key: Copy + Sized {
    /// As clients carry it.
    fn write(&self) -> String;
    /// Reads one back.
    fn read(text: &str) -> Option<Self>;
    /// As the database compares it.
    fn values(&self) -> Vec<Expr>;
}

impl Key for i64 {
    fn write(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }

    fn values(&self) -> Vec<Expr> {
        vec![Expr::value(*self)]
    }
}

impl Key for Uuid {
    fn write(&self) -> String {
        self.simple().to_string()
    }

    fn read(text: &str) -> Option<Self> {
        Self::try_parse(text).ok()
    }

    fn values(&self) -> Vec<Expr> {
        vec![Expr::value(*self)]
    }
}

impl Key for (DateTime<Utc>, Uuid) {
    fn write(&self) -> String {
        format!("{:x}-{}", self.0.timestamp_micros(), self.1.write())
    }

    fn read(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('-')?;
        let at = DateTime::from_timestamp_micros(i64::from_str_radix(at, 16).ok()?)?;
        // outside these, a database's timestamp type ends
        let plausible = (0..=253_402_300_799).contains(&at.timestamp());
        plausible.then_some((at, Uuid::read(id)?))
    }

    fn values(&self) -> Vec<Expr> {
        vec![Expr::value(self.0), Expr::value(self.1)]
    }
}

impl<K: Key> Cursor<K> {
    /// As clients carry it.
    pub fn encode(&self) -> String {
        let way = if self.backwards { 'p' } else { 'n' };
        format!("{way}{}", self.key.write())
    }

    /// Reads one back.
    pub fn decode(text: &str) -> Result<Self> {
        let parse = || {
            let backwards = match text.get(..1)? {
                "p" => true,
                "n" => false,
                _ => return None,
            };
            let key = K::read(text.get(1..)?)?;
            Some(Self { backwards, key })
        };
        parse().ok_or_else(|| Error::invalid("cursor", "Not a cursor of this list"))
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Page<T, K> {
    /// How many there are on all pages.
    pub count: u64,
    /// Where the page after this one begins; none: this is the last.
    pub next: Option<Cursor<K>>,
    /// Where the page before this one begins; none: this is the first.
    pub previous: Option<Cursor<K>>,
    /// In the list's order, at most as many as were asked for.
    pub rows: Vec<T>,
}

impl<T, K: Key> Page<T, K> {
    /// Reads the page at a cursor, newest first, `limit` (1–[`MAX_PAGE`]) rows at most. `columns` are those of the key, most
    /// significant first.
    pub async fn read<E>(
        db: &impl ConnectionTrait,
        all: Select<E>,
        columns: &[E::Column],
        cursor: Option<Cursor<K>>,
        limit: u64,
        key: impl Fn(&T) -> K,
    ) -> Result<Self, DbErr>
    where
        E: EntityTrait<Model: Send + Sync>,
        T: FromQueryResult,
    {
        let limit = limit.clamp(1, MAX_PAGE);
        let count = all.clone().count(db).await?;
        let backwards = cursor.is_some_and(|cursor| cursor.backwards);
        let mut select = all;
        if let Some(cursor) = &cursor {
            let place = Expr::tuple(columns.iter().map(|column| Expr::col(*column)));
            let here = Expr::tuple(cursor.key.values());
            select = select.filter(if backwards { place.gt(here) } else { place.lt(here) });
        }
        for column in columns {
            select = select.order_by(*column, if backwards { Order::Asc } else { Order::Desc });
        }
        let mut rows = select.limit(limit + 1).into_model::<T>().all(db).await?;
        let more = rows.len() as u64 > limit;
        rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        if backwards {
            rows.reverse();
        }
        let (has_next, has_previous) = if backwards {
            (true, more)
        } else {
            (more, cursor.is_some())
        };
        let place = |row: &T, backwards| Cursor {
            backwards,
            key: key(row),
        };
        Ok(Self {
            count,
            next: rows.last().filter(|_| has_next).map(|row| place(row, false)),
            previous: rows.first().filter(|_| has_previous).map(|row| place(row, true)),
            rows,
        })
    }
}
