//! Bodies as gzip streams (RFC 1952), put together from pieces that are compressed once.
//!
//! A frame goes to thousands, as a delta of another `since` to each of them, but always of the same
//! sections. Deflate (RFC 1951) is a sequence of blocks: a piece is deflated by itself and ends on
//! a byte, so it may follow anything. What stands between the pieces goes in as stored blocks.

use std::{
    io::Write,
    sync::{Arc, OnceLock},
};

use bytes::Bytes;
use flate2::{Compression, write::DeflateEncoder};

/// Shorter pieces gain less than what a block of their own costs.
const WORTH_DEFLATING: usize = 256;
/// How long a stored block may be.
const STORED_MAX: usize = 0xFFFF;
/// Magic, deflate, no flags, no time, nothing said of the effort, an unknown system.
const HEADER: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255];
const STORED: u8 = 0;
const LAST_STORED: u8 = 1;

/// Text that goes into many bodies. Copies share the compressed form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Piece(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    plain: Bytes,
    deflated: OnceLock<Box<[u8]>>,
}

impl Piece {
    pub(crate) fn new(plain: Bytes) -> Self {
        Self(Arc::new(Inner { plain, deflated: OnceLock::new() }))
    }

    pub(crate) fn plain(&self) -> &[u8] {
        &self.0.plain
    }

    /// Deflate blocks that end on a byte and refer to nothing before them.
    fn deflated(&self) -> &[u8] {
        self.0.deflated.get_or_init(|| deflate(&self.0.plain))
    }
}

fn deflate(plain: &[u8]) -> Box<[u8]> {
    let mut encoder = DeflateEncoder::new(vec![], Compression::default());
    // Flushed, not finished: a last block would end the stream that this goes into.
    encoder.write_all(plain).and_then(|()| encoder.flush()).expect("writing to memory can't fail");
    encoder.get_ref().as_slice().into()
}

/// Writes a gzip stream.
pub(crate) struct Gzip {
    stream: Vec<u8>,
    /// What goes into the next stored block.
    waiting: Vec<u8>,
    crc: crc32fast::Hasher,
    len: u32,
}

impl Default for Gzip {
    fn default() -> Self {
        let crc = crc32fast::Hasher::new();
        Self { stream: HEADER.to_vec(), waiting: vec![], crc, len: 0 }
    }
}

impl Gzip {
    pub(crate) fn text(&mut self, text: &[u8]) {
        self.waiting.extend_from_slice(text);
    }

    pub(crate) fn piece(&mut self, piece: &Piece) {
        if piece.plain().len() < WORTH_DEFLATING {
            self.text(piece.plain());
        } else {
            self.store_waiting();
            self.count(piece.plain());
            self.stream.extend_from_slice(piece.deflated());
        }
    }

    pub(crate) fn end(mut self) -> Bytes {
        self.store_waiting();
        self.store(LAST_STORED, &[]);
        self.stream.extend_from_slice(&self.crc.finalize().to_le_bytes());
        self.stream.extend_from_slice(&self.len.to_le_bytes());
        self.stream.into()
    }

    fn store_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.count(&waiting);
        for block in waiting.chunks(STORED_MAX) {
            self.store(STORED, block);
        }
    }

    fn store(&mut self, kind: u8, block: &[u8]) {
        let len = u16::try_from(block.len()).expect("blocks are cut to fit");
        self.stream.push(kind);
        self.stream.extend_from_slice(&len.to_le_bytes());
        self.stream.extend_from_slice(&(!len).to_le_bytes());
        self.stream.extend_from_slice(block);
    }

    /// The length is modulo 2³², as the format has it.
    fn count(&mut self, plain: &[u8]) {
        self.crc.update(plain);
        self.len = self.len.wrapping_add(plain.len() as u32);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use proptest::prelude::*;

    use super::*;

    fn unzip(stream: &[u8]) -> Vec<u8> {
        let mut plain = vec![];
        let mut decoder = flate2::bufread::GzDecoder::new(stream);
        decoder.read_to_end(&mut plain).expect("a gzip stream");
        assert!(decoder.into_inner().is_empty(), "nothing follows it");
        plain
    }

    /// From what shrinks to nothing to what does not shrink at all, across block sizes.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let noise = prop::collection::vec(any::<u8>(), 0..600);
        (noise, 1usize..200, any::<bool>())
            .prop_map(|(noise, times, repeat)| if repeat { noise.repeat(times) } else { noise })
    }

    proptest! {
        /// Whatever the pieces, in any order, and the same piece twice.
        #[test]
        fn another_decoder_reads_what_was_put_together(
            parts in prop::collection::vec((bytes(), any::<bool>(), any::<bool>()), 0..6)
        ) {
            let (mut gzip, mut plain) = (Gzip::default(), vec![]);
            for (part, is_piece, twice) in parts {
                let piece = Piece::new(part.clone().into());
                for _ in 0..1 + u8::from(twice) {
                    if is_piece { gzip.piece(&piece) } else { gzip.text(&part) }
                    plain.extend_from_slice(&part);
                }
            }
            prop_assert_eq!(unzip(&gzip.end()), plain);
        }
    }

    #[test]
    fn noise_of_any_length_around_the_block_sizes_survives() {
        let noise: Vec<u8> = {
            let mut state = 1u32;
            let mut next = || {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 24) as u8
            };
            (0..200_000).map(|_| next()).collect()
        };
        for len in [0, 255, 256, 16_383, 16_384, 32_768, 65_535, 65_536, 131_071, 200_000] {
            let mut gzip = Gzip::default();
            gzip.piece(&Piece::new(noise[..len].to_vec().into()));
            gzip.text(&noise[..len]);
            assert_eq!(unzip(&gzip.end()), noise[..len].repeat(2), "{len}");
        }
    }
}
