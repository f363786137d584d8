//! What a channel sends while it has no input.

use std::time::Duration;

use serde::Deserialize;

use lilo_encoder::InputLoss;

/// The API's number for a time without end, in milliseconds.
const ENDLESS: u64 = 1_000_000;
/// A time without end: a century.
const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct InputLossBehavior {
    repeat_frame_msec: Option<i64>,
    black_frame_msec: Option<i64>,
    input_loss_image_color: Option<String>,
}

impl InputLossBehavior {
    pub(super) fn input_loss(&self) -> InputLoss {
        let default = InputLoss::default();
        let color = self.input_loss_image_color.as_deref().and_then(color);
        InputLoss {
            repeat: self.repeat_frame_msec.map_or(default.repeat, time),
            black: self.black_frame_msec.map_or(default.black, time),
            color: color.unwrap_or(default.color),
        }
    }
}

fn time(milliseconds: i64) -> Duration {
    match u64::try_from(milliseconds).unwrap_or_default() {
        ENDLESS.. => FOR_EVER,
        milliseconds => Duration::from_millis(milliseconds),
    }
}

/// Six hexadecimal digits: red, green and blue.
pub(in crate::playout::job) fn color(text: &str) -> Option<[u8; 3]> {
    let digits = text.len() == 6 && text.bytes().all(|it| it.is_ascii_hexdigit());
    let [_, red, green, blue] =
        u32::from_str_radix(text, 16).ok().filter(|_| digits)?.to_be_bytes();
    Some([red, green, blue])
}
