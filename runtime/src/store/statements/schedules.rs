//! Schedules that a turn sets.

use std::collections::BTreeMap;

use super::batch::{Batch, Bound};
use super::{Connection, document};
use crate::ports::store::{Schedule, StoreResult};

const HEAD: &str =
    "insert into schedules (bot, id, script, rule, zone, args, next_at, declared) values";
const TAIL: &str = " on conflict (bot, id) do update set script = excluded.script, \
    rule = excluded.rule, zone = excluded.zone, args = excluded.args, \
    next_at = excluded.next_at, declared = excluded.declared";

/// Of several with one id the last one counts; sorted, as what is remembered is.
pub(super) async fn set(on: &mut Connection, schedules: &[Schedule]) -> StoreResult<()> {
    let last: BTreeMap<_, _> = schedules.iter().map(|s| ((&*s.bot, &*s.id), s)).collect();
    let args = last.values().map(|schedule| document::encode(&schedule.args));
    let args = args.collect::<StoreResult<Vec<String>>>()?;
    let rows = last.values().zip(&args).map(|(schedule, args)| {
        let Schedule { bot, id, script, rule, zone, next_at, declared, .. } = schedule;
        let [bot, id, script, rule, zone] =
            [bot, id, script, rule, zone].map(|text| Bound::Text(text));
        let [at, declared] = [*next_at, i64::from(*declared)].map(Bound::Number);
        [bot, id, script, rule, zone, Bound::Text(args), at, declared]
    });
    let mut batch = Batch::default();
    batch.insert(HEAD, rows, TAIL);
    batch.run(on).await
}
