//! The function of the channel takes exactly the values that infra/loop.yaml declares.

use std::collections::BTreeMap;

use lilo_local_cloud::cloudformation::template::{PseudoParameters, Template};
use lilo_tests::{Cloud, Function, samples};

const LOOP: &str = include_str!("../../infra/loop.yaml");

/// Parameters that become a property as they are, and the property's name.
const PASSED_ON: [(&str, &str); 10] = [
    ("AudioLanguage", "AudioLanguage"),
    ("AutoStart", "AutoStart"),
    ("InputCodec", "InputCodec"),
    ("InputMaxBitrate", "InputMaximumBitrate"),
    ("InputResolution", "InputResolution"),
    ("LogLevel", "LogLevel"),
    ("RateControl", "RateControl"),
    ("StopAfterHours", "StopAfterHours"),
    ("Thumbnails", "Thumbnails"),
    ("VideoBitrate", "VideoBitrate"),
];

/// Parameters with a range or a list of words that are no property of the channel by themselves.
const NOT_PASSED_ON: [&str; 5] = [
    "AllowInsecureSource",
    "ChannelClass",
    "DestinationPort",
    "DestinationPort2",
    "DestinationProtocol",
];

/// The declarations of the template's parameters, as text.
fn declarations() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut declared = BTreeMap::<_, Vec<_>>::new();
    let mut name = "";
    let section = LOOP.split("\nParameters:\n").nth(1).unwrap();
    for line in section.lines().take_while(|line| line.is_empty() || line.starts_with(' ')) {
        match line.strip_prefix("  ").filter(|rest| !rest.starts_with([' ', '#'])) {
            Some(key) => name = key.trim_end_matches(':'),
            None => declared.entry(name).or_default().push(line.trim()),
        }
    }
    declared
}

/// Values at both sides of every bound that the declaration has.
fn values(declaration: &[&str]) -> Vec<String> {
    let mut values = Vec::new();
    for line in declaration {
        match line.split_once(": ") {
            Some(("MinValue" | "MaxValue", bound)) => {
                let bound: i64 = bound.parse().unwrap();
                values.extend([bound - 1, bound, bound + 1].map(|value| value.to_string()));
            }
            Some(("AllowedValues", words)) => {
                let words = words.trim_matches(['[', ']']).split(", ");
                values.extend(words.map(|word| word.trim_matches('\'').to_owned()));
                values.push("OTHER".to_owned());
            }
            Some(("MaxLength", length)) => {
                let longest = "de-abcdefgh-abcdefgh-abcdefgh-abcdefgh";
                let length: usize = length.parse().unwrap();
                values.extend([&longest[..length], &longest[..=length]].map(str::to_owned));
            }
            _ => {}
        }
    }
    values
}

fn template_takes(template: &Template, parameter: &str, value: &str) -> bool {
    let given = [("Source", "s3ssl://bucket/a.mp4"), ("DestinationIp", "203.0.113.10")];
    let given = given.into_iter().chain([(parameter, value)]);
    let given = given.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    template.check(&given, &PseudoParameters::default()).is_ok()
}

#[tokio::test(start_paused = true)]
async fn the_function_takes_the_values_that_the_template_takes() {
    let template = Template::parse(LOOP).unwrap();
    let declared = declarations();
    let mut tried = 0;
    for (parameter, property) in PASSED_ON {
        for value in values(&declared[parameter]) {
            let cloud = Cloud::default();
            let input = cloud.create(Function::Input, &samples::input()).await;
            let properties = samples::channel(input.physical_id());
            let properties = samples::with(properties, property, value.as_str());

            let failure =
                cloud.create(Function::Channel, &properties).await.failure().map(String::from);

            let taken = template_takes(&template, parameter, &value);
            assert_eq!(failure.is_none(), taken, "{parameter} {value}: {failure:?}");
            if let Some(reason) = failure {
                assert!(
                    reason.starts_with(&format!("property {property}: \"{value}\" is not ")),
                    "{reason}"
                );
            }
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
}

#[tokio::test(start_paused = true)]
async fn owner_takes_the_characters_of_medialives_tags() {
    let template = Template::parse(LOOP).unwrap();
    let letters = (' '..='~').chain(['\t', '\u{7f}', 'é', '名']);
    let mut accepted = String::new();
    for letter in letters {
        let cloud = Cloud::default();
        let owner = format!("a{letter}b");
        let tags = serde_json::json!({ "Owner": owner });
        let input = samples::with(samples::input(), "Tags", tags.clone());
        let input = cloud.create(Function::Input, &input).await;
        let channel = samples::with(samples::channel("1000001"), "Tags", tags);
        let channel = cloud.create(Function::Channel, &channel).await;

        let takes = template_takes(&template, "Owner", &owner);

        assert_eq!(channel.failure().is_none(), takes, "{letter:?}: {channel:?}");
        assert_eq!(input.failure().is_none(), takes, "{letter:?}: {input:?}");
        match input.failure() {
            Some(reason) => {
                let says = "property Tags: the value of Owner has ";
                assert!(reason.starts_with(says), "{letter:?}: {reason}");
            }
            None => accepted.push(letter),
        }
    }
    let digits = "0123456789";
    let (upper, lower) = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz");
    assert_eq!(accepted, format!(" +-./{digits}:=@{upper}_{lower}"));
}

#[test]
fn every_parameter_with_a_range_or_words_is_compared() {
    let bounded = declarations().into_iter().filter(|(_, declaration)| {
        declaration.iter().any(|it| it.starts_with("MinValue") || it.starts_with("AllowedValues"))
    });
    let bounded: Vec<_> = bounded.map(|(name, _)| name).collect();
    let known: Vec<_> = PASSED_ON.iter().map(|(name, _)| *name).chain(NOT_PASSED_ON).collect();
    for name in bounded {
        assert!(known.contains(&name), "{name} is in neither list");
    }
}
