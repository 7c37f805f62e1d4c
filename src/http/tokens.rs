//! Tokens: what proves who somebody is.
//!
//! Admin and runner tokens are random; only their hashes are kept. A participant's token carries
//! who they are under a keyed MAC, so that any node can check it before it looks anything up.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use caja_actors::session::{ParticipantId, Seat, SessionId, Who};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::store::TokenHash;

const PARTICIPANT_PREFIX: &str = "cp_";
const RUNNER_PREFIX: &str = "cr_";
const ADMIN_PREFIX: &str = "ca_";
const LOGIN_PREFIX: &str = "cl_";
/// Bytes of randomness in an admin's or a runner's token.
const RANDOM_LEN: usize = 32;
/// Bytes of the MAC that a token carries: 128 bits.
const MAC_LEN: usize = 16;
/// Session, participant, seat.
const CLAIM_LEN: usize = 16 + 16 + 4;
const TOKEN_LEN: usize = CLAIM_LEN + MAC_LEN;
/// Length of the token's text behind its prefix.
const TEXT_LEN: usize = (TOKEN_LEN * 4).div_ceil(3);
/// Bytes of the key of participants' tokens.
pub const KEY_LEN: usize = 32;

/// A fresh random token for an admin.
#[must_use]
pub fn random_admin_token() -> String {
    random_token(ADMIN_PREFIX)
}

/// A fresh random token for a runner.
#[must_use]
pub fn random_runner_token() -> String {
    random_token(RUNNER_PREFIX)
}

/// A fresh random sign-in, for a cookie.
#[must_use]
pub fn random_login() -> String {
    random_token(LOGIN_PREFIX)
}

/// Whether a token has the form of a participant's, genuine or not.
#[must_use]
pub fn is_participants(token: &str) -> bool {
    token.strip_prefix(PARTICIPANT_PREFIX).is_some_and(|text| text.len() == TEXT_LEN)
}

fn random_token(prefix: &str) -> String {
    let random: [u8; RANDOM_LEN] = rand::random();
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(random))
}

/// What the store keeps of a random token.
///
/// A plain hash is enough: nobody can try 2²⁵⁶ tokens.
#[must_use]
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// Makes and checks participants' tokens.
#[derive(Clone)]
pub struct ParticipantTokens {
    keyed: Hmac<Sha256>,
}

/// Who a participant's token says they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub session: SessionId,
    pub who: Who,
}

impl ParticipantTokens {
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self { keyed: Hmac::new_from_slice(key).expect("HMAC takes keys of any length") }
    }

    /// The token of a participant: always the same, so that joining twice gives it twice.
    #[must_use]
    pub fn issue(&self, claim: Claim) -> String {
        let mut token = [0; TOKEN_LEN];
        token[..16].copy_from_slice(claim.session.0.as_bytes());
        token[16..32].copy_from_slice(claim.who.id.0.as_bytes());
        token[32..CLAIM_LEN].copy_from_slice(&claim.who.seat.0.to_be_bytes());
        let mac = self.keyed.clone().chain_update(&token[..CLAIM_LEN]).finalize().into_bytes();
        token[CLAIM_LEN..].copy_from_slice(&mac[..MAC_LEN]);
        format!("{PARTICIPANT_PREFIX}{}", URL_SAFE_NO_PAD.encode(token))
    }

    /// Who the bearer is. `None`: not a genuine participant token.
    #[must_use]
    pub fn check(&self, token: &[u8]) -> Option<Claim> {
        let text = token.strip_prefix(PARTICIPANT_PREFIX.as_bytes())?;
        if text.len() != TEXT_LEN {
            return None;
        }
        let mut bytes = [0; TOKEN_LEN];
        let len = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        if len != TOKEN_LEN {
            return None;
        }
        let (claim, mac) = bytes.split_at(CLAIM_LEN);
        self.keyed.clone().chain_update(claim).verify_truncated_left(mac).ok()?;
        let id = |at: usize| Uuid::from_slice(&claim[at..at + 16]).ok();
        let seat = u32::from_be_bytes(claim[32..].try_into().ok()?);
        Some(Claim {
            session: SessionId(id(0)?),
            who: Who { seat: Seat(seat), id: ParticipantId(id(16)?) },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn claim() -> Claim {
        Claim {
            session: SessionId(Uuid::from_u128(1)),
            who: Who { seat: Seat(70_000), id: ParticipantId(Uuid::from_u128(2)) },
        }
    }

    #[test]
    fn a_token_says_who_its_bearer_is() {
        let tokens = ParticipantTokens::new(b"key");
        let token = tokens.issue(claim());
        assert_eq!(tokens.check(token.as_bytes()), Some(claim()));
        assert_eq!(ParticipantTokens::new(b"other").check(token.as_bytes()), None);
    }

    proptest! {
        #[test]
        fn a_token_with_any_other_byte_proves_nothing(at in 0usize..73, byte: u8) {
            let tokens = ParticipantTokens::new(b"key");
            let mut token = tokens.issue(claim()).into_bytes();
            let at = at % token.len();
            prop_assume!(token[at] != byte);
            token[at] = byte;
            prop_assert_eq!(tokens.check(&token), None);
        }

        #[test]
        fn no_text_panics(token: Vec<u8>) {
            prop_assert_eq!(ParticipantTokens::new(b"key").check(&token), None);
        }
    }
}
