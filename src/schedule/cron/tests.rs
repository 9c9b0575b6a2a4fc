use chrono::{DateTime, Utc};
use chrono_tz::Europe::London;

use super::Cron;

/// Returns the next times of `expression` after a moment, as London shows them.
fn times(expression: &str, after: &str, count: usize) -> Vec<String> {
    let cron = Cron::parse(expression).unwrap();
    let mut now: DateTime<Utc> = after.parse().unwrap();
    let mut found = Vec::new();
    for _ in 0..count {
        let next = cron.next(now, London).unwrap();
        assert!(next > now, "`{expression}` after {now} gives {next}");
        found.push(next.format("%a %Y-%m-%d %H:%M %Z").to_string());
        now = next.to_utc();
    }
    found
}

/// Returns what is wrong with `expression`: each fault as the text it points at, and what it says.
fn faults(expression: &str) -> Vec<(String, String)> {
    let faults = Cron::parse(expression).unwrap_err();
    faults.into_iter().map(|fault| (expression[fault.at].to_owned(), fault.message)).collect()
}

#[test]
fn weekdays_are_those_of_unix_by_name_and_by_number() {
    let monday = ["Mon 2026-10-05 05:00 BST", "Tue 2026-10-06 05:00 BST"];
    for expression in ["0 5 * * MON-FRI", "0 5 * * 1-5", "0 5 * * mon,Tue,3,4,5", "00 05 * * 1-5/1"] {
        assert_eq!(times(expression, "2026-10-03T12:00:00Z", 2), monday, "{expression}");
    }
    for expression in ["0 5 * * SUN", "0 5 * * 0", "0 5 * * 7", "0\t5 *  * 7-7"] {
        assert_eq!(
            times(expression, "2026-10-03T12:00:00Z", 1),
            ["Sun 2026-10-04 05:00 BST"],
            "{expression}"
        );
    }
    assert_eq!(
        times("0 5 * * FRI-SUN", "2026-10-05T12:00:00Z", 4),
        [
            "Fri 2026-10-09 05:00 BST",
            "Sat 2026-10-10 05:00 BST",
            "Sun 2026-10-11 05:00 BST",
            "Fri 2026-10-16 05:00 BST"
        ]
    );
}

#[test]
fn day_and_weekday_are_joined_by_or_unless_one_begins_with_a_star() {
    assert_eq!(
        times("0 6 1 * MON", "2026-10-05T12:00:00Z", 5),
        [
            "Mon 2026-10-12 06:00 BST",
            "Mon 2026-10-19 06:00 BST",
            "Mon 2026-10-26 06:00 GMT",
            "Sun 2026-11-01 06:00 GMT",
            "Mon 2026-11-02 06:00 GMT"
        ]
    );
    assert_eq!(
        times("0 6 */10 * MON", "2026-10-05T12:00:00Z", 2),
        ["Mon 2026-12-21 06:00 GMT", "Mon 2027-01-11 06:00 GMT"]
    );
    assert_eq!(Cron::parse("0 6 1 * MON").unwrap().lints().len(), 1);
    assert_eq!(Cron::parse("0 6 */10 * MON").unwrap().lints().len(), 1);
    assert!(Cron::parse("0 6 * * MON").unwrap().lints().is_empty());
}

#[test]
fn a_leap_day_is_found_however_far_it_is() {
    assert_eq!(times("0 6 29 2 *", "2096-03-01T00:00:00Z", 0), [] as [String; 0]);
    assert_eq!(
        times("0 6 29 2 *", "2026-10-05T00:00:00Z", 2),
        ["Tue 2028-02-29 06:00 GMT", "Sun 2032-02-29 06:00 GMT"]
    );
}

#[test]
fn skipped_and_repeated_times_follow_debian() {
    let spring = "2027-03-28T00:00:00Z";
    assert_eq!(times("30 1 * * *", spring, 2), ["Sun 2027-03-28 02:00 BST", "Mon 2027-03-29 01:30 BST"]);
    assert_eq!(times("0,30 1,2 * * *", spring, 2), ["Sun 2027-03-28 02:00 BST", "Sun 2027-03-28 02:30 BST"]);
    assert_eq!(times("*/30 * * * *", spring, 2), ["Sun 2027-03-28 00:30 GMT", "Sun 2027-03-28 02:00 BST"]);
    assert_eq!(times("* 1 * * *", spring, 1), ["Mon 2027-03-29 01:00 BST"]);
    let autumn = "2026-10-24T23:50:00Z";
    assert_eq!(times("30 1 * * *", autumn, 2), ["Sun 2026-10-25 01:30 BST", "Mon 2026-10-26 01:30 GMT"]);
    assert_eq!(
        times("*/30 1 * * *", autumn, 5),
        [
            "Sun 2026-10-25 01:00 BST",
            "Sun 2026-10-25 01:30 BST",
            "Sun 2026-10-25 01:00 GMT",
            "Sun 2026-10-25 01:30 GMT",
            "Mon 2026-10-26 01:00 GMT"
        ]
    );
}

#[test]
fn f76_a_restart_within_the_doubled_hour_does_not_start_the_job_again() {
    assert_eq!(times("30 1 * * *", "2026-10-25T01:05:00Z", 1), ["Mon 2026-10-26 01:30 GMT"]);
}

#[test]
fn expressions_are_explained_in_words() {
    for (expression, words) in [
        ("0 5 * * MON-FRI", "at 05:00 on Monday to Friday"),
        ("0 5 * * *", "at 05:00 every day"),
        ("0 5,17 * * 6,7", "at 05:00 and 17:00 on Saturday and Sunday"),
        ("30 6 * * FRI-SUN", "at 06:30 on Friday to Sunday"),
        ("15 7 1,15 * *", "at 07:15 on the 1st and 15th"),
        ("15 7 1-7 10 *", "at 07:15 on the 1st to 7th in October"),
        ("0 6 1 * MON", "at 06:00 on the 1st, and on Monday"),
        ("0 6 */10 * MON", "at 06:00 on the 1st, 11th, 21st and 31st when that is Monday"),
        ("* * * * *", "every minute"),
        ("*/20 * * * *", "every 20 minutes"),
        ("0 * * * *", "at 0 minutes past every hour"),
        ("5 */2 * * *", "at 5 minutes past every 2nd hour"),
        ("*/15 1-3 * 3-5 *", "every 15 minutes of the hours 01 to 03 in March to May"),
        ("7,8,10 * * * *", "at minutes 7, 8 and 10"),
        ("30 7-16 * * *", "at 30 minutes past the hours 07 to 16"),
        ("0 0 1 1,2,12 *", "at 00:00 on the 1st in January, February and December"),
    ] {
        assert_eq!(Cron::parse(expression).unwrap().explain(), words, "{expression}");
    }
}

#[test]
fn a_fault_points_at_the_item_that_is_wrong() {
    assert_eq!(
        faults("61 5,24 * OCT,OKT *"),
        [
            ("61", "the minute goes from 0 to 59: `61` is outside"),
            ("24", "the hour goes from 0 to 23: `24` is outside"),
            ("OKT", "the month cannot be `OKT`"),
        ]
        .map(|(at, what)| (at.to_owned(), what.to_owned()))
    );
    let help = |expression| Cron::parse(expression).unwrap_err().remove(0).help.unwrap();
    assert_eq!(help("0 5 * OKT *"), "did you mean `oct`?");
    assert_eq!(help("0 5 * * FRI-TUE"), "write two, as in `5-7,0-2`");
    assert_eq!(help("5/15 * * * *"), "write `5-59/15` or `*/15`");
    assert_eq!(help("@daily"), "write `0 0 * * *`");
    assert!(help("0 5 L * *").starts_with("say it as a rule in words"));
    assert_eq!(help("0 0 5 * * MON"), "leave out seconds and years: minute, hour, day, month and weekday");
}

#[test]
fn s6_sixty_bad_expressions_are_refused_with_the_field_named() {
    let by_field = [
        ("minute", ["60", "-1", "a", "*/0", "*/60", "5/2", "5-1", "1,,2", "1-", "*/x", "1.5", "**"]),
        ("hour", ["24", "-1", "noon", "*/0", "*/24", "5/2", "22-2", "1,", ",1", "*/-1", "+1", "1-2-3"]),
        (
            "day of the month",
            ["0", "32", "L", "15W", "?", "*/31", "5/2", "31-1", "1,,2", "first", "1/", "/2"],
        ),
        (
            "month",
            ["0", "13", "Okt", "january", "*/12", "3/2", "DEC-JAN", "1,,2", "?", "00000", "１", "1--3"],
        ),
        ("weekday", ["8", "MONDAY", "2#1", "5L", "?", "*/7", "MON/2", "FRI-TUE", "MON,", "-", "1-9", "МON"]),
    ];
    let mut count = 0;
    for (index, (name, bad)) in by_field.into_iter().enumerate() {
        for text in bad {
            let mut fields = ["0", "5", "*", "*", "*"];
            fields[index] = text;
            let expression = fields.join(" ");
            let found = faults(&expression);
            assert_eq!(found.len(), 1, "`{expression}`: {found:?}");
            assert!(found[0].1.starts_with(&format!("the {name} ")), "`{expression}`: {found:?}");
            assert!(text.contains(&found[0].0), "`{expression}` points at `{}`", found[0].0);
            count += 1;
        }
    }
    assert_eq!(count, 60);
    for expression in
        ["", " ", "0 5 * *", "0 0 5 * * *", "0 0 5 * * * 2026", "@reboot", "0 5 30 2 *", "0 5 31 4,6 *"]
    {
        assert!(Cron::parse(expression).is_err(), "`{expression}`");
    }
}

#[test]
fn a_day_that_some_months_lack_is_warned_of_and_one_that_never_comes_is_refused() {
    let lint = |text: &str| {
        Cron::parse(text).unwrap().lints().iter().map(|lint| lint.message.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        lint("0 6 31 * *"),
        ["February, April, June, September and November have no day 31: nothing runs then"]
    );
    assert_eq!(lint("0 6 30,31 * *"), ["February has no day 30: nothing runs then"]);
    assert_eq!(lint("0 6 31 3,4 *"), ["April has no day 31: nothing runs then"]);
    assert_eq!(lint("0 6 29 2 *"), ["29 February comes in leap years only"]);
    for often in ["0 6 28 * *", "0 6 1,31 * *", "0 6 31 1,3,5 *", "0 6 * * *", "0 6 28-31 * *"] {
        assert!(lint(often).is_empty(), "{often}");
    }
    for never in ["0 6 30 2 *", "0 6 31 4,6 *"] {
        assert!(Cron::parse(never).is_err(), "{never}");
    }
}
