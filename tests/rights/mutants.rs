//! Policies that grant a little less or a little more, each with what was changed.
//!
//! A right is needed if some call is denied without it; a condition is needed if some forbidden
//! call is allowed without it.

use serde_json::{Map, Value, json};

/// A changed policy.
pub(crate) struct Mutant {
    /// The change in words.
    pub(crate) change: String,
    pub(crate) policy: Value,
    /// The actions that it can make a difference to.
    pub(crate) actions: Vec<Value>,
}

/// Without one action, without one resource of several, or without one value of a condition for one
/// action.
pub(crate) fn narrower(policy: &Value) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (index, statement) in statements(policy).iter().enumerate() {
        let of = Of { policy, index, statement };
        let actions = list(&statement["Action"]);
        for action in &actions {
            let others = with(statement, "Action", &without(&actions, action));
            let others: Vec<_> = Some(others).filter(|_| actions.len() > 1).into_iter().collect();
            let affected = std::slice::from_ref(action);
            mutants.push(of.mutant(&format!("without {action}"), affected, others.clone()));
            let alone = with(statement, "Action", affected);
            for (operator, key, values) in conditions(statement) {
                for value in values.iter().filter(|_| values.len() > 1) {
                    let mut less = alone.clone();
                    less["Condition"][&operator][&key] = without(&values, value).into();
                    let change = format!("without {key} {value} for {action}");
                    let by = [others.clone(), vec![less]].concat();
                    mutants.push(of.mutant(&change, affected, by));
                }
            }
        }
        let resources = list(&statement["Resource"]);
        for resource in resources.iter().filter(|_| resources.len() > 1) {
            let less = with(statement, "Resource", &without(&resources, resource));
            mutants.push(of.mutant(&format!("without {resource}"), &actions, vec![less]));
        }
    }
    mutants
}

/// Without one condition, or for every resource.
pub(crate) fn wider(policy: &Value) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for (index, statement) in statements(policy).iter().enumerate() {
        let of = Of { policy, index, statement };
        let actions = list(&statement["Action"]);
        for (operator, key, _) in conditions(statement) {
            let mut more = statement.clone();
            let conditions = more["Condition"].as_object_mut().unwrap();
            let keys = conditions[&operator].as_object_mut().unwrap();
            keys.remove(&key);
            if keys.is_empty() {
                conditions.remove(&operator);
            }
            mutants.push(of.mutant(&format!("without {operator} {key}"), &actions, vec![more]));
        }
        if statement["Resource"] != "*" {
            let more = with(statement, "Resource", &[json!("*")]);
            mutants.push(of.mutant("for every resource", &actions, vec![more]));
        }
    }
    mutants
}

/// A statement in its policy.
struct Of<'a> {
    policy: &'a Value,
    index: usize,
    statement: &'a Value,
}

impl Of<'_> {
    /// The policy with others in the statement's place.
    fn mutant(&self, change: &str, actions: &[Value], by: Vec<Value>) -> Mutant {
        let Self { policy, index, statement } = *self;
        let name = statement["Sid"].as_str().map_or_else(|| index.to_string(), str::to_owned);
        let mut policy = policy.clone();
        policy["Statement"].as_array_mut().unwrap().splice(index..=index, by);
        Mutant { change: format!("{name} {change}"), policy, actions: actions.to_vec() }
    }
}

fn statements(policy: &Value) -> &[Value] {
    policy["Statement"].as_array().unwrap()
}

/// Operator, key and values of each condition.
fn conditions(statement: &Value) -> Vec<(String, String, Vec<Value>)> {
    let none = Map::new();
    let operators = statement["Condition"].as_object().unwrap_or(&none).iter();
    let each = |(operator, keys): (&String, &Value)| {
        let keys = keys.as_object().unwrap().clone();
        let operator = operator.clone();
        keys.into_iter().map(move |(key, values)| (operator.clone(), key, list(&values)))
    };
    operators.flat_map(each).collect()
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn without(values: &[Value], value: &Value) -> Vec<Value> {
    values.iter().filter(|other| *other != value).cloned().collect()
}

fn with(statement: &Value, name: &str, values: &[Value]) -> Value {
    let mut statement = statement.clone();
    statement[name] = values.into();
    statement
}
