use super::*;
use kernel::clock::Clock;

fn keys() -> Keys {
    let secret = b"0123456789abcdefghijklmnopqrstuvwxyz";
    Keys {
        encoding: EncodingKey::from_secret(secret),
        decoding: DecodingKey::from_secret(secret),
        visitors: None,
        links: files::key(secret),
        successors: b"successors".to_vec(),
        proofs: b"proofs".to_vec(),
    }
}

fn now() -> DateTime<Utc> {
    Clock::System.now()
}

fn claims(typ: &str) -> Claims {
    let at = now().timestamp();
    Claims {
        typ: typ.into(),
        sub: "7".into(),
        user_id: 7,
        username: "alice".into(),
        role: Role::User,
        sid: SessionId(uuid::Uuid::now_v7()),
        iat: at,
        exp: at + 60,
    }
}

fn encode(algorithm: Algorithm, claims: &Claims) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, &keys().encoding).unwrap()
}

#[test]
fn only_an_access_token_signed_with_hs256_is_taken() {
    let keys = keys();
    assert!(
        keys.verify(&encode(Algorithm::HS256, &claims("access")), now())
            .is_ok()
    );
    let mut foreign = claims("access");
    foreign.sub = "8".into();
    let unsigned = encode(Algorithm::HS256, &claims("access"));
    let unsigned = format!("{}.", unsigned.rsplit_once('.').unwrap().0);
    for token in [
        encode(Algorithm::HS512, &claims("access")),
        encode(Algorithm::HS256, &claims("refresh")),
        encode(Algorithm::HS256, &foreign),
        unsigned,
        "eyJhbGciOiJub25lIn0.e30.".into(),
        "nonsense".into(),
        String::new(),
    ] {
        assert!(
            matches!(
                keys.verify(&token, now()),
                Err(Error::Unauthorized(AuthFailure::Invalid))
            ),
            "{token}"
        );
    }
}

#[test]
fn a_token_is_over_in_the_second_of_its_expiry() {
    let claims = claims("access");
    let token = encode(Algorithm::HS256, &claims);
    let at = DateTime::from_timestamp(claims.exp, 0).unwrap();
    assert!(keys().verify(&token, at - Duration::seconds(1)).is_ok());
    assert!(matches!(
        keys().verify(&token, at),
        Err(Error::Unauthorized(AuthFailure::Expired))
    ));
}

#[test]
fn a_link_opens_its_own_file_until_it_runs_out() {
    let (keys, at) = (keys(), now());
    let id = Link {
        file: entity::AttachmentId(uuid::Uuid::now_v7()),
        message: Some(entity::MessageId(uuid::Uuid::now_v7())),
        reader: Some(UserId(1)),
        lasting: files::Lasting::Minutes,
    };
    let signed = keys.sign_link(&id, at);
    let (exp, sig) = signed.split_once("&sig=").unwrap();
    let exp: i64 = exp.strip_prefix("exp=").unwrap().parse().unwrap();
    assert!(keys.verify_link(&id, exp, sig, at).is_ok());
    for other in [
        Link {
            file: entity::AttachmentId(uuid::Uuid::now_v7()),
            ..id
        },
        Link {
            message: Some(entity::MessageId(uuid::Uuid::now_v7())),
            ..id
        },
        Link { message: None, ..id },
        Link {
            reader: Some(UserId(2)),
            ..id
        },
        Link { reader: None, ..id },
        // one that lasts longer was made earlier: whoever has left since may not use it
        Link {
            lasting: files::Lasting::Day,
            ..id
        },
    ] {
        assert!(keys.verify_link(&other, exp, sig, at).is_err(), "{other:?}");
    }
    assert!(keys.verify_link(&id, exp + 1, sig, at).is_err());
    assert!(
        keys.verify_link(&id, exp, sig, at + files::Lasting::Minutes.time())
            .is_err()
    );
    assert!(keys.verify_link(&id, exp, "zz", at).is_err());
}
