//! `name_similarity(a, b)`: how like two names are, for lists of candidates that somebody looks through.

use std::sync::Arc;

use arrow::array::{AsArray, Decimal128Array};
use arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::FunctionRegistry;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// From 0.00, nothing in common, to 1.00, the same.
const KIND: DataType = DataType::Decimal128(3, 2);
/// Words that say what a firm is and not which.
const EMPTY: [&str; 9] = ["and", "cic", "co", "company", "limited", "llp", "ltd", "plc", "the"];

/// Adds the function to a session.
pub(super) fn register(context: &mut impl FunctionRegistry) -> Result<()> {
    context.register_udf(Arc::new(ScalarUDF::from(NameSimilarity::default()))).map(|_earlier| ())
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct NameSimilarity {
    signature: Signature,
}

impl Default for NameSimilarity {
    fn default() -> Self {
        Self { signature: Signature::exact(vec![DataType::Utf8, DataType::Utf8], Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for NameSimilarity {
    fn name(&self) -> &'static str {
        "name_similarity"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(KIND)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let [one, other] = arrays.as_slice() else {
            return Err(DataFusionError::Internal("two names are needed".to_owned()));
        };
        let pairs = one.as_string::<i32>().iter().zip(other.as_string::<i32>());
        let answer: Decimal128Array = pairs.map(|(one, other)| Some(hundredths(one?, other?))).collect();
        let answer = answer.with_data_type(KIND);
        if constant && answer.len() == 1 {
            return ScalarValue::try_from_array(&answer, 0).map(ColumnarValue::Scalar);
        }
        Ok(ColumnarValue::Array(Arc::new(answer)))
    }
}

/// Returns the pairs of letters that two names share, twice, over all that they have, in hundredths; 0 where either has
/// no word of its own.
fn hundredths(one: &str, other: &str) -> i128 {
    let (one, other) = (words(one), words(other));
    if one.is_empty() || other.is_empty() {
        return 0;
    }
    let share = strsim::sorensen_dice(&one, &other);
    // A share of a hundred or fewer pairs is far from where the rounding of a float could be seen.
    (0..=100).rev().find(|hundredth| f64::from(*hundredth) <= share * 100.0 + 0.5).map_or(0, i128::from)
}

/// Returns a name's words in small letters and in their order in the alphabet, without those that every firm has.
fn words(name: &str) -> String {
    let name = name.to_lowercase();
    let mut words: Vec<&str> = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty() && !EMPTY.contains(word))
        .collect();
    words.sort_unstable();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::hundredths;

    #[test]
    fn the_order_of_words_and_what_a_firm_is_say_nothing() {
        assert_eq!(hundredths("The Oakfield Centre Ltd", "CENTRE OAKFIELD"), 100);
    }

    #[test]
    fn a_shorter_spelling_is_like_the_longer_one() {
        // Pairs of "centre oakfield rd" and "centre oakfield road", blanks left out: 15 and 17, of which 14 are shared.
        assert_eq!(hundredths("Oakfield Rd Centre", "Oakfield Road Centre"), 88);
    }

    #[test]
    fn names_without_a_pair_of_letters_in_common_are_not_alike() {
        assert_eq!(hundredths("Birch Tuition", "Sackville"), 0);
    }

    #[test]
    fn a_name_of_nothing_but_what_every_firm_has_is_like_none() {
        assert_eq!(hundredths("The Company Limited", "The Company Limited"), 0);
    }
}
