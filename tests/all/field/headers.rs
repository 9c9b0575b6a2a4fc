//! Rows above, between and below the data.

use super::{Field, warning};

const LINES: &[&str] = &["Order: text", "Body: text", "Net: money"];

#[test]
fn a_header_that_is_reworded_midway_hides_no_rows() {
    let text = "Order;Body;Net (£)\nP1;Ash;5.00\nP2;Ash;6.00\nOrder;Body;Net\nQ1;Yew;7.00\n";
    let csv = "[csv]\ndelimiter = \";\"";
    let said = Field::new("orders.csv", text, csv, LINES).refusal();
    assert!(
        said.starts_with("`orders.csv` row 4: the header is here, and 2 of the rows above it look like data")
    );
    assert!(said.contains("the first in row 2"), "{said}");
    let accepted = format!("{csv}\nheader = {{ rows_above = 2 }}");
    assert_eq!(Field::new("orders.csv", text, &accepted, LINES).rows(), ["Q1|Yew|7.00"]);
}

#[test]
fn titles_above_a_header_are_titles() {
    let text = "Orders over 500,,\nPeriod,April 2025,\nTotal,,300.00\n,,\nOrder,Body,Net\nP1,Ash,5.00\n";
    let field = Field::new("orders.csv", text, "", LINES);
    assert_eq!(field.rows(), ["P1|Ash|5.00"]);
    let read = field.read().unwrap();
    assert_eq!((read.skipped["preamble"], read.warnings.len()), (4, 0));
    assert_eq!(read.findings().skipped["header"], 1);
}

#[test]
fn numbers_of_columns_above_a_header_are_no_data() {
    let text = "1,2,3\nOrder,Body,Net\nP1,Ash,5.00\n";
    assert_eq!(Field::new("orders.csv", text, "", LINES).rows(), ["P1|Ash|5.00"]);
    let lettered = "A,B,3\n1,2,3\nOrder,Body,Net\nP1,Ash,5.00\n";
    assert_eq!(Field::new("orders.csv", lettered, "", LINES).rows(), ["P1|Ash|5.00"]);
}

#[test]
fn a_second_header_in_another_order_refuses_the_file() {
    let text = "Order\tNet\tBody\nP1\t5.00\tAsh\nOrder\tBody\tNet\nP2\tYew\t6.00\n";
    let said = Field::new("orders.tsv", text, "[csv]\ndelimiter = \"\\t\"", LINES).refusal();
    assert!(said.starts_with("`orders.tsv` row 3: a second header"), "{said}");
}

#[test]
fn a_second_table_below_a_title_is_set_aside() {
    let text = "Order,Body,Net\nP1,Ash,5.00\nP2,Ash,6.00\n,,\nBy body,,\nOrder,Body,Net\nAll,Ash,11.00\n";
    let field = Field::new("orders.csv", text, "", LINES);
    assert_eq!(field.rows(), ["P1|Ash|5.00", "P2|Ash|6.00"]);
    let aside = field.aside();
    assert_eq!(aside, [(5, "second_table".to_owned()), (7, "second_table".to_owned())]);
    let paged = "Order,Body,Net\nP1,Ash,5.00\n,,\nOrder,Body,Net\nP2,Ash,6.00\n";
    assert_eq!(Field::new("paged.csv", paged, "", LINES).rows().len(), 2);
}

#[test]
fn values_below_no_name_are_counted() {
    let text = "Order,Body,Net,,\nP1,Ash,5.00,,x\nP2,Ash,6.00,3,y\n";
    let field = Field::new("orders.csv", text, "", LINES);
    assert_eq!(field.warnings(), [warning("column_without_a_name", 2, "row 3, column 4")]);
}

#[test]
fn a_total_that_no_setting_declares_is_counted() {
    let text = "Order,Body,Net\nP1,Ash,5.00\nP2,Ash,6.00\n,Grand total,11.00\n";
    let field = Field::new("orders.csv", text, "", LINES);
    assert_eq!(field.warnings(), [warning("looks_like_a_total", 1, "row 4")]);
    let parts = "Order,Body,Net\nP1,Ash,5.00\nP2,Ash,6.00\nSubtotal,Ash,11.00\nP3,Elm,2.00\nSubtotal,Elm,2.00\n\
                 P4,Total Fitness,4.00\nGrand total,,17.00\n";
    let field = Field::new("orders.csv", parts, "", LINES);
    assert_eq!(field.warnings(), [warning("looks_like_a_total", 3, "row 4")]);
    let by_body = "Order,Body,Net\nP1,Ash,5.00\nP2,Ash,6.00\n,Ash Total,11.00\nP3,Elm,2.00\nP4,Elm,3.00\n,Elm Total,5.00\n\
                   ,Grand Total,16.00\n";
    let field = Field::new("orders.csv", by_body, "", LINES);
    assert_eq!(field.warnings(), [warning("looks_like_a_total", 3, "row 4")]);
    let own_key = "Order,Body,Net\nP1,Ash,5.00\nP2,Ash,6.00\nP3,Yew,11.00\n";
    assert_eq!(Field::new("orders.csv", own_key, "", LINES).warnings(), []);
}

const PAIR: &[&str] = &["Order: text", "Net: money"];

#[test]
fn one_row_as_wide_as_a_table_of_two_columns_refuses_the_file() {
    for text in ["Order,Net (£)\nP1,5.00\nOrder,Net\nQ1,7.00\n", "P1,5.00\nOrder,Net\nQ1,7.00\n"] {
        let said = Field::new("orders.csv", text, "", PAIR).refusal();
        assert!(said.contains("1 of the rows above it look like data"), "{said}");
    }
    let declared = "[csv]\nheader = { rows_above = 1 }";
    assert_eq!(Field::new("o.csv", "Budget,5.00\nOrder,Net\nQ1,7.00\n", declared, PAIR).rows(), ["Q1|7.00"]);
}

#[test]
fn what_stands_below_a_header_that_is_reworded_is_data_whatever_its_cells_hold() {
    let text = "Order,Body,Net (£)\nP1,Ash,tbc\nOrder,Body,Net\nQ1,Yew,7.00\n";
    let said = Field::new("orders.csv", text, "", LINES).refusal();
    assert!(said.contains("the first in row 2"), "{said}");
}

#[test]
fn a_narrow_row_with_money_above_a_header_refuses_the_file_unless_it_is_a_total() {
    let late = "P1,,5.00\nOrder,Body,Net\nQ1,Yew,7.00\n";
    assert!(Field::new("orders.csv", late, "", LINES).refusal().contains("the first in row 1"));
    let stated = "Total:,,7.00\nOrder,Body,Net\nQ1,Yew,7.00\n";
    assert_eq!(Field::new("orders.csv", stated, "", LINES).rows(), ["Q1|Yew|7.00"]);
    let printed = "Printed,01/04/2025,\nOrder,Paid,Net\nQ1,02/04/2025,7.00\n";
    let columns = &["Order: text", "Paid: \"%d/%m/%Y\"", "Net: money"];
    assert_eq!(Field::new("orders.csv", printed, "", columns).rows(), ["Q1|2025-04-02|7.00"]);
}

#[test]
fn a_row_of_words_as_wide_as_the_table_is_counted_or_refused() {
    let pair = Field::new("orders.csv", "Council,Oakshire\nOrder,Net\nQ1,7.00\n", "", PAIR);
    assert_eq!(pair.rows(), ["Q1|7.00"]);
    assert_eq!(pair.warnings(), [warning("wide_row_above_header", 1, "row 1")]);
    let three = Field::new("orders.csv", "P1,Ash,tbc\nOrder,Body,Net\nQ1,Yew,7.00\n", "", LINES);
    assert!(three.refusal().contains("1 of the rows above it look like data"));
}

#[test]
fn a_note_below_a_table_is_counted() {
    let text = "Order,Body,Net\nP1,Ash,5.00\nP2,Ash,6.00\nP3,Elm,8.00\nProvisional,,\n";
    let field = Field::new("orders.csv", text, "", LINES);
    assert_eq!(field.warnings(), [warning("row_of_one_cell", 1, "row 5")]);
    // However many they are, notes below a table are no rows of it.
    for (text, rows, first) in [
        (
            "Order,Body,Net\nP1,Ash,5.00\nP2,Ash,6.00\n\nSource: finance,,\nProvisional,,\nOakshire,,\n",
            3,
            "row 5",
        ),
        ("Order,Body,Net\nP1,Ash,5.00\nP2,Ash,6.00\nRecords: 2,,\n", 1, "row 4"),
        ("Order,Body,Net\nP1,Ash,1.10\nP2,Ash,2.30\n,,3\n", 1, "row 4"),
    ] {
        let field = Field::new("orders.csv", text, "", LINES);
        assert_eq!(field.warnings(), [warning("row_of_one_cell", rows, first)], "{text}");
    }
    let sparse = "Order,Body,Net\nP1,,\nP2,,\nP3,Elm,8.00\n";
    assert_eq!(Field::new("orders.csv", sparse, "", LINES).warnings(), []);
}

#[test]
fn totals_of_whole_numbers_above_the_rows_and_without_a_word_are_counted() {
    let columns = &["Area: text", "School: text", "Pupils: integer"];
    let cases = [
        ("Area,School,Pupils\nN,Ash,5\nN,Elm,6\nTotal,,11\n", 1, "row 4"),
        ("Area,School,Pupils\n,Total,11\nN,Ash,5\nN,Elm,6\n", 1, "row 2"),
        ("Area,School,Pupils\nN,Ash,5\nN,Elm,6\n,,11\nS,Fir,2\nS,Yew,3\n,,5\n,,16\n", 3, "row 4"),
    ];
    for (text, rows, first) in cases {
        let field = Field::new("pupils.csv", text, "", columns);
        assert_eq!(field.warnings(), [warning("looks_like_a_total", rows, first)], "{text}");
    }
}

#[test]
fn a_file_that_is_delimited_otherwise_says_by_what() {
    let of = |text: &str| Field::new("o.csv", text, "", LINES).read().unwrap_err().help();
    assert_eq!(
        of("Orders\n\"Order\";\"Body\";\"Net\"\nP1;Ash;5,00\n"),
        ["the cells seem to stand between `;`: write `delimiter = \";\"`"]
    );
    assert_eq!(
        of("Order\tBody\tNet\nP1\tAsh\t5.00\n"),
        ["the cells seem to stand between `\\t`: write `delimiter = \"\\t\"`"]
    );
    assert!(of("Number,Who\n1,2\n")[0].contains("`from`"));
}

#[test]
fn a_column_may_have_one_of_several_names() {
    let columns = &["Order: text", "Body: text"];
    let net =
        "[[columns]]\nname = \"net\"\nfrom = [\"Net\", \"Net amount (£)\"]\ntype = { money = { scale = 2 } }";
    let text = "Order,Body,Net amount (£)\nP1,Ash,5.00\n";
    let field = Field::new("orders.csv", text, net, columns);
    assert_eq!(field.rows(), ["5.00|P1|Ash"]);
    assert_eq!(field.warnings(), [warning("column_by_another_name", 1, "`net`, as `net amount (£)`")]);
    let both = "Order,Body,Net,Net amount (£)\nP1,Ash,5.00,6.00\n";
    assert!(Field::new("orders.csv", both, net, columns).refusal().contains("2 columns are called"));
}

#[test]
fn a_bad_cell_is_blank_and_counted_where_the_contract_says_so() {
    let columns = &["Order: text", "Net: money | on_bad = \"null\""];
    let field = Field::new("orders.csv", "Order,Net\nP1,low\nP2,6.00\n", "", columns);
    assert_eq!(field.rows(), ["P1|", "P2|6.00"]);
    assert_eq!(field.warnings(), [warning("bad_cell_as_blank", 1, "row 2, `net`")]);
}

#[test]
fn a_declared_total_is_checked_whatever_its_label_and_not_published() {
    let footer = "[csv]\ncontrol_total = { row = \"footer\", column = \"Net\" }";
    let skipping = format!("{footer}\nskip_rows = {{ where_blank = \"Order\" }}");
    for layout in [footer, &skipping] {
        for end in
            ["Total,,11.00", "Grand total:,,11.00", ",Total of May,11.00", ",,11.00", "Total (£),,11.00"]
        {
            let right = format!("Order,Body,Net\nP1,Ash,5.00\nP2,Ash,6.00\n{end}\n");
            let field = Field::new("orders.csv", &right, layout, LINES);
            let read = field.read().unwrap();
            assert_eq!((super::rows(&read).len(), read.warnings.len()), (2, 0), "{end}");
            assert_eq!(read.control_total.unwrap().stated, 1100, "{end}");
            let wrong = Field::new("orders.csv", right.replace("11.00", "35.00"), layout, LINES).refusal();
            assert_eq!(
                wrong,
                "`orders.csv` row 4: the row states a total of 35.00 for `Net`, and the rows add up to 11.00"
            );
        }
    }
    let none =
        Field::new("orders.csv", "Order,Body,Net\nP1,Ash,5.00\nTotal Fitness,Ash,6.00\n", footer, LINES);
    assert_eq!(none.rows().len(), 2);
    assert_eq!(none.warnings()[0].0, "no_control_total");
    assert!(none.warnings()[0].2.contains("a word such as `Total`"), "{:?}", none.warnings());
}

#[test]
fn a_total_that_does_not_agree_is_counted_with_the_difference() {
    let said = |row: i64| format!("row {row} states 35.00 of `net`, and the other rows come to 15.00");
    for (text, row) in [
        ("Order,Net\nA,10.00\nB,x\nC,5.00\nTotal,35.00\n", 5),
        ("Order,Net\nTotal,35.00\nA,10.00\nC,5.00\n", 2),
    ] {
        let field = Field::new("orders.csv", text, "", PAIR);
        assert_eq!(field.warnings(), [warning("total_that_differs", 1, &said(row))], "{text}");
    }
    let agreeing = Field::new("orders.csv", "Order,Net\nA,10.00\nC,5.00\nTotal,15.00\n", "", PAIR);
    assert_eq!(agreeing.warnings(), [warning("looks_like_a_total", 1, "row 4")]);
    let within = Field::new("orders.csv", "Order,Net\nA,10.00\nTotal,35.00\nC,5.00\n", "", PAIR);
    assert_eq!(within.warnings(), []);
    let named = Field::new("orders.csv", "Order,Net\nA,10.00\nTotal Fitness,35.00\n", "", PAIR);
    assert_eq!(named.warnings(), []);
}

#[test]
fn the_header_of_another_table_with_rows_below_it_refuses_the_file() {
    let said = |text: &str, columns| Field::new("orders.csv", text, "", columns).refusal();
    let second = |row: i64| {
        format!(
            "`orders.csv` row {row}: a second header, whose names are not those of the first in their order"
        )
    };
    assert_eq!(said("Order,Net\nP1,5.00\nOrder,Budget\nP1,99.00\n", PAIR), second(3));
    assert_eq!(said("Order,Net\nP1,5.00\n\nTeam,Budget\nT1,99.00\n", PAIR), second(4));
    let text = "Order,Body,Net\nP1,Ash,5.00\nOrder,Budget head,Budget\nQ1,Yew,99.00\n";
    assert_eq!(said(text, LINES), second(3));
    let columns = &["Order: text", "Paid: \"%d/%m/%Y\"", "Net: money"];
    let text = "Order,Paid,Net\nP1,02/04/2025,5.00\nTeam,Due,Budget\nT1,03/04/2025,9.00\n";
    assert_eq!(said(text, columns), second(3));
    // A row that is simply bad is set aside, and so is one with nothing below it.
    for text in [
        "Order,Net\nP1,5.00\nP2,unknown\nP3,6.00\n",
        "Order,Net\nP1,5.00\n\nP2,unknown\nP3,6.00\n",
        "Order,Net\nP1,5.00\nP3,6.00\nOrder,Budget\n",
        "Order,Net\nP1,5.00\n\nB,x\nP3,6.00\n",
    ] {
        let field = Field::new("orders.csv", text, "", PAIR);
        assert_eq!((field.rows().len(), field.aside().len()), (2, 1), "{text}");
    }
    let missing = "Order,Paid,Net\nP1,02/04/2025,5.00\nP2,unknown,unknown\nP3,03/04/2025,9.00\n";
    assert_eq!(Field::new("orders.csv", missing, "", columns).aside().len(), 1);
}

#[test]
fn a_total_without_its_sum_and_notes_of_several_cells_are_counted() {
    let columns = ["Supplier: text", "Year: text", "Amount: money"];
    let rows = "Supplier,Year,Amount\nOak,2024-25,10.00\nOak,2024-25,20.00\nTotal for Oak,,\nElm,2024-25,5.00\n\
                Elm,2024-25,6.00\nElm total,2024-25,\nAsh,2024-25,7.00\n";
    let field = Field::new("spend.csv", rows, "[csv]", &columns);
    assert_eq!(field.warnings(), [warning("looks_like_a_total", 2, "row 4")]);
    let notes = "Supplier,Year,Amount\nOak,2024-25,10.00\nElm,2024-25,20.00\nAsh,2024-25,5.00\n\
                 Payments below,500 pounds are left out,\n";
    let field = Field::new("spend.csv", notes, "[csv]", &columns);
    assert_eq!(field.warnings(), [warning("looks_like_a_note", 1, "row 5")]);
    // A sum that is not known yet is set aside.
    let unknown =
        "Supplier,Year,Amount\nOak,2024-25,10.00\nElm,2024-25,20.00\nAsh,2024-25,5.00\nYew,2024-25,TBC\n";
    assert_eq!(Field::new("spend.csv", unknown, "[csv]", &columns).warnings(), []);
    // A blank amount elsewhere: it may be unknown.
    let blank = "Supplier,Year,Amount\nOak,2024-25,10.00\nElm,2024-25,\nAsh,2024-25,5.00\nYew,2024-25,\n";
    assert_eq!(Field::new("spend.csv", blank, "[csv]", &columns).warnings(), []);
}
