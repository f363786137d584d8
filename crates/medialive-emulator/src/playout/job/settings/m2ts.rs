//! The transport stream's numbers.

use serde::Deserialize;

use super::super::Unplayable;
use lilo_encoder::Program;

/// The PIDs that the API's model allows.
const PIDS: std::ops::RangeInclusive<u16> = 32..=8182;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct M2tsSettings {
    audio_pids: Option<String>,
    pmt_pid: Option<String>,
    program_num: Option<u16>,
    transport_stream_id: Option<u16>,
    video_pid: Option<String>,
}

impl M2tsSettings {
    /// Numbers that the encoder cannot use are left at their defaults, and named elsewhere.
    pub(super) fn program(&self) -> Result<Program, Unplayable> {
        let default = Program::default();
        let used = |text: &Option<String>| text.as_deref().and_then(pid);
        let number = |number: Option<u16>| number.filter(|it| *it > 0);
        let program = Program {
            number: number(self.program_num).unwrap_or(default.number),
            transport_stream_id: number(self.transport_stream_id)
                .unwrap_or(default.transport_stream_id),
            pmt_pid: used(&self.pmt_pid).unwrap_or(default.pmt_pid),
            video_pid: used(&self.video_pid).unwrap_or(default.video_pid),
            audio_pid: used(&self.audio_pids).unwrap_or(default.audio_pid),
        };
        let Program { pmt_pid, video_pid, audio_pid, .. } = program;
        if pmt_pid == video_pid || pmt_pid == audio_pid || video_pid == audio_pid {
            let reason = format!("pmtPid {pmt_pid}, videoPid {video_pid}, audioPids {audio_pid}");
            return Err(Unplayable::Settings { reason: format!("two PIDs are equal: {reason}") });
        }
        Ok(program)
    }
}

/// A PID, or the first of a list or range: `481`, `0x1e1`, `482-498`, `482,483`.
pub(in crate::playout::job) fn pid(text: &str) -> Option<u16> {
    let first = text.split([',', '-']).next()?.trim();
    let hexadecimal = first.strip_prefix("0x").or_else(|| first.strip_prefix("0X"));
    let pid = hexadecimal.map_or_else(|| first.parse(), |it| u16::from_str_radix(it, 16));
    pid.ok().filter(|pid| PIDS.contains(pid))
}
