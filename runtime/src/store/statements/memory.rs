//! What a turn remembers, and what it forgets.

use std::collections::BTreeMap;

use super::batch::{Batch, Bound};
use super::turns::scope;
use super::{Connection, document};
use crate::ports::store::{MemoryWrite, StoreResult};

const HEAD: &str = "insert into memory (scope, owner, key, value, expires_at) values";
const TAIL: &str = " on conflict (scope, owner, key) \
    do update set value = excluded.value, expires_at = excluded.expires_at";

/// Of several writes to one key the last one counts. They are sorted, so that two turns which
/// write the same keys wait for one another instead of both.
pub(super) async fn remember(on: &mut Connection, writes: &[MemoryWrite]) -> StoreResult<()> {
    let last: BTreeMap<_, _> = writes
        .iter()
        .map(|write| ((scope(write.scope), write.owner.as_str(), write.key.as_str()), write))
        .collect();
    let mut batch = Batch::default();
    let mut values = Vec::new();
    for ((scope, owner, key), write) in last {
        let [scope, owner, key] = [scope, owner, key].map(Bound::Text);
        match &write.value {
            Some(value) => {
                let at = Bound::Perhaps(write.expires_at);
                values.push(([scope, owner, key], document::encode(value)?, at));
            }
            None => {
                let is = [("scope", scope), ("owner", owner), ("key", key)];
                batch.change("delete from memory where", is);
            }
        }
    }
    let rows = values.iter().map(|(of, value, at)| {
        let [scope, owner, key] = *of;
        [scope, owner, key, Bound::Text(value), *at]
    });
    batch.insert(HEAD, rows, TAIL);
    batch.run(on).await
}
