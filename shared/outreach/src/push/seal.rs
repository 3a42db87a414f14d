//! A notification, encrypted for one browser (RFC 8291, as one record of RFC 8188), with the cryptography that TLS is made of.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ECDH_P256, PrivateKey, UnparsedPublicKey};
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use aws_lc_rs::rand;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};

/// Bytes of a P-256 point that is not compressed.
const POINT: usize = 65;
const SALT: usize = 16;
/// What a record may be long; it has to be more than ours is (RFC 8291 §4).
const RECORD: u32 = 4096;
/// Ends the last record.
const LAST: u8 = 2;

/// A browser's keys.
pub(super) struct Browser {
    pub(super) point: [u8; POINT],
    pub(super) secret: [u8; 16],
}

impl Browser {
    /// The body of the request that brings it this.
    pub(super) fn seal(&self, plain: Vec<u8>) -> Result<Vec<u8>, Unspecified> {
        let mut salt = [0; SALT];
        rand::fill(&mut salt)?;
        self.seal_with(plain, &salt, &PrivateKey::generate(&ECDH_P256)?)
    }

    fn seal_with(
        &self,
        mut plain: Vec<u8>,
        salt: &[u8; SALT],
        key: &PrivateKey,
    ) -> Result<Vec<u8>, Unspecified> {
        let public = key.compute_public_key()?;
        let theirs = UnparsedPublicKey::new(&ECDH_P256, self.point);
        let shared: [u8; 32] = agreement::agree(key, theirs, Unspecified, |agreed| {
            derive(
                &self.secret,
                agreed,
                &[b"WebPush: info\0", &self.point, public.as_ref()],
            )
        })?;
        let content_key: [u8; 16] = derive(salt, &shared, &[b"Content-Encoding: aes128gcm\0"])?;
        let nonce: [u8; NONCE_LEN] = derive(salt, &shared, &[b"Content-Encoding: nonce\0"])?;
        plain.push(LAST);
        LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &content_key)?).seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::empty(),
            &mut plain,
        )?;
        let length = [public.as_ref().len() as u8];
        Ok([&salt[..], &RECORD.to_be_bytes(), &length, public.as_ref(), &plain].concat())
    }
}

/// A P-256 point as a browser sent it, compressed or not; none where it is not on the curve.
pub(super) fn point(bytes: &[u8]) -> Option<[u8; POINT]> {
    // the forms of SEC 1 that hold a point: not the one at infinity, no DER
    if !matches!((bytes.first()?, bytes.len()), (2 | 3, 33) | (4, POINT)) {
        return None;
    }
    let key = ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, bytes).ok()?;
    // a SubjectPublicKeyInfo ends with the point, uncompressed
    let der = key.as_der().ok()?;
    der.as_ref().last_chunk().copied()
}

struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

/// HKDF (RFC 5869) with SHA-256.
fn derive<const N: usize>(salt: &[u8], secret: &[u8], info: &[&[u8]]) -> Result<[u8; N], Unspecified> {
    let mut key = [0; N];
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(info, Length(N))?
        .fill(&mut key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    const THEIRS: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

    #[test]
    fn the_message_of_rfc_8291_appendix_a_is_sealed_as_it_is_there() {
        let browser = Browser {
            point: point(&bytes(THEIRS)).unwrap(),
            secret: bytes("BTBZMqHH6r4Tts7J_aSIgg").try_into().unwrap(),
        };
        let ours = bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw");
        let key = PrivateKey::from_private_key(&ECDH_P256, &ours).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let plain = b"When I grow up, I want to be a watermelon".to_vec();
        let sealed = browser.seal_with(plain, &salt, &key).unwrap();
        assert_eq!(
            URL_SAFE_NO_PAD.encode(sealed),
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8\
             wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        );
    }

    #[test]
    fn a_compressed_point_is_the_same_point_and_what_is_none_is_refused() {
        let whole = bytes(THEIRS);
        let mut compressed = whole[..33].to_vec();
        compressed[0] = 2 + (whole[64] & 1);
        assert_eq!(point(&compressed).unwrap().to_vec(), whole);
        let hybrid = [&[6 + (whole[64] & 1)], &whole[1..]].concat();
        for none in [&[][..], &[0], &[4; 65], &whole[..64], &hybrid] {
            assert!(point(none).is_none(), "{none:?}");
        }
    }
}
