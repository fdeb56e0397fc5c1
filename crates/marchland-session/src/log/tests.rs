use super::*;
use crate::entry::Entry;

fn noted(text: &str) -> (Entry, Option<Vec<u8>>) {
    (Entry::Noted { text: text.into() }, None)
}

fn files() -> Files {
    Files::of_text("small", "(title: \"a\")")
}

#[test]
fn what_is_appended_is_read_again_and_the_list_only_grows() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut log = Log::create(&path, &files()).expect("a new file");
    assert_eq!(log.append(0, 1, &[noted("one"), noted("two")]).expect("kept"), 2);
    let readings = [1.5f64.to_le_bytes(), (-0.25f64).to_le_bytes()].concat();
    log.append(1, 2, &[(Entry::Turned { branch: 2 }, Some(readings))]).expect("kept");
    assert_eq!(log.history(3), [1, 3], "branches share what lies before them");
    assert_eq!((log.tip(1), log.tip(2), log.tip(3), log.current()), (Some(2), Some(3), None, 2));
    let refused = log.database.execute("UPDATE entry SET text = 'x' WHERE number = 1", []);
    assert!(refused.is_err_and(|error| error.to_string().contains("append-only")));
    assert!(matches!(Log::read(&path), Err(SessionError::Locked { .. })), "another reader is told");
    assert!(matches!(Log::create(&path, &files()), Err(SessionError::Exists { .. })));
    let head = log.head();
    drop(log);
    let again = Log::open(&path).expect("a game");
    assert_eq!((again.rows().len(), again.head()), (3, head));
    assert_eq!(again.readings(3).expect("a table"), Some(vec![1.5, -0.25]));
    assert_eq!(again.files("small").expect("files").layers[0].text, "(title: \"a\")");
}

#[test]
fn a_file_that_is_none_of_ours_is_named_and_left_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let error = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("a file");
        let error = Log::open(&path).expect_err("no game").to_string();
        assert_eq!(std::fs::read(&path).expect("a file"), bytes, "left untouched: {error}");
        error
    };
    assert!(Log::open(&path).expect_err("nothing").to_string().starts_with("cannot open"));
    assert!(error(b"a letter").contains("is not a game"));
    let mut good = {
        let path = folder.path().join("good.march");
        let mut log = Log::create(&path, &files()).expect("a new file");
        for n in 0..200 {
            log.append(n, 1, &[noted(&format!("entry {n} {}", "x".repeat(100)))]).expect("kept");
        }
        drop(log);
        std::fs::read(&path).expect("a file")
    };
    std::fs::write(&path, &good).expect("a file");
    assert_eq!(Log::read(&path).expect("a game").rows().len(), 200);
    let mut other = good.clone();
    other[68..72].copy_from_slice(&7u32.to_be_bytes());
    assert!(error(&other).contains("is not a game"));
    let mut newer = good.clone();
    newer[60..64].copy_from_slice(&9u32.to_be_bytes());
    assert!(error(&newer).contains("newer"));
    let cut = good.len() / 2;
    assert!(error(&good[..cut]).contains("damaged"));
    // One letter of one entry, as a careless editor would change it.
    let at = good.windows(9).position(|bytes| bytes == b"entry 77 ").expect("an entry");
    good[at + 6] = b'8';
    let said = error(&good);
    assert!(said.contains("damaged") && said.contains("entry 78"), "{said}");
}

#[test]
fn a_full_disk_refuses_before_anything_is_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut log = Log::create(&path, &files()).expect("a new file");
    log.append(0, 1, &[noted("first")]).expect("kept");
    log.limit_pages(20).expect("a limit");
    let mut kept = 1;
    let why = loop {
        match log.append(kept, 1, &[noted(&"x".repeat(2000))]) {
            Ok(number) => kept = number,
            Err(error) => break error.to_string(),
        }
        assert!(kept < 200, "the limit is met");
    };
    assert!(why.contains("the disk is full") && why.contains("safe"), "{why}");
    drop(log);
    let again = Log::read(&path).expect("a game");
    assert_eq!(again.rows().len() as u64, kept, "what was acknowledged is there, and no more");
}
