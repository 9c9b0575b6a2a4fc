//! P1 and P2: what is planted in the sources is nowhere after everything that can go wrong has gone wrong.

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::process::Command;

use arrow::util::pretty::pretty_format_batches;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::{EXCLUSIONS, PUPILS, exclusions, fresh, miswritten, placements, pupils, thirty, upn};
use crate::council::Council;

/// A child's number that is right, and one that is not.
const SERIAL: u32 = 7_777_001;
const NAME: &str = "Zzyxwilloughby";
const POSTCODE: &str = "WV97 7QZ";
const BIRTH: [&str; 4] = ["14/04/2010", "2010-04-14", "14-Apr-2010", "14042010"];

/// Returns everything that must be nowhere, in capitals.
fn canaries() -> Vec<String> {
    let number = upn(SERIAL);
    let mut list = vec![number.clone(), number[1..].to_owned(), miswritten(&number), NAME.to_uppercase()];
    list.extend([POSTCODE.to_owned(), POSTCODE.replace(' ', "")]);
    list.extend(BIRTH.iter().map(|birth| birth.to_uppercase()));
    list
}

/// Finds the canaries that stand in `bytes`: as text, in UTF-16, and in whatever is packed or encoded within.
fn found(name: &str, bytes: &[u8], depth: usize, hits: &mut Vec<String>) {
    let wide: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
    for text in [bytes, wide.as_slice()] {
        let text = String::from_utf8_lossy(text).to_uppercase();
        hits.extend(
            canaries()
                .into_iter()
                .filter(|canary| text.contains(canary))
                .map(|canary| format!("{name}: {canary}")),
        );
    }
    if depth == 0 {
        return;
    }
    for (kind, inner) in unpacked(bytes) {
        found(&format!("{name} > {kind}"), &inner, depth - 1, hits);
    }
}

/// Unpacks what is packed or encoded in `bytes`.
fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut inner = Vec::new();
    if bytes.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        for place in 0..archive.len() {
            let mut entry = archive.by_index(place).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            inner.push((format!("entry {place}"), content));
        }
    } else if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut content = Vec::new();
        flate2::read::GzDecoder::new(bytes).read_to_end(&mut content).unwrap();
        inner.push(("gzip".to_owned(), content));
    } else if bytes.starts_with(b"PAR1") {
        let reader = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::copy_from_slice(bytes)).unwrap();
        let batches: Vec<_> = reader.build().unwrap().map(Result::unwrap).collect();
        let mut text = format!("{:?}", batches.first().map(arrow::array::RecordBatch::schema));
        text.push_str(&pretty_format_batches(&batches).unwrap().to_string());
        inner.push(("rows".to_owned(), text.into_bytes()));
    } else if bytes.windows(13).any(|window| window.eq_ignore_ascii_case(b"mime-version:")) {
        inner.push(("decoded".to_owned(), decoded(&String::from_utf8_lossy(bytes))));
        inner.extend(attachments(&String::from_utf8_lossy(bytes)));
    }
    inner
}

/// Decodes the quoted-printable text of a letter.
fn decoded(letter: &str) -> Vec<u8> {
    let joined = letter.replace("=\r\n", "").replace("=\n", "");
    let (mut text, mut rest) = (Vec::new(), joined.as_bytes());
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| first == b'=');
        text.push(byte.unwrap_or(first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    text
}

/// Decodes each run of base64 lines of a letter.
fn attachments(letter: &str) -> Vec<(String, Vec<u8>)> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let is_line =
        |line: &str| line.len() > 20 && line.bytes().all(|byte| byte == b'=' || DIGITS.contains(&byte));
    let (mut parts, mut digits) = (Vec::new(), String::new());
    for line in letter.lines().chain([""]) {
        let line = line.trim_end();
        if is_line(line) || !digits.is_empty() && !line.is_empty() && !line.starts_with('-') {
            digits.push_str(line.trim_end_matches('='));
        } else if !digits.is_empty() {
            let (mut bytes, mut bits, mut held) = (Vec::new(), 0_u32, 0);
            for value in digits.bytes().filter_map(|byte| DIGITS.iter().position(|known| *known == byte)) {
                bits = bits << 6 | u32::try_from(value).unwrap();
                held += 6;
                if held >= 8 {
                    held -= 8;
                    bytes.push(u8::try_from(bits >> held & 0xff).unwrap());
                }
            }
            parts.push((format!("attachment {}", parts.len()), bytes));
            digits.clear();
        }
    }
    parts
}

/// Finds the canaries in every file of the project but its sources and its key.
fn hits(folder: &Path, files: &mut usize, hits: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("extracts") && !path.ends_with("secret") {
                self::hits(&path, files, hits);
            }
        } else {
            *files += 1;
            found(&path.display().to_string(), &std::fs::read(&path).unwrap(), 4, hits);
        }
    }
}

/// Returns what the program prints, on both channels, with as much detail as it has.
fn printed(council: &Council, arguments: &[&str]) -> Vec<u8> {
    let done = Command::new(env!("CARGO_BIN_EXE_sufficiency"))
        .arg("--project")
        .arg(council.path(""))
        .args(arguments)
        .envs([("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full")])
        .output()
        .unwrap();
    [format!("{arguments:?}\n").into_bytes(), done.stdout, done.stderr].concat()
}

const COMMANDS: &[&[&str]] = &[
    &["plan", "outcomes", "pupils"],
    &["quarantine", "list"],
    &["quarantine", "show", "pupils.pupils"],
    &["--json", "quarantine", "show", "outcomes.exclusions"],
    &["quarantine", "show", "outcomes.placements"],
    &["history"],
    &["--json", "show", "1"],
    &["describe", "pupils.pupils"],
    &["query", "SELECT * FROM pupils.pupils"],
    &["query", "SELECT nonsense FROM pupils.pupils"],
    &["report", "preview", "exclusions"],
    &["verify"],
];

/// Makes a council whose files have the canaries in rows that are right and rows that are not.
fn planted() -> Council {
    let council = fresh();
    let (child, wrong, birth) = (upn(SERIAL), miswritten(&upn(SERIAL)), BIRTH[0]);
    let mut text = pupils(40);
    writeln!(text, "{child},{NAME},{birth},{POSTCODE},F").unwrap();
    writeln!(text, "{wrong},{NAME},{birth},{POSTCODE},M").unwrap();
    writeln!(text, "{NAME},{child},{birth},{POSTCODE},M").unwrap();
    writeln!(text, "{child},{NAME},{birth},{POSTCODE},unmapped").unwrap();
    writeln!(text, "{},{NAME},{birth} {NAME},{POSTCODE},F", upn(500)).unwrap();
    writeln!(text, "{},{NAME},{POSTCODE},{birth},F,and,one,more,{NAME}", upn(501)).unwrap();
    council.write(PUPILS, text);
    let mut log = exclusions(60);
    writeln!(log, "EX0700,{child},{NAME},05/10/2023,,BU,2,10.00").unwrap();
    writeln!(log, "EX0701,{child},{NAME},05/10/2023,01/10/2023,BU,2,10.00").unwrap();
    writeln!(log, "EX0702,{wrong},{NAME},05/10/2023,,BU,2,10.00").unwrap();
    writeln!(log, "EX0703,{child},{NAME},05/10/2023,,BU,2").unwrap();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, log.as_bytes()).unwrap();
    council.write(EXCLUSIONS, packed.finish().unwrap());
    let mut rows = thirty("2024-09-10");
    rows.push(("PL90".to_owned(), child, "P1", "10.00", "2024-09-10"));
    rows.push(("PL91".to_owned(), wrong, "P9", "10.00", "2024-09-10"));
    placements(&council, &rows);
    visits(&council, true);
    council
}

/// Adds a workbook of visits, a source of its own, with a sheet that people keep for themselves.
fn visits(council: &Council, whole: bool) {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet().set_name("Visits").unwrap();
    let child = upn(SERIAL);
    let rows = [["UPN", "Child", "Postcode"], [&child, NAME, POSTCODE], [NAME, &child, POSTCODE]];
    for (row, cells) in (0..).zip(rows) {
        sheet.write_row(row, 0, cells).unwrap();
    }
    let bytes = workbook.save_to_buffer().unwrap();
    let bytes = if whole { bytes.as_slice() } else { &bytes[..bytes.len() * 2 / 3] };
    council.write("extracts/visits.xlsx", bytes);
    council.write(
        "pipelines/pupils/sources/visits.toml",
        "connection = \"share\"\nfiles = \"visits.xlsx\"\n[workbook]\nsheet = \"Visits\"\n\
         [[columns]]\nname = \"pupil_key\"\nfrom = \"UPN\"\ntype = \"upn\"\n\
         privacy = { pseudonymise = { purpose = \"pupil\" } }\n\
         [[columns]]\nname = \"child\"\nfrom = \"Child\"\ntype = \"text\"\nprivacy = \"drop\"\n\
         [[columns]]\nname = \"ward_code\"\nfrom = \"Postcode\"\ntype = \"text\"\n\
         privacy = { generalise = { lookup = { list = \"reference.postcodes\", from = \"postcode\", to = \"ward_code\" } } }\n",
    );
}

#[test]
fn p2_no_planted_identifier_is_anywhere_after_every_kind_of_success_and_failure() {
    let council = planted();
    for source in [PUPILS, EXCLUSIONS, "extracts/visits.xlsx", "extracts/casework.sqlite"] {
        let mut there = Vec::new();
        found(source, &std::fs::read(council.path(source)).unwrap(), 4, &mut there);
        assert!(!there.is_empty(), "the search does not see into {source}");
    }
    let run: &[&str] = &["run", "--all", "--send"];
    let mut talk = printed(&council, run);
    for command in COMMANDS {
        talk.extend(printed(&council, command));
    }
    assert_eq!(council.emails().len(), 1, "{}", String::from_utf8_lossy(&talk));
    let (child, birth) = (upn(SERIAL), BIRTH[0]);
    let row = format!("{child},{NAME},{birth},{POSTCODE},F\n");
    let query = "pipelines/outcomes/sources/placements.sql";
    let right = std::fs::read_to_string(council.path(query)).unwrap();
    let broken: [(&str, Vec<u8>); 12] = [
        (PUPILS, row.repeat(3).into_bytes()),
        (PUPILS, format!("{}\"{row}", pupils(40)).into_bytes()),
        (PUPILS, row.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        (PUPILS, [pupils(3).into_bytes(), b"\xff\xfe".to_vec(), row.clone().into_bytes()].concat()),
        (PUPILS, format!("{}{}", pupils(2), row.replace(',', ";").repeat(9)).into_bytes()),
        (PUPILS, pupils(40).replace("Sex\n", &format!("Sex,{NAME}\n")).replace("UPN", "U P N").into_bytes()),
        (PUPILS, format!("<html>{row}</html>").into_bytes()),
        ("extracts/visits.xlsx", Vec::new()),
        (query, right.replace("upn", "nothing_such").into_bytes()),
        (query, right.replace("upn,", "CAST(upn AS BLOB) AS upn,").into_bytes()),
        (query, right.replace("upn,", &format!("json_extract(upn, '$.{NAME}'),")).into_bytes()),
        (query, right.replace("upn,", "upn || ' of ' || placement_id AS upn,").into_bytes()),
    ];
    for (file, bytes) in &broken {
        let before = std::fs::read(council.path(file)).unwrap();
        if file.ends_with("xlsx") && bytes.is_empty() {
            visits(&council, false);
        } else {
            council.write(file, bytes);
        }
        let said = printed(&council, run);
        let words = String::from_utf8_lossy(&said).into_owned();
        assert!(
            words.contains("error"),
            "{file} {:?} is not refused: {words}",
            String::from_utf8_lossy(bytes)
        );
        // A query that names a canary names it in its own text, which is the project's and not the data's.
        if !bytes.windows(NAME.len()).any(|window| window == NAME.as_bytes()) || !file.ends_with("sql") {
            talk.extend(said);
        }
        council.write(file, before);
    }
    talk.extend(printed(&council, &["--json", "run", "--all"]));
    for command in COMMANDS {
        talk.extend(printed(&council, command));
    }
    let mut leaks = Vec::new();
    found("what was printed", &talk, 1, &mut leaks);
    let mut files = 0;
    hits(&council.path(""), &mut files, &mut leaks);
    assert!(files > 60, "only {files} files were looked through");
    assert_eq!(leaks, Vec::<String>::new());
}

#[test]
fn p1_no_guess_of_a_school_and_years_numbers_finds_a_pseudonym_in_any_of_six_hashes() {
    let council = fresh();
    let mut text = pupils(0);
    for serial in 0..60 {
        writeln!(
            text,
            "{},Quillfeather,01/04/2010,WV1 1AA,F",
            super::checked(&format!("336400120{serial:03}"))
        )
        .unwrap();
    }
    council.write(PUPILS, text);
    council.run_all().result().unwrap_or_else(|failure| panic!("{failure}"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/guess_pupil_numbers.py");
    let done =
        Command::new("python3").arg(script).arg(council.path("store")).arg("336400120").output().unwrap();
    let printed = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let numbers: Vec<u64> = printed.split_whitespace().map(|number| number.parse().unwrap()).collect();
    assert_eq!((numbers[0], numbers[2]), (1000, 0), "{printed}");
    assert!(numbers[1] > 150, "the pseudonyms were looked through: {printed}");
}
