//! A word cloud in a snapshot: what was said and decided, without the counts.

use bincode::{
    BorrowDecode, Decode, Encode,
    de::{BorrowDecoder, Decoder},
    enc::Encoder,
    error::{DecodeError, EncodeError},
};

use super::{ActivityRules, Entry, WordCloud, Words, vocabulary::Vocabulary};
use crate::session::SeatMap;

impl Encode for WordCloud {
    fn encode<E: Encoder>(&self, encoder: &mut E) -> Result<(), EncodeError> {
        self.config.encode(encoder)?;
        self.board.encode(encoder)?;
        self.moderation.encode(encoder)?;
        self.vocabulary.tables().encode(encoder)?;
        self.answers.encode(encoder)
    }
}

impl<C> Decode<C> for WordCloud {
    fn decode<D: Decoder<Context = C>>(decoder: &mut D) -> Result<Self, DecodeError> {
        let mut cloud = Self::new(Decode::decode(decoder)?);
        cloud.board = Decode::decode(decoder)?;
        cloud.moderation = Decode::decode(decoder)?;
        cloud.vocabulary = Vocabulary::unwritten(Decode::decode(decoder)?)
            .ok_or(DecodeError::Other("the words of a cloud do not belong together"))?;
        cloud.vocabulary.hide_disguised(&cloud.moderation);
        let answers: SeatMap<Entry> = Decode::decode(decoder)?;
        for (seat, entry) in answers.iter() {
            let texts = cloud.replace(seat, &entry.words.texts, entry.arrived_at);
            let words = Words { texts, held: entry.words.held };
            cloud.answers.insert(seat, Entry { words, arrived_at: entry.arrived_at });
        }
        Ok(cloud)
    }
}

impl<'de, C> BorrowDecode<'de, C> for WordCloud {
    fn borrow_decode<D: BorrowDecoder<'de, Context = C>>(
        decoder: &mut D,
    ) -> Result<Self, DecodeError> {
        Decode::decode(decoder)
    }
}
