//! Places for turns that compute for long: a fixed number, given to bots in turn.
//!
//! Who waits stands in the queue of its bot, and a place that becomes free goes to the first of the
//! bot whose turn it is. So a bot with a thousand long conversations gets as much as one with a
//! single one, and its own conversations share that.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The right to compute for long; given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Option<Arc<Places>>,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Places {
    inner: Mutex<Inner>,
    /// How many turns wait, for those who only want to know that.
    waiting: AtomicUsize,
}

#[derive(Debug)]
struct Inner {
    free: usize,
    /// The bots of which somebody waits, the next one first.
    order: VecDeque<Arc<str>>,
    /// Who waits, by bot. None of the queues is empty.
    queues: HashMap<Arc<str>, VecDeque<oneshot::Sender<Place>>>,
}

impl Places {
    /// So many places.
    pub(super) fn new(count: usize) -> Arc<Places> {
        let inner = Inner { free: count, order: VecDeque::new(), queues: HashMap::new() };
        Arc::new(Places { inner: Mutex::new(inner), waiting: AtomicUsize::new(0) })
    }

    /// Whether somebody waits.
    pub(super) fn are_wanted(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// A place, if one is free now.
    pub(super) fn take_at_once(self: &Arc<Self>) -> Option<Place> {
        let mut inner = self.lock();
        inner.free = inner.free.checked_sub(1)?;
        Some(Place { places: Some(self.clone()) })
    }

    /// A place for a turn of this bot, when it is its turn.
    pub(super) async fn take(self: &Arc<Self>, bot: &str) -> Option<Place> {
        match self.join(bot) {
            Ok(place) => Some(place),
            Err(waits) => waits.await.ok(),
        }
    }

    /// A place, or where it will come.
    fn join(self: &Arc<Self>, bot: &str) -> Result<Place, oneshot::Receiver<Place>> {
        let mut inner = self.lock();
        if inner.free > 0 {
            inner.free -= 1;
            return Ok(Place { places: Some(self.clone()) });
        }
        let (sender, receiver) = oneshot::channel();
        match inner.queues.get_mut(bot) {
            Some(queue) => queue.push_back(sender),
            None => {
                let bot: Arc<str> = bot.into();
                inner.order.push_back(bot.clone());
                inner.queues.insert(bot, VecDeque::from([sender]));
            }
        }
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Err(receiver)
    }

    /// Gives a place that is not needed any more to who waits next.
    fn give_back(self: &Arc<Self>) {
        let mut place = Place { places: Some(self.clone()) };
        loop {
            let mut inner = self.lock();
            let Some(next) = inner.next() else {
                inner.free += 1;
                place.places = None;
                return;
            };
            drop(inner);
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            match next.send(place) {
                Ok(()) => return,
                // Who does not wait any more gets none.
                Err(returned) => place = returned,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Who waits longest of the bot whose turn it is; that bot is the last one then.
    fn next(&mut self) -> Option<oneshot::Sender<Place>> {
        let bot = self.order.pop_front()?;
        let queue = self.queues.get_mut(&bot)?;
        let next = queue.pop_front();
        match queue.is_empty() {
            true => drop(self.queues.remove(&bot)),
            false => self.order.push_back(bot),
        }
        next
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(places) = self.places.take() {
            places.give_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets these bots wait, in this order, then hands one place on until nobody waits.
    async fn served(bots: &[&'static str]) -> Vec<&'static str> {
        let places = Places::new(1);
        let held = places.take("none").await.expect("it is free");
        let mut waits: Vec<_> = bots
            .iter()
            .map(|bot| (*bot, Some(places.join(bot).expect_err("it is held"))))
            .collect();
        let (mut order, mut place) = (Vec::new(), Some(held));
        while places.are_wanted() {
            drop(place.take());
            for (bot, receiver) in &mut waits {
                if let Some(waiting) = receiver
                    && let Ok(given) = waiting.try_recv()
                {
                    (place, *receiver) = (Some(given), None);
                    order.push(*bot);
                }
            }
        }
        order
    }

    #[tokio::test]
    async fn bots_get_places_in_turn_however_many_wait_of_one() {
        let order = served(&["a", "a", "a", "a", "b", "c", "c"]).await;
        assert_eq!(order, ["a", "b", "c", "a", "c", "a", "a"]);
    }

    #[tokio::test]
    async fn a_place_that_nobody_waits_for_any_more_goes_to_the_next() {
        let places = Places::new(1);
        let held = places.take("a").await;
        let gone = places.join("a").expect_err("it is held");
        let waits = places.join("b").expect_err("it is held");
        drop(gone);
        assert!(places.take_at_once().is_none());
        drop(held);
        let place = waits.await.expect("it is given");
        assert!(!places.are_wanted() && places.take_at_once().is_none());
        drop(place);
        assert!(places.take_at_once().is_some(), "nothing is lost");
    }
}
