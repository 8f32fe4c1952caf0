//! Bytes that nobody wrote come to everything that reads: a few of what `cargo xtask fuzz` tries, always the same ones.
//!
//! A program of its own and no story among the others: the memory of the whole process is watched.

use weimenhu_tests::fuzz::{self, Effort, Target};

#[test]
fn no_reader_falls_over_spoilt_bytes() {
    let folder = tempfile::TempDir::new().unwrap().keep();
    for target in fuzz::targets().unwrap() {
        let tried = fuzz::run(&target, 20_261_126, Effort::Inputs(1500), &folder).unwrap();
        assert_eq!(tried, 1500, "{}", target.name);
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_failed_once_is_read_well_now() {
    let mut tried = 0;
    for target in fuzz::targets().unwrap() {
        for input in fuzz::kept(target.name).unwrap() {
            fuzz::again(&target, &input).unwrap_or_else(|e| panic!("{}: {e:#}", target.name));
            tried += 1;
        }
    }
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|target| std::fs::read_dir(target.unwrap().path()).unwrap().count());
    assert_eq!(tried, files.sum::<usize>(), "a folder of no target");
}

#[test]
fn a_reader_that_falls_over_is_found_and_its_input_saved() {
    let folder = tempfile::TempDir::new().unwrap();
    let target = Target {
        name: "bad",
        corpus: vec![b"good".to_vec()],
        read: Box::new(|bytes| {
            assert!(bytes.contains(&b'g'), "falls over");
            Ok(())
        }),
    };
    let found = fuzz::run(&target, 1, Effort::Inputs(1000), folder.path()).unwrap_err();
    assert!(format!("{found:#}").contains("panicked"), "{found:#}");
    let saved = std::fs::read(folder.path().join("bad-1.input")).unwrap();
    assert!(!saved.contains(&b'g'));
    fuzz::again(&target, &saved).unwrap_err();
}
