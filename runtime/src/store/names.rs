//! What may be a name or a key: PostgreSQL has no NUL in texts, and both index what is looked up.

use basilect_stdlib::Data;
use sha2::{Digest, Sha256};

use super::columns::Key;
use super::document;
use super::order::{canonical_integer, is_plain};
use crate::ports::store::{Inbound, NewConversation, StoreError, StoreResult, TurnCommit};

/// The bytes that an indexed name may have.
const NAME_BYTES: usize = 1024;
/// The bytes of a row's key that are kept as they are; a longer one is replaced by its hash.
const KEY_BYTES: usize = 512;

/// Refuses a name that cannot be looked up on every database.
pub(super) fn check(what: &str, name: &str) -> StoreResult<()> {
    if name.contains('\0') {
        return Err(StoreError::Invalid(format!("{what} cannot hold the character NUL")));
    }
    if name.len() > NAME_BYTES {
        let message = format!("{what} is longer than {NAME_BYTES} bytes");
        return Err(StoreError::Invalid(message));
    }
    Ok(())
}

/// The names that a conversation begins with.
pub(super) fn of_conversation(new: &NewConversation) -> StoreResult<()> {
    let names = [&new.id, &new.key_hash, &new.bot, &new.program, &new.person, &new.channel];
    names.into_iter().try_for_each(|name| check("a name of a conversation", name))
}

/// The names that a message comes with.
pub(super) fn of_message(message: &Inbound) -> StoreResult<()> {
    check("the name of a conversation", &message.conversation)?;
    check("the identifier of a message", &message.native_id)
}

/// All that a turn leaves: what every database must be able to hold is refused before anything is
/// written.
pub(super) fn of_turn(turn: &TurnCommit) -> StoreResult<()> {
    check("the name of a conversation", &turn.conversation)?;
    for write in &turn.memory {
        check("the owner of a memory", &write.owner)?;
        check("the key of a memory", &write.key)?;
        write.value.as_ref().map(document::encode).transpose()?;
    }
    for schedule in &turn.schedules {
        for name in [&schedule.id, &schedule.bot, &schedule.script, &schedule.rule] {
            check("a name of a schedule", name)?;
        }
        document::encode(&schedule.args)?;
    }
    turn.unschedule.iter().try_for_each(|id| check("a name of a schedule", id))
}

/// A table's name as it is stored.
pub(super) fn table(name: &str) -> StoreResult<String> {
    check("the name of a table", name)?;
    if name.trim().is_empty() {
        return Err(StoreError::Invalid("a table needs a name".into()));
    }
    Ok(name.trim().to_lowercase())
}

/// A text without NUL, where losing it is better than failing.
pub(super) fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

/// What is looked up for a text of any length.
pub(super) fn short(text: String) -> String {
    if text.len() <= KEY_BYTES && !text.contains('\0') {
        return text;
    }
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().fold("sha256:".to_string(), |all, byte| all + &format!("{byte:02x}"))
}

/// The key that a value makes; none for null.
pub(super) fn key(value: &Data) -> Option<Key> {
    let (text, odd) = match value {
        Data::Null => return None,
        Data::Int(number) => (number.to_string(), false),
        Data::Num(number) => match canonical_integer(*number) {
            Some(number) => (number.to_string(), false),
            None => (number.to_string(), true),
        },
        Data::Text(text) => (text.clone(), !is_plain(text)),
        other => (document::encode(other).ok()?, true),
    };
    Some(Key { text: short(text), odd })
}
