//! NUT's headers: the time bases, what the first byte of a frame says, and what frames leave out.

use std::io;

use bytes::Bytes;

use super::{INVALID, invalid};

#[derive(Debug, Default)]
pub(super) struct MainHeader {
    /// Seconds per tick, as numerator and denominator.
    pub(super) time_bases: Vec<(i64, i64)>,
    pub(super) codes: Vec<FrameCode>,
    /// Beginnings that frames leave out.
    pub(super) elisions: Vec<Bytes>,
}

/// What the first byte of a frame says.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameCode {
    pub(super) flags: u64,
    pub(super) size_factor: u64,
    pub(super) size_rest: u64,
    pub(super) pts_step: i64,
    pub(super) reserved: u64,
    pub(super) elision: usize,
}

impl MainHeader {
    pub(super) fn parse(fields: &mut Fields<'_>) -> io::Result<Self> {
        if fields.unsigned()? > 3 {
            return Err(invalid("its version is unknown"));
        }
        let (_streams, _max_distance) = (fields.unsigned()?, fields.unsigned()?);
        let mut time_bases = Vec::new();
        for _ in 0..fields.unsigned()? {
            let part = |value: u64| i64::try_from(value).ok().filter(|part| *part > 0);
            let parts = (part(fields.unsigned()?), part(fields.unsigned()?));
            let (Some(numerator), Some(denominator)) = parts else {
                return Err(invalid("a time base is odd"));
            };
            time_bases.push((numerator, denominator));
        }
        let codes = Self::codes(fields)?;
        let mut elisions = vec![Bytes::new()];
        for _ in 0..fields.unsigned()? {
            elisions.push(Bytes::copy_from_slice(fields.bytes()?));
        }
        Ok(Self { time_bases, codes, elisions })
    }

    /// The 256 codes, which are stored as runs.
    fn codes(fields: &mut Fields<'_>) -> io::Result<Vec<FrameCode>> {
        let mut codes = Vec::new();
        let (mut pts_step, mut size_factor, mut elision) = (0, 1, 0);
        while codes.len() < 256 {
            let (flags, count) = (fields.unsigned()?, fields.unsigned()?);
            let (mut size_rest, mut reserved, mut run) = (0, 0, None);
            for field in 0..count {
                match field {
                    0 => pts_step = fields.signed()?,
                    1 => size_factor = fields.unsigned()?,
                    3 => size_rest = fields.unsigned()?,
                    4 => reserved = fields.unsigned()?,
                    5 => run = Some(fields.unsigned()?),
                    7 => elision = usize::try_from(fields.unsigned()?).unwrap_or(usize::MAX),
                    // A stream's number, a time of another stream, and what may come to be.
                    _ => drop(fields.unsigned()?),
                }
            }
            let mut run = run.unwrap_or_else(|| size_factor.saturating_sub(size_rest));
            while run > 0 && codes.len() < 256 {
                let code = FrameCode { flags, size_factor, size_rest, pts_step, reserved, elision };
                if codes.len() == usize::from(b'N') {
                    codes.push(FrameCode { flags: INVALID, ..code });
                } else {
                    codes.push(code);
                    (size_rest, run) = (size_rest + 1, run - 1);
                }
            }
        }
        Ok(codes)
    }
}

/// The fields of a header.
pub(super) struct Fields<'packet>(pub(super) &'packet [u8]);

impl<'packet> Fields<'packet> {
    pub(super) fn unsigned(&mut self) -> io::Result<u64> {
        let mut value = 0_u64;
        loop {
            let (byte, rest) =
                self.0.split_first().ok_or_else(|| invalid("a header is cut off"))?;
            self.0 = rest;
            value = value << 7 | u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
    }

    fn signed(&mut self) -> io::Result<i64> {
        let value = i64::try_from(self.unsigned()?).map_err(|_| invalid("a number is too long"))?;
        Ok(if value & 1 == 0 { -(value / 2) } else { value / 2 + 1 })
    }

    pub(super) fn index(&mut self, count: usize) -> io::Result<usize> {
        let index = usize::try_from(self.unsigned()?).ok().filter(|index| *index < count);
        index.ok_or_else(|| invalid("a header refers to nothing"))
    }

    pub(super) fn bytes(&mut self) -> io::Result<&'packet [u8]> {
        let length = usize::try_from(self.unsigned()?).unwrap_or(usize::MAX);
        let (bytes, rest) =
            self.0.split_at_checked(length).ok_or_else(|| invalid("a header is cut off"))?;
        self.0 = rest;
        Ok(bytes)
    }
}
