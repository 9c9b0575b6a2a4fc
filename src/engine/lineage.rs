//! Where each column of a query comes from, read off its plan: through projections, aliases, joins, unions, windows,
//! aggregates and subqueries, back to the columns of tables.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::common::{Column, DFSchemaRef};
use datafusion::logical_expr::utils::grouping_set_to_exprlist;
use datafusion::logical_expr::{Aggregate, Distinct, Expr, Join, JoinType, LogicalPlan};

use super::planned::Planned;
use super::table_name::TableName;

/// A column of a table, or its rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    /// The table.
    pub table: TableName,
    /// Its column; `None` for its rows, as where they are counted.
    pub column: Option<String>,
}

/// Origins, each once, in their order.
pub type Origins = BTreeSet<Origin>;

/// Where the columns of a query come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lineage {
    /// Each column of the answer, in its order, with what its values are worked out from; nothing for a constant.
    pub columns: Vec<(String, Origins)>,
    /// What decides which rows there are: the columns of conditions and of joins.
    pub rows: Origins,
    /// The tables that it reads.
    pub tables: BTreeSet<TableName>,
}

impl Planned {
    /// Returns where its columns come from. A table that is named without its pipeline is one of `pipeline`; what is not
    /// among `known`, such as a function that makes rows, is not a table.
    #[must_use]
    pub fn lineage(&self, pipeline: &str, known: &dyn Fn(&TableName) -> bool) -> Lineage {
        let mut walk = Tracer { pipeline, known, outer: Vec::new(), seen: HashMap::new() };
        let traced = walk.plan(&self.plan);
        let called = self.schema.fields().iter().map(|field| field.name().clone());
        let tables = traced.tables.iter().map(|origin| origin.table.clone()).collect();
        Lineage {
            columns: called.zip(traced.columns.iter().cloned()).collect(),
            rows: traced.rows.clone(),
            tables,
        }
    }
}

/// Where the columns of a part of a plan come from.
#[derive(Debug, Clone, Default)]
struct Traced {
    columns: Vec<Origins>,
    rows: Origins,
    /// The rows of every table that it reads.
    tables: Origins,
}

impl Traced {
    /// Takes what another part reads and what decides its rows, not its columns.
    fn take(&mut self, other: &Self) {
        self.rows.extend(other.rows.iter().cloned());
        self.tables.extend(other.tables.iter().cloned());
    }

    /// Adds the columns of another part, each to the one at its place.
    fn add(&mut self, other: &Self) {
        self.take(other);
        for (own, theirs) in self.columns.iter_mut().zip(&other.columns) {
            own.extend(theirs.iter().cloned());
        }
    }
}

/// A part of a plan with the names of its columns, by which expressions speak of them.
type Scope = (DFSchemaRef, Rc<Traced>);

struct Tracer<'a> {
    pipeline: &'a str,
    known: &'a dyn Fn(&TableName) -> bool,
    /// What the subqueries under way may speak of, the innermost last.
    outer: Vec<Vec<Scope>>,
    /// Parts that several parts share, as a common table expression that is read twice.
    seen: HashMap<*const LogicalPlan, Rc<Traced>>,
}

impl Tracer<'_> {
    /// Traces a part that others may share.
    fn shared(&mut self, plan: &Arc<LogicalPlan>) -> Rc<Traced> {
        // Within a subquery the same part may speak of other rows.
        if !self.outer.is_empty() {
            return Rc::new(self.plan(plan));
        }
        let place = Arc::as_ptr(plan);
        if let Some(traced) = self.seen.get(&place) {
            return Rc::clone(traced);
        }
        let traced = Rc::new(self.plan(plan));
        self.seen.insert(place, Rc::clone(&traced));
        traced
    }

    fn scope(&mut self, plan: &Arc<LogicalPlan>) -> Scope {
        (Arc::clone(plan.schema()), self.shared(plan))
    }

    fn plan(&mut self, plan: &LogicalPlan) -> Traced {
        match plan {
            LogicalPlan::TableScan(scan) => {
                let name = &scan.table_name;
                let table = TableName::new(name.schema().unwrap_or(self.pipeline), name.table());
                let fields = scan.projected_schema.fields();
                if !(self.known)(&table) {
                    return Traced { columns: vec![Origins::new(); fields.len()], ..Traced::default() };
                }
                let of = |column: Option<String>| Origins::from([Origin { table: table.clone(), column }]);
                Traced {
                    columns: fields.iter().map(|field| of(Some(field.name().clone()))).collect(),
                    rows: Origins::new(),
                    tables: of(None),
                }
            }
            LogicalPlan::Projection(projection) => {
                let input = [self.scope(&projection.input)];
                self.select(&projection.expr, &input)
            }
            LogicalPlan::Filter(filter) => {
                let input = [self.scope(&filter.input)];
                self.decided(&input, [&filter.predicate])
            }
            LogicalPlan::Window(window) => {
                let input = [self.scope(&window.input)];
                let mut traced = Traced::clone(&input[0].1);
                traced.columns.extend(self.select(&window.window_expr, &input).columns);
                traced
            }
            LogicalPlan::Aggregate(aggregate) => self.aggregate(aggregate),
            LogicalPlan::Join(join) => self.join(join),
            LogicalPlan::Union(union) => self.together(&union.inputs),
            LogicalPlan::RecursiveQuery(query) => {
                self.together(&[Arc::clone(&query.static_term), Arc::clone(&query.recursive_term)])
            }
            LogicalPlan::Distinct(Distinct::On(distinct)) => {
                let input = [self.scope(&distinct.input)];
                let sorted = distinct.sort_expr.iter().flatten().map(|sort| &sort.expr);
                let decided = self.decided(&input, distinct.on_expr.iter().chain(sorted));
                let selected = self.select(&distinct.select_expr, &input);
                Traced { columns: selected.columns, ..decided }
            }
            LogicalPlan::Limit(limit) => {
                let mut traced = Traced::clone(&self.shared(&limit.input));
                let mut below = limit.input.as_ref();
                // What a query sorts by and does not show is dropped above the order.
                while let LogicalPlan::Projection(projection) = below {
                    below = projection.input.as_ref();
                }
                // The first rows of an order are those that the order decides.
                if let LogicalPlan::Sort(sort) = below {
                    let input = [self.scope(&sort.input)];
                    let decided = self.decided(&input, sort.expr.iter().map(|sort| &sort.expr));
                    traced.rows.extend(decided.rows);
                }
                traced
            }
            LogicalPlan::Unnest(unnest) => {
                let input = self.shared(&unnest.input);
                let of = |at: &usize| input.columns.get(*at).cloned().unwrap_or_default();
                let columns = unnest.dependency_indices.iter().map(of).collect();
                Traced { columns, ..Traced::clone(&input) }
            }
            LogicalPlan::Subquery(subquery) => Traced::clone(&self.shared(&subquery.subquery)),
            LogicalPlan::SubqueryAlias(alias) => Traced::clone(&self.shared(&alias.input)),
            LogicalPlan::Sort(sort) => Traced::clone(&self.shared(&sort.input)),
            LogicalPlan::Repartition(repartition) => Traced::clone(&self.shared(&repartition.input)),
            LogicalPlan::Distinct(Distinct::All(input)) => Traced::clone(&self.shared(input)),
            // Values that are written out come from no table; the rest is in no plan of a query that only reads.
            _ => Traced { columns: vec![Origins::new(); plan.schema().fields().len()], ..Traced::default() },
        }
    }

    /// Traces an aggregate. What is counted without a column is the rows.
    fn aggregate(&mut self, aggregate: &Aggregate) -> Traced {
        let input = [self.scope(&aggregate.input)];
        let tables = input[0].1.tables.clone();
        let sets = matches!(aggregate.group_expr.as_slice(), [Expr::GroupingSet(_)]);
        let groups: Vec<Expr> = grouping_set_to_exprlist(&aggregate.group_expr)
            .map(|list| list.into_iter().cloned().collect())
            .unwrap_or_default();
        let mut traced = self.select(&groups, &input);
        if sets {
            // Which of the sets a row is of.
            traced.columns.push(Origins::new());
        }
        for expr in &aggregate.aggr_expr {
            let mut found = self.expr(expr, &input);
            if counts_rows(expr) {
                found.extend(tables.iter().cloned());
            }
            traced.columns.push(found);
        }
        traced
    }

    fn join(&mut self, join: &Join) -> Traced {
        let left = self.scope(&join.left);
        // What stands beside a table and speaks of its columns.
        let lateral = matches!(join.right.as_ref(), LogicalPlan::Subquery(_) | LogicalPlan::SubqueryAlias(_));
        if lateral {
            self.outer.push(vec![left.clone()]);
        }
        let right = self.scope(&join.right);
        if lateral {
            self.outer.pop();
        }
        let columns = match join.join_type {
            JoinType::LeftSemi | JoinType::LeftAnti => left.1.columns.clone(),
            JoinType::RightSemi | JoinType::RightAnti => right.1.columns.clone(),
            JoinType::LeftMark => left.1.columns.iter().cloned().chain([Origins::new()]).collect(),
            JoinType::RightMark => right.1.columns.iter().cloned().chain([Origins::new()]).collect(),
            _ => left.1.columns.iter().chain(&right.1.columns).cloned().collect(),
        };
        let sides = [left, right];
        let on = join.on.iter().flat_map(|(left, right)| [left, right]);
        let decided = self.decided(&sides, on.chain(&join.filter));
        Traced { columns, ..decided }
    }

    /// Traces parts whose rows stand below each other.
    fn together(&mut self, inputs: &[Arc<LogicalPlan>]) -> Traced {
        let mut all: Option<Traced> = None;
        for input in inputs {
            let traced = self.shared(input);
            match &mut all {
                Some(all) => all.add(&traced),
                None => all = Some(Traced::clone(&traced)),
            }
        }
        all.unwrap_or_default()
    }

    /// Returns what expressions make of the columns of `inputs`.
    fn select<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>, inputs: &[Scope]) -> Traced {
        let mut traced = Traced::default();
        for (_, input) in inputs {
            traced.take(input);
        }
        traced.columns = exprs.into_iter().map(|expr| self.expr(expr, inputs)).collect();
        traced
    }

    /// Returns the columns of the first of `inputs`, whose rows conditions decide.
    fn decided<'e>(&mut self, inputs: &[Scope], conditions: impl IntoIterator<Item = &'e Expr>) -> Traced {
        let mut traced = Traced::default();
        for (_, input) in inputs {
            traced.take(input);
        }
        for condition in conditions {
            traced.rows.extend(self.expr(condition, inputs));
        }
        traced.columns = inputs.first().map(|(_, input)| input.columns.clone()).unwrap_or_default();
        traced
    }

    /// Returns what the value of an expression is worked out from.
    fn expr(&mut self, expr: &Expr, inputs: &[Scope]) -> Origins {
        let mut found = Origins::new();
        let _visited = expr.apply(|part| {
            match part {
                Expr::Column(column) => found.extend(resolve(column, inputs)),
                Expr::OuterReferenceColumn(_, column) => {
                    let mut scopes = self.outer.iter().rev().map(|scopes| resolve(column, scopes));
                    found.extend(scopes.find(|origins| !origins.is_empty()).unwrap_or_default());
                }
                Expr::ScalarSubquery(subquery) => self.subquery(&subquery.subquery, inputs, &mut found),
                Expr::Exists(exists) => self.subquery(&exists.subquery.subquery, inputs, &mut found),
                Expr::InSubquery(within) => self.subquery(&within.subquery.subquery, inputs, &mut found),
                Expr::SetComparison(set) => self.subquery(&set.subquery.subquery, inputs, &mut found),
                _ => {}
            }
            Ok(TreeNodeRecursion::Continue)
        });
        found
    }

    fn subquery(&mut self, plan: &LogicalPlan, inputs: &[Scope], found: &mut Origins) {
        self.outer.push(inputs.to_vec());
        let traced = self.plan(plan);
        self.outer.pop();
        found.extend(traced.columns.into_iter().flatten());
        found.extend(traced.rows);
    }
}

/// Returns whether an aggregate has no column among its arguments, as `count(*)`, whatever its filter names.
fn counts_rows(expr: &Expr) -> bool {
    match expr {
        Expr::Alias(alias) => counts_rows(&alias.expr),
        Expr::AggregateFunction(function) => !function.params.args.iter().any(Expr::any_column_refs),
        _ => false,
    }
}

/// Returns what a name stands for in the first scope that has it.
fn resolve(column: &Column, scopes: &[Scope]) -> Origins {
    let at = |(schema, traced): &Scope| {
        let at = schema.maybe_index_of_column(column)?;
        traced.columns.get(at).cloned()
    };
    scopes.iter().find_map(at).unwrap_or_default()
}
