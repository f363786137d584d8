//! The properties that infra/loop.yaml gives its two resources with default parameters.

use serde_json::{Value, json};

/// Of `Custom::MediaLiveInput`, with LILO's own source.
#[must_use]
pub fn input() -> Value {
    json!({
        "ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:lilo-input",
        "ServiceTimeout": "900",
        "Name": "Dev",
        "Sources": ["s3ssl://refarch-public/Sizzle2021.mp4"],
        "AllowInsecureSource": "false",
        "RoleArn": "arn:aws:iam::111122223333:role/access",
        "Tags": {"Owner": "Client"},
    })
}

/// Of `Custom::MediaLiveChannel`, with LILO's own destination.
#[must_use]
pub fn channel(input_id: &str) -> Value {
    json!({
        "ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:lilo-channel",
        "ServiceTimeout": "3600",
        "Name": "Dev",
        "ChannelClass": "SINGLE_PIPELINE",
        "InputId": input_id,
        "RoleArn": "arn:aws:iam::111122223333:role/access",
        "Destinations": ["rtp://127.0.0.1:5000"],
        "AutoStart": "true",
        "InputCodec": "AVC",
        "InputResolution": "HD",
        "InputMaximumBitrate": "MAX_10_MBPS",
        "RateControl": "CBR",
        "VideoBitrate": "10000000",
        "AudioLanguage": "fr",
        "LogLevel": "DEBUG",
        "Tags": {"Owner": "Client"},
    })
}

/// `properties` with one of them set to `value`.
#[must_use]
pub fn with(mut properties: Value, name: &str, value: impl Into<Value>) -> Value {
    properties[name] = value.into();
    properties
}
