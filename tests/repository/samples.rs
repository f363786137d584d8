//! The samples of one resource are derived from its `create.json`. `LILO_REFRESH=1` writes them
//! anew.

use std::fs;

use lilo_tests::programs::root;

/// A sample: its file's name, its request type, its number in the RequestId, and what differs in
/// its properties.
type Sample = (&'static str, &'static str, u32, &'static [(&'static str, &'static str)]);

const INPUT: [Sample; 3] = [
    ("delete", "Delete", 2, &[]),
    (
        "update",
        "Update",
        5,
        &[("s3ssl://refarch-public/Sizzle2021.mp4", "https://example.com/film.mp4")],
    ),
    (
        "malformed",
        "Create",
        7,
        &[("Sources\": [\n      ", "Source\": "), (".mp4\"\n    ]", ".mp4\"")],
    ),
];

const CHANNEL: [Sample; 3] = [
    ("delete", "Delete", 4, &[]),
    (
        "update",
        "Update",
        6,
        &[
            ("\"10000000\"", "\"5000000\""),
            ("\"Owner\": \"Client\"", "\"Owner\": \"Another client\""),
        ],
    ),
    ("malformed", "Create", 8, &[("\"10000000\"", "\"10 Mb/s\"")]),
];

/// The text of a sample, from the text of `create.json`.
fn derive(create: &str, id: &str, (file, request_type, number, changes): Sample) -> String {
    let (head, properties) = create.split_once("  \"ResourceProperties\"").unwrap();
    let mut head = head
        .replace("\"RequestType\": \"Create\"", &format!("\"RequestType\": \"{request_type}\""))
        .replace("-create\"", &format!("-{file}\""));
    let at = head.find("\",\n  \"LogicalResourceId\"").unwrap();
    head.replace_range(at - 2..at, &format!("{number:02}"));
    if request_type != "Create" {
        let at = head.find("  \"ResourceType\"").unwrap();
        head.insert_str(at, &format!("  \"PhysicalResourceId\": \"{id}\",\n"));
    }
    let new = changes.iter().fold(properties.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "create.json has no {from}");
        text.replace(from, to)
    });
    let old = if request_type == "Update" {
        format!(",\n  \"OldResourceProperties\"{properties}")
    } else {
        "\n}\n".to_owned()
    };
    let new = new.strip_suffix("\n}\n").unwrap();
    format!("{head}  \"ResourceProperties\"{new}{old}")
}

#[test]
fn the_samples_of_a_resource_follow_its_create() {
    let refresh = std::env::var_os("LILO_REFRESH").is_some();
    for (resource, id, samples) in [("input", "1000001", INPUT), ("channel", "1000002", CHANNEL)] {
        let folder = root().join("events").join(resource);
        let create = fs::read_to_string(folder.join("create.json")).unwrap();
        for sample in samples {
            let file = folder.join(format!("{}.json", sample.0));
            let derived = derive(&create, id, sample);
            if refresh {
                fs::write(&file, &derived).unwrap();
            }
            let found = fs::read_to_string(&file).unwrap();
            assert!(found == derived, "{} differs: LILO_REFRESH=1 derives it anew", file.display());
        }
    }
}
