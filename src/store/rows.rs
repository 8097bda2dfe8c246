//! Reading columns into the types of the protocol, and ids that are given in part.

use std::str::FromStr;

use sqlx::{Row, sqlite::SqliteRow};

use super::{Result, StoreError};

/// A TEXT column that holds an id or a name.
pub(super) fn parse<T>(row: &SqliteRow, column: &str) -> sqlx::Result<T>
where
    T: FromStr,
    T::Err: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    decode(column, row.try_get::<&str, _>(column)?)
}

/// A TEXT column that may be NULL.
pub(super) fn parse_optional<T>(row: &SqliteRow, column: &str) -> sqlx::Result<Option<T>>
where
    T: FromStr,
    T::Err: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let text = row.try_get::<Option<&str>, _>(column)?;
    text.map(|text| decode(column, text)).transpose()
}

/// An INTEGER column that counts something.
pub(super) fn count<T: TryFrom<i64>>(row: &SqliteRow, column: &str) -> sqlx::Result<T>
where
    T::Error: std::error::Error + Send + Sync + 'static,
{
    let number: i64 = row.try_get(column)?;
    number.try_into().map_err(|error: T::Error| wrong(column, error.into()))
}

fn decode<T>(column: &str, text: &str) -> sqlx::Result<T>
where
    T: FromStr,
    T::Err: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    text.parse().map_err(|error: T::Err| wrong(column, error.into()))
}

fn wrong(column: &str, source: Box<dyn std::error::Error + Send + Sync>) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source }
}

/// A part of an id as it is stored; something else fits none.
pub(super) fn id_part(what: &'static str, text: &str) -> Result<String> {
    let is_part = !text.is_empty() && text.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    is_part.then(|| text.to_ascii_lowercase()).ok_or_else(|| StoreError::not_found(what, text))
}

/// The one thing that a part of an id fits.
pub(super) fn only<T>(
    what: &'static str,
    part: &str,
    mut found: Vec<T>,
    id: impl Fn(&T) -> String,
) -> Result<T> {
    if found.len() > 1 {
        let matches = found.iter().map(id).collect();
        return Err(StoreError::Ambiguous { what, text: part.to_owned(), matches });
    }
    found.pop().ok_or_else(|| StoreError::not_found(what, part))
}
