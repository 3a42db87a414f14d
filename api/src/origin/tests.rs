use super::*;
use crate::problem::ErrorForm;
use std::collections::HashMap;

fn origins(settings: &[(&str, &str)]) -> Origins {
    let vars: HashMap<_, _> = settings
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    Origins::new(&Settings::from_vars(vars).unwrap())
}

/// The settings of a server that others can reach.
const PRODUCTION: &[(&str, &str)] = &[
    ("BIND", "0.0.0.0:8000"),
    ("JWT_SECRET", "0123456789abcdef0123456789ABCDEF-x9"),
    ("ALLOWED_ORIGINS", "https://shop.example"),
    ("PUBLIC_URL", "https://chat.example.com"),
    ("TRUSTED_PROXIES", "10.0.0.1"),
];

fn headers(of: &[(&str, &str)]) -> HeaderMap {
    let mut all = HeaderMap::new();
    for (name, value) in of {
        all.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            value.parse().unwrap(),
        );
    }
    all
}

/// The answer's status, 200 where it is admitted. `socket` adds the header of an upgrade.
fn status(origins: &Origins, peer: &str, call: &str, of: &[(&str, &str)]) -> u16 {
    let (method, path) = call.split_once(' ').unwrap();
    let mut all = headers(of);
    if method == "WS" {
        all.insert(header::UPGRADE, "websocket".parse().unwrap());
    }
    let asked = Asked {
        peer: peer.parse().ok(),
        method: &(if method == "WS" { "GET" } else { method }).parse().unwrap(),
        path,
        headers: &all,
    };
    let refused = origins.decide(&asked).err();
    refused.map_or(200, |problem| {
        problem.respond(&ErrorForm::PLAIN, "r").status().as_u16()
    })
}

/// Everything that a page could use without a token of its own.
const DOORS: &[&str] = &[
    "WS /ws/chat/0190a000-0000-7000-8000-000000000000",
    "WS /ws/chat/TKT-1",
    "WS /ws/inbox",
    "WS /api/chat/ws/conv-1",
    "WS /api/chats/ws/chat-1",
    "WS /socket.io/",
    "GET /socket.io/",
    "POST /socket.io/",
    "POST /api/chats",
    "POST /auth/visitor",
    "POST /api/auth/login",
    "PUT /anything",
    "DELETE /anything",
];

/// What a request says of itself, and whether each of the three servers lets it in.
type Row<'a> = (&'a [(&'a str, &'a str)], bool, bool, bool);

#[test]
fn each_kind_of_page_at_each_door() {
    let embedded = origins(&[]);
    let production = origins(PRODUCTION);
    let open = origins(&[("ALLOWED_ORIGINS", "*")]);
    let host = ("host", "127.0.0.1:8000");
    // headers, and whether embedded, production and a server that lists every site let them in
    let rows: &[Row] = &[
        (&[host], true, true, true),
        (&[host, ("origin", "http://127.0.0.1:8000")], true, true, true),
        (&[host, ("origin", "http://localhost:5173")], true, false, true),
        (&[host, ("origin", "http://127.0.0.1:1")], true, false, true),
        (&[host, ("origin", "http://[::1]:3000")], true, false, true),
        (&[host, ("origin", "https://localhost:5173")], false, false, true),
        (&[host, ("origin", "https://shop.example")], false, true, true),
        (&[host, ("origin", "https://SHOP.example:443")], false, true, true),
        (&[host, ("origin", "http://shop.example")], false, false, true),
        (&[host, ("origin", "https://chat.example.com")], false, true, true),
        (&[host, ("origin", "https://evil.example")], false, false, true),
        (
            &[host, ("origin", "http://localhost.evil.example")],
            false,
            false,
            true,
        ),
        (
            &[
                host,
                ("origin", "https://evil.example"),
                ("sec-fetch-site", "cross-site"),
            ],
            false,
            false,
            true,
        ),
        (&[host, ("sec-fetch-site", "cross-site")], false, false, true),
        (&[host, ("sec-fetch-site", "same-site")], false, false, true),
        (&[host, ("sec-fetch-site", "none")], true, true, true),
        (
            &[
                host,
                ("origin", "https://odd.example"),
                ("sec-fetch-site", "same-origin"),
            ],
            true,
            true,
            true,
        ),
        (
            &[
                host,
                ("origin", "https://shop.example"),
                ("origin", "https://evil.example"),
            ],
            false,
            false,
            false,
        ),
        (&[host, ("origin", "nonsense")], false, false, false),
        (
            &[
                host,
                ("origin", "https://evil.example"),
                ("x-forwarded-host", "evil.example"),
            ],
            false,
            false,
            true,
        ),
    ];
    for (headers, in_embedded, in_production, in_open) in rows {
        for door in DOORS {
            for (name, origins, is_in) in [
                ("embedded", &embedded, in_embedded),
                ("production", &production, in_production),
                ("*", &open, in_open),
            ] {
                let expected = if *is_in { 200 } else { 403 };
                let got = status(origins, "127.0.0.1", door, headers);
                assert_eq!(got, expected, "{name} {door} {headers:?}");
            }
        }
    }
}

#[test]
fn a_page_from_the_disk_reaches_the_sockets_of_rooms_on_the_embedded_profile_only() {
    let (embedded, production) = (origins(&[]), origins(PRODUCTION));
    for origin in ["null", "file://"] {
        let headers = [("host", "localhost"), ("origin", origin)];
        for door in DOORS {
            let rooms = *door == "WS /api/chats/ws/chat-1";
            let expected = if rooms { 200 } else { 403 };
            assert_eq!(status(&embedded, "::1", door, &headers), expected, "{door}");
            assert_eq!(status(&production, "::1", door, &headers), 403, "{door}");
        }
    }
}

#[test]
fn reading_and_what_carries_a_bearer_token_in_its_header_is_no_matter_of_origin() {
    let origins = origins(&[]);
    let evil = ("origin", "https://evil.example");
    for call in [
        "GET /api/chats/chat-1",
        "HEAD /docs",
        "OPTIONS /api/chats",
        "OPTIONS /socket.io/",
    ] {
        assert_eq!(status(&origins, "127.0.0.1", call, &[evil]), 200, "{call}");
    }
    let bearer = ("authorization", "bearer abc");
    assert_eq!(
        status(&origins, "127.0.0.1", "POST /api/chats", &[evil, bearer]),
        200
    );
    assert_eq!(
        status(&origins, "127.0.0.1", "WS /ws/inbox", &[evil, bearer]),
        403
    );
    // what a browser adds by itself proves nothing
    let basic = ("authorization", "Basic YTpi");
    assert_eq!(
        status(&origins, "127.0.0.1", "POST /api/chats", &[evil, basic]),
        403
    );
}

#[test]
fn only_a_trusted_proxy_says_under_which_name_it_was_asked() {
    let origins = origins(&[&PRODUCTION[..3], &PRODUCTION[4..]].concat());
    let page = [
        ("host", "127.0.0.1:8000"),
        ("x-forwarded-host", "inner, desk.example.com"),
        ("origin", "https://desk.example.com"),
    ];
    let with = |proto| [&page[..], &[("x-forwarded-proto", proto)]].concat();
    let call = "POST /auth/visitor";
    assert_eq!(status(&origins, "10.0.0.1", call, &page), 200);
    assert_eq!(status(&origins, "10.0.0.1", call, &with("https")), 200);
    assert_eq!(status(&origins, "10.0.0.1", call, &with("http")), 403);
    assert_eq!(status(&origins, "10.0.0.2", call, &with("https")), 403);
}

#[test]
fn the_embedded_profile_answers_to_its_own_names_only() {
    let origins = origins(&[
        ("BIND", "127.8.8.8:80,[::1]:80"),
        ("PUBLIC_URL", "https://my.tunnel.example"),
    ]);
    for call in [
        "GET /metrics",
        "GET /api/chats/participant/a",
        "POST /api/chats",
        "WS /api/chats/ws/chat-1",
    ] {
        let host = |host| status(&origins, "127.0.0.1", call, &[("host", host)]);
        for good in [
            "localhost",
            "LOCALHOST:8000",
            "app.localhost:1",
            "127.0.0.1",
            "127.8.8.8:80",
            "[::1]:80",
            "my.tunnel.example",
        ] {
            assert_eq!(host(good), 200, "{call} {good}");
        }
        for bad in [
            "evil.example",
            "localhost.evil.example:8000",
            "10.0.0.1",
            "127.0.0.1.nip.io",
            "",
            "a b",
            "[::1",
            "u@localhost",
        ] {
            assert_eq!(host(bad), 421, "{call} {bad}");
        }
        assert_eq!(
            status(&origins, "127.0.0.1", call, &[]),
            200,
            "HTTP/1.0 has no Host"
        );
    }
    let production = self::origins(PRODUCTION);
    assert_eq!(
        status(
            &production,
            "10.0.0.9",
            "GET /docs",
            &[("host", "anything.example")]
        ),
        200
    );
}

#[test]
fn json_under_a_simple_type_is_what_a_page_sends_without_asking() {
    let unasked = |headers: &[(&'static str, &str)]| {
        let pairs = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()));
        is_unasked_post(&pairs.collect())
    };
    let page = ("origin", "http://localhost:1");
    assert!(unasked(&[page, ("content-type", "text/plain;charset=UTF-8")]));
    assert!(unasked(&[
        page,
        ("content-type", "Application/X-WWW-Form-Urlencoded")
    ]));
    assert!(unasked(&[("sec-fetch-site", "cross-site")]));
    assert!(!unasked(&[page, ("content-type", "application/json")]));
    assert!(!unasked(&[
        page,
        ("content-type", "text/plain"),
        ("authorization", "Bearer x")
    ]));
    assert!(!unasked(&[("content-type", "text/plain")]));
}

#[test]
fn the_server_s_address_is_the_public_one_else_the_name_that_was_asked_for() {
    let asked = |origins: &Origins, peer: &str, of: &[(&str, &str)]| {
        let all = headers(of);
        let asked = Asked {
            peer: peer.parse().ok(),
            method: &Method::GET,
            path: "/help",
            headers: &all,
        };
        origins.asked_address(&asked).map(|site| site.to_string())
    };
    let known = origins(PRODUCTION);
    let named = asked(&known, "203.0.113.9", &[("host", "evil.example")]);
    assert_eq!(named.as_deref(), Some("https://chat.example.com"));
    let unnamed: Vec<_> = PRODUCTION
        .iter()
        .copied()
        .filter(|(name, _)| *name != "PUBLIC_URL")
        .collect();
    let unnamed = origins(&unnamed);
    let proxied = [
        ("host", "backend:8000"),
        ("x-forwarded-host", "help.example.com"),
        ("x-forwarded-proto", "https"),
    ];
    for (peer, of, address) in [
        (
            "203.0.113.9",
            &[("host", "Help.Example.com:8080")][..],
            Some("http://help.example.com:8080"),
        ),
        ("10.0.0.1", &proxied, Some("https://help.example.com")),
        ("203.0.113.9", &proxied, Some("http://backend:8000")),
        ("203.0.113.9", &[("host", "a\"><script>")], None),
        ("203.0.113.9", &[], None),
    ] {
        assert_eq!(asked(&unnamed, peer, of).as_deref(), address, "{peer} {of:?}");
    }
}

#[test]
fn what_is_for_the_server_s_own_pages_is_for_no_listed_site() {
    let vars: HashMap<_, _> = PRODUCTION
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    let own = Origins::own(&Settings::from_vars(vars).unwrap());
    let voted = |of| status(&own, "203.0.113.9", "POST /help/x/vote", of);
    assert_eq!(voted(&[("origin", "https://shop.example")]), 403);
    assert_eq!(voted(&[("origin", "https://chat.example.com")]), 200);
    assert_eq!(voted(&[("sec-fetch-site", "same-origin")]), 200);
    assert_eq!(voted(&[]), 200, "no browser");
}
