//! JSON and XML.

use super::{Case, Outcome, case};
use Outcome::{Read, Refused};

const NAMED: &str = "[json]\nrecords = \"data\"";
const XML: &str = "[xml]\nrows = \"all/one\"";

/// A depth at which a parser that calls itself is at its end.
const DEEP: usize = 100_000;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = json();
    cases.extend(xml());
    cases
}

#[expect(clippy::too_many_lines, reason = "a table, a line a file")]
fn json() -> Vec<Case> {
    let good = "[{\"ID\": \"1\", \"Amount\": 1.00}, {\"Amount\": \"£2.50\", \"ID\": 2}]";
    let wide = [0xfeff_u16].into_iter().chain(good.encode_utf16()).flat_map(u16::to_le_bytes);
    vec![
        case("F47", "good.json", good, "[json]", Read(2, 0, 350)),
        case("F47", "by_content.txt", good, "", Read(2, 0, 350)),
        case("F47", "utf16.json", wide.collect::<Vec<u8>>(), "[json]", Read(2, 0, 350)),
        case(
            "F47",
            "lines.ndjson",
            "{\"ID\": 1, \"Amount\": 1}\n\n{\"ID\": 2, \"Amount\": 2.5}",
            "",
            Read(2, 0, 350),
        ),
        case("F47", "named.json", format!("{{\"data\": {good}}}"), NAMED, Read(2, 0, 350)),
        case(
            "F47",
            "lacking.json",
            "[{\"ID\": 1, \"Amount\": 1}, {\"ID\": 2}, {}]",
            "[json]",
            Read(3, 0, 100),
        ),
        case(
            "F47",
            "text.json",
            "ID,Amount\n1,1.00\n",
            "[json]",
            Refused("`text.json`: expected JSON, found plain text"),
        ),
        case("F47", "none.json", "[]", "[json]", Refused("`none.json` holds no rows")),
        case(
            "F47",
            "elsewhere.json",
            format!("{{\"dato\": {good}}}"),
            NAMED,
            Refused("`elsewhere.json` document: expected the key `data`, found none"),
        ),
        case(
            "F47",
            "drift.json",
            "[{\"ID\": 1, \"Amounts\": 1}]",
            "[json]",
            Refused("`drift.json`: no column `Amount`; the columns are `amounts`, `id`"),
        ),
        case(
            "F47",
            "cut.json",
            &good[..40],
            "[json]",
            Refused("`cut.json` line 1 column 41: not valid JSON"),
        ),
        case(
            "F47",
            "two.json",
            format!("{good}{good}"),
            "[json]",
            Refused("`two.json` line 1 column 61: not valid JSON"),
        ),
        case(
            "F47",
            "deep.json",
            format!("[{{\"ID\": {}{}}}]", "[".repeat(DEEP), "]".repeat(DEEP)),
            "[json]",
            Refused("`deep.json` record 1: is nested more than 64 levels deep"),
        ),
        case(
            "F47",
            "twice.json",
            "[{\"ID\": 1, \"Amount\": 1, \"Amount\": 2}]",
            "[json]",
            Refused("`twice.json` record 1: the key `Amount` appears twice"),
        ),
        case(
            "F47",
            "nan.json",
            "[{\"ID\": 1, \"Amount\": NaN}]",
            "[json]",
            Refused("`nan.json` line 1 column 22: not valid JSON"),
        ),
        case(
            "F47",
            "without_measure.json",
            "[{\"ID\": 1, \"Amount\": 1e999}]",
            "[json]",
            Refused("`without_measure.json` record 1: `Amount` is a number of more than 38 digits"),
        ),
        case("F47", "exponent.json", "[{\"ID\": 1, \"Amount\": 1.5e2}]", "[json]", Read(1, 0, 15_000)),
        case(
            "F47",
            "fraction.json",
            "[{\"ID\": 1, \"Amount\": 0.1}, {\"ID\": 2, \"Amount\": 1.005}]",
            "[json]",
            Read(1, 1, 10),
        ),
        case(
            "F47",
            "long.json",
            format!("[{{\"ID\": \"{}\"}}]", "x".repeat(5 << 20)),
            "[json]",
            Refused("`long.json` document: a value is longer than 4194304 bytes"),
        ),
        case(
            "F47",
            "zero.json",
            "[{\"ID\": \"\0\"}]",
            "[json]",
            Refused("`zero.json`: expected text, found a zero byte at byte 9"),
        ),
        case(
            "F47",
            "wide.json",
            {
                let keys: Vec<String> = (0..5_000).map(|key| format!("\"k{key}\": 1")).collect();
                format!("[{{{}}}]", keys.join(","))
            },
            "[json]",
            Refused("`wide.json` record 1: records of this file have more than 4096 values"),
        ),
    ]
}

fn xml() -> Vec<Case> {
    let good = "<all>\n<one><ID>1</ID><Amount>1.00</Amount></one>\n<one><Amount>2.50</Amount></one></all>";
    vec![
        case("F45", "good.xml", good, XML, Read(2, 0, 350)),
        Case { columns: &["@id: text", "Amount/@gross: money"], ..case("F45", "attributes.xml", "<all><one id='1'><Amount gross=\"2.50\"/></one></all>", XML, Read(1, 0, 250)) },
        case("F45", "windows.xml", b"<?xml version='1.0' encoding='windows-1252'?>\n<all><one><ID>1</ID><Amount>\xa31</Amount></one></all>", XML, Read(1, 0, 100)),
        case("F45", "not_utf8.xml", b"<all><one><ID>1</ID><Amount>\xa31</Amount></one></all>", XML, Refused("`not_utf8.xml` row 1: expected UTF-8, found the byte A3, which is not, at byte 28")),
        case("F45", "klingon.xml", "<?xml version='1.0' encoding='klingon'?><all/>", XML, Refused("`klingon.xml` line 1: the document declares an encoding that cannot be read")),
        case("F45", "elsewhere.xml", good.replace("one", "won"), XML, Refused("`elsewhere.xml` document: no element at `all/one`")),
        case("F45", "two_amounts.xml", "<all><one><ID>1</ID><Amount>1</Amount><Amount>2</Amount></one></all>", XML, Refused("`two_amounts.xml`: no column `Amount`; the columns are `amount[1]`, `amount[2]`, `id`")),
        case("F45", "type.xml", "<!DOCTYPE all [<!ENTITY a \"b\">]>\n<all><one>&a;</one></all>", XML, Refused("`type.xml` line 1: a document type (DOCTYPE) is refused: it can make a small file unpack without end")),
        case("F45", "outside.xml", "<!DOCTYPE all [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><all><one>&a;</one></all>", XML, Refused("`outside.xml` line 1: a document type (DOCTYPE) is refused: it can make a small file unpack without end")),
        case("F45", "entity.xml", "<all><one><ID>&nbsp;</ID></one></all>", XML, Refused("`entity.xml` line 1: expected one of the entities of XML itself, found another")),
        case("F45", "deep.xml", "<all>".repeat(DEEP), XML, Refused("`deep.xml` line 1: elements are nested more than 64 levels deep")),
        case("F45", "cut.xml", &good[..60], XML, Refused("`cut.xml` line 3: not valid XML")),
        case("F45", "crossed.xml", "<all><one></all></one>", XML, Refused("`crossed.xml` line 1: not valid XML")),
        case("F45", "long.xml", format!("<all><one><ID>{}</ID></one></all>", "x".repeat(5 << 20)), XML, Refused("`long.xml` line 1: a text or a tag is longer than 4194304 bytes")),
        case("F45", "page.xml", "<html><body>denied</body></html>", XML, Refused("`page.xml`: expected XML, found a web page (HTML)")),
        case("F45", "zipped.zip", super::packed::zip(&[("a.xml", good.as_bytes())]), XML, Read(2, 0, 350)),
    ]
}
