//! Who has the writer next.

use super::Store;
use rusqlite::Transaction;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

/// Idle work writes a step and begins the next: somebody who waits has the turn between two of them.
#[test]
fn whoever_waits_to_write_has_the_next_turn() {
    const MOST: usize = 20_000;
    let folder = tempfile::tempdir().unwrap();
    let (store, _) = Store::open(folder.path()).unwrap();
    let (steps, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    let mut waited: Vec<usize> = std::thread::scope(|scope| {
        scope.spawn(|| {
            // It ends also where nobody else is ever let in.
            while !done.load(SeqCst) && steps.load(SeqCst) < MOST {
                let step = |_: &Transaction| {
                    steps.fetch_add(1, SeqCst);
                    std::thread::sleep(std::time::Duration::from_millis(1));
                    Ok(())
                };
                store.write_idly(step).unwrap();
            }
        });
        let waited = (0..21)
            .map(|_| {
                // In the middle of one of its steps.
                let last = steps.load(SeqCst);
                while steps.load(SeqCst) == last && last < MOST {
                    std::thread::yield_now();
                }
                let before = steps.load(SeqCst);
                store.write(|_| Ok(steps.load(SeqCst) - before)).unwrap()
            })
            .collect();
        done.store(true, SeqCst);
        waited
    });
    // The median: the machine may put this thread aside before it has begun to wait.
    waited.sort_unstable();
    assert!(
        waited[10] <= 2,
        "steps of idle work while somebody waited: {waited:?}"
    );
}
