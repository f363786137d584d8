//! Templates as tables: functions, conditions, rules, order.

use serde_json::json;

use super::*;

fn pseudo() -> PseudoParameters {
    PseudoParameters {
        stack_name: "demo".into(),
        stack_id: "arn:stack/demo".into(),
        region: "eu-west-1".into(),
        account: "111122223333".into(),
    }
}

fn exports() -> BTreeMap<String, String> {
    BTreeMap::from([("exported".to_owned(), "value".to_owned())])
}

const DECLARED: &str = "
Parameters:
  Name: { Type: String, Default: n }
  Port: { Type: Number, Default: 5000 }
  Empty: { Type: String, Default: '' }
Conditions:
  Yes: !Equals [!Ref Name, n]
  No: !Not [!Condition Yes]
";

fn evaluated(expression: &str) -> Result<Option<Value>, Error> {
    let resources = "Resources:\n  R: { Type: 'Custom::R' }\n";
    let template = Template::parse(&format!("{DECLARED}{resources}")).unwrap();
    let mut scope = template.prepare(&BTreeMap::new(), &pseudo(), exports()).unwrap();
    let attributes = Map::from_iter([("Arn".to_owned(), json!("arn:r"))]);
    scope.add_resource("R", "r-1", attributes);
    scope.evaluate(&yaml::read(expression).unwrap(), "here")
}

#[test]
fn functions_evaluate_as_on_aws() {
    let cases = [
        ("plain", json!("plain")),
        ("!Ref Name", json!("n")),
        ("!Ref Port", json!("5000")),
        ("!Ref R", json!("r-1")),
        ("!Ref AWS::StackName", json!("demo")),
        ("!Ref AWS::StackId", json!("arn:stack/demo")),
        ("!Ref AWS::Region", json!("eu-west-1")),
        ("!Ref AWS::AccountId", json!("111122223333")),
        ("!Ref AWS::Partition", json!("aws")),
        ("!Ref AWS::URLSuffix", json!("amazonaws.com")),
        ("!GetAtt R.Arn", json!("arn:r")),
        ("!If [Yes, 1, 2]", json!(1)),
        ("!If [No, 1, !Ref Name]", json!("n")),
        ("[a, !If [No, b, !Ref AWS::NoValue], c]", json!(["a", "c"])),
        ("{ a: !Ref AWS::NoValue, b: 1 }", json!({ "b": 1 })),
        ("!Sub '${Name}:${Port}/${R}/${R.Arn}/${!Name}'", json!("n:5000/r-1/arn:r/${Name}")),
        ("!Sub ['${X}-${Name}', { X: !Ref Port }]", json!("5000-n")),
        ("!Sub ['${Name}', { Name: own }]", json!("own")),
        ("!Join ['-', [a, !Ref Name, 1]]", json!("a-n-1")),
        ("!Join ['', !Split [',', 'a,b']]", json!("ab")),
        ("!Split [',', !Sub 'a,${Name}']", json!(["a", "n"])),
        ("!ImportValue exported", json!("value")),
        ("!ImportValue { 'Fn::Sub': 'ex${Empty}ported' }", json!("value")),
        (
            "{ Condition: { Bool: { x: 'true' } } }",
            json!({ "Condition": { "Bool": { "x": "true" } } }),
        ),
    ];
    for (expression, expected) in cases {
        assert_eq!(evaluated(expression).unwrap(), Some(expected), "{expression}");
    }
    assert_eq!(evaluated("!Ref AWS::NoValue").unwrap(), None);
}

#[test]
fn what_cannot_be_evaluated_is_refused_with_its_place() {
    let cases = [
        ("!Ref Nobody", "here.Ref: Nobody has no value"),
        ("!GetAtt R.Name", "R has no attribute Name"),
        ("!ImportValue other", "no export named other"),
        ("!If [Maybe, 1, 2]", "condition Maybe is not declared"),
        ("!If [Yes, 1]", "needs a list of 3"),
        ("!Join ['', !Ref Name]", "is not a list"),
        ("!Sub ['${X}', { X: [a] }]", "is not a scalar"),
        ("!Select [0, [a]]", "Fn::Select is not supported"),
        ("!Base64 x", "Fn::Base64 is not supported"),
        ("!FindInMap [a, b, c]", "Fn::FindInMap is not supported"),
        ("{ a: [1, !Cidr x] }", "here.a[1].Fn::Cidr"),
        ("!Join ['', [!Ref AWS::NoValue, !Equals [a, a]]]", "Fn::Equals is not supported here"),
    ];
    for (expression, expected) in cases {
        let refused = evaluated(expression).unwrap_err().to_string();
        assert!(refused.contains(expected), "{expression}: {refused}");
    }
}

#[test]
fn conditions_hold_as_on_aws() {
    let cases = [
        ("!Equals [!Ref Port, 5000]", true),
        ("!Equals [!Ref Name, N]", false),
        ("!Equals [!Split [',', 'a,b'], [a, b]]", true),
        ("!Not [!Condition Yes]", false),
        ("!And [!Condition Yes, !Equals [a, a]]", true),
        ("!And [!Condition Yes, !Condition No]", false),
    ];
    let template = format!("{DECLARED}Resources: {{}}");
    let template = Template::parse(&template).unwrap();
    let scope = template.prepare(&BTreeMap::new(), &pseudo(), exports()).unwrap();
    for (condition, expected) in cases {
        let value = yaml::read(condition).unwrap();
        assert_eq!(scope.condition(&value, "here").unwrap(), expected, "{condition}");
    }
    for condition in
        ["yes", "!And [!Condition Yes]", "!Or [!Condition Yes, !Condition No]", "!Ref Name"]
    {
        assert!(scope.condition(&yaml::read(condition).unwrap(), "here").is_err(), "{condition}");
    }
}

#[test]
fn a_rule_that_does_not_hold_is_refused_in_the_templates_words() {
    let template = Template::parse(
        "
Parameters:
  Class: { Type: String, Default: ONE }
  Second: { Type: String, Default: '' }
Rules:
  Two:
    RuleCondition: !Equals [!Ref Class, TWO]
    Assertions:
      - Assert: !Not [!Equals [!Ref Second, '']]
        AssertDescription: Class TWO needs Second.
Resources: {}
",
    )
    .unwrap();
    let prepare = |given: &[(&str, &str)]| {
        let given = given.iter().map(|&(name, value)| (name.to_owned(), value.to_owned()));
        template.prepare(&given.collect(), &pseudo(), BTreeMap::new()).map(drop)
    };

    assert!(prepare(&[]).is_ok());
    assert!(prepare(&[("Class", "TWO"), ("Second", "s")]).is_ok());
    let refused = prepare(&[("Class", "TWO")]).unwrap_err().to_string();
    assert!(refused.contains("Two") && refused.contains("Class TWO needs Second"), "{refused}");
}

#[test]
fn resources_come_after_what_they_use_and_only_when_wanted() {
    let template = Template::parse(&format!(
        "{DECLARED}
Resources:
  A: {{ Type: 'Custom::A', Properties: {{ X: !Sub '${{D.Arn}}' }} }}
  B: {{ Type: 'Custom::B', DependsOn: A }}
  C: {{ Type: 'Custom::C', Condition: No }}
  D: {{ Type: 'Custom::D', Properties: {{ Deep: [{{ X: !GetAtt E.Arn }}] }} }}
  E: {{ Type: 'Custom::E' }}
"
    ))
    .unwrap();
    let scope = template.prepare(&BTreeMap::new(), &pseudo(), exports()).unwrap();

    let resources = template.resources(&scope).unwrap();

    let names: Vec<_> = resources.into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["E", "D", "A", "B"]);
    assert_eq!(template.dependencies("B"), ["A", "D", "E"].map(str::to_owned).into());
}

#[test]
fn a_template_that_is_not_understood_is_refused_with_its_place() {
    let resource =
        |attributes: &str| format!("Resources:\n  R: {{ Type: 'Custom::R', {attributes} }}");
    let cases = [
        ("Transform: x\nResources: {}".to_owned(), "Transform"),
        ("Mappings: {}\nResources: {}".to_owned(), "Mappings"),
        ("Parameters: {}".to_owned(), "Resources"),
        (resource("DeletionPolicy: Retain"), "Resources.R.DeletionPolicy"),
        (resource("CreationPolicy: {}"), "CreationPolicy"),
        (resource("Properties: { X: !Ref Typo }"), "Resources.R.X: Typo is neither"),
        (resource("Properties: { X: !Sub 'a${Typo.Arn}' }"), "Typo is neither"),
        (resource("DependsOn: Typo"), "Resources.R.DependsOn: Typo"),
        (resource("Properties: { X: !Ref R }"), "circular dependency between R"),
        (resource("") + "\nOutputs: { O: { Value: !Ref Typo } }", "Outputs.O: Typo"),
    ];
    for (template, expected) in cases {
        let refused = Template::parse(&template).unwrap_err().to_string();
        assert!(refused.contains(expected), "{template}: {refused}");
    }
    let circle = "Conditions:\n  A: !Not [!Condition B]\n  B: !Not [!Condition A]\nResources: {}";
    let circle = Template::parse(circle).unwrap();
    let refused = circle.prepare(&BTreeMap::new(), &pseudo(), BTreeMap::new()).unwrap_err();
    assert!(refused.to_string().contains("circular dependency between A, B"), "{refused}");
}
