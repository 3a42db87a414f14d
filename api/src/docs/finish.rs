//! What poem-openapi cannot say of an operation: which of the possible errors it really has, and examples of them.

use super::mounts;
use crate::problem::{ErrorForm, Problem};
use crate::surface::{NOTHING, Surface};
use crate::surfaces;
use poem::http::StatusCode;
use serde_json::{Map, Value, json};

/// The document, finished; its paths sorted, so that it is the same every time.
pub(super) fn document(raw: &str) -> String {
    let mut document: Value = serde_json::from_str(raw).unwrap_or_default();
    document["openapi"] = "3.0.3".into();
    let schemas = document["components"]["schemas"].clone();
    let mut problems = Map::new();
    let server = document["servers"][0]["url"].as_str().unwrap_or("/").to_owned();
    if let Some(paths) = document["paths"].as_object_mut() {
        let mut mounted = Vec::new();
        for (path, item) in paths.iter_mut() {
            let surface = surfaces::at(path).unwrap_or(&NOTHING);
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                trim(path, surface, operation);
                relax(operation, &schemas);
                describe(operation, &schemas);
                mounted.extend(mounts::differing(method, path, operation, &mut problems));
                share(surface.error_form, operation, &mut problems);
                mounts::serve(method, path, operation, &server);
            }
        }
        for (path, method, operation) in mounted {
            paths.entry(path).or_insert_with(|| json!({}))[method] = operation;
        }
        paths.sort_keys();
    }
    problems.sort_keys();
    document["components"]["responses"] = problems.into();
    tidy(&mut document);
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// Leaves an operation the errors that it can have, as its surface says.
fn trim(path: &str, surface: &Surface, operation: &mut Value) {
    let errors = &surface.errors;
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    let is = |ids: &[&str]| ids.contains(&&*id);
    let body = operation.get("requestBody").is_some();
    let mut parameters = operation["parameters"].as_array().into_iter().flatten();
    let input = body || is(errors.checked_path) || parameters.any(|parameter| parameter["in"] == "query");
    let strict = surface.error_form.invalid == StatusCode::UNPROCESSABLE_ENTITY;
    let secured = operation.get("security").is_some();
    let keep = |status: &str| match status {
        "400" => {
            if strict {
                body || is(errors.refused)
            } else {
                input
            }
        }
        "401" => secured || is(errors.sign_in),
        "403" => is(errors.forbidden),
        "404" => path.contains('{') || is(errors.missing),
        "409" => is(errors.conflicting),
        "413" | "415" => body,
        "422" => strict && input,
        _ => true,
    };
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    responses.retain(|status, _| keep(status));
    responses.sort_keys();
}

/// Puts a problem, with an example in its surface's form, where all operations that have it refer to it.
pub(super) fn share(form: &ErrorForm, operation: &mut Value, problems: &mut Map<String, Value>) {
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    for (status, response) in responses {
        let status: u16 = status.parse().unwrap_or_default();
        let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) else {
            continue;
        };
        let Some(mut problem) = content.remove("application/problem+json") else {
            continue;
        };
        problem["example"] = example(form, status);
        content.insert(form.content_type.into(), problem);
        let name = format!("{}Problem{status}", form.name);
        let reference = json!({"$ref": format!("#/components/responses/{name}")});
        problems.insert(name, std::mem::replace(response, reference));
    }
}

/// A body without required members may be left out.
fn relax(operation: &mut Value, schemas: &Value) {
    let schema = operation.pointer("/requestBody/content/application~1json/schema/$ref");
    let name = schema
        .and_then(Value::as_str)
        .and_then(|name| name.rsplit('/').next());
    let optional = name.is_some_and(|name| schemas[name].get("required").is_none());
    if optional {
        operation["requestBody"]["required"] = false.into();
    }
}

/// An answer that says nothing of itself is described by what it holds.
fn describe(operation: &mut Value, schemas: &Value) {
    let responses = operation["responses"].as_object_mut().into_iter();
    for response in responses.flat_map(Map::values_mut) {
        if response["description"] != "" {
            continue;
        }
        let content = response["content"]
            .as_object()
            .and_then(|content| content.values().next());
        let schema = content.map(|media| &media["schema"]).unwrap_or(&Value::Null);
        let named = |schema: &Value| {
            let name = schema["$ref"].as_str()?.rsplit('/').next()?;
            Some(schemas[name]["description"].as_str()?.to_owned())
        };
        let description = match named(&schema["items"]) {
            Some(item) => format!("A list. {item}"),
            None => named(schema).unwrap_or_else(|| "Done".into()),
        };
        response["description"] = description.into();
    }
}

fn example(form: &ErrorForm, status: u16) -> Value {
    let (code, detail) = match status {
        400 => ("malformed_json", "The body is not valid JSON"),
        401 => (
            "not_authenticated",
            "Authentication credentials were not provided.",
        ),
        403 => ("forbidden", "Agents and admins only"),
        404 => ("not_found", "Conversation not found"),
        409 => ("message_deleted", "Message was deleted"),
        413 => ("payload_too_large", "The body is over 256 KiB"),
        415 => (
            "unsupported_media_type",
            "Send JSON (Content-Type: application/json)",
        ),
        422 => ("validation_error", "This field is required."),
        429 => ("rate_limited", "Too many requests. Try again in 2 s"),
        503 => ("unavailable", "The database does not answer"),
        _ => ("internal_error", "Internal server error"),
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let problem = Problem::new(status, code, detail);
    problem.body(form, status, "5f0c2a9be1d34c77").into()
}

/// poem-openapi writes what it adds to a reference twice; once is what the standard wants.
fn tidy(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(object) => {
            if let Some(parts) = object.get_mut("allOf").and_then(Value::as_array_mut) {
                parts.retain(|part| part.get("$ref").is_some());
            }
            object.values_mut().for_each(tidy);
        }
        _ => {}
    }
}
