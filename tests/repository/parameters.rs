//! The table of the loop's parameters follows the template. `LILO_REFRESH=1` writes it anew.

use std::fs;

use lilo_tests::programs::{infra, root};
use saphyr::{LoadableYamlNode, Scalar, Yaml};

const HEAD: &str = "\
# The parameters of a loop

Made from [`infra/loop.yaml`](../infra/loop.yaml) (`LILO_REFRESH=1 cargo test --workspace --test
repository`). `lilo up` and `lilo deploy` take them as `--param NAME=VALUE`, except those that
have an option of their own (`--help`).

| parameter | default | values | meaning |
|---|---|---|---|
";

/// A scalar as a person writes it; empty if there is none.
fn text(node: Option<&Yaml<'_>>) -> String {
    match node {
        Some(Yaml::Value(Scalar::String(text))) => {
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        }
        Some(Yaml::Value(Scalar::Integer(number))) => number.to_string(),
        Some(Yaml::Value(Scalar::Boolean(value))) => value.to_string(),
        Some(_) | None => String::new(),
    }
}

fn values(parameter: &Yaml<'_>) -> String {
    let of = |name: &str| parameter.as_mapping_get(name);
    if let Some(Yaml::Sequence(allowed)) = of("AllowedValues") {
        return allowed.iter().map(|it| text(Some(it))).collect::<Vec<_>>().join(", ");
    }
    match (text(of("MinValue")), text(of("MaxValue"))) {
        (least, most) if !least.is_empty() => format!("{least} to {most}"),
        _ => String::new(),
    }
}

fn table(template: &str) -> String {
    let documents = Yaml::load_from_str(template).unwrap();
    let Some(Yaml::Mapping(parameters)) = documents[0].as_mapping_get("Parameters") else {
        panic!("the template has parameters")
    };
    let rows = parameters.iter().map(|(name, parameter)| {
        let of = |name: &str| text(parameter.as_mapping_get(name));
        let default = match parameter.as_mapping_get("Default") {
            None => "(needed)".to_owned(),
            Some(_) => of("Default"),
        };
        let (name, values) = (text(Some(name)), values(parameter));
        format!("| `{name}` | {default} | {values} | {} |\n", of("Description").replace('|', "\\|"))
    });
    rows.collect()
}

#[test]
fn the_table_of_parameters_follows_the_template() {
    let template = fs::read_to_string(infra("loop.yaml")).unwrap();
    let made = format!("{HEAD}{}", table(&template));
    let file = root().join("docs/parameters.md");
    if std::env::var_os("LILO_REFRESH").is_some() {
        fs::write(&file, &made).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == made, "docs/parameters.md differs: LILO_REFRESH=1 makes it anew");
    assert!(made.contains("| `VideoBitrate` | 10000000 | 500000 to 50000000 | Bits per second"));
}
