//! MediaLive's answers in words that are the same in every run and every account.

use std::error::Error;
use std::fmt;

use aws_sdk_medialive::error::{ProvideErrorMetadata, SdkError};
use regex::Regex;

/// MediaLive's answer in words, without what differs from run to run; or why there is none.
pub(crate) type Answer = Result<String, Unanswered>;

/// Why a check has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unanswered(pub(crate) String);

impl fmt::Display for Unanswered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A refusal as `STATUS CODE: message`.
///
/// # Errors
/// When the refusal answers another question: whether the caller may ask, whether the caller asks
/// too often, whether MediaLive works, or whether the network does.
pub(crate) fn refusal<E>(error: &SdkError<E>) -> Answer
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let Some((service, status)) = error.as_service_error().zip(status) else {
        return Err(Unanswered(lilo_lifecycle::chain(error)));
    };
    let text = format!(
        "{status} {}: {}",
        service.code().unwrap_or("without a code"),
        service.message().unwrap_or_default()
    );
    match status {
        403 | 429 | 500.. => Err(Unanswered(text)),
        _ => Ok(text),
    }
}

/// A failed call that a check needed but does not ask about.
pub(crate) fn unanswered<E>(attempted: &str, error: &SdkError<E>) -> Unanswered
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    let (Ok(text) | Err(Unanswered(text))) = refusal(error);
    Unanswered(format!("cannot {attempted}: {text}"))
}

/// Placeholders that stand for what differs from run to run.
#[derive(Debug)]
pub(crate) struct Placeholders {
    /// Ids and names of this run, with their words.
    known: Vec<(String, &'static str)>,
    /// Patterns of the rest, with their words.
    patterns: [(Regex, &'static str); 4],
    /// The id at the end of an ARN.
    resource: Regex,
}

impl Placeholders {
    pub(crate) fn new() -> Self {
        let pattern = |text| Regex::new(text).expect("the pattern is constant");
        Self {
            known: Vec::new(),
            patterns: [
                // A session's name is often somebody's address.
                (pattern(r"\b(user|assumed-role)/\S+"), "CALLER"),
                (pattern(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "ID"),
                (pattern(r"\b[0-9]{12}\b"), "ACCOUNT"),
                (pattern(r"\b[0-9]{1,3}(\.[0-9]{1,3}){3}\b"), "ADDRESS"),
            ],
            resource: pattern(r"\b(input|channel|inputSecurityGroup):[0-9]+\b"),
        }
    }

    /// From now on `word` stands for this id or name.
    pub(crate) fn learn(&mut self, id: &str, word: &'static str) {
        self.known.push((id.to_owned(), word));
    }

    /// The text without account numbers, ids and addresses.
    pub(crate) fn replace(&self, text: &str) -> String {
        let text = self.patterns.iter().fold(text.to_owned(), |text, (pattern, word)| {
            pattern.replace_all(&text, *word).into_owned()
        });
        let text = self.known.iter().fold(text, |text, (id, word)| text.replace(id.as_str(), word));
        self.resource.replace_all(&text, "$1:ID").into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_no_account_id_or_address() {
        let mut placeholders = Placeholders::new();
        placeholders.learn("1234567", "INPUT");

        let shown = placeholders.replace(
            "Input 1234567 of arn:aws:medialive:eu-west-1:111122223333:input:1234567 at \
             203.0.113.10 (request 0f8fad5b-d9cb-469f-a165-70867728950e) for \
             assumed-role/Admin/me@example.com",
        );

        assert_eq!(
            shown,
            "Input INPUT of arn:aws:medialive:eu-west-1:ACCOUNT:input:INPUT at ADDRESS (request ID) \
             for CALLER"
        );
    }
}
