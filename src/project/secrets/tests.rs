use super::starred;

#[test]
fn what_may_be_a_secret_is_starred_and_everything_keeps_its_place() {
    let text = "store = \"s3://key:hunter2@bucket/x\"  # a \"note\"\n\
                password = 'hunter2'\n\
                auth = { plain = { user = \"u\", password = \"hun\\\"ter2\", password_file = \"/etc/p\" } }\n\
                from = \"AP <ap@council.example>\"\n\
                host = \"u:hunter2@mail.example\"\n";
    let shown = starred(text);
    assert_eq!(shown.len(), text.len());
    assert!(!shown.contains("hunter2") && !shown.contains("ter2"), "{shown}");
    for plain in [
        "@bucket/x",
        "# a \"note\"",
        "user = \"u\"",
        "\"/etc/p\"",
        "AP <ap@council.example>",
        "@mail.example",
    ] {
        assert!(shown.contains(plain), "{plain}: {shown}");
    }
}

#[test]
fn a_text_that_never_ends_is_starred_to_the_end() {
    assert_eq!(starred("token = \"hunter2\nmore"), "token = \"************");
}
