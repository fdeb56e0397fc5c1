//! The interface for programs, and that its reference says what there is.

use serde_json::Value;

use crate::client::{Client, options, serve, unlimited};

#[test]
fn a_program_joins_looks_and_acts_with_its_token_alone() {
    let served = serve("chicken.ron", &["row", "column"], false, options());
    let client = Client::new(served.server.address());
    let link = served.link("row");
    let bearer = [("Authorization", "Bearer none"), ("Content-Type", "application/json")];
    let body = serde_json::json!({"secret": link, "name": "bot"}).to_string();
    let joined: Value = serde_json::from_str(&client.send("POST", "/api/join", &bearer, &body).body).expect("JSON");
    let token = format!("Bearer {}", joined["token"].as_str().expect("a token"));
    assert_eq!(joined["path"], "/api/seat/row");
    let heads = [("Authorization", token.as_str()), ("Content-Type", "application/json")];
    let view: Value = serde_json::from_str(&client.send("GET", "/api/seat/row", &heads, "").body).expect("JSON");
    let action = view["view"]["actions"][0]["action"].as_str().expect("an action").to_owned();
    let post = |body: Value| client.send("POST", "/api/seat/row", &heads, &body.to_string());
    assert_eq!(post(serde_json::json!({"do": "order", "order": action, "key": "1"})).status, 200);
    let preview = client.send("GET", "/api/seat/row/preview", &heads, "");
    assert!(preview.status == 200 && preview.body.contains("\"payoff\""), "{preview:?}");
    assert_eq!(post(serde_json::json!({"do": "dance", "key": "2"})).status, 422);
    assert_eq!(post(serde_json::json!({"do": ["order"]})).status, 400);
    assert_eq!(post(serde_json::json!({"do": "submit", "key": "3"})).status, 200);
    let after: Value = serde_json::from_str(&client.send("GET", "/api/seat/row", &heads, "").body).expect("JSON");
    assert_eq!(after["view"]["submitted"], true);
    // Without a chair, the stage resolves with the last submit.
    let column = served.joined("column");
    column.does("/seat/column", &[("do", "submit")]);
    let moved: Value = serde_json::from_str(&client.send("GET", "/api/seat/row", &heads, "").body).expect("JSON");
    assert_eq!(moved["view"]["moment"]["turn"], 2);
}

#[test]
fn the_reference_holds_every_route_and_every_verb_and_nothing_that_is_not() {
    let reference = marchland_server::openapi();
    let listed = reference["paths"].as_object().expect("paths");
    for route in marchland_server::paths() {
        let (method, path) = route.split_once(' ').expect("a method");
        let operation = &listed[path][method.to_lowercase()];
        assert!(operation["summary"].as_str().is_some_and(|text| text.ends_with('.')), "{route}");
        let named = path.matches('{').count();
        assert_eq!(listed[path]["parameters"].as_array().map_or(0, Vec::len), named, "{route}");
    }
    let served = serve("chicken.ron", &["row", "column"], true, options());
    for (role, path) in [("row", "/api/seat/{seat}"), ("observer", "/api/observer"), ("chair", "/api/chair")] {
        let client = served.joined(role);
        let forms = &listed[path]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"];
        let verbs: Vec<&str> =
            forms.as_array().expect("verbs").iter().filter_map(|verb| verb["title"].as_str()).collect();
        let to = path.replace("{seat}", "row");
        let to = to.strip_prefix("/api").expect("a path of the interface");
        let (_, text) = client.act(to, &[("do", "dance")]);
        let known =
            text.split("it has: ").nth(1).expect("a list").trim_end_matches('.').split(", ").collect::<Vec<_>>();
        assert_eq!(known, verbs);
        for verb in verbs {
            let (_, text) = client.act(to, &[("do", verb)]);
            assert!(!text.contains("has no verb"), "{verb}: {text}");
        }
    }
}

/// What anybody may send, to every route, in many wrong forms: nothing breaks the server.
#[test]
fn no_request_breaks_the_server() {
    let served = serve("chicken.ron", &["row", "column"], true, unlimited());
    let (row, chair, observer) = (served.joined("row"), served.joined("chair"), served.joined("observer"));
    let values = [
        "",
        "0",
        "-1",
        "1",
        "99999999999999999999",
        "NaN",
        "all",
        "row",
        "human",
        "\u{0}",
        "é%",
        "{}",
        "1e400",
        "x = 1",
        "=0.5",
    ];
    let mut asked = 0;
    let reference = marchland_server::openapi();
    for (client, path) in [(&row, "/seat/{seat}"), (&observer, "/observer"), (&chair, "/chair")] {
        let forms = &reference["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]["oneOf"];
        let to = path.replace("{seat}", "row");
        for verb in forms.as_array().expect("verbs") {
            let names: Vec<&String> = verb["properties"]
                .as_object()
                .expect("fields")
                .keys()
                .filter(|name| *name != "do" && *name != "key")
                .collect();
            for value in values {
                let mut fields = vec![("do", verb["title"].as_str().expect("a name"))];
                fields.extend(names.iter().map(|name| (name.as_str(), value)));
                let answer = client.post(&to, &fields);
                assert!(answer.status < 500 && answer.status != 429, "{fields:?}: {}", answer.status);
                asked += 1;
            }
        }
    }
    for path in [
        "/seat/row/preview?order=%ff",
        "/seat/row/preview?order=x&order=y",
        "/chair/compare?a=9&b=-1",
        "/chair/trial?event=x",
        "/chair/trial?path=x&by=1",
        "/chair/odds?by=-1&for=%00&indicator=%ff",
        "/chair/map?field=%00&back=99999999999999999999",
        "/seat/row/map",
        "/seat/%ff",
        "/join/%00",
        "/chair/seat/%ff",
    ] {
        let status = chair.get(path).status;
        assert!((300..500).contains(&status) || status == 200, "{path}: {status}");
    }
    assert!(asked > 400, "{asked}");
    // What was sent may have sent the seat away; the chair is still there.
    assert_eq!(chair.get("/").status, 303);
}

/// Whatever a program asks for under `/api` is answered in JSON, refusals too.
#[test]
fn a_program_is_answered_in_its_own_language() {
    let served = serve("chicken.ron", &["row", "column"], true, unlimited());
    let (row, chair) = (served.joined("row"), served.joined("chair"));
    chair.does("/chair", &[("do", "odds"), ("allow", "yes")]);
    let stranger = Client::new(served.server.address());
    let mut looked = 0;
    for (client, part, admitted) in
        [(&row, "/api/seat/", true), (&chair, "/api/chair", true), (&stranger, "/api/", false)]
    {
        for route in marchland_server::paths() {
            let Some(path) = route.strip_prefix("GET ").map(|path| path.replace("{seat}", "row")) else { continue };
            if !path.starts_with(part) || path.ends_with("/events") || path == "/api/openapi.json" {
                continue;
            }
            let answer = client.get(&path);
            assert_eq!(answer.header("content-type"), Some("application/json"), "{path}: {answer:?}");
            let value: Value = serde_json::from_str(&answer.body).expect("JSON");
            match answer.status {
                200 => assert!(admitted && !value.as_object().expect("an object").is_empty(), "{path}"),
                401 => assert!(!admitted && value["ok"] == false, "{path}: {value}"),
                422 => assert!(value["text"].as_str().is_some_and(|text| !text.is_empty()), "{path}: {value}"),
                other => panic!("{path}: {other}"),
            }
            looked += 1;
        }
    }
    assert!(looked > 15, "{looked}");
    for path in ["/api/nothing", "/api/seat/nobody"] {
        let answer = row.get(path);
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}: {answer:?}");
    }
    let odds: Value = serde_json::from_str(&row.get("/api/seat/row/odds").body).expect("JSON");
    assert!(odds["games"].as_u64().is_some_and(|games| games > 0), "{odds}");
    let links: Value = serde_json::from_str(&chair.get("/api/chair/links").body).expect("JSON");
    let roles: Vec<&str> =
        links["links"].as_array().expect("links").iter().filter_map(|link| link["role"].as_str()).collect();
    assert!(roles.contains(&"row") && roles.contains(&"screen") && !roles.contains(&"chair"), "{roles:?}");
}
