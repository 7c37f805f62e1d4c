//! Where connections live: on the runtime that the store was opened on.
//!
//! A connection is bound to the runtime on which it was opened, and a worker's runtime ends before
//! the store does: whoever waits for the store, its connections must not be theirs.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use tokio::runtime::Handle;

/// Does its work in the caller's task, with sockets and timers of another runtime.
pub(super) struct AtHome<F> {
    home: Handle,
    /// `None` only while being dropped.
    work: Option<Pin<Box<F>>>,
}

impl<F> AtHome<F> {
    pub(super) fn new(home: &Handle, work: F) -> Self {
        Self { home: home.clone(), work: Some(Box::pin(work)) }
    }
}

impl<F: Future> Future for AtHome<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Self { home, work } = &mut *self;
        let _at_home = home.enter();
        work.as_mut().expect("it is not being dropped").as_mut().poll(context)
    }
}

impl<F> Drop for AtHome<F> {
    fn drop(&mut self) {
        // Dropped connections go back to their pool by a task, which must not be the caller's.
        let _at_home = self.home.enter();
        self.work = None;
    }
}
