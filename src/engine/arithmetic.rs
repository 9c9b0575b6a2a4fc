//! Arithmetic that several models need and that must be the same in all of them: `exact(x)`, `byar_low(events)`,
//! `byar_high(events)`, `z_95()` and `z_998()`.

use std::sync::Arc;

use arrow::array::{AsArray, Float64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// Standard errors from the middle to either limit within which 95 in 100 lie.
pub const Z_95: f64 = 1.96;
/// Standard errors from the middle to either limit within which 998 in 1,000 lie.
const Z_998: f64 = 3.09;
/// What amounts and full-time equivalents are divided in: wide enough for the sums of a council.
const EXACT: DataType = DataType::Decimal128(24, 6);

/// Works out Byar's lower 95% limit of a count of events.
#[must_use]
pub fn byar_low(events: f64) -> f64 {
    if events > 0.0 {
        events * (1.0 - 1.0 / (9.0 * events) - Z_95 / (3.0 * events.sqrt())).powf(3.0)
    } else {
        0.0
    }
}

/// Works out Byar's upper 95% limit of a count of events.
#[must_use]
pub fn byar_high(events: f64) -> f64 {
    let more = events + 1.0;
    more * (1.0 - 1.0 / (9.0 * more) + Z_95 / (3.0 * more.sqrt())).powf(3.0)
}

/// Adds the functions to a session.
pub(super) fn register(context: &mut impl FunctionRegistry) -> Result<()> {
    let functions = [
        Function::new("exact", Work::Exact),
        Function::new("byar_low", Work::OfEvents(byar_low)),
        Function::new("byar_high", Work::OfEvents(byar_high)),
        Function::new("z_95", Work::Constant(Z_95)),
        Function::new("z_998", Work::Constant(Z_998)),
    ];
    functions
        .into_iter()
        .try_for_each(|function| context.register_udf(Arc::new(ScalarUDF::from(function))).map(|_earlier| ()))
}

/// What a function does.
#[derive(Debug, Clone, Copy)]
enum Work {
    /// Makes a number an exact one with six decimal places.
    Exact,
    /// Works out a number of a count.
    OfEvents(fn(f64) -> f64),
    /// Gives the same number always.
    Constant(f64),
}

/// A function of this file, known by its name alone.
#[derive(Debug)]
struct Function {
    name: &'static str,
    work: Work,
    signature: Signature,
}

impl Function {
    fn new(name: &'static str, work: Work) -> Self {
        let signature = match work {
            Work::Exact => Signature::any(1, Volatility::Immutable),
            Work::OfEvents(_) => Signature::exact(vec![DataType::Float64], Volatility::Immutable),
            Work::Constant(_) => Signature::nullary(Volatility::Immutable),
        };
        Self { name, work, signature }
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Function {}

impl std::hash::Hash for Function {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for Function {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(match self.work {
            Work::Exact => EXACT,
            Work::OfEvents(_) | Work::Constant(_) => DataType::Float64,
        })
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let work = match self.work {
            Work::Constant(number) => {
                return Ok(ColumnarValue::Scalar(ScalarValue::Float64(Some(number))));
            }
            work => work,
        };
        let [value] = args.args.as_slice() else {
            return Err(DataFusionError::Internal("one number is needed".to_owned()));
        };
        let Work::OfEvents(of) = work else { return value.cast_to(&EXACT, None) };
        let is_constant = matches!(value, ColumnarValue::Scalar(_));
        let events = value.to_array(1)?;
        let found: Float64Array =
            events.as_primitive::<Float64Type>().iter().map(|events| events.map(of)).collect();
        if is_constant {
            return ScalarValue::try_from_array(&found, 0).map(ColumnarValue::Scalar);
        }
        Ok(ColumnarValue::Array(Arc::new(found)))
    }
}

#[cfg(test)]
mod tests {
    use arrow::array::AsArray;
    use arrow::datatypes::{Decimal128Type, Float64Type};

    use crate::diagnostic::SourceFile;
    use crate::engine::{Bindings, Engine, Limits};

    #[test]
    fn the_functions_are_those_that_are_worked_out_in_rust() {
        let engine = Engine::new(Limits::default()).unwrap();
        let sql = "SELECT exact(10) / 4 AS a, byar_low(n) AS b, byar_high(n) AS c, z_95() AS d, z_998() AS e \
                   FROM (VALUES (0.0), (12.0)) AS counts (n)";
        let planned = engine.plan(&SourceFile::inline("query", sql)).unwrap();
        let rows = engine.run(&planned, &["b".to_owned()], &Bindings::new()).unwrap();
        let exact = rows.column(0).as_primitive::<Decimal128Type>();
        assert_eq!(exact.value_as_string(0).trim_end_matches('0'), "2.5");
        let float = |column: usize, row: usize| rows.column(column).as_primitive::<Float64Type>().value(row);
        let same = |found: [f64; 2], wanted: [f64; 2]| {
            assert_eq!(found.map(f64::to_bits), wanted.map(f64::to_bits), "{found:?} {wanted:?}");
        };
        same([float(1, 0), float(1, 1)], [super::byar_low(0.0), super::byar_low(12.0)]);
        same([float(2, 0), float(2, 1)], [super::byar_high(0.0), super::byar_high(12.0)]);
        same([float(3, 0), float(4, 0)], [super::Z_95, super::Z_998]);
        // By the tables of the field: 12 events have limits 6.2 and 21.0.
        assert_eq!(format!("{:.1} {:.1}", float(1, 1), float(2, 1)), "6.2 21.0");
    }
}
