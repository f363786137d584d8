//! RTP headers: twelve bytes with four variable fields, too few to need a crate.

/// Bytes of a header without extensions or contributing sources (RFC 3550, 5.1).
pub(crate) const HEADER: usize = 12;

const VERSION_2: u8 = 2 << 6;
/// MPEG transport stream (RFC 3551, table 5).
const PAYLOAD_TYPE: u8 = 33;

/// One sender's stream of RTP packets.
#[derive(Debug)]
pub(crate) struct Session {
    sequence: u16,
    first_timestamp: u32,
    ssrc: u32,
}

impl Session {
    /// Starts from random values (RFC 3550), so that receivers do not mistake it for an earlier
    /// session.
    pub(crate) fn new() -> Self {
        Self {
            sequence: fastrand::u16(..),
            first_timestamp: fastrand::u32(..),
            ssrc: fastrand::u32(..),
        }
    }

    /// The next packet's header; `ticks` is its first byte's send time, counted from the first
    /// packet (RFC 2250, 2).
    pub(crate) fn header(&mut self, ticks: u32) -> [u8; HEADER] {
        let [s0, s1] = self.sequence.to_be_bytes();
        let [t0, t1, t2, t3] = self.first_timestamp.wrapping_add(ticks).to_be_bytes();
        let [c0, c1, c2, c3] = self.ssrc.to_be_bytes();
        self.sequence = self.sequence.wrapping_add(1);
        [VERSION_2, PAYLOAD_TYPE, s0, s1, t0, t1, t2, t3, c0, c1, c2, c3]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_laid_out_as_the_rfc_draws_it() {
        let mut session =
            Session { sequence: 0x0102, first_timestamp: 0x0304_0506, ssrc: 0x0708_090a };
        assert_eq!(session.header(1), [0x80, 33, 1, 2, 3, 4, 5, 7, 7, 8, 9, 10]);
    }

    #[test]
    fn sequence_and_timestamp_wrap_around() {
        let mut session = Session { sequence: u16::MAX, first_timestamp: u32::MAX, ssrc: 0 };
        session.header(0);
        assert_eq!(session.header(1)[2..8], [0; 6]);
    }
}
