//! Places where a drill lets the process die, to see that nothing is lost there.
//!
//! `BASILECT_CRASH=NAME` ends the process when it passes the point of that name for the first
//! time, `NAME:3` at the third time, without unwinding and without flushing anything: what
//! SIGKILL does at a time of its own choosing, at the times that matter. Without the variable a
//! point is one relaxed load.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// Every point, in the order in which a message passes them.
pub const POINTS: &[&str] = &[
    "before-accept",
    "after-accept",
    "before-turn",
    "before-commit",
    "after-commit",
    "after-show",
    "after-checkpoint",
    "store-begun",
    "store-between-operations",
    "store-half-turn",
    "store-before-commit",
    "store-after-commit",
    "rows-before-commit",
    "rows-after-commit",
];

const UNKNOWN: u8 = 0;
const OFF: u8 = 1;
const ARMED: u8 = 2;

static STATE: AtomicU8 = AtomicU8::new(UNKNOWN);
static PLAN: OnceLock<Option<Plan>> = OnceLock::new();

struct Plan {
    point: String,
    /// Passes left until the process dies.
    left: AtomicU64,
}

/// A place where the process may be told to die.
#[inline]
pub fn point(name: &'static str) {
    if STATE.load(Ordering::Relaxed) != OFF {
        consider(name);
    }
}

#[cold]
fn consider(name: &'static str) {
    debug_assert!(POINTS.contains(&name), "{name} is not in the list of points");
    let plan = PLAN.get_or_init(|| parse(&std::env::var("BASILECT_CRASH").ok()?));
    STATE.store(if plan.is_some() { ARMED } else { OFF }, Ordering::Relaxed);
    if let Some(plan) = plan
        && plan.point == name
        && plan.left.fetch_sub(1, Ordering::AcqRel) == 1
    {
        std::process::abort();
    }
}

fn parse(text: &str) -> Option<Plan> {
    let (point, passes) = text.split_once(':').unwrap_or((text, "1"));
    let left = AtomicU64::new(passes.parse::<u64>().ok()?.max(1));
    POINTS.contains(&point).then(|| Plan { point: point.to_string(), left })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_names_a_point_and_a_pass() {
        let plan = parse("after-commit:3").expect("a plan");
        assert_eq!((&*plan.point, plan.left.into_inner()), ("after-commit", 3));
        assert_eq!(parse("before-turn").expect("a plan").left.into_inner(), 1);
        assert!(parse("somewhere").is_none() && parse("before-turn:soon").is_none());
    }

    #[test]
    fn points_are_passed_unharmed_without_a_plan() {
        POINTS.iter().for_each(|name| point(name));
    }
}
