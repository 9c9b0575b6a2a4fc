use super::{GRACE, Stop};

#[test]
fn the_first_code_stands_and_work_goes_on_until_it_is_to_break_off() {
    let stop = Stop::default();
    assert_eq!((stop.asked(), stop.check().is_ok()), (None, true));
    stop.after_this(143);
    assert_eq!((stop.asked(), stop.is_now()), (Some(143), false));
    stop.check().unwrap();
    stop.now(130);
    assert_eq!(stop.check().unwrap_err().code(), 143, "who asked first decides the code");
}

#[test]
fn the_process_is_not_ended_during_an_unbroken_step_nor_right_after_it() {
    let stop = Stop::default();
    assert!(stop.try_end().is_none(), "nobody has asked");
    let commit = stop.unbroken();
    stop.now(143);
    std::thread::sleep(GRACE + GRACE / 10);
    assert!(stop.try_end().is_none(), "a commit is under way");
    drop(commit);
    assert!(stop.try_end().is_none(), "whoever committed may still say so");
    std::thread::sleep(GRACE + GRACE / 10);
    let _nothing_begins = stop.try_end().unwrap();
}
