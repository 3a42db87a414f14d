//! The mounts in the document: what is served there as at the root names them as servers; what is answered otherwise is an
//! operation of its own.

use super::finish::share;
use crate::mounted::{Answer, Difference, Mount};
use crate::surfaces;
use serde_json::{Map, Value, json};

/// A path, a method, and what it is there.
type Described = (String, String, Value);

fn difference(mount: &'static Mount, method: &str, path: &str) -> Option<&'static Difference> {
    let name = format!("{} {path}", method.to_uppercase());
    let mut rows = mount.differences.iter();
    rows.find(|row| row.operations.contains(&&*name))
}

/// The operation as each mount has it that answers it otherwise.
pub(super) fn differing(
    method: &str,
    path: &str,
    operation: &Value,
    problems: &mut Map<String, Value>,
) -> Vec<Described> {
    let mounts = surfaces::mounts().filter(|mount| mount.has(path));
    let rows = mounts.filter_map(|mount| Some((mount, difference(mount, method, path)?)));
    let described = rows.map(|(mount, row)| {
        let mut operation = operation.clone();
        let id = operation["operationId"].as_str().unwrap_or_default();
        operation["operationId"] = format!("{}_{id}", mount.dialect()).into();
        let summary = operation["summary"].as_str().unwrap_or_default();
        operation["description"] = format!("{summary}, as {} has it. {}", mount.path, row.says).into();
        answer(row, &mut operation);
        share(mount.error_form, &mut operation, problems);
        (format!("{}{path}", mount.path), method.to_owned(), operation)
    });
    described.collect()
}

fn answer(row: &Difference, operation: &mut Value) {
    let Some(responses) = operation["responses"].as_object_mut() else {
        return;
    };
    match &row.answer {
        Answer::NoContent => {
            responses.retain(|status, _| !status.starts_with('2'));
            responses.insert("204".into(), json!({"description": "Done"}));
            responses.sort_keys();
        }
        Answer::Body(reshape) => {
            let good = responses.iter_mut().filter(|(status, _)| status.starts_with('2'));
            for (_, response) in good {
                if let Some(schema) = response.pointer_mut("/content/application~1json; charset=utf-8/schema")
                {
                    (reshape.schema)(schema);
                }
            }
        }
        Answer::Status(_, status) => {
            let mut refusal = responses["401"].clone();
            refusal["description"] = row.says.into();
            // how to sign in is said with a 401 only
            refusal.as_object_mut().map(|refusal| refusal.remove("headers"));
            responses.insert(status.as_str().into(), refusal);
            responses.sort_keys();
        }
        Answer::Refusal(_) | Answer::Handler => {}
    }
}

/// Names the mounts that serve the operation as it is.
pub(super) fn serve(method: &str, path: &str, operation: &mut Value, server: &str) {
    let mounts = surfaces::mounts().filter(|mount| mount.has(path));
    let same = mounts.filter(|mount| difference(mount, method, path).is_none());
    let root = server.trim_end_matches('/');
    let mut servers: Vec<Value> = same
        .map(|mount| {
            let says = format!("For the front ends of `{}`", mount.dialect());
            json!({"url": format!("{root}{}", mount.path), "description": says})
        })
        .collect();
    if !servers.is_empty() {
        servers.insert(0, json!({"url": server, "description": "This server"}));
        operation["servers"] = servers.into();
    }
}
