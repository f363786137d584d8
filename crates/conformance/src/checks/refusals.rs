//! What CreateChannel refuses, and in which words.

use aws_sdk_medialive::types::{ChannelClass, TimecodeConfig};

use crate::check::{Ask, Check};
use crate::fixture::settings::ChannelRequest;

pub(super) static CHECKS: [Check; 13] = [
    refused(
        "single-source-for-two-pipelines",
        "CreateChannel of class STANDARD with an input that has one source",
        "422 UnprocessableEntityException: inputAttachments[0].inputId A channel of class STANDARD \
         needs an input of class STANDARD: \"INPUT\" has one source",
        |request| {
            request.class = ChannelClass::Standard;
            request.urls.push("rtp://203.0.113.11:5000".to_owned());
        },
    ),
    refused(
        "settings-for-each-pipeline",
        "CreateChannel of class SINGLE_PIPELINE with two addresses in its destination",
        "422 UnprocessableEntityException: destinations[0].settings Exactly 1 destinations settings \
         required",
        |request| request.urls.push(request.urls[0].clone()),
    ),
    refused(
        "undefined-video",
        "CreateChannel whose output names a video description that is not there",
        "422 UnprocessableEntityException: outputGroups[0].outputs[0].videoDescriptionName Object \
         references undefined video description \"other\"",
        |request| request.output().video_description_name = Some("other".to_owned()),
    ),
    refused(
        "undefined-audio",
        "CreateChannel whose output also names an audio description that is not there",
        "422 UnprocessableEntityException: outputGroups[0].outputs[0].audioDescriptionNames[1] \
         Object references undefined audio description \"other\"",
        |request| {
            let names = &mut request.output().audio_description_names;
            names.get_or_insert_default().push("other".to_owned());
        },
    ),
    refused(
        "udp-without-port",
        "CreateChannel with a destination that has no port",
        "422 UnprocessableEntityException: outputGroups[0].outputs[0].outputSettings.destination.uri A \
         UDP output with these settings needs udp or rtp with a port",
        |request| request.urls = vec!["rtp://203.0.113.10".to_owned()],
    ),
    refused(
        "error-correction-without-rtp",
        "CreateChannel with error correction to a udp:// destination",
        "422 UnprocessableEntityException: outputGroups[0].outputs[0].outputSettings.destination.uri A \
         UDP output with these settings needs rtp with a port",
        |request| {
            request.urls = vec!["udp://203.0.113.10:5000".to_owned()];
            request.correct_errors();
        },
    ),
    refused(
        "number-out-of-bounds",
        "CreateChannel with sharpness 101, where the model has 0 to 100",
        "422 UnprocessableEntityException: videoDescriptions[0].sharpness 101 is not from 0 to 100",
        |request| request.video().sharpness = Some(101),
    ),
    refused(
        "input-setting-out-of-bounds",
        "CreateChannel with filterStrength 6, where the model has 1 to 5",
        "422 UnprocessableEntityException: inputAttachments[0].inputSettings.filterStrength 6 is not \
         from 1 to 5",
        |request| request.input_settings().filter_strength = Some(6),
    ),
    refused(
        "required-setting-missing",
        "CreateChannel without timecodeConfig, which the model requires",
        "422 UnprocessableEntityException: timecodeConfig is required",
        |request| request.encoder().timecode_config = None,
    ),
    refused(
        "unknown-text-of-a-kind",
        "CreateChannel with a timecode source that is not among the model's",
        "422 UnprocessableEntityException: timecodeConfig.source \"SUNDIAL\" is not one of EMBEDDED, \
         SYSTEMCLOCK, ZEROBASED",
        |request| {
            let sundial = TimecodeConfig::builder().source("SUNDIAL".into()).build();
            request.encoder().timecode_config = Some(sundial);
        },
    ),
    refused(
        "unknown-channel-class",
        "CreateChannel of a class that is not among the model's",
        "400 BadRequestException: channelClass: unknown variant `TRIPLE`, expected `STANDARD` or \
         `SINGLE_PIPELINE`",
        |request| request.class = "TRIPLE".into(),
    ),
    refused(
        "no-encoder-settings",
        "CreateChannel without encoder settings",
        "422 UnprocessableEntityException: encoderSettings is required",
        |request| request.encoder = None,
    ),
    refused(
        "twenty-one-inputs",
        "CreateChannel with the same input attached 21 times",
        "422 UnprocessableEntityException: inputAttachments A channel has at most 20 inputs",
        |request| {
            let first = &request.attachments[0];
            let named = |number| {
                let mut attachment = first.clone();
                attachment.input_attachment_name = Some(format!("attachment-{number}"));
                attachment
            };
            request.attachments = (0..21).map(named).collect();
        },
    ),
];

/// A check that CreateChannel refuses the request, changed like this.
const fn refused(
    name: &'static str,
    asks: &'static str,
    expected: &'static str,
    change: fn(&mut ChannelRequest),
) -> Check {
    Check { name, asks, expected, ask: Ask::Creation(change) }
}
