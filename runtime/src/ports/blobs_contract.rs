//! What every place for files promises, whichever it is.

use super::blobs::{Blobs, Folder};
use crate::error::Error;

/// Runs the contract on an empty place.
async fn blobs_contract(blobs: &dyn Blobs) {
    keeps_what_it_was_given(blobs).await;
    forgets_what_it_was_told_to(blobs).await;
    keeps_neighbours_apart(blobs).await;
    refuses_foreign_keys(blobs).await;
}

async fn keeps_what_it_was_given(blobs: &dyn Blobs) {
    let large = vec![7u8; 3 << 20];
    for (key, bytes) in [("a/empty", &b""[..]), ("a/b/c.bin", b"\0\xff\r\n"), ("a/large", &large)] {
        blobs.put(key, bytes).await.expect("it is kept");
        assert_eq!(blobs.get(key).await.expect("it is there"), bytes);
    }
    blobs.put("a/empty", b"no longer").await.expect("it is replaced");
    assert_eq!(blobs.get("a/empty").await.expect("it is there"), b"no longer");
}

async fn forgets_what_it_was_told_to(blobs: &dyn Blobs) {
    blobs.put("b/short", b"life").await.expect("it is kept");
    blobs.delete("b/short").await.expect("it is forgotten");
    blobs.delete("b/short").await.expect("nothing to forget is no error");
    assert!(matches!(blobs.get("b/short").await, Err(Error::NotFound(_))));
    assert!(matches!(blobs.get("b/never").await, Err(Error::NotFound(_))));
}

/// Names that differ only at their ends are different files, also when written at once.
async fn keeps_neighbours_apart(blobs: &dyn Blobs) {
    for _ in 0..50 {
        let (pdf, text) = (vec![1u8; 4096], vec![2u8; 2048]);
        let both = futures_util::future::join(
            blobs.put("c/report.pdf", &pdf),
            blobs.put("c/report.txt", &text),
        );
        let (first, second) = both.await;
        first.and(second).expect("both are kept");
        assert_eq!(blobs.get("c/report.pdf").await.expect("it is there"), pdf);
        assert_eq!(blobs.get("c/report.txt").await.expect("it is there"), text);
    }
}

async fn refuses_foreign_keys(blobs: &dyn Blobs) {
    for key in ["../outside", "/etc/passwd", "a/../../b", "", "a//b", "a\\b", "a/.."] {
        assert!(blobs.put(key, b"x").await.is_err(), "{key:?} is refused");
        assert!(blobs.get(key).await.is_err(), "{key:?} is refused");
        assert!(blobs.delete(key).await.is_err(), "{key:?} is refused");
    }
}

#[tokio::test]
async fn a_folder_keeps_the_contract() {
    let folder = std::env::temp_dir().join(format!("basilect-blobs-{}", std::process::id()));
    blobs_contract(&Folder::new(&folder)).await;
    std::fs::remove_dir_all(&folder).expect("it was made");
}
