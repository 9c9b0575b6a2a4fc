pub(super) mod sample;

#[test]
fn the_sample_reproduces_the_years_figures_in_every_medium() {
    let document = sample::document(&sample::YEARS);
    let html = super::html(&document);
    let text = super::text(&document);
    for figure in ["122", "119", "104", "−31.8%", "−8.2%", "−12.6%", "85.6%", "293"] {
        assert!(html.contains(figure) && text.contains(figure), "{figure} is missing");
    }
    assert!(!text.contains("71"), "a year after the edition's shows");
}
