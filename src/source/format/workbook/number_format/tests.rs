use super::Shown;

#[test]
fn a_code_shows_what_a_spreadsheet_would() {
    let cases = [
        ("General", Shown::Number),
        ("General\" yrs\"", Shown::Number),
        ("#,##0.00\\ \"mth\"", Shown::Number),
        ("[Red]#,##0.00;yyyy", Shown::OtherwiseBelowZero),
        ("[Red]-#,##0.00;yyyy", Shown::Otherwise),
        ("\"-\"0.00", Shown::Otherwise),
        ("\\-0.00", Shown::Otherwise),
        ("(#,##0.00)", Shown::Otherwise),
        ("0.00-", Shown::Otherwise),
        ("\u{2212}0", Shown::Otherwise),
        ("#,##0.00;(#,##0.00)", Shown::Number),
        ("_-* #,##0.00_-;-* #,##0.00_-;_-* \"-\"??_-;_-@_-", Shown::Number),
        ("_(* #,##0.00_);_(* (#,##0.00)", Shown::Number),
        ("[$£-809]#,##0.00;[Red]-[$£-809]#,##0.00", Shown::Number),
        // The side of an account.
        ("\"CR \"0", Shown::Otherwise),
        ("0\" CR\"", Shown::Otherwise),
        ("#,##0.00\\ \\C\\R", Shown::Otherwise),
        ("0.00\" (credit)\"", Shown::Otherwise),
        ("\"less \"0", Shown::Otherwise),
        ("\"DR \"0", Shown::Otherwise),
        ("0\" DR\";0\" CR\"", Shown::Number),
        ("0\" CR\";0\" DR\"", Shown::Otherwise),
        ("0;\"CR \"0", Shown::Number),
        ("[<0]\"CR \"0;0", Shown::Number),
        // Below zero: shown by a sign, a colour, or not at all.
        ("0;[Red]-0", Shown::Number),
        ("0;[Red]0", Shown::Number),
        ("0;[Color10]0", Shown::Number),
        ("0;0-", Shown::Number),
        ("0;0", Shown::OtherwiseBelowZero),
        ("00000;00000", Shown::OtherwiseBelowZero),
        ("0;", Shown::OtherwiseBelowZero),
        ("0;\"nil\";0", Shown::OtherwiseBelowZero),
        ("0;-0\"k\"", Shown::OtherwiseBelowZero),
        ("[>=1000]0;0", Shown::Number),
        ("0\";\"", Shown::Number),
        ("0\"000\"", Shown::Otherwise),
        ("£0.0\"m\"", Shown::Otherwise),
        ("#,##0,\"k\"", Shown::Number),
        ("#,##0,\"000\"", Shown::Number),
        (";;;", Shown::Otherwise),
        ("@", Shown::Number),
        ("0.00\" (net)\"", Shown::Number),
        ("#,##0_M_M", Shown::Number),
        ("0.00E+00", Shown::Number),
        ("0", Shown::Number),
        ("000", Shown::Padded(3)),
        ("00000;-00000", Shown::Padded(5)),
        ("0000_)", Shown::Padded(4)),
        ("[$€-407]\\ #,##0.00", Shown::Foreign),
        ("#,##0.00\\ [$EUR]", Shown::Foreign),
        ("[$$-409]#,##0.00", Shown::Foreign),
        ("\"USD\" 0.00", Shown::Foreign),
        ("#,##0.00\\ \"kr\"", Shown::Foreign),
        ("_-* #,##0.00\\ €_-;-* #,##0.00\\ €_-", Shown::Foreign),
        ("\\€0", Shown::Foreign),
        ("$#,##0", Shown::Foreign),
        ("[$-409]#,##0.00", Shown::Number),
        ("[$-F800]#,##0.00", Shown::Number),
        ("[$GBP] #,##0.00", Shown::Number),
        ("\"£\"#,##0.00;[Red]-[$€]0", Shown::Number),
        ("0.00\" sessions\"", Shown::Number),
        ("000\\-0000", Shown::Code),
        ("\"E\"00000", Shown::Code),
        ("[<=999]000;0000", Shown::Code),
        ("00.0", Shown::Code),
        ("\"00\"0", Shown::Number),
        ("0.0%", Shown::Percent),
        ("0\"%\"", Shown::Number),
        ("dd/mm/yyyy hh:mm", Shown::Date),
        ("[$-809]mmm-yy", Shown::Date),
        ("mmmm", Shown::Date),
        ("h:mm", Shown::Time),
        ("h:mm AM/PM", Shown::Time),
        ("mm:ss", Shown::Time),
        ("[h]:mm", Shown::Length),
        ("[mm]:ss", Shown::Length),
    ];
    for (code, shown) in cases {
        assert_eq!(Shown::of_code(code), shown, "{code}");
    }
}

#[test]
fn a_format_that_a_spreadsheet_knows_itself_shows_the_currency_of_its_reader() {
    let code = "_(\"$\"* #,##0.00_)";
    assert_eq!(
        (Shown::of_numbered(44, code), Shown::of_numbered(164, code)),
        (Shown::Number, Shown::Foreign)
    );
}
