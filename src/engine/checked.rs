//! Whole numbers that never wrap: `+`, `-`, `*` and `sum` over them stop the query where the answer does not fit.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray};
use arrow::compute::kernels::numeric::{add, mul, sub};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::Transformed;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::functions_aggregate::sum::Sum;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::FunctionRewrite;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::{AggregateOrderSensitivity, format_state_name};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, BinaryExpr, ColumnarValue, EmitTo, Expr, ExprSchemable, GroupsAccumulator,
    Operator, ReversedUDAF, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// Sums of whole numbers are held as decimals of so many digits: more than 10^18 of the largest fit.
const DIGITS: u8 = 38;

/// Makes the arithmetic of a session checked.
pub(super) fn register(context: &mut impl FunctionRegistry) -> Result<()> {
    context.register_udaf(Arc::new(CheckedSum::default().into()))?;
    context.register_function_rewrite(Arc::new(Rewrite))
}

/// Makes the fault of a number that does not fit; it holds no value.
fn too_large() -> DataFusionError {
    DataFusionError::Execution(format!("expected a whole number of at most {}, found a larger one", i64::MAX))
}

/// Puts checked functions in the place of operators between whole numbers, which wrap.
#[derive(Debug)]
struct Rewrite;

impl FunctionRewrite for Rewrite {
    fn name(&self) -> &'static str {
        "checked"
    }

    fn rewrite(&self, expr: Expr, schema: &DFSchema, _: &ConfigOptions) -> Result<Transformed<Expr>> {
        let Expr::BinaryExpr(BinaryExpr { left, op, right }) = expr else { return Ok(Transformed::no(expr)) };
        let is_whole = |expr: &Expr| expr.get_type(schema).is_ok_and(|kind| kind.is_integer());
        let known = matches!(op, Operator::Plus | Operator::Minus | Operator::Multiply);
        if !known || !is_whole(&left) || !is_whole(&right) {
            return Ok(Transformed::no(Expr::BinaryExpr(BinaryExpr { left, op, right })));
        }
        let function = Arc::new(ScalarUDF::from(Checked::new(op)));
        let args = vec![*left, *right];
        Ok(Transformed::yes(Expr::ScalarFunction(ScalarFunction { func: function, args })))
    }
}

/// `+`, `-` or `*` of two whole numbers.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Checked {
    operator: Operator,
    signature: Signature,
}

impl Checked {
    fn new(operator: Operator) -> Self {
        let signature = Signature::exact(vec![DataType::Int64, DataType::Int64], Volatility::Immutable);
        Self { operator, signature }
    }
}

impl ScalarUDFImpl for Checked {
    fn name(&self) -> &'static str {
        match self.operator {
            Operator::Plus => "checked_plus",
            Operator::Minus => "checked_minus",
            _ => "checked_times",
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int64)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [left, right] = arrays.as_slice() else {
            return Err(DataFusionError::Internal("two numbers are needed".to_owned()));
        };
        let answer = match self.operator {
            Operator::Plus => add(left, right),
            Operator::Minus => sub(left, right),
            _ => mul(left, right),
        };
        let answer = answer.map_err(|_overflow| too_large())?;
        if constant {
            return ScalarValue::try_from_array(&answer, 0).map(ColumnarValue::Scalar);
        }
        Ok(ColumnarValue::Array(answer))
    }
}

/// `sum`, which holds the sum of whole numbers as a decimal until it is asked for.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
struct CheckedSum {
    sum: Sum,
}

/// Returns whether a sum is of whole numbers, and not of each of them once.
fn is_of_whole(args: &AccumulatorArgs<'_>) -> bool {
    args.return_field.data_type().is_integer() && !args.is_distinct
}

fn as_decimal<'a>(args: &AccumulatorArgs<'a>) -> AccumulatorArgs<'a> {
    let field = Field::new(args.return_field.name(), DataType::Decimal128(DIGITS, 0), true);
    AccumulatorArgs {
        return_field: Arc::new(field),
        schema: args.schema,
        ignore_nulls: args.ignore_nulls,
        order_bys: args.order_bys,
        is_reversed: args.is_reversed,
        name: args.name,
        is_distinct: args.is_distinct,
        exprs: args.exprs,
        expr_fields: args.expr_fields,
    }
}

impl AggregateUDFImpl for CheckedSum {
    fn name(&self) -> &str {
        self.sum.name()
    }

    fn signature(&self) -> &Signature {
        self.sum.signature()
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        self.sum.return_type(arg_types)
    }

    fn accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if is_of_whole(&args) {
            let kind = args.return_field.data_type().clone();
            return Ok(Box::new(Whole { sum: self.sum.accumulator(as_decimal(&args))?, kind }));
        }
        self.sum.accumulator(args)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        if args.return_type().is_integer() && !args.is_distinct {
            let name = format_state_name(args.name, "sum");
            return Ok(vec![Arc::new(Field::new(name, DataType::Decimal128(DIGITS, 0), true))]);
        }
        self.sum.state_fields(args)
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs) -> bool {
        self.sum.groups_accumulator_supported(args)
    }

    fn create_groups_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        if is_of_whole(&args) {
            let kind = args.return_field.data_type().clone();
            let sums = self.sum.create_groups_accumulator(as_decimal(&args))?;
            return Ok(Box::new(WholeGroups { sums, kind }));
        }
        self.sum.create_groups_accumulator(args)
    }

    fn create_sliding_accumulator(&self, args: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        if is_of_whole(&args) {
            let kind = args.return_field.data_type().clone();
            return Ok(Box::new(Whole {
                sum: self.sum.create_sliding_accumulator(as_decimal(&args))?,
                kind,
            }));
        }
        self.sum.create_sliding_accumulator(args)
    }

    fn reverse_expr(&self) -> ReversedUDAF {
        self.sum.reverse_expr()
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        self.sum.order_sensitivity()
    }
}

fn decimals(values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
    let decimals = values.iter().map(|values| cast(values, &DataType::Decimal128(DIGITS, 0)));
    Ok(decimals.collect::<std::result::Result<_, _>>()?)
}

fn whole(sums: &ArrayRef, kind: &DataType) -> Result<ArrayRef> {
    let options = CastOptions { safe: false, ..CastOptions::default() };
    cast_with_options(sums, kind, &options).map_err(|_overflow| too_large())
}

/// The sum of the rows of one group.
#[derive(Debug)]
struct Whole {
    sum: Box<dyn Accumulator>,
    kind: DataType,
}

impl Accumulator for Whole {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.sum.update_batch(&decimals(values)?)
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        ScalarValue::try_from_array(&whole(&self.sum.evaluate()?.to_array()?, &self.kind)?, 0)
    }

    fn size(&self) -> usize {
        self.sum.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        self.sum.state()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        self.sum.merge_batch(states)
    }

    fn retract_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.sum.retract_batch(&decimals(values)?)
    }

    fn supports_retract_batch(&self) -> bool {
        self.sum.supports_retract_batch()
    }
}

/// The sums of the rows of many groups.
struct WholeGroups {
    sums: Box<dyn GroupsAccumulator>,
    kind: DataType,
}

impl GroupsAccumulator for WholeGroups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        group_indices: &[usize],
        filter: Option<&BooleanArray>,
        groups: usize,
    ) -> Result<()> {
        self.sums.update_batch(&decimals(values)?, group_indices, filter, groups)
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        whole(&self.sums.evaluate(emit_to)?, &self.kind)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.sums.state(emit_to)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], group_indices: &[usize], groups: usize) -> Result<()> {
        self.sums.merge_batch(values, group_indices, groups)
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        self.sums.convert_to_state(&decimals(values)?, filter)
    }

    fn size(&self) -> usize {
        self.sums.size()
    }
}
