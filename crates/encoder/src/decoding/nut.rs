//! Reads one stream of raw pictures or samples from the NUT container, which ffmpeg writes.
//!
//! NUT costs as little as a raw pipe and keeps exact timestamps. Only what ffmpeg's muxer writes
//! for a single stream is read: no index, no side data.
//!
//! Source: the NUT specification (<https://ffmpeg.org/~michael/nut.txt>), version 3.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};

mod header;

use header::{Fields, MainHeader};

const FILE_ID: &[u8; 25] = b"nut/multimedia container\0";
/// The last six bytes of the startcodes; the first two are `N` and a letter.
const MAIN: [u8; 7] = [b'M', 0x7a, 0x56, 0x1f, 0x5f, 0x04, 0xad];
const STREAM: [u8; 7] = [b'S', 0x11, 0x40, 0x5b, 0xf2, 0xf9, 0xdb];
const SYNCPOINT: [u8; 7] = [b'K', 0xe4, 0xad, 0xee, 0xca, 0x45, 0x69];

/// Packets above this have a checksum of their header too.
const CHECKED_HEADER: u64 = 4096;
/// Frames above this are stored whole.
const LONGEST_ELISION: u64 = 4096;
/// More than any header that ffmpeg writes.
const LONGEST_PACKET: u64 = 1 << 20;
/// More than an 8K picture.
const LONGEST_FRAME: u64 = 1 << 27;

const CODED_PTS: u64 = 1 << 3;
const STREAM_ID: u64 = 1 << 4;
const SIZE_MSB: u64 = 1 << 5;
const CHECKSUM: u64 = 1 << 6;
const RESERVED: u64 = 1 << 7;
const SIDE_DATA: u64 = 1 << 8;
const HEADER_INDEX: u64 = 1 << 10;
const MATCH_TIME: u64 = 1 << 11;
const CODED_FLAGS: u64 = 1 << 12;
const INVALID: u64 = 1 << 13;

/// A picture or a run of samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    /// Presentation time in nanoseconds.
    pub(crate) time: i64,
    pub(crate) data: Bytes,
}

/// Reads frames from a pipe.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    input: BufReader<R>,
    started: bool,
    main: MainHeader,
    time_base: usize,
    msb_pts_shift: u32,
    last_pts: i64,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(crate) fn new(input: R) -> Self {
        Self {
            input: BufReader::with_capacity(64 * 1024, input),
            started: false,
            main: MainHeader::default(),
            time_base: 0,
            msb_pts_shift: 0,
            last_pts: 0,
        }
    }

    /// The next frame; `None` at the end. A frame that is cut off counts as the end.
    ///
    /// # Errors
    /// When the input is not NUT, or has what ffmpeg does not write for one raw stream.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Frame>> {
        match self.read().await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            read => read,
        }
    }

    async fn read(&mut self) -> io::Result<Option<Frame>> {
        if !self.started {
            let mut id = [0; FILE_ID.len()];
            self.input.read_exact(&mut id).await?;
            if &id != FILE_ID {
                return Err(invalid("it is not NUT"));
            }
            self.started = true;
        }
        loop {
            if self.input.fill_buf().await?.is_empty() {
                return Ok(None);
            }
            match self.input.read_u8().await? {
                b'N' => self.packet().await?,
                code => return self.frame(code).await.map(Some),
            }
        }
    }

    /// Reads a header, and ignores those without news.
    async fn packet(&mut self) -> io::Result<()> {
        let mut startcode = [0; 7];
        self.input.read_exact(&mut startcode).await?;
        let length = self.variable().await?;
        if length > CHECKED_HEADER {
            self.input.read_u32().await?;
        }
        if !(4..=LONGEST_PACKET).contains(&length) {
            return Err(invalid("a header has an odd length"));
        }
        let mut payload = vec![0; usize::try_from(length).expect("it fits")];
        self.input.read_exact(&mut payload).await?;
        payload.truncate(payload.len() - size_of::<u32>());
        let mut fields = Fields(&payload);
        match startcode {
            MAIN => self.main = MainHeader::parse(&mut fields)?,
            STREAM => {
                let (_id, _class, _fourcc) =
                    (fields.unsigned()?, fields.unsigned()?, fields.bytes()?);
                self.time_base = fields.index(self.main.time_bases.len())?;
                self.msb_pts_shift = u32::try_from(fields.unsigned()?)
                    .ok()
                    .filter(|shift| *shift < 32)
                    .ok_or_else(|| invalid("a shift is too long"))?;
            }
            SYNCPOINT => {
                let time =
                    i64::try_from(fields.unsigned()?).map_err(|_| invalid("a time is too long"))?;
                let count = i64::try_from(self.main.time_bases.len().max(1)).expect("it fits");
                let base = usize::try_from(time % count).expect("it is below the count");
                self.last_pts =
                    rescaled(time / count, self.base(base)?, self.base(self.time_base)?);
            }
            _ => {}
        }
        Ok(())
    }

    async fn frame(&mut self, code: u8) -> io::Result<Frame> {
        let code =
            *self.main.codes.get(usize::from(code)).ok_or_else(|| invalid("it has no header"))?;
        let mut flags = code.flags;
        if flags & CODED_FLAGS != 0 {
            flags ^= self.variable().await?;
        }
        if flags & (INVALID | SIDE_DATA) != 0 {
            return Err(invalid("a frame is of an unknown kind"));
        }
        if flags & STREAM_ID != 0 {
            self.variable().await?;
        }
        let pts = if flags & CODED_PTS == 0 {
            self.last_pts.saturating_add(code.pts_step)
        } else {
            let coded = self.variable().await?;
            self.full(coded)?
        };
        let mut size = code.size_rest;
        if flags & SIZE_MSB != 0 {
            size = size.saturating_add(code.size_factor.saturating_mul(self.variable().await?));
        }
        if flags & MATCH_TIME != 0 {
            self.variable().await?;
        }
        let mut elision = code.elision;
        if flags & HEADER_INDEX != 0 {
            elision = usize::try_from(self.variable().await?).unwrap_or(usize::MAX);
        }
        let reserved = if flags & RESERVED != 0 { self.variable().await? } else { code.reserved };
        for _ in 0..reserved {
            self.variable().await?;
        }
        if flags & CHECKSUM != 0 {
            self.input.read_u32().await?;
        }
        if size > LONGEST_FRAME {
            return Err(invalid("a frame is too long"));
        }
        let elision = if size > LONGEST_ELISION { 0 } else { elision };
        let elided = self.main.elisions.get(elision).cloned();
        let elided = elided.ok_or_else(|| invalid("an elision is unknown"))?;
        let mut data = vec![0; usize::try_from(size).expect("it fits")];
        let kept = data.get_mut(elided.len()..).ok_or_else(|| invalid("a frame is too short"))?;
        self.input.read_exact(kept).await?;
        data[..elided.len()].copy_from_slice(&elided);
        self.last_pts = pts;
        let time = rescaled(pts, self.base(self.time_base)?, (1, 1_000_000_000));
        Ok(Frame { time, data: data.into() })
    }

    /// The timestamp with these last bits that is closest to the one before.
    fn full(&self, coded: u64) -> io::Result<i64> {
        let coded = i64::try_from(coded).map_err(|_| invalid("a time is too long"))?;
        let range = 1_i64 << self.msb_pts_shift;
        if coded >= range {
            return Ok(coded - range);
        }
        let mask = range - 1;
        let lowest = self.last_pts.saturating_sub(mask / 2);
        Ok((coded.wrapping_sub(lowest) & mask).saturating_add(lowest))
    }

    fn base(&self, index: usize) -> io::Result<(i64, i64)> {
        self.main.time_bases.get(index).copied().ok_or_else(|| invalid("it has no time base"))
    }

    async fn variable(&mut self) -> io::Result<u64> {
        let mut value = 0_u64;
        loop {
            let byte = self.input.read_u8().await?;
            value = value << 7 | u64::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
    }
}

/// A time in ticks of another time base, rounded to the nearest.
fn rescaled(ticks: i64, from: (i64, i64), to: (i64, i64)) -> i64 {
    let numerator = i128::from(ticks) * i128::from(from.0) * i128::from(to.1);
    let denominator = i128::from(from.1) * i128::from(to.0);
    i64::try_from((2 * numerator + denominator).div_euclid(2 * denominator)).unwrap_or(i64::MAX)
}

fn invalid(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests;
