use super::*;

fn settings(text: &str) -> MailSettings {
    toml::from_str(&format!("from = \"ap.reports@demo-city.example\"\n{text}")).unwrap()
}

fn way(text: &str) -> Result<(&'static str, bool), String> {
    route(&settings(text), Path::new("/project"))
        .map(|transport| (transport.name(), transport.is_outbound()))
        .map_err(|error| error.to_string())
}

#[test]
fn mail_goes_into_a_folder_until_a_server_is_set_up() {
    assert_eq!(way(""), Ok(("folder", false)));
    assert_eq!(way("folder = { path = \"post\" }"), Ok(("folder", false)));
    assert_eq!(way("smtp = { host = \"localhost\", tls = \"none\" }"), Ok(("smtp", true)));
}

#[test]
fn two_ways_or_an_unsafe_one_are_refused() {
    let both = "folder = { path = \"post\" }\nsmtp = { host = \"localhost\", tls = \"none\" }";
    assert_eq!(way(both), Err("expected `folder` or `smtp` in `[mail]`, found both".to_owned()));
    assert!(way("smtp = { host = \"mail.council.example\", tls = \"none\" }").is_err());
}
