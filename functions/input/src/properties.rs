//! The properties of `Custom::MediaLiveInput`.

use http::Uri;
use lilo_custom_resource::property::{PropertyError, RoleArn, boolean};
use lilo_lifecycle::Identity;
use lilo_lifecycle::tags::{self, Tags};
use lilo_medialive::InputSpec;
use serde::Deserialize;

/// What the template sets.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Properties {
    name: String,
    sources: Vec<String>,
    #[serde(default, deserialize_with = "boolean")]
    allow_insecure_source: bool,
    role_arn: RoleArn,
    #[serde(default)]
    tags: Tags,
}

impl Properties {
    /// The input that the resource `identity` is to be.
    pub(crate) fn spec(&self, identity: &Identity) -> Result<InputSpec, PropertyError> {
        if let Some(problem) = tags::not_settable(&self.tags) {
            return Err(PropertyError::new("Tags", problem));
        }
        Ok(InputSpec {
            name: self.name.clone(),
            sources: self.sources()?,
            role_arn: self.role_arn.as_str().to_owned(),
            tags: tags::for_people(identity, &self.tags),
        })
    }

    /// The URLs of both pipelines, checked as far as that goes without fetching them: MediaLive
    /// itself looks at them only when the channel runs, and a channel without a picture costs as
    /// much as one with. One URL stands for both pipelines, so that the input is of class STANDARD
    /// whatever the channel's class is: an input cannot change its class.
    fn sources(&self) -> Result<[String; 2], PropertyError> {
        for source in &self.sources {
            check(source, self.allow_insecure_source).map_err(|problem| {
                PropertyError::new("Sources", format!("\"{}\" {problem}", shown(source)))
            })?;
        }
        match self.sources.as_slice() {
            [one] => Ok([one.clone(), one.clone()]),
            [first, second] => Ok([first.clone(), second.clone()]),
            other => {
                let problem = format!("{} URLs; give one, or one for each pipeline", other.len());
                Err(PropertyError::new("Sources", problem))
            }
        }
    }
}

/// The URL without what may be secret in it, be it a URL or not.
fn shown(source: &str) -> &str {
    let whole = source.split(['?', '#']).next().unwrap_or_default();
    whole.rsplit('@').next().unwrap_or_default()
}

/// URL forms of an MP4 input: MediaLive user guide, "MP4 input".
fn check(source: &str, allow_insecure: bool) -> Result<(), String> {
    if source.contains(|it: char| it.is_whitespace() || it.is_control()) {
        return Err("has a space or a line break in it; write a space in a name as %20".to_owned());
    }
    // The parser would leave it out; MediaLive gets the text.
    if source.contains('#') {
        return Err("has a part after #, which is none of the file's name".to_owned());
    }
    if source.contains('$') {
        return Err("has a $, by which MediaLive would take it for a dynamic input".to_owned());
    }
    if source.contains(":///") {
        return Err("names no host or bucket".to_owned());
    }
    let url: Uri = source
        .parse()
        .map_err(|error| format!("is not a URL: {error}; write a host outside ASCII as xn--"))?;
    check_host(&url, allow_insecure)?;
    if url.query().is_some() {
        return Err(NO_SECRETS.to_owned());
    }
    if !url.path().to_ascii_lowercase().ends_with(".mp4") {
        return Err("does not end in .mp4; MediaLive takes no other file here".to_owned());
    }
    Ok(())
}

const NO_SECRETS: &str = "carries a name, a password or a query, which a stack shows to all who \
                          can read it; give MediaLive an address that needs none";

fn check_host(url: &Uri, allow_insecure: bool) -> Result<(), String> {
    let host = url.host().unwrap_or_default();
    match url.scheme_str().unwrap_or_default().to_ascii_lowercase().as_str() {
        "s3ssl" if host.contains('.') => {
            return Err(
                "names a bucket with a dot; MediaLive reads only from buckets without".into()
            );
        }
        "https" | "s3ssl" => {}
        "http" if allow_insecure => {}
        "http" => {
            return Err("is not encrypted; use https or s3ssl, or set AllowInsecureSource".into());
        }
        "" => return Err("is not a URL; begin it with s3ssl:// or https://".to_owned()),
        scheme => return Err(format!("has the scheme {scheme}; use s3ssl, https or http")),
    }
    let authority = url.authority().map_or("", |it| it.as_str());
    if authority.contains('@') {
        return Err(NO_SECRETS.to_owned());
    }
    if host.is_empty() {
        return Err("names no host or bucket".to_owned());
    }
    if authority != host && url.port_u16().is_none() {
        return Err("has a port that is none from 0 to 65535".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{check, shown};

    #[test]
    fn sources_that_medialive_can_read_are_taken() {
        for source in [
            "s3ssl://bucket/folder/clip.mp4",
            "https://example.com/a%20clip.MP4",
            "HTTPS://example.com:8443/films/étoile.mp4",
            "https://xn--mnchen-3ya.example/clip.mp4",
            "https://[2001:db8::1]:8443/clip.mp4",
        ] {
            assert_eq!(check(source, false), Ok(()), "{source}");
        }
        assert_eq!(check("http://127.0.0.1:8000/clip.mp4", true), Ok(()));
    }

    #[test]
    fn any_other_source_is_refused_with_what_to_do() {
        for (source, problem) in [
            ("clip.mp4", "is not a URL; begin it with s3ssl:// or https://"),
            (
                "s3ssl://my.bucket/clip.mp4",
                "names a bucket with a dot; MediaLive reads only from buckets without",
            ),
            (
                "http://example.com/clip.mp4",
                "is not encrypted; use https or s3ssl, or set AllowInsecureSource",
            ),
            (
                "https://münchen.example/clip.mp4",
                "is not a URL: invalid uri character; write a host outside ASCII as xn--",
            ),
            ("https://example.com:65536/clip.mp4", "has a port that is none from 0 to 65535"),
            ("ftp://example.com/clip.mp4", "has the scheme ftp; use s3ssl, https or http"),
            ("s3ssl:///clip.mp4", "names no host or bucket"),
            (
                "https://example.com/clip.mp4 ",
                "has a space or a line break in it; write a space in a name as %20",
            ),
            (
                "https://example.com/clip.mp4#t=1",
                "has a part after #, which is none of the file's name",
            ),
            (
                "https://example.com/clip.mov",
                "does not end in .mp4; MediaLive takes no other file here",
            ),
        ] {
            assert_eq!(check(source, false), Err(problem.to_owned()));
        }
        for source in
            ["https://me:secret@example.com/a.mp4?k=secret", "https://example.com/$a$.mp4"]
        {
            assert!(check(source, false).is_err(), "{source}");
            assert!(!shown(source).contains("secret"));
        }
        assert_eq!(shown("https://me:secret@exa mple.com/a.mp4?k=secret"), "exa mple.com/a.mp4");
    }
}
