//! Numbered places for objects of one kind.

/// A place for an object. Machine code reads it as it is laid out here.
#[repr(C)]
pub struct Place<T> {
    /// 1 while there is an object, otherwise 0.
    pub used: u64,
    /// The object; an empty one where there is none.
    pub object: T,
}

/// Objects behind 32-bit handles; a freed place is used again.
pub(crate) struct Slab<T> {
    slots: Vec<Place<T>>,
    /// In a box: most slabs of most machines never free anything.
    #[allow(clippy::box_collection, reason = "a machine that waits is as small as can be")]
    free: Option<Box<Vec<u32>>>,
}

impl<T> Default for Slab<T> {
    fn default() -> Slab<T> {
        Slab { slots: Vec::new(), free: None }
    }
}

impl<T: Default> Slab<T> {
    /// The object behind `handle`, if there is one.
    #[inline]
    pub fn get(&self, handle: u32) -> Option<&T> {
        self.slots.get(handle as usize).filter(|place| place.used != 0).map(|place| &place.object)
    }
    /// The object behind `handle`, to change it.
    #[inline]
    pub fn get_mut(&mut self, handle: u32) -> Option<&mut T> {
        let place = self.slots.get_mut(handle as usize).filter(|place| place.used != 0);
        place.map(|place| &mut place.object)
    }
    /// Stores an object.
    pub fn insert(&mut self, object: T) -> u32 {
        while let Some(handle) = self.free.as_mut().and_then(|free| free.pop()) {
            if let Some(slot) = self.slots.get_mut(handle as usize) {
                *slot = Place { used: 1, object };
                return handle;
            }
        }
        self.slots.push(Place { used: 1, object });
        (self.slots.len() - 1) as u32
    }
    /// Gives back room for places that are not there. They are moved, not cut off: what is given
    /// back as a whole serves the next machine.
    pub fn shrink(&mut self) {
        if self.slots.len() < self.slots.capacity() {
            let mut slots = Vec::with_capacity(self.slots.len());
            slots.append(&mut self.slots);
            self.slots = slots;
        }
        self.free = self.free.take().filter(|free| !free.is_empty());
        self.free.iter_mut().for_each(|free| free.shrink_to_fit());
    }
    /// Where the places are, and how many.
    pub fn address(&self) -> (*const Place<T>, usize) {
        (self.slots.as_ptr(), self.slots.len())
    }
    /// The places, used and free.
    pub fn all(&self) -> &[Place<T>] {
        &self.slots
    }
    /// How many places there are, used and free.
    pub fn places(&self) -> usize {
        self.slots.len()
    }
    /// Frees every object whose mark is missing; `each` sees those that stay and go.
    pub fn sweep(&mut self, marks: &[bool], mut each: impl FnMut(u32, &mut T, bool)) {
        self.free.iter_mut().for_each(|free| free.clear());
        for (handle, slot) in self.slots.iter_mut().enumerate().rev() {
            let live = marks.get(handle).copied().unwrap_or(false);
            if slot.used != 0 {
                each(handle as u32, &mut slot.object, live);
            }
            if !live {
                *slot = Place { used: 0, object: T::default() };
                self.free.get_or_insert_default().push(handle as u32);
            }
        }
    }
}
