//! Records whose values are not where, or not what, the contract expects.

use super::{Field, warning};

const PAIR: &[&str] = &["ref: text", "amount: money"];

/// Returns the reasons of the rows set aside.
fn reasons(field: &Field) -> Vec<(i64, String)> {
    field.read().unwrap().quarantine.into_iter().map(|row| (row.row, row.reason)).collect()
}

#[test]
fn an_object_or_a_list_instead_of_a_value_is_set_aside() {
    let text = r#"[{"ref":"A1","amount":{"value":5,"currency":"GBP"}},{"ref":["a","b"],"amount":3},{"ref":"A3","amount":7},
        {"ref":null,"amount":null},{"ref":"A5","amount":[]}]"#;
    for columns in [PAIR, &["ref: text | required = true", "amount: money | required = true"]] {
        let field = Field::new("r.json", text, "[json]", columns);
        let aside = reasons(&field);
        assert_eq!(aside[0], (1, "`amount` is an object, expected a single value".to_owned()));
        assert_eq!(aside[1], (2, "`ref` is a list, expected a single value".to_owned()));
        assert_eq!(aside.last().unwrap(), &(5, "`amount` is a list, expected a single value".to_owned()));
        assert_eq!(field.aside()[0].1, "single_value");
        assert_eq!(field.rows()[0], "A3|7.00");
    }
    let all = Field::new("r.json", r#"[{"ref":"A1","amount":{"x":5}}]"#, "", PAIR);
    assert_eq!(all.aside(), [(1, "single_value".to_owned())]);
    let blank = Field::new("r.json", text, "", &["ref: text", "amount: money | on_bad = \"null\""]);
    assert_eq!(blank.warnings(), [super::warning("bad_cell_as_blank", 2, "row 1, `amount`")]);
}

#[test]
fn a_value_where_the_contract_looks_for_one_within_is_set_aside() {
    let columns = &["ref: text", "net.amount: money | optional = true"];
    let renamed =
        |field: Field| Field { toml: field.toml.replace("name = \"net.amount\"", "name = \"net\""), ..field };
    let text = r#"[{"ref":"A1","net":5},{"ref":"A2","net":{"amount":5}},{"ref":"A3","net":[{"amount":5}]},{"ref":"A4","net":null},
        {"ref":"A5"},{"ref":"A6","net":"x","net.amount":6}]"#;
    let field = renamed(Field::new("r.json", text, "", columns));
    let aside = [(1, "nested_value".to_owned()), (3, "nested_value".to_owned())];
    assert_eq!(field.aside(), aside);
    assert_eq!(field.rows(), ["A2|5.00", "A4|", "A5|", "A6|6.00"]);
    // Even where no record has it as the contract expects.
    let field = renamed(Field::new("r.json", r#"[{"ref":"A1","net":5},{"ref":"A2"}]"#, "", columns));
    assert_eq!((field.aside(), field.rows()), (vec![(1, "nested_value".to_owned())], vec!["A2|".to_owned()]));
    let listed = &["ref: text", "need[1]: text | optional = true"];
    let field = Field::new("r.json", r#"[{"ref":"A1","need":["x"]},{"ref":"A2","need":"y"}]"#, "", listed);
    let field = Field { toml: field.toml.replace("name = \"need[1]\"", "name = \"need\""), ..field };
    assert_eq!(
        (field.rows(), field.aside()),
        (vec!["A1|x".to_owned()], vec![(2, "nested_value".to_owned())])
    );
}

#[test]
fn a_text_with_elements_within_it_is_set_aside() {
    let text = "<R><P><N>a</N><A>5.00</A></P><P><N>x<b>y</b>z</N><A>7</A></P><P><N>c</N><A><v>1</v></A></P>\
                <P><N k=\"1\">e</N><A/></P></R>";
    let columns = &["N: text", "A: money"];
    let field = Field::new("r.xml", text, "[xml]\nrows = \"R/P\"", columns);
    assert_eq!(field.rows(), ["a|5.00", "e|"]);
    let said = "`n` is a text with elements within it, expected a single value";
    assert_eq!(
        reasons(&field),
        [(2, said.to_owned()), (3, "`a` is an object, expected a single value".to_owned())]
    );
}

#[test]
fn a_page_of_a_portal_that_has_more_is_counted() {
    let page = |before: &str, after: &str| {
        let text = format!(r#"{{{before}"items":[{{"Ref":"A1"}},{{"Ref":"A2"}}]{after}}}"#);
        Field::new("a.json", text, "[json]\nrecords = \"items\"", &["Ref: text"]).warnings()
    };
    let of = |words: &str| vec![warning("page_of_more", 1, words)];
    assert_eq!(page(r#""total":5000,"#, ""), of("it states 5000 records and has 2"));
    assert_eq!(page("", r#","paging":{"page":1,"totalResults":3}"#), of("it states 3 records and has 2"));
    assert_eq!(page(r#""exceededTransferLimit":true,"#, ""), of("the server says that it left records out"));
    assert_eq!(page("", r#","@odata.nextLink":"https://data.example/2""#), of("it names a next page"));
    // The last page, the only one, totals of something else.
    assert_eq!(page(r#""total":2,"_links":{"next":"/2"},"#, r#","next":null,"other":[{"total":9}]"#), []);
    assert_eq!(page(r#""exceededTransferLimit":false,"#, ""), []);
}
