//! Files that ffmpeg does not write: the boxes of an MP4 changed by hand (ISO 14496-12).

use std::ops::Range;

/// The first sound track gets a format that no decoder knows, like the second track of Apple's
/// spatial recordings.
pub(super) fn unknown_sound(mut file: Vec<u8>) -> Vec<u8> {
    for (from, to) in [(b"mp4a", b"apac"), (b"esds", b"dapa")] {
        let at = find(&file, from, 0).unwrap();
        file[at..at + 4].copy_from_slice(to);
    }
    file
}

/// Each of four channels is labelled "unused" (QuickTime, `kAudioChannelLabel_Unused`) instead of
/// the layout that ffmpeg wrote. The sample table must be the file's last part.
pub(super) fn unused_channels(mut file: Vec<u8>) -> Vec<u8> {
    let chan = find(&file, b"chan", 0).unwrap();
    let descriptions = [0; 4 * 20];
    // Version and flags, then the layout's tag: 0 is "see the descriptions".
    file[chan + 8..chan + 12].copy_from_slice(&0_u32.to_be_bytes());
    file[chan + 16..chan + 20].copy_from_slice(&4_u32.to_be_bytes());
    file.splice(chan + 20..chan + 20, descriptions);
    for name in [b"chan", b"sowt", b"stsd", b"stbl", b"minf", b"mdia", b"trak", b"moov"] {
        let at = find_last(&file, name, chan + 4).unwrap() - 4;
        let size = number(&file, at) + u32::try_from(descriptions.len()).unwrap();
        file[at..at + 4].copy_from_slice(&size.to_be_bytes());
    }
    file
}

/// All data of the first track before all data of the second.
pub(super) fn one_track_after_the_other(mut file: Vec<u8>) -> Vec<u8> {
    let tables = chunk_tables(&file);
    let mdat = find(&file, b"mdat", 0).unwrap() - 4;
    let end = mdat + number(&file, mdat) as usize;
    let offsets: Vec<_> = tables.iter().flat_map(|it| it.clone().step_by(4)).collect();
    let mut starts: Vec<_> = offsets.iter().map(|at| number(&file, *at) as usize).collect();
    starts.sort_unstable();
    let old = file.clone();
    let mut to = starts[0];
    for at in offsets {
        let from = number(&old, at) as usize;
        let next = *starts.iter().find(|start| **start > from).unwrap_or(&end);
        file[at..at + 4].copy_from_slice(&u32::try_from(to).unwrap().to_be_bytes());
        file[to..to + next - from].copy_from_slice(&old[from..next]);
        to += next - from;
    }
    assert_eq!(to, end, "every chunk has been moved");
    file
}

/// The first half of an upload.
pub(super) fn first_half(mut file: Vec<u8>) -> Vec<u8> {
    file.truncate(file.len() / 2);
    file
}

/// Where each track's chunk offsets are.
fn chunk_tables(file: &[u8]) -> Vec<Range<usize>> {
    let moov = find(file, b"moov", 0).unwrap();
    let mut tables = Vec::new();
    let mut from = moov;
    while let Some(at) = find(file, b"stco", from) {
        let first = at + 12;
        tables.push(first..first + 4 * number(file, at + 8) as usize);
        from = first;
    }
    tables
}

fn find(file: &[u8], name: &[u8], from: usize) -> Option<usize> {
    file[from..].windows(name.len()).position(|it| it == name).map(|at| at + from)
}

fn find_last(file: &[u8], name: &[u8], until: usize) -> Option<usize> {
    file[..until].windows(name.len()).rposition(|it| it == name)
}

fn number(file: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(file[at..at + 4].try_into().unwrap())
}
