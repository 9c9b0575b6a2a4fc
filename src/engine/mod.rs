//! SQL over Arrow: a DataFusion session, and what it says when SQL is wrong.
//!
//! Knows no store and no pipeline: tables come as batches, or as Parquet files behind an object
//! store, models as SQL files. Queries may only read: data definition, data manipulation and statements are
//! refused, and nothing but those tables can be named.

mod arithmetic;
mod checked;
mod depth;
mod error;
mod execute;
mod fault;
mod files;
mod limits;
mod lineage;
mod order;
mod parameters;
mod part;
mod planned;
mod predicate;
mod session;
mod similar;
mod steady;
mod table_name;
mod threads;
mod tidy;
mod wording;

pub use arithmetic::{Z_95, byar_high, byar_low};
pub use error::EngineError;
pub use limits::Limits;
pub use lineage::{Lineage, Origin, Origins};
pub use order::order;
pub use planned::{Bindings, Planned};
pub use predicate::Predicate;
pub use session::Engine;
pub use table_name::TableName;

#[cfg(test)]
mod tests;
