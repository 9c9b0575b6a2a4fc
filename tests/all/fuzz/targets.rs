//! What is given any bytes and may refuse them, but never panics, hangs or takes more than it should. Each is
//! tried by `tests/all/fuzz` on every change, and by `fuzz/` for as long as somebody wishes.

use std::cell::RefCell;
use std::io::{Cursor, Write};
use std::path::Path;
use std::str::from_utf8;

use chrono::{TimeZone, Utc};
use sha2::{Digest, Sha256};
use sufficiency::deliver::AllowList;
use sufficiency::diagnostic::SourceFile;
use sufficiency::engine::{Engine, Limits, TableName};
use sufficiency::project::{Project, RecipientsFile, SourceDefinition, SourceToml, Written};
use sufficiency::schedule::{Cron, Rule};
use sufficiency::source::{Inputs, Place, check, discover, extract};
use sufficiency::store::{Place as StorePlace, Store};
use tempfile::TempDir;

thread_local! {
    static FOLDER: TempDir = TempDir::new().unwrap();
    static ENGINE: RefCell<Option<Engine>> = const { RefCell::new(None) };
}

const COLUMNS: &str = r#"
[[columns]]
name = "id"
from = "ID"
type = "text"
required = true
[[columns]]
name = "amount"
from = "Amount"
type = { money = { scale = 2 } }
[[columns]]
name = "paid_on"
from = "Paid"
type = { date = { format = ["%d/%m/%Y", "serial"] } }
optional = true
[[rules]]
name = "not_too_much"
sql = "amount < 1000000"
severity = "quarantine"
"#;

fn source(toml: &str) -> Option<SourceDefinition> {
    let file = SourceFile::inline("sources/fuzzed.toml", toml);
    let settings = SourceToml::parse(&file).ok()?;
    Some(SourceDefinition {
        name: "fuzzed".to_owned(),
        file: settings,
        source: file,
        sql: None,
        totals: None,
    })
}

/// Reads bytes as a file under a contract: every row and penny is accounted for, or the file is refused.
fn read(bytes: &[u8], format: &str) {
    let toml =
        format!("connection = \"c\"\nfiles = \"f.csv\"\nexact_duplicates = \"drop\"\n{format}{COLUMNS}");
    let source = source(&toml).unwrap();
    let connection = Written::inline("folder = { path = \".\" }").unwrap();
    FOLDER.with(|folder| {
        std::fs::write(folder.path().join("f.csv"), bytes).unwrap();
        let place = Place { root: folder.path(), connection: &connection };
        let found = discover(&source, place).unwrap();
        let Ok(extraction) = extract(&source, place, &found[0], &Inputs::default()) else { return };
        let counts = extraction.counts;
        assert_eq!(counts.read, counts.published + counts.quarantined + counts.duplicates);
        for money in extraction.money.values() {
            assert_eq!(money.read, money.published + money.quarantined + money.duplicates);
        }
    });
}

pub(crate) fn delimited(bytes: &[u8]) {
    read(bytes, "[csv]\nencoding = [\"utf-8\", \"windows-1252\"]\n");
}

pub(crate) fn json(bytes: &[u8]) {
    read(bytes, "[json]\n");
}

pub(crate) fn xml(bytes: &[u8]) {
    read(bytes, "[xml]\nrows = \"all/one\"\n");
}

pub(crate) fn parquet(bytes: &[u8]) {
    read(bytes, "");
}

/// Reads the bytes as a whole archive.
pub(crate) fn archive(bytes: &[u8]) {
    read(bytes, "[workbook]\nsheet = \"*\"\n");
    read(bytes, "");
}

/// Reads the bytes as the one sheet of a workbook that is otherwise whole.
pub(crate) fn sheet(bytes: &[u8]) {
    const PARTS: [(&str, &str); 4] = [
        (
            "[Content_Types].xml",
            r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#,
        ),
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let sheet = ("xl/worksheets/sheet1.xml", bytes);
    for (name, bytes) in PARTS.iter().map(|(name, text)| (*name, text.as_bytes())).chain([sheet]) {
        archive.start_file(name, stored).unwrap();
        archive.write_all(bytes).unwrap();
    }
    read(&archive.finish().unwrap().into_inner(), "[workbook]\nsheet = \"*\"\n");
}

pub(crate) fn contract(bytes: &[u8]) {
    let Some(source) = from_utf8(bytes).ok().and_then(source) else { return };
    let connection = Written::inline("folder = { path = \".\" }").unwrap();
    for fault in check(&source, Some(&connection)).iter() {
        assert!(!fault.to_string().is_empty());
    }
}

pub(crate) fn schedule(bytes: &[u8]) {
    let Ok(text) = from_utf8(bytes) else { return };
    if let Ok(rule) = Rule::parse(text) {
        assert!(!rule.explain().is_empty());
    }
    let Ok(cron) = Cron::parse(text) else { return };
    assert!(!cron.explain().is_empty());
    let after = Utc.with_ymd_and_hms(2026, 3, 29, 0, 30, 0).unwrap();
    if let Some(next) = cron.next(after, chrono_tz::Europe::London) {
        assert!(next > after, "{text}");
    }
}

pub(crate) fn recipients(bytes: &[u8]) {
    let Ok(text) = from_utf8(bytes) else { return };
    let allowed = AllowList::new(["council.example"]).unwrap();
    let written: Vec<String> = match toml::from_str::<RecipientsFile>(text) {
        Ok(file) => file
            .roles
            .into_values()
            .flat_map(|role| role.to)
            .map(sufficiency::diagnostic::Spanned::into_inner)
            .collect(),
        Err(_) => text.lines().map(str::to_owned).collect(),
    };
    for written in written {
        if let Ok(address) = allowed.admit(&written) {
            let address = address.to_string();
            assert!(address.ends_with("@council.example"), "{written}");
            assert!(!address.contains(['\r', '\n']), "{written}");
        }
    }
}

/// Checks that a query that is let through is one that only reads, and has columns.
pub(crate) fn query(bytes: &[u8]) {
    let Ok(text) = from_utf8(bytes) else { return };
    ENGINE.with(|engine| {
        let mut engine = engine.borrow_mut();
        let engine = engine.get_or_insert_with(|| {
            let engine =
                Engine::new(Limits { partitions: 1, memory: 64 << 20, ..Limits::default() }).unwrap();
            let columns = ["id", "amount"]
                .map(|name| arrow::datatypes::Field::new(name, arrow::datatypes::DataType::Int64, true));
            let schema = std::sync::Arc::new(arrow::datatypes::Schema::new(columns.to_vec()));
            engine.register(&TableName::new("finance", "lines"), schema, Vec::new()).unwrap();
            engine.enter("finance");
            engine
        });
        let sql = SourceFile::inline("fuzzed.sql", text);
        match engine.plan(&sql) {
            Ok(planned) => assert!(!planned.schema.fields().is_empty(), "{text}"),
            Err(fault) => assert!(!fault.message().is_empty()),
        }
    });
}

/// Reads a report's narrative, within a project that is otherwise whole.
pub(crate) fn template(bytes: &[u8]) {
    const FILES: [(&str, &str); 9] = [
        ("sufficiency.toml", include_str!("../../projects/payments/sufficiency.toml")),
        ("recipients.toml", include_str!("../../projects/payments/recipients.toml")),
        ("settings.toml", "[connections.finance_share]\nfolder = { path = \"extracts\" }\n"),
        (
            "pipelines/finance/pipeline.toml",
            include_str!("../../projects/payments/pipelines/finance/pipeline.toml"),
        ),
        (
            "pipelines/finance/sources/ledger_lines.toml",
            include_str!("../../projects/payments/pipelines/finance/sources/ledger_lines.toml"),
        ),
        (
            "pipelines/cost_review/pipeline.toml",
            include_str!("../../projects/payments/pipelines/cost_review/pipeline.toml"),
        ),
        (
            "pipelines/cost_review/models/ap_spend_by_month.sql",
            include_str!("../../projects/payments/pipelines/cost_review/models/ap_spend_by_month.sql"),
        ),
        (
            "pipelines/cost_review/models/ap_spend_by_month.toml",
            include_str!("../../projects/payments/pipelines/cost_review/models/ap_spend_by_month.toml"),
        ),
        (
            "report-templates/cost_review/report.toml",
            include_str!("../../projects/payments/report-templates/cost_review/report.toml"),
        ),
    ];
    let write = |root: &Path, name: &str, bytes: &[u8]| {
        let path = root.join("project").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    };
    FOLDER.with(|folder| {
        if !folder.path().join("project").exists() {
            for (name, text) in FILES {
                write(folder.path(), name, text.as_bytes());
            }
        }
        write(folder.path(), "report-templates/cost_review/report.md.hbs", bytes);
        if let Ok((project, _)) = Project::load(&folder.path().join("project")) {
            for fault in sufficiency::run::check(&project).iter() {
                assert!(!fault.to_string().is_empty());
            }
        }
    });
}

/// Reads a commit, as it is and with a seal that fits it.
pub(crate) fn commit(bytes: &[u8]) {
    const BEFORE: &[u8] = b",\n  \"seal\": \"";
    let seal = sufficiency::text::hex(&Sha256::digest(bytes));
    let sealed = [bytes, BEFORE, seal.as_bytes(), b"\"\n}\n"].concat();
    for bytes in [bytes, &sealed] {
        let store = Store::open(StorePlace::Memory).unwrap();
        store.objects().create("commits/00000001.json", bytes).unwrap();
        if let Ok(Some(commit)) = store.head() {
            assert_eq!(commit.seq, 1);
        }
        // What it finds is for others to judge.
        let _ = store.verify();
    }
}
