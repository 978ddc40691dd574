//! Cases that are read ahead are the cases that are there, and what cannot be read ahead is told to whoever asks for it.

use std::sync::Arc;

use tsuho_executor::{Error, How};
use tsuho_store::Store;

use crate::desk::{Desk, granted};
use crate::given::note;
use crate::meddled::Meddled;
use crate::replay::agree;

#[tokio::test]
async fn a_case_that_is_read_ahead_is_the_one_that_is_there() {
    let desk = Desk::open("warm").await;
    let mut ids = Vec::new();
    for number in 0..5 {
        let id = desk.case().await;
        for nth in 0..number {
            desk.does(id, "counsel", note(&format!("{nth}"))).await;
        }
        ids.push(id);
    }
    let other = desk.other_process("other").await;
    other.warm_numbers([1, 2, 3, 3, 77]).await;
    let known = [1, 2, 3, 4, 5, 77].map(|number| other.kept_number(number));
    assert_eq!(known[..3], [Some(ids[0]), Some(ids[1]), Some(ids[2])]);
    assert_eq!(known[3..], [None, None, None]);
    other.warm(ids.clone()).await;
    for (number, id) in (1..).zip(&ids) {
        assert_eq!(other.kept_number(number), Some(*id));
        agree(&other, *id).await;
        let more = desk.request("executive", note("more"));
        granted(other.submit(*id, &more, &How::default()).await);
        agree(&desk.executor, *id).await;
    }
}

#[tokio::test]
async fn a_case_that_cannot_be_read_ahead_is_told_when_it_is_asked_for() {
    let desk = Desk::open("cold").await;
    let (one, two) = (desk.case().await, desk.case().await);
    let store: Arc<dyn Store> = Arc::new(desk.reopened().await);
    let store = Meddled::new(store, []);
    let other = desk.executor_on(store.clone(), "other");
    *store.records.lock().expect("no test panics here") = Some(|mut records| {
        for record in &mut records {
            if let Some(byte) = record.header.last_mut() {
                *byte ^= 1;
            }
        }
        records
    });
    other.warm([one, two]).await;
    assert_eq!([1, 2].map(|number| other.kept_number(number)), [None, None]);
    assert!(matches!(other.ground(one).await, Err(Error::Store(_))));
}
