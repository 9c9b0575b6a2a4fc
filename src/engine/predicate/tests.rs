use std::sync::Arc;

use arrow::array::{Date32Array, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::Predicate;
use crate::diagnostic::SourceFile;

fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("started_on", DataType::Date32, true),
        Field::new("ended_on", DataType::Date32, true),
        Field::new("sessions", DataType::Int64, true),
    ]))
}

fn plan(sql: &str) -> Result<Predicate, crate::diagnostic::Diagnostic> {
    Predicate::plan(&schema(), &SourceFile::inline("rule", sql))
}

fn judge(sql: &str) -> Vec<Option<bool>> {
    let batch = RecordBatch::try_new(
        schema(),
        vec![
            Arc::new(Date32Array::from(vec![Some(10), Some(10), Some(10)])),
            Arc::new(Date32Array::from(vec![Some(11), Some(9), None])),
            Arc::new(Int64Array::from(vec![Some(1), Some(0), None])),
        ],
    )
    .unwrap();
    plan(sql).unwrap().evaluate(&batch).unwrap().iter().collect()
}

#[test]
fn a_row_is_wrong_only_when_the_rule_says_so() {
    assert_eq!(judge("ended_on >= started_on"), [Some(true), Some(false), Some(true)]);
    assert_eq!(judge("sessions BETWEEN 1 AND 10"), [Some(true), Some(false), Some(true)]);
    assert_eq!(judge("started_on >= DATE '1970-01-05'"), [Some(true); 3]);
    assert_eq!(judge("true"), [Some(true); 3]);
}

#[test]
fn functions_that_stand_for_others_can_be_used() {
    assert_eq!(judge("coalesce(sessions, 9) > 0"), [Some(true), Some(false), Some(true)]);
    assert_eq!(
        judge("nvl(sessions, 0) <> 0 OR nullif(started_on, ended_on) IS NULL"),
        [Some(true), Some(false), Some(false)]
    );
    let day = "coalesce(ended_on, make_date(cast(left('1970', 4) AS BIGINT), 1, 20)) > started_on";
    assert_eq!(judge(day), [Some(true), Some(false), Some(true)]);
}

#[test]
fn a_column_that_is_not_there_is_a_fault_at_its_place() {
    let fault = plan("sessions > 0 AND endd_on > started_on").unwrap_err();
    assert_eq!(fault.location().as_deref(), Some("rule:1:18"), "{}", fault.message());
}

#[test]
fn what_is_not_true_or_false_is_not_a_rule() {
    assert!(plan("sessions + 1").unwrap_err().message().contains("true or false"));
    assert!(plan("sessions >").is_err());
}

#[test]
fn a_rule_may_not_depend_on_the_day() {
    assert!(plan("started_on <= now()").unwrap_err().message().contains("another answer"));
    assert!(plan("random() < 0.5").unwrap_err().message().contains("another answer"));
}

#[test]
fn a_figure_with_a_point_is_exact() {
    assert_eq!(
        judge("sessions * 0.1 + sessions * 0.2 = sessions * 0.3"),
        [Some(true), Some(true), Some(true)]
    );
}
