//! For which processor code is made, and which code this process can run.

use std::mem::offset_of;

use basilect_vm::native::{Buffer, Call, Entry, Flags, List, Map, Place, Text, View};
use cranelift_codegen::isa::{OwnedTargetIsa, TargetIsa};
use cranelift_codegen::settings::{self, Configurable};

use crate::context::Context;
use crate::layout;

/// What every processor of the last fifteen years can do, beside what its kind always can.
#[cfg(target_arch = "x86_64")]
const USUAL: [&str; 5] = ["has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"];
#[cfg(not(target_arch = "x86_64"))]
const USUAL: [&str; 0] = [];

/// A processor that code is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processor {
    /// The one of this machine, with all that it can do.
    This,
    /// Any usual one of its kind.
    Usual,
}

/// Makes code for a processor.
///
/// # Errors
/// A sentence where Cranelift does not know the processor.
pub fn isa(processor: Processor) -> Result<OwnedTargetIsa, String> {
    let mut flags = settings::builder();
    let set = |flags: &mut settings::Builder, name, value| {
        flags.set(name, value).map_err(|error| format!("{name}: {error}"))
    };
    set(&mut flags, "opt_level", "speed")?;
    set(&mut flags, "enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" })?;
    let this = processor == Processor::This;
    let mut builder = cranelift_native::builder_with_options(this).map_err(str::to_owned)?;
    if !this {
        for feature in USUAL {
            builder.enable(feature).map_err(|error| format!("{feature}: {error}"))?;
        }
    }
    builder.finish(settings::Flags::new(flags)).map_err(|error| error.to_string())
}

/// What of its kind's extras a processor can do.
pub fn features(isa: &dyn TargetIsa) -> Vec<String> {
    let flags = isa.isa_flags();
    let on = flags.iter().filter(|flag| flag.as_bool() == Some(true));
    on.map(|flag| flag.name.to_string()).collect()
}

/// What made the code, except for the processor's extras: code is of use where this is the same.
/// It holds the build of this program, and where machine code finds the things of the machine.
pub fn generator(isa: &dyn TargetIsa) -> String {
    let layout = layout::get();
    let places = [
        layout.first,
        layout.len,
        layout.capacity,
        Map::ENTRIES,
        offset_of!(Place<List>, object),
        List::ELEMENTS,
        List::FLAGS,
        Flags::BYTES,
        Flags::SHOWN,
        offset_of!(Place<Map>, object),
        offset_of!(Entry, key),
        offset_of!(Entry, value),
        offset_of!(Context<'_, '_>, panic),
        size_of::<Place<List>>(),
        size_of::<Place<Map>>(),
        size_of::<Entry>(),
        size_of::<Place<Text>>(),
        size_of::<Place<Buffer>>(),
        Text::BUFFER,
        Text::LEN,
        Text::ASCII,
        Buffer::DATA,
        size_of::<Call>(),
        View::WINDOW,
    ];
    let build = env!("BASILECT_BUILD");
    #[cfg(feature = "checked")]
    let places = (crate::checked::mark(), places);
    format!("{build} {} {} {places:?}", isa.triple(), isa.flags())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_processors_can_do_no_more_than_this_one() {
        let [this, usual] = [Processor::This, Processor::Usual].map(|p| isa(p).expect("known"));
        let all = features(&*this);
        assert!(features(&*usual).iter().all(|feature| all.contains(feature)), "{all:?}");
        assert_eq!(generator(&*this), generator(&*usual));
    }
}
