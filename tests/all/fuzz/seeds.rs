//! Good examples of what each target is given, and the words of its language.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use sufficiency::store::{NewTable, Place, Publication, Store};

use super::Seeds;

fn texts(examples: &[&str], words: &'static [&'static str]) -> Seeds {
    Seeds { examples: examples.iter().map(|text| text.as_bytes().to_vec()).collect(), words }
}

pub(super) fn delimited() -> Seeds {
    texts(
        &[
            "ID,Amount,Paid\n1,1.00,01/04/2025\n2,\"£1,234.50\",45000\n",
            "\u{feff}Report,,\r\n\r\nid,AMOUNT,Paid\r\n\"a\nb\",(5.00),\r\n",
            "ID,Amount\r7,7.10-\r",
        ],
        &[
            "\"",
            ",",
            "\r",
            "\n",
            "\0",
            "\u{feff}",
            "\u{a3}",
            "ID,Amount,Paid\n",
            "99999999999999999999",
            "-",
            "(",
            "1E5",
        ],
    )
}

pub(super) fn json() -> Seeds {
    texts(
        &[
            r#"[{"ID": "1", "Amount": 1.00, "Paid": null}, {"ID": 2, "Amount": "£2.50", "of": {"a": [1, 2, {"b": true}]}}]"#,
            "{\"ID\": \"1\", \"Amount\": 1.5e2}\n{\"ID\": \"\\u00e9\", \"Amount\": -0}\n",
        ],
        &[
            "{", "}", "[", "]", "\"", ":", ",", "null", "1e999", "NaN", "-", "\\u", "\\ud800", "\"ID\":",
            "[[[[[[[[", "\n",
        ],
    )
}

pub(super) fn xml() -> Seeds {
    texts(
        &[
            "<all><one><ID>1</ID><Amount>1.00</Amount></one><one ID='2'><Amount>2</Amount></one></all>",
            "<?xml version=\"1.0\" encoding=\"windows-1252\"?>\n<x:all xmlns:x='u'><!-- c --><x:one><ID><![CDATA[<]]></ID>\
             <Amount>&#163;1&amp;</Amount></x:one></x:all>",
        ],
        &[
            "<",
            ">",
            "</",
            "/>",
            "<one>",
            "</one>",
            "<!--",
            "-->",
            "<![CDATA[",
            "]]>",
            "&",
            ";",
            "&#x0;",
            "&#x110000;",
            "<!DOCTYPE",
            "<?xml",
            "='",
            "'",
            "\0",
        ],
    )
}

pub(super) fn parquet() -> Seeds {
    let columns: [(&str, ArrayRef); 2] = [
        ("ID", Arc::new(StringArray::from(vec!["1", "2"]))),
        ("Amount", Arc::new(Float64Array::from(vec![Some(1.0), None]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    Seeds { examples: vec![bytes], words: &["PAR1", "\0\0\0\0", "\u{7f}\u{7f}", "\x15", "\x19"] }
}

fn workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (row, (id, amount)) in (0..).zip([("ID", "Amount"), ("1", "1.00")]) {
        sheet.write(row, 0, id).unwrap().write(row, 1, amount).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

pub(super) fn archive() -> Seeds {
    let gzip = {
        use std::io::Write;
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(b"ID,Amount\n1,1.00\n").unwrap();
        packed.finish().unwrap()
    };
    let zstandard = zstd::encode_all(&b"ID,Amount\n1,1.00\n"[..], 1).unwrap();
    let words = &["PK\x03\x04", "PK\x01\x02", "PK\x05\x06", "PK\x06\x06", "../", "\0\0", "\u{7f}\u{7f}"];
    Seeds { examples: vec![workbook(), gzip, zstandard], words }
}

pub(super) fn sheet() -> Seeds {
    texts(
        &[
            "<worksheet><dimension ref=\"A1:B2\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>ID</v></c>\
             <c r=\"B1\" t=\"inlineStr\"><is><t>Amount</t></is></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c>\
             <c r=\"B2\"><f>1+1</f><v>2.5</v></c></row></sheetData></worksheet>",
            "<worksheet><sheetData><row><c t=\"str\"><v>ID</v></c><c t=\"str\"><v>Amount</v></c></row>\
             <row><c t=\"b\"><v>1</v></c><c t=\"e\"><v>#REF!</v></c></row></sheetData>\
             <mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells></worksheet>",
        ],
        &[
            "<row>",
            "<c>",
            "</c>",
            "<v>",
            "r=\"XFD1048576\"",
            "r=\"A0\"",
            "r=\"ZZZZZZZ99999999999\"",
            "t=\"s\"",
            "t=\"d\"",
            "<f t=\"shared\" si=\"0\" ref=\"A1:XFD1048576\">",
            "99999999999999999999",
            "1e999",
            "ref=\"B2:A1\"",
            "&",
            "<",
        ],
    )
}

pub(super) fn contract() -> Seeds {
    texts(
        &[
            include_str!("../../projects/payments/pipelines/finance/sources/ledger_lines.toml"),
            include_str!("../../../pipelines/finance/sources/budgets.toml"),
            include_str!("../../../pipelines/outcomes/sources/exclusions.toml"),
        ],
        &[
            "[csv]\n",
            "[json]\nrecords = \"a.b\"\n",
            "[xml]\nrows = \"a/b\"\n",
            "= ",
            "\"",
            "{ ",
            " }",
            "[[columns]]\n",
            "type = \"upn\"\n",
            "type = { date = { format = \"%\" } }\n",
            "255",
            "-1",
            "required = true\n",
            "sql = \"a = (\"\n",
            "map = { A = \"B\" }\n",
            "allowed = []\n",
            "delimiter = \"\\n\"\n",
        ],
    )
}

pub(super) fn schedule() -> Seeds {
    texts(
        &[
            "0 6 * * 1-5",
            "*/15 0-23/2 1,15 jan-dec 7",
            "first Monday of October",
            "working day 8 after period close",
            "weekly in term",
        ],
        &[
            "*",
            "/",
            ",",
            "-",
            "0",
            "7",
            "59",
            "60",
            "L",
            "#",
            "?",
            "mon",
            "sun",
            "january",
            "first ",
            " of ",
            " at 06:00",
            "99999999999",
        ],
    )
}

pub(super) fn recipients() -> Seeds {
    texts(
        &[
            include_str!("../../projects/payments/recipients.toml"),
            "AP Team <ap.team@council.example>\nx@council.example\n",
        ],
        &[
            "@",
            "@council.example",
            "<",
            ">",
            "\"",
            "\\r\\n",
            "\u{430}",
            ",",
            ";",
            "..",
            "%",
            "!",
            "[127.0.0.1]",
            " ",
            "\u{202e}",
        ],
    )
}

pub(super) fn query() -> Seeds {
    texts(
        &[
            "SELECT id, sum(amount) AS total FROM lines GROUP BY id ORDER BY id",
            "WITH a AS (SELECT * FROM finance.lines WHERE amount > $x) SELECT a.id, row_number() OVER (PARTITION BY id) AS n FROM a JOIN lines USING (id)",
            "SELECT CASE WHEN amount IS NULL THEN 'x' ELSE CAST(amount AS text) END AS t FROM lines UNION ALL SELECT 'a'",
        ],
        &[
            "(",
            ")",
            "((((((((",
            "SELECT ",
            "FROM ",
            "'",
            "\"",
            ";",
            "--",
            "/*",
            "COPY lines TO '/tmp/x'",
            "DROP TABLE lines",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
            "SET x = 1",
            "now()",
            "random()",
            "$1",
            "'/etc/passwd'",
            "INSERT INTO lines VALUES (1, 2)",
            "EXPLAIN ANALYZE ",
            "NOT ",
            "- ",
            "99999999999999999999",
            "RECURSIVE ",
        ],
    )
}

pub(super) fn template() -> Seeds {
    texts(
        &[
            include_str!("../../projects/payments/report-templates/cost_review/report.md.hbs"),
            "{{#if by_month}}{{#each by_month}}{{month}} {{value spend}}{{/each}}{{else}}*none*{{/if}}\n\n## {{title}}\n",
        ],
        &[
            "{{",
            "}}",
            "{{{",
            "}}}",
            "{{#if ",
            "{{/if}}",
            "{{#each ",
            "{{else}}",
            "../",
            "this.",
            "@index",
            "\"",
            "|",
            "<script>",
            "[x](javascript:y)",
            "{{> x}}",
            "{{lookup ",
            "\u{202e}",
            "```",
        ],
    )
}

pub(super) fn commit() -> Seeds {
    let store = Store::open(Place::Memory).unwrap();
    let columns: [(&str, ArrayRef); 1] = [("id", Arc::new(StringArray::from(vec!["1"])))];
    let table = NewTable {
        name: "lines".to_owned(),
        batches: vec![RecordBatch::try_from_iter(columns).unwrap()],
        ..NewTable::default()
    };
    let publication = Publication {
        pipeline: "finance".to_owned(),
        run: "run-1".to_owned(),
        tables: vec![table],
        version: "0.1.0".to_owned(),
        ..Publication::default()
    };
    store.publish(&publication).unwrap();
    let whole = store.objects().read("commits/00000001.json").unwrap().unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    let unsealed = text.rsplit_once(",\n  \"seal\"").unwrap().0.as_bytes().to_vec();
    let words = &[
        "{",
        "}",
        "\"",
        "null",
        "-1",
        "18446744073709551616",
        "\"seq\"",
        "\"files\"",
        "../",
        "\\u0000",
        "[]",
        "1e9",
    ];
    Seeds { examples: vec![whole, unsealed], words }
}
