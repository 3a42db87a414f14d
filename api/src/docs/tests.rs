use super::*;
use serde_json::Value;

fn parsed() -> Value {
    serde_json::from_str(&document("/")).unwrap()
}

fn operations(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths.flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, operation)| (format!("{method} {path}"), operation))
    })
}

#[test]
fn every_operation_says_all_that_a_reader_needs() {
    let document = parsed();
    for (name, operation) in operations(&document) {
        for member in ["summary", "description", "tags", "operationId", "responses"] {
            assert!(operation.get(member).is_some(), "{name} has no {member}");
        }
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}");
        assert!(
            responses.contains_key("500") && responses.contains_key("429"),
            "{name}"
        );
        for (status, response) in responses {
            let said = response.get("$ref").or(response.get("description"));
            assert!(said.is_some_and(|said| said != ""), "{name} {status}");
        }
        let open = [
            "register",
            "login",
            "refresh",
            "visitor",
            "verify-email",
            "forgot-password",
            "forget-password",
            "reset-password",
        ];
        let open = open.iter().any(|call| name.ends_with(&format!("/auth/{call}")))
            || name == "get /ai/self-serve-info";
        assert!(
            open || operation.get("security").is_some(),
            "{name} asks for no token"
        );
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter.get("description").is_some(), "{name} {parameter}");
        }
    }
}
