//! Parses the text of `Fn::Sub`.

/// A part of the text.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Part<'a> {
    /// Literal text.
    Text(&'a str),
    /// `${Name}`: a parameter, a resource or a variable of the `Fn::Sub` itself.
    Reference(&'a str),
    /// `${Resource.Attribute}`.
    Attribute(&'a str, &'a str),
}

/// Parses `text`; `${!Name}` is the literal `${Name}`.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((before, name, after)) = next_reference(rest) {
        parts.push(Part::Text(before));
        match (name.strip_prefix('!'), name.split_once('.')) {
            (Some(literal), _) => {
                parts.extend([Part::Text("${"), Part::Text(literal), Part::Text("}")]);
            }
            (None, Some((resource, attribute))) => parts.push(Part::Attribute(resource, attribute)),
            (None, None) => parts.push(Part::Reference(name)),
        }
        rest = after;
    }
    parts.push(Part::Text(rest));
    parts.retain(|part| *part != Part::Text(""));
    parts
}

fn next_reference(text: &str) -> Option<(&str, &str, &str)> {
    let (before, opened) = text.split_once("${")?;
    let (name, after) = opened.split_once('}')?;
    Some((before, name.trim(), after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_taken_apart() {
        use Part::{Attribute, Reference, Text};
        let cases: [(&str, &[Part<'_>]); 6] = [
            ("plain", &[Text("plain")]),
            ("", &[]),
            ("${A}", &[Reference("A")]),
            ("a:${AWS::Region}:b", &[Text("a:"), Reference("AWS::Region"), Text(":b")]),
            ("${A.B.C}!", &[Attribute("A", "B.C"), Text("!")]),
            ("${!A} $x", &[Text("${"), Text("A"), Text("}"), Text(" $x")]),
        ];
        for (text, expected) in cases {
            assert_eq!(parts(text), expected, "{text}");
        }
    }
}
