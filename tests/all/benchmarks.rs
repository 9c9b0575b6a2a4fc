//! What the Department for Education publishes, read as it is by the repository's own definitions.

use std::path::Path;

use crate::council::Council;
use crate::payments::real_data;

/// Returns a council whose benchmarks are the real files; only the files' names differ from the repository's sources.
fn council() -> Option<Council> {
    let folder = real_data()?;
    let council = Council::of("benchmarks");
    let own = |name: &str| {
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines").join(name)).unwrap()
    };
    let files = [
        ("published_exclusions", "la_exclusions.csv", "exclusions/clean_la_data.csv"),
        ("published_indicators", "la_indicators.csv", "benchmarks/bds_long_0.parquet"),
        ("neighbour_lists", "statistical_neighbours.xlsx", "benchmarks/sn_may_2025.xlsx"),
    ];
    for (source, ours, theirs) in files {
        let name = format!("reference/sources/{source}.toml");
        let text = own(&name);
        assert!(text.contains(ours), "`{name}` reads `{ours}`");
        council.write(&format!("pipelines/{name}"), text.replace(ours, theirs));
    }
    let models =
        ["reference/models/areas", "reference/models/benchmarks", "reference/models/statistical_neighbours"];
    for model in models.into_iter().chain(["needs_assessment/models/comparators"]) {
        for kind in ["sql", "toml"] {
            let name = format!("{model}.{kind}");
            council.write(&format!("pipelines/{name}"), own(&name));
        }
    }
    for name in [
        "reference/seeds/area_aliases.csv",
        "reference/seeds/published_measures.csv",
        "reference/checks/every_benchmark_is_read.sql",
    ] {
        council.write(&format!("pipelines/{name}"), own(name));
    }
    council.write(
        "settings.toml",
        format!("fixed_clock = \"2026-10-05T06:00\"\n[connections.statistics_share]\nfolder = {{ path = \"{}\" }}\n", folder.display()),
    );
    Some(council)
}

#[test]
fn published_files_give_the_councils_counts_ranks_rates_and_neighbours() {
    let Some(council) = council() else { return };
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let expected = std::fs::read_to_string(council.path("expected/published_exclusions.csv")).unwrap();
    let found = council
        .query("SELECT * FROM needs_assessment.published_exclusions_of_the_council ORDER BY academic_year");
    let expected: Vec<String> = expected.lines().skip(1).map(|line| line.replace(',', "|")).collect();
    assert_eq!(found, expected);
    assert_eq!(
        council.query(
            "SELECT academic_year, value FROM reference.benchmarks WHERE source = 'la_indicators' \
             AND measure = 'permanent_exclusion_rate' AND area_code = '336' AND academic_year <= '2018-19' \
             ORDER BY academic_year"
        ),
        ["2015-16|0.153200", "2016-17|0.185420", "2017-18|0.226800", "2018-19|0.222620"]
    );
    assert_eq!(
        council.query(
            "SELECT neighbour_code FROM reference.statistical_neighbours WHERE area_code = '336' \
             ORDER BY closeness_rank"
        ),
        ["333", "861", "335", "810", "354", "331", "371", "831", "806", "812"]
    );
    // A cross in these files means suppressed: never none, never missing.
    assert_eq!(
        council.query(
            "SELECT phase, value, symbol FROM reference.benchmarks WHERE measure = 'permanent_exclusions' \
             AND area_code = '336' AND academic_year = '2006-07' ORDER BY phase"
        ),
        ["all|13.000000|", "primary||c", "secondary|12.000000|", "special|0.000000|"]
    );
    // Two rows of 2006/07 name no area: they are set aside, and counted.
    assert_eq!(council.query("SELECT count(*) FROM reference.published_exclusions"), ["7120"]);
}
