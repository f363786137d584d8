//! What a row's figures have to be.

use lilo_encoder::Status;

use super::figures::{Figures, Steps};

/// How far the sound may be from the picture: half a picture.
const OFFSET_MS: f64 = 20.0;
/// A pass is a whole number of pictures, so up to half a picture of the sound is cut or filled.
const SILENT_PERCENT: f64 = 1.2;
/// Where two passes meet, and where the sound begins and ends, no frequency can be measured.
const NOISE_PERCENT: f64 = 5.0;
/// A decoder that is started over and over asks more often.
const REQUESTS_A_SECOND: f64 = 10.0;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Picture {
    Numbered,
    /// Not black, but too small for a number.
    Plain,
    Black,
}

#[derive(Clone, Copy)]
pub(super) struct Expected {
    pub(super) picture: Picture,
    pub(super) steps: Steps,
    /// The numbers of the first and the last picture of a pass; no last one where it depends on
    /// the decoder.
    pub(super) first: u8,
    pub(super) last: Option<u8>,
    /// Pictures a pass.
    pub(super) pass: usize,
    /// Pictures a pass that may be lost: the one before is repeated, then there is a step of two.
    pub(super) lost: usize,
    /// Percent; none where it depends on the decoder.
    pub(super) silent: Option<f64>,
    /// Percent of the sound that may be noise.
    pub(super) noise: f64,
    /// What the reason says, and whether the source is filled for.
    pub(super) reason: Option<&'static str>,
    pub(super) filled: bool,
}

/// Two seconds of picture and tone at 25 pictures a second.
pub(super) const PLAIN: Expected = Expected {
    picture: Picture::Numbered,
    steps: Steps { rate: 25.0, least: 1, most: 1, held: &[] },
    first: 0,
    last: Some(49),
    pass: 50,
    lost: 0,
    silent: Some(0.0),
    noise: NOISE_PERCENT,
    reason: None,
    filled: false,
};

/// What else is known of a row that has been played.
pub(super) struct Outcome {
    pub(super) figures: Figures,
    pub(super) status: Status,
    /// Why something of the source does not play.
    pub(super) reason: Option<String>,
    pub(super) requests_a_second: f64,
}

impl Expected {
    /// Two passes and a half.
    pub(super) fn seconds(&self) -> f64 {
        0.04 * 2.5 * f64::from(u32::try_from(self.pass).unwrap())
    }

    /// What is wrong, a sentence each.
    pub(super) fn complaints(&self, outcome: &Outcome) -> Vec<String> {
        let figures = &outcome.figures;
        let all = [self.state(outcome), self.picture(figures), self.sound(figures)];
        all.into_iter().flatten().filter(|(fits, _)| !fits).map(|(_, it)| it.to_owned()).collect()
    }

    fn state(&self, outcome: &Outcome) -> Vec<(bool, &'static str)> {
        let Outcome { status, reason, requests_a_second, .. } = outcome;
        let filled = matches!(status, Status::Filling { .. });
        let reason = reason.as_deref().unwrap_or_default();
        vec![
            (filled == self.filled && (filled || *status == Status::Playing), "status"),
            (self.reason.is_none_or(|word| reason.contains(word)), "reason"),
            (*requests_a_second < REQUESTS_A_SECOND, "requests"),
        ]
    }

    fn picture(&self, figures: &Figures) -> Vec<(bool, &'static str)> {
        let Figures { passes, ends, disorder, black, unknown, .. } = figures;
        let none = |percent: &f64| *percent < 0.01;
        match self.picture {
            Picture::Black => vec![(*black > 99.99, "not all black")],
            Picture::Plain => vec![(none(black), "black")],
            Picture::Numbered => {
                let slack = self.steps.most.saturating_sub(1);
                let fits = |(first, last): &(u8, u8)| {
                    first.abs_diff(self.first) <= slack
                        && self.last.is_none_or(|expected| last.abs_diff(expected) <= slack)
                };
                // One picture has no order by which its passes could be told apart.
                let single = self.last == Some(self.first);
                let as_long = |pass: &usize| self.last.is_none() || *pass == self.pass;
                vec![
                    (none(black), "black"),
                    (none(unknown), "unknown pictures"),
                    (*disorder <= 2 * self.lost * (passes.len() + 1), "order"),
                    (single || passes.len() >= 2, "two passes"),
                    (single || passes.iter().all(as_long), "pictures a pass"),
                    (ends.iter().all(fits), "first and last picture"),
                ]
            }
        }
    }

    fn sound(&self, figures: &Figures) -> Vec<(bool, &'static str)> {
        let Figures { offset, sound_passes, jumps, silent, noise, .. } = figures;
        let as_long = self.silent.is_none_or(|expected| (silent - expected).abs() < SILENT_PERCENT);
        let mut all = vec![
            (as_long, "silence"),
            (*jumps == 0, "sound jumps"),
            (*noise < self.noise, "noise"),
        ];
        if self.silent.is_some_and(|silent| silent < 99.0) {
            let length = 40.0 * f64::from(u32::try_from(self.pass).unwrap());
            let returns = |pass: &f64| (pass - length).abs() < OFFSET_MS;
            all.push((
                sound_passes.len() >= 2 && sound_passes.iter().all(returns),
                "length of the sound's passes",
            ));
        }
        let numbered = self.picture == Picture::Numbered && self.last != Some(self.first);
        if numbered && self.silent.is_none_or(|silent| silent < 99.0) {
            let close = |(least, most): (f64, f64)| least > -OFFSET_MS && most < OFFSET_MS;
            let measured = offset.map_or(self.silent.is_none(), close);
            all.push((measured, "offset"));
        }
        all
    }
}
