//! Writing.

use super::{VERSION, data, phase};
use crate::bytes::Writer;
use crate::heap::ImageWriter;
use basilect_stdlib::pure::classic::Teletype;

use crate::machine::{Frame, Machine, NO_ENV, NO_PC, Phase};

impl Machine {
    /// The state as bytes.
    pub fn snapshot(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.u8(VERSION);
        w.out.extend_from_slice(&crate::program::Links::hash_of(&self.program));
        w.signed(self.env.now_ms);
        w.text(&self.env.zone);
        w.u64(self.env.random);
        w.var(self.memory.fuel_used);
        w.var(self.host_calls);
        self.write_phase(&mut w);
        self.write_last_error(&mut w);
        let mut image = ImageWriter::new(&self.memory);
        let mut roots = Writer::default();
        roots.len(self.state.frames.len());
        for depth in 0..self.state.frames.len() {
            self.write_frame(&mut roots, &mut image, depth);
        }
        w.out.extend_from_slice(&image.finish(&roots));
        if *self.env.teletype != Teletype::default() {
            write_teletype(&mut w, &self.env.teletype);
        }
        w.out
    }
    fn write_phase(&self, w: &mut Writer) {
        match &self.phase {
            Phase::Ready => w.u8(phase::READY),
            Phase::Ended => w.u8(phase::ENDED),
            Phase::Failing(fault) => {
                w.u8(phase::FAILING);
                w.var(fault.code as u64);
                w.text(&fault.message);
            }
            Phase::Waiting(pending) => {
                w.u8(phase::WAITING);
                w.text(&pending.words);
                w.u8(pending.register);
                w.len(pending.args.len());
                pending.args.iter().for_each(|arg| data::write(w, arg));
            }
        }
    }
    fn write_last_error(&self, w: &mut Writer) {
        let Some(error) = &self.last_error else { return w.u8(0) };
        w.u8(1);
        w.var(u64::from(error.number));
        w.text(&error.message);
        w.text(&error.script);
        w.var(u64::from(error.line));
    }

    /// A frame with its registers. Where these lie follows from the frames before.
    fn write_frame(&self, w: &mut Writer, image: &mut ImageWriter<'_>, depth: usize) {
        let Some(frame) = self.state.frames.get(depth) else { return };
        let function = self.program.functions.get(frame.function as usize);
        let start = function.map_or(0, |f| f.start);
        let place = |pc: u32| if pc == NO_PC { 0 } else { u64::from(pc.saturating_sub(start)) + 1 };
        w.var(u64::from(frame.function));
        w.var(place(frame.pc));
        w.var(if frame.env == NO_ENV { 0 } else { u64::from(image.list(frame.env)) + 1 });
        w.u8(frame.ret);
        w.u8(frame.flags);
        w.var(place(frame.on_error));
        w.var(place(frame.failed));
        let (gosubs, handlers) = self.extents(frame, depth);
        w.len(gosubs.len());
        gosubs.iter().for_each(|&pc| w.var(place(pc)));
        w.len(handlers.len());
        for handler in handlers {
            w.var(place(handler.target));
            w.u8(handler.register);
            w.var(u64::from(handler.gosubs.saturating_sub(frame.gosubs)));
        }
        for register in 0..frame.registers as usize {
            image.value(w, self.state.get(frame.base as usize + register));
        }
    }
    /// The GOSUB addresses and handlers of a frame.
    fn extents(&self, frame: &Frame, depth: usize) -> (&[u32], &[crate::machine::Handler]) {
        let state = &self.state;
        let above = state.frames.get(depth + 1);
        let gosubs = above.map_or(state.gosubs.len(), |f| f.gosubs as usize);
        let handlers = above.map_or(state.handlers.len(), |f| f.handlers as usize);
        (
            state.gosubs.get(frame.gosubs as usize..gosubs).unwrap_or(&[]),
            state.handlers.get(frame.handlers as usize..handlers).unwrap_or(&[]),
        )
    }
}

/// What a classic program has of its own stands behind everything else: others have nothing there.
fn write_teletype(w: &mut Writer, teletype: &Teletype) {
    w.text(&teletype.text);
    w.len(teletype.column);
    w.len(teletype.width);
    w.u64(teletype.last_random.to_bits());
    w.u64(teletype.entropy);
    w.var(u64::from(teletype.looks));
}
