//! Access tokens: JWTs of 15 minutes, signed with Ed25519, that name a device.
//!
//! A token says who asks; what they may do is read from the database at each request.

use jsonwebtoken::{Algorithm, Header, Validation};
use serde::{Deserialize, Serialize};
use sync_core::{Id, Timestamp, hex};

use crate::error::ApiError;
use basis::keys::Keys;
use store::devices::{Device, DeviceKind};
use store::tokens::TokenHash;

/// How long an access token works.
pub const ACCESS_MILLIS: i64 = 15 * 60 * 1000;

/// How far the clocks of hubs that share keys may be apart.
const LEEWAY_SECONDS: i64 = 30;

const ISSUER: &str = "warmline";
/// Whom a token is for: what a phone may ask is not what a browser of the office may ask.
const PHONE: &str = "warmline-phone";
const BROWSER: &str = "warmline-office";
const TYPE: &str = "at+jwt";

/// The part of a refresh token's hash that names it in access tokens.
pub type RefreshPrefix = [u8; 16];

/// What an access token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Whose sub-district.
    pub tenant: Id,
    /// Who.
    pub person: Id,
    /// With which device.
    pub device: Id,
    /// How that device signs in.
    pub kind: DeviceKind,
    /// The refresh token it was given out with.
    pub refresh: RefreshPrefix,
}

/// Why a text is no access token of ours; all of it is one answer to the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid access token")]
pub struct InvalidToken;

#[derive(Serialize, Deserialize)]
struct Claims {
    sub: Id,
    dev: Id,
    ten: Id,
    rid: String,
    iss: String,
    aud: String,
    exp: i64,
    iat: i64,
}

impl From<InvalidToken> for ApiError {
    fn from(error: InvalidToken) -> Self {
        Self::internal(&error)
    }
}

impl Access {
    /// The access of this device, given out with a refresh token.
    pub const fn of(device: &Device, refresh: RefreshPrefix) -> Self {
        Self {
            tenant: device.tenant,
            person: device.person,
            device: device.id,
            kind: device.kind,
            refresh,
        }
    }

    /// Signs the token; gives its text and when it stops working.
    pub fn sign(&self, keys: &Keys, now: Timestamp) -> Result<(String, Timestamp), InvalidToken> {
        // JWTs count whole seconds, so the answer does too.
        let expires_at = now.plus_millis(ACCESS_MILLIS).seconds();
        let claims = Claims {
            sub: self.person,
            dev: self.device,
            ten: self.tenant,
            rid: hex::encode(&self.refresh),
            iss: ISSUER.to_owned(),
            aud: audience_of(self.kind).to_owned(),
            exp: expires_at,
            iat: now.seconds(),
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(keys.signing().id().to_owned());
        let text = jsonwebtoken::encode(&header, &claims, keys.signing().encoding())
            .map_err(|_| InvalidToken)?;
        Ok((
            text,
            Timestamp::from_millis(expires_at.saturating_mul(1000)),
        ))
    }

    /// Reads a token that this hub (or one with the same keys) signed and that still works at `now`.
    pub fn verify(text: &str, keys: &Keys, now: Timestamp) -> Result<Self, InvalidToken> {
        Self::verify_with_end(text, keys, now).map(|(access, _)| access)
    }

    /// The same, with the moment at which it stops working.
    pub fn verify_with_end(
        text: &str,
        keys: &Keys,
        now: Timestamp,
    ) -> Result<(Self, Timestamp), InvalidToken> {
        let header = jsonwebtoken::decode_header(text).map_err(|_| InvalidToken)?;
        // The library checks neither; `crit` would name rules that we do not know.
        if header.typ.as_deref() != Some(TYPE) || header.crit.is_some() {
            return Err(InvalidToken);
        }
        let key = header
            .kid
            .and_then(|id| keys.find_signing(&id))
            .ok_or(InvalidToken)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        validation.set_audience(&[PHONE, BROWSER]);
        validation.set_issuer(&[ISSUER]);
        // Checked below with the hub's clock; the library only knows the system's.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(text, key.decoding(), &validation)
            .map_err(|_| InvalidToken)?
            .claims;
        let seconds = now.seconds();
        let latest = claims.exp.saturating_add(LEEWAY_SECONDS);
        let earliest = claims.iat.saturating_sub(LEEWAY_SECONDS);
        if seconds > latest || seconds < earliest {
            return Err(InvalidToken);
        }
        let access = Self {
            tenant: claims.ten,
            person: claims.sub,
            device: claims.dev,
            kind: kind_of(&claims.aud).ok_or(InvalidToken)?,
            refresh: hex::decode(&claims.rid)
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or(InvalidToken)?,
        };
        let end = Timestamp::from_millis(latest.saturating_mul(1000));
        Ok((access, end))
    }
}

const fn audience_of(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Browser => BROWSER,
        DeviceKind::Phone => PHONE,
    }
}

fn kind_of(audience: &str) -> Option<DeviceKind> {
    match audience {
        BROWSER => Some(DeviceKind::Browser),
        PHONE => Some(DeviceKind::Phone),
        _ => None,
    }
}

/// The part of a hash that access tokens carry.
pub fn prefix_of(hash: &TokenHash) -> RefreshPrefix {
    let (prefix, _) = hash.split_first_chunk().unwrap_or((&[0; 16], &[]));
    *prefix
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use jsonwebtoken::EncodingKey;
    use serde_json::{Value, json};

    use super::*;
    use basis::Rng;

    const NOW: Timestamp = Timestamp::from_millis(1_795_500_000_000);
    const ACCESS: Access = Access {
        tenant: Id::from_bytes([1; 16]),
        person: Id::from_bytes([2; 16]),
        device: Id::from_bytes([3; 16]),
        kind: DeviceKind::Phone,
        refresh: [4; 16],
    };

    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn keys(name: &str) -> (Keys, Folder) {
        let folder = format!("warmline-token-{}-{name}", std::process::id());
        let folder = Folder(std::env::temp_dir().join(folder));
        (Keys::load(&folder.0, &Rng::os()).unwrap(), folder)
    }

    /// A token with what we sign, after `change` has had its way with header and claims.
    fn changed(keys: &Keys, change: impl FnOnce(&mut Header, &mut Value)) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(keys.signing().id().to_owned());
        let mut claims = json!({
            "sub": ACCESS.person, "dev": ACCESS.device, "ten": ACCESS.tenant,
            "rid": hex::encode(&ACCESS.refresh), "iss": ISSUER, "aud": PHONE,
            "exp": NOW.seconds() + 900, "iat": NOW.seconds(),
        });
        change(&mut header, &mut claims);
        jsonwebtoken::encode(&header, &claims, keys.signing().encoding()).unwrap()
    }

    #[test]
    fn a_token_is_read_back_until_half_a_minute_after_its_end() {
        let (keys, _folder) = keys("end");
        let (text, expires_at) = ACCESS.sign(&keys, NOW).unwrap();
        assert_eq!(expires_at, NOW.plus_millis(ACCESS_MILLIS));
        for (late, good) in [(-29, true), (0, true), (30, true), (31, false)] {
            let now = expires_at.plus_millis(late * 1000);
            assert_eq!(Access::verify(&text, &keys, now).is_ok(), good, "{late}");
        }
        assert_eq!(Access::verify(&text, &keys, NOW), Ok(ACCESS));
        let before = NOW.plus_millis(-31_000);
        assert_eq!(Access::verify(&text, &keys, before), Err(InvalidToken));
    }

    #[test]
    fn a_claim_that_is_missing_or_of_another_kind_makes_no_token() {
        let (keys, _folder) = keys("claims");
        assert!(Access::verify(&changed(&keys, |_, _| {}), &keys, NOW).is_ok());
        for name in ["sub", "dev", "ten", "rid", "iss", "aud", "exp", "iat"] {
            let text = changed(&keys, |_, claims| {
                claims.as_object_mut().unwrap().remove(name);
            });
            assert_eq!(
                Access::verify(&text, &keys, NOW),
                Err(InvalidToken),
                "{name}"
            );
        }
        for (name, value) in [
            // An `exp` that is a text once skipped the check (CVE-2026-25537).
            ("exp", json!("9999999999")),
            ("exp", json!(9_999_999_999.5)),
            ("exp", json!(-1)),
            ("exp", json!(u64::MAX)),
            ("exp", Value::Null),
            ("iat", json!(NOW.seconds() + 3600)),
            ("aud", json!("warmline-console")),
            ("aud", json!("warmline-api")),
            ("aud", json!([PHONE])),
            ("iss", json!("elsewhere")),
            ("sub", json!("admin")),
            ("rid", json!("ff")),
        ] {
            let text = changed(&keys, |_, claims| claims[name] = value.clone());
            let found = Access::verify(&text, &keys, NOW);
            assert_eq!(found, Err(InvalidToken), "{name} = {value}");
        }
    }

    #[test]
    fn a_header_that_is_not_ours_makes_no_token() {
        let (keys, _folder) = keys("header");
        let long = "k".repeat(10_000);
        for kid in ["", "../../signing.key", &long] {
            let text = changed(&keys, |header, _| header.kid = Some(kid.to_owned()));
            assert_eq!(Access::verify(&text, &keys, NOW), Err(InvalidToken));
        }
        let no_kid = changed(&keys, |header, _| header.kid = None);
        let jwt = changed(&keys, |header, _| header.typ = Some("JWT".to_owned()));
        let critical = changed(&keys, |header, _| {
            header.crit = Some(vec!["b64".to_owned()])
        });
        for text in [no_kid, jwt, critical] {
            assert_eq!(Access::verify(&text, &keys, NOW), Err(InvalidToken));
        }
    }

    #[test]
    fn another_algorithm_or_key_makes_no_token() {
        let (keys, _folder) = keys("algorithm");
        let (others, _others_folder) = self::keys("others");
        let kid = keys.signing().id().to_owned();
        let foreign = changed(&others, |header, _| header.kid = Some(kid.clone()));
        assert_eq!(Access::verify(&foreign, &keys, NOW), Err(InvalidToken));
        // The classic: a token signed with the public key as a shared secret.
        let public = keys.signing().decoding().try_get_as_bytes().unwrap();
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(kid);
        let claims = json!({"sub": ACCESS.person, "exp": NOW.seconds() + 900});
        let secret = EncodingKey::from_secret(public);
        let text = jsonwebtoken::encode(&header, &claims, &secret).unwrap();
        assert_eq!(Access::verify(&text, &keys, NOW), Err(InvalidToken));
        // `none`: the header of an unsigned token, a real token's claims, no signature.
        let good = changed(&keys, |_, _| {});
        let claims = good.split('.').nth(1).unwrap();
        let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{claims}.");
        for text in [unsigned.as_str(), "", ".", "..", "a.b.c", "春.江.花"] {
            assert_eq!(
                Access::verify(text, &keys, NOW),
                Err(InvalidToken),
                "{text}"
            );
        }
    }

    #[test]
    fn a_token_of_the_previous_key_works_until_its_own_end() {
        let (keys, folder) = keys("previous");
        let (text, expires_at) = ACCESS.sign(&keys, NOW).unwrap();
        let path = |name: &str| folder.0.join(name);
        std::fs::rename(path("signing.key"), path("signing-previous.key")).unwrap();
        let rotated = Keys::load(&folder.0, &Rng::os()).unwrap();
        assert_eq!(Access::verify(&text, &rotated, NOW), Ok(ACCESS));
        let late = expires_at.plus_millis(31_000);
        assert_eq!(Access::verify(&text, &rotated, late), Err(InvalidToken));
        std::fs::remove_file(path("signing-previous.key")).unwrap();
        let forgotten = Keys::load(&folder.0, &Rng::os()).unwrap();
        assert_eq!(Access::verify(&text, &forgotten, NOW), Err(InvalidToken));
    }
}
