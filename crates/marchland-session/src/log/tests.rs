use super::*;
use crate::entry::Entry;

fn noted(text: &str) -> (Entry, Option<Vec<u8>>) {
    (Entry::Noted { text: text.into(), by: String::new() }, None)
}

fn files() -> Files {
    Files::of_text("small", "(title: \"a\")")
}

/// A closed game of a few entries.
fn small(path: &Path, entries: u64) -> String {
    let mut log = Log::create(path, &files()).expect("a new file");
    for n in 0..entries {
        log.append(n, 1, &[noted(&format!("entry {n} {}", "x".repeat(100)))]).expect("kept");
    }
    log.head()
}

fn names(folder: &Path) -> Vec<String> {
    let list = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        list.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_game_holds_no_more_than_a_program_has_room_for() {
    assert_eq!(fits(MOST_ENTRIES, MOST_TEXT), Ok(()));
    assert!(fits(MOST_ENTRIES + 1, 0).is_err_and(|why| why.contains("entries")));
    assert!(fits(0, MOST_TEXT + 1).is_err_and(|why| why.contains("128 MiB")));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut log = Log::create(&path, &files()).expect("a new file");
    let long = "x".repeat(frames::MOST_PAYLOAD + 1);
    let refused = log.append(0, 1, &[noted(&long)]).expect_err("too long");
    assert!(refused.to_string().contains("64 MiB"), "{refused}");
    assert!(!path.exists(), "nothing was begun");
}

#[test]
fn what_is_appended_is_read_again_and_beside_its_writer() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut log = Log::create(&path, &files()).expect("a new file");
    assert!(!path.exists(), "nothing stands there before its first entry");
    assert_eq!(log.append(0, 1, &[noted("one"), noted("two")]).expect("kept"), 2);
    let readings = [1.5f64.to_le_bytes(), (-0.25f64).to_le_bytes()].concat();
    log.append(1, 2, &[(Entry::Turned { branch: 2 }, Some(readings))]).expect("kept");
    assert_eq!(log.history(3), [1, 3], "branches share what lies before them");
    assert_eq!((log.tip(1), log.tip(2), log.tip(3), log.current()), (Some(2), Some(3), None, 2));
    assert_eq!(log.readings(3).expect("a table"), Some(vec![1.5, -0.25]));
    let beside = Log::read(&path).expect("a reader is let in");
    assert_eq!((beside.rows().len(), beside.ending()), (3, &Ending::Played));
    assert!(matches!(Log::open(&path), Err(SessionError::Locked { .. })), "another writer is told");
    assert!(matches!(Log::create(&path, &files()), Err(SessionError::Exists { .. })));
    let head = log.head();
    drop(log);
    assert_eq!(names(folder.path()), ["game.march"], "one file means one file");
    let looked = Log::read(&path).expect("a reader");
    let again = Log::open(&path).expect("a reader keeps nobody from playing");
    drop(looked);
    assert_eq!((again.rows().len(), again.head(), again.ending()), (3, head.clone(), &Ending::Closed));
    assert_eq!(again.readings(3).expect("a table"), Some(vec![1.5, -0.25]));
    assert_eq!(again.files("small").layers[0].text, "(title: \"a\")");
    assert_eq!(again.entry_with_head(&head[..12].to_uppercase()), Some(3));
    assert_eq!(again.entry_with_head("0123456789abcdef"), None);
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
    assert!(Log::open(folder.path()).expect_err("a folder").to_string().contains("folder"));
    for foreign in [&b"a letter"[..], b"", b"SQLite format 3\0 of another program"] {
        assert!(error(foreign).contains("is not a game"));
    }
    assert!(error(b"Marchland game 9\nwhatever").contains("newer"));
    assert!(error(b"Marchland game 2\n").contains("no entries"));
    assert!(error(b"Marchland game X\n").contains("damaged"));
}

/// Every single byte of a closed game changed in turn, and every cut: found, or no entry is another.
#[test]
fn every_flipped_byte_and_every_cut_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    small(&path, 3);
    let whole = Log::read(&path).expect("a game");
    assert_eq!((whole.rows().len(), whole.ending(), whole.broken()), (3, &Ending::Closed, None));
    let good = std::fs::read(&path).expect("a file");
    let tried = folder.path().join("tried.march");
    for at in 0..good.len() {
        for change in [0x01, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] ^= change;
            std::fs::write(&tried, &bytes).expect("a file");
            if let Ok(log) = Log::read(&tried) {
                let why = log.broken().unwrap_or_else(|| panic!("byte {at} changed by {change}: not found"));
                assert!(why.contains(&format!("after entry {}", log.rows().len())), "{why}");
                assert!(log.rows() == &whole.rows()[..log.rows().len()]);
                assert!(matches!(Log::open(&tried), Err(SessionError::Damaged { .. })));
                // What comes before the damage is saved, and can be played on; copies take a disk their time.
                if change != 0x01 || at % 13 != 0 {
                    continue;
                }
                let saved = folder.path().join("saved.march");
                assert!(matches!(log.copy(&saved), Err(SessionError::Damaged { .. })));
                log.salvage(&saved).expect("a copy");
                let copy = Log::open(&saved).expect("whole");
                assert!(copy.rows() == log.rows() && copy.head() == log.head() && copy.broken().is_none());
                drop(copy);
                std::fs::remove_file(&saved).expect("it was there");
            }
        }
    }
    for cut in 0..good.len() {
        std::fs::write(&tried, &good[..cut]).expect("a file");
        if let Ok(log) = Log::read(&tried) {
            assert!(log.broken().is_none() && matches!(log.ending(), Ending::Open { .. }), "cut at {cut}");
            assert!(log.rows() == &whole.rows()[..log.rows().len()]);
        }
    }
}

#[test]
fn the_beginning_of_a_frame_is_passed_over_and_written_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    small(&path, 2);
    let two = std::fs::read(&path).expect("a file");
    let mut log = Log::open(&path).expect("a game");
    log.append(2, 1, &[noted("a third that was not acknowledged")]).expect("kept");
    drop(log);
    let three = std::fs::read(&path).expect("a file");
    for end in [two.len() + 5, two.len() + 16, two.len() + 40] {
        std::fs::write(&path, &three[..end]).expect("a file");
        let mut log = Log::open(&path).expect("a game");
        assert_eq!(log.ending(), &Ending::Open { bytes: (end - two.len()) as u64 });
        assert_eq!(log.append(2, 1, &[noted("third")]).expect("kept"), 3);
        drop(log);
        let log = Log::read(&path).expect("a game");
        assert_eq!((log.rows().len(), log.broken(), log.ending()), (3, None, &Ending::Closed));
        assert_eq!(log.rows()[2].entry, noted("third").0);
    }
}

#[test]
fn a_full_disk_refuses_before_anything_is_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut log = Log::create(&path, &files()).expect("a new file");
    log.append(0, 1, &[noted("first")]).expect("kept");
    log.limit_pages(20);
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

#[test]
fn a_file_that_moves_vanishes_or_shrinks_is_noticed_before_anything_is_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let begun = |name: &str| {
        let mut log = Log::create(&at(name), &files()).expect("a new file");
        log.append(0, 1, &[noted("first")]).expect("kept");
        log
    };
    let refused = |mut log: Log, what: &str| {
        let error = log.append(1, 1, &[noted("second")]).expect_err("it is gone");
        assert!(matches!(error, SessionError::Lost { .. }) && error.to_string().contains(what), "{error}");
    };
    let log = begun("deleted");
    std::fs::remove_file(at("deleted")).expect("deleted");
    refused(log, "moved or deleted");
    let log = begun("moved");
    std::fs::rename(at("moved"), at("elsewhere")).expect("moved");
    refused(log, "moved or deleted");
    assert_eq!(Log::read(&at("elsewhere")).expect("a game").rows().len(), 1);
    let log = begun("replaced");
    std::fs::rename(at("replaced"), at("away")).expect("moved");
    std::fs::write(at("replaced"), "another").expect("a file");
    refused(log, "another file");
    assert_eq!(std::fs::read(at("replaced")).expect("a file"), b"another", "it is left alone");
    let log = begun("cut");
    let file = std::fs::OpenOptions::new().write(true).open(at("cut")).expect("a file");
    file.set_len(100).expect("cut");
    refused(log, "cut short");
}

#[test]
fn of_many_that_create_one_file_one_wins_and_keeps_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for race in 0..30 {
        let path = folder.path().join(format!("{race}.march"));
        let won: Vec<bool> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..4)
                .map(|who| {
                    let path = &path;
                    scope.spawn(move || {
                        Log::create(path, &files())
                            .and_then(|mut log| log.append(0, 1, &[noted(&format!("{who}"))]).map(drop))
                            .is_ok()
                    })
                })
                .collect();
            starts.into_iter().map(|start| start.join().expect("no panic")).collect()
        });
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "race {race}: {won:?}");
        let winner = won.iter().position(|won| *won).expect("one");
        let log = Log::read(&path).expect("the winner's game");
        assert_eq!(log.rows()[0].entry, noted(&format!("{winner}")).0);
    }
    assert_eq!(names(folder.path()).len(), 30, "nothing else is left");
}

/// Copies taken while a game grows hold everything acknowledged before they were begun.
#[test]
fn a_copy_at_any_moment_is_a_whole_game() {
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let (acknowledged, done) = (AtomicU64::new(0), AtomicBool::new(false));
    let copies = std::thread::scope(|scope| {
        let copier = scope.spawn(|| {
            let mut copies = 0;
            while !done.load(Ordering::SeqCst) {
                let before = acknowledged.load(Ordering::SeqCst);
                if before == 0 {
                    std::thread::yield_now();
                    continue;
                }
                let copy = folder.path().join("copy.march");
                std::fs::copy(&path, &copy).expect("a copy");
                let log = Log::read(&copy).expect("a game");
                assert_eq!(log.broken(), None);
                assert!(log.rows().len() as u64 >= before, "{} of {before}", log.rows().len());
                copies += 1;
            }
            copies
        });
        let mut log = Log::create(&path, &files()).expect("a new file");
        for n in 0..300 {
            let kept = log.append(n, 1, &[noted(&"x".repeat(n as usize * 7))]).expect("kept");
            acknowledged.store(kept, Ordering::SeqCst);
        }
        done.store(true, Ordering::SeqCst);
        copier.join().expect("no panic")
    });
    assert!(copies > 5, "{copies}");
}

#[cfg(unix)]
#[test]
fn a_game_is_its_owners_alone_and_read_where_nothing_may_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    small(&path, 2);
    let mode = |path: &Path| std::fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o400)).expect("granted");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o500)).expect("granted");
    let read = Log::read(&path).map(|log| log.rows().len());
    let after = names(folder.path());
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).expect("granted");
    assert_eq!((read.expect("a game"), after), (2, vec!["game.march".to_owned()]));
}

/// Games of the format before are read with the entries of the log beside them, and converted.
#[test]
fn games_of_format_1_are_read_and_converted_and_never_altered() {
    let games = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format-1");
    let folder = tempfile::tempdir().expect("a folder");
    let old = |name: &str| {
        let to = folder.path().join(name);
        std::fs::copy(games.join(name), &to).expect("a copy");
        to
    };
    let closed = old("closed.march");
    let before = std::fs::read(&closed).expect("a file");
    let log = Log::read(&closed).expect("a game");
    assert_eq!((log.rows().len(), log.broken(), log.ending()), (7, None, &Ending::Old));
    assert_eq!(log.head(), "ef0b75201943274bcdd1e2dd1bd238ff2b20791d6fec4e78dee0e1b791bd4dd2");
    assert!(matches!(Log::open(&closed), Err(SessionError::Old { .. })));
    let copy = folder.path().join("copy.march");
    log.copy(&copy).expect("converted");
    let new = Log::open(&copy).expect("a game of today's");
    assert_eq!((new.rows(), new.head()), (log.rows(), log.head()));
    for row in log.rows() {
        assert_eq!(new.readings(row.number).expect("read"), log.readings(row.number).expect("read"));
    }
    assert_eq!(new.files("").layers.len(), log.files("").layers.len());
    assert_eq!(std::fs::read(&closed).expect("a file"), before, "it is left as it was");
    // A game that was killed: nearly all of it is in the log beside it.
    let killed = old("killed.march");
    let error = Log::read(&killed).expect_err("alone it holds nothing").to_string();
    assert!(error.contains("killed.march-wal"), "{error}");
    let wal = old("killed.march-wal");
    let log = Log::read(&killed).expect("a game");
    assert_eq!(log.broken(), None);
    let all = log.rows().len();
    assert!(all > 10, "{all}");
    let mut bytes = std::fs::read(&wal).expect("a file");
    let half = bytes.len() / 2;
    bytes[half] ^= 1;
    std::fs::write(&wal, &bytes).expect("a file");
    match Log::read(&killed) {
        Ok(log) => {
            assert!(log.rows().len() < all);
            assert!(log.broken().expect("named").contains("-wal"), "{:?}", log.broken());
        }
        Err(error) => assert!(error.to_string().contains("damaged"), "{error}"),
    }
    for at in (0..before.len()).step_by(97) {
        let mut bytes = before.clone();
        bytes[at] ^= 0x55;
        std::fs::write(&closed, &bytes).expect("a file");
        // Whatever comes of it, no panic and no hang.
        let _ = Log::read(&closed);
    }
}
