//! What runs by itself: schedules, timers, and deliveries that are due.

pub mod rule;
mod ticker;
mod zone;

pub use ticker::{Ticker, fire_due};
