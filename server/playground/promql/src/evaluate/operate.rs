//! The operators, number by number.

use promql_parser::parser::token::{
    T_ADD, T_ATAN2, T_DIV, T_EQLC, T_GTE, T_GTR, T_LSS, T_LTE, T_MOD, T_MUL, T_NEQ, T_POW, T_SUB, TokenId,
};

/// What an operator makes of two numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    /// A new number.
    Number(f64),
    /// Whether a comparison holds.
    Holds(bool),
}

/// Applies an operator.
pub(super) fn operate(operator: TokenId, left: f64, right: f64) -> Outcome {
    match operator {
        T_ADD => Outcome::Number(left + right),
        T_SUB => Outcome::Number(left - right),
        T_MUL => Outcome::Number(left * right),
        T_DIV => Outcome::Number(left / right),
        T_MOD => Outcome::Number(left % right),
        T_POW => Outcome::Number(left.powf(right)),
        T_ATAN2 => Outcome::Number(left.atan2(right)),
        T_EQLC => Outcome::Holds(left == right),
        T_NEQ => Outcome::Holds(left != right),
        T_GTR => Outcome::Holds(left > right),
        T_LSS => Outcome::Holds(left < right),
        T_GTE => Outcome::Holds(left >= right),
        T_LTE => Outcome::Holds(left <= right),
        _ => Outcome::Number(f64::NAN),
    }
}

/// What remains of a comparison or calculation: 0 or 1 with `bool`, else the value on the left where it holds.
pub(super) fn remaining(outcome: Outcome, value: f64, as_number: bool) -> Option<f64> {
    match outcome {
        Outcome::Number(number) => Some(number),
        Outcome::Holds(holds) if as_number => Some(f64::from(u8::from(holds))),
        Outcome::Holds(holds) => holds.then_some(value),
    }
}
