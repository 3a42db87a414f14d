// websocket-load-test.js of the CRM guide, bounded: 100 connections to one conversation, a message from each every 5 s,
// stopped after two rounds; then what came is counted. All are one user's, so a burst of 100 messages goes beyond
// RATE_USER_MESSAGES: those are refused with an error that says so, and no socket is closed for it.
//
//   node tests/guides/websocket-load-test.js ws://HOST/ws/chat/CONVERSATION_ID/?token=TOKEN
const WebSocket = require('ws');

const connections = [];
const numConnections = 100;
const seconds = 12;

const url = process.argv[2];
const timers = [];
const counts = { opened: 0, sent: 0, acked: 0, refused: 0, closed: 0, failed: 0 };
const heard = Array.from({ length: numConnections }, () => new Map()); // message id -> how often
const errors = new Set();
let stopping = false;

for (let i = 0; i < numConnections; i++) {
  const ws = new WebSocket(url);

  ws.on('open', () => {
    counts.opened++;

    // Send message every 5 seconds
    timers.push(setInterval(() => {
      if (stopping) return;
      counts.sent++;
      ws.send(JSON.stringify({
        type: 'message',
        text: `Message from connection ${i}`
      }));
    }, 5000));
  });

  ws.on('message', (data) => {
    const frame = JSON.parse(data.toString());
    if (frame.type === 'message:ack') counts.acked++;
    if (frame.type === 'error') {
      counts.refused++;
      errors.add(`${frame.code}: ${frame.message}`);
    }
    if (frame.type === 'message:new' && frame.message.text.startsWith('Message from connection')) {
      heard[i].set(frame.message.id, (heard[i].get(frame.message.id) || 0) + 1);
    }
  });

  ws.on('close', (code) => { if (!stopping) { counts.closed++; errors.add(`closed with ${code}`); } });
  ws.on('error', (error) => { counts.failed++; errors.add(error.message); });

  connections.push(ws);
}

let fine = true;
function check(name, right) {
  fine = fine && right;
  console.log(`${right ? 'ok' : 'not ok'} - load test: ${name}`);
}

setTimeout(() => {
  stopping = true;
  timers.forEach(clearInterval);
  setTimeout(() => {
    const all = new Set(heard.flatMap((map) => [...map.keys()]));
    check(`${counts.opened} of ${numConnections} connections opened`, counts.opened === numConnections);
    check(`${counts.sent} messages sent, ${counts.acked} acknowledged, ${counts.refused} refused`,
      counts.sent >= 2 * numConnections && counts.acked >= numConnections && counts.acked + counts.refused === counts.sent);
    check('nothing was refused but for its speed', [...errors].every((error) => error.startsWith('rate_limited: ')));
    check(`each connection received each of the ${all.size} messages once`,
      all.size === counts.acked && heard.every((map) => map.size === all.size && [...map.values()].every((n) => n === 1)));
    check(`no connection failed or closed`, counts.failed === 0 && counts.closed === 0);
    if (!fine) console.log(`    ${[...errors].slice(0, 5).join('\n    ')}`);
    connections.forEach((ws) => ws.terminate());
    process.exit(fine ? 0 : 1);
  }, 4000);
}, seconds * 1000);
