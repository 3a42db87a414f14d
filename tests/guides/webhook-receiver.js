// A webhook receiver as an integrator would write one: Node's http and the npm package standardwebhooks. For each post it
// appends one line to FILE before it answers: `ok <webhook-id> <type>` or `bad <why>`. Posts to /gone are answered 410.
//
//   node webhook-receiver.js PORT SECRET FILE
const http = require("http");
const fs = require("fs");
const { Webhook } = require("standardwebhooks");

const [port, secret, file] = process.argv.slice(2);
const webhook = new Webhook(secret);
const stranger = new Webhook("whsec_" + Buffer.alloc(32, 7).toString("base64"));

function judge(body, headers) {
    let event;
    try {
        event = webhook.verify(body, headers);
    } catch (error) {
        return `bad ${error.message}`;
    }
    try {
        stranger.verify(body, headers);
        return "bad it is signed with any secret";
    } catch {
        // as it must
    }
    try {
        webhook.verify(body.replace('"type"', '"kind"'), headers);
        return "bad it is signed whatever the body";
    } catch {
        // as it must
    }
    if (!event.type || !event.timestamp || !event.data) return "bad it has not type, timestamp and data";
    return `ok ${headers["webhook-id"]} ${event.type}`;
}

http.createServer((request, response) => {
    if (request.url === "/gone") {
        response.writeHead(410).end();
        return;
    }
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => {
        fs.appendFileSync(file, judge(Buffer.concat(chunks).toString("utf8"), request.headers) + "\n");
        response.writeHead(204).end();
    });
}).listen(Number(port), "127.0.0.1", () => console.log("listening"));
