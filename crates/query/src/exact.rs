//! Whether a query's answer is exact and the same on every run, so that money may rest on it.

use datafusion::{
    arrow::datatypes::DataType,
    common::tree_node::{TreeNode, TreeNodeRecursion},
    logical_expr::{Expr, ExprSchemable, LogicalPlan, Volatility},
};

use crate::{Problem, QueryError};

/// Digits a summed column may have; a sum adds ten, and must not outgrow 38.
const MOST_DIGITS: u8 = 28;

/// Every place of the plan where binary fractions, silent failures, the clock or chance come in.
///
/// # Errors
/// All of them, with the remedy.
pub(crate) fn check(at: &str, plan: &LogicalPlan) -> Result<(), QueryError> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut problem = |message: String, help: &str| {
        let problem = Problem { code: "measure-inexact", at: at.to_owned(), message, help: help.to_owned() };
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    };
    let walked = plan.apply_with_subqueries(|node| {
        for field in node.schema().fields() {
            if field.data_type().is_floating() {
                problem(
                    format!("`{}` is a binary fraction, which is not exact", field.name()),
                    "keep to DECIMAL: CAST(... AS DECIMAL(18,6)), sum and count instead of avg",
                );
            }
        }
        node.apply_expressions(|expr| {
            expr.apply(|expr| {
                match expr {
                    Expr::TryCast(_) => problem(
                        "TRY_CAST hides what does not convert".into(),
                        "use CAST, so that a value that does not convert is told",
                    ),
                    Expr::ScalarFunction(call) if call.func.signature().volatility != Volatility::Immutable => problem(
                        format!("`{}` says something else on another day", call.name()),
                        "an answer may not depend on the clock or on chance: use $as_of",
                    ),
                    Expr::AggregateFunction(call) => {
                        let name = call.func.name();
                        let ordered = ["string_agg", "array_agg", "first_value", "last_value"];
                        if ordered.contains(&name) && call.params.order_by.is_empty() {
                            problem(
                                format!("`{name}` without an order says something else on another run"),
                                "write the order inside the brackets: string_agg(review, ' ' ORDER BY review)",
                            );
                        }
                        summed(node, name, &call.params.args, &mut problem);
                    }
                    Expr::WindowFunction(call) => summed(node, call.fun.name(), &call.params.args, &mut problem),
                    _ => (),
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    });
    debug_assert!(walked.is_ok(), "walking a plan cannot fail");
    QueryError::of(problems)
}

/// Tells of a sum over numbers so long that it could overflow, which the engine does not notice.
fn summed(node: &LogicalPlan, name: &str, args: &[Expr], problem: &mut impl FnMut(String, &str)) {
    let arg = args.first().filter(|_| name == "sum");
    let kind = arg.and_then(|arg| node.inputs().first().and_then(|input| arg.get_type(input.schema()).ok()));
    if let Some(DataType::Decimal128(digits, _) | DataType::Decimal256(digits, _)) = kind
        && digits > MOST_DIGITS
    {
        problem(
            format!("a sum over numbers of {digits} digits could overflow unnoticed"),
            "cast what is summed: sum(CAST(... AS DECIMAL(28,6)))",
        );
    }
}
