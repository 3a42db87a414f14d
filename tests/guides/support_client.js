// Socket.IO clients as the guide's readers have them (socket.io-client 4): every transport, every way to sign in, every
// refusal, and coming back. Prints `ok - ` and `not ok - ` lines.
//
//   node support_client.js BASE TOKEN USER_ID ROLE
'use strict';

const { io } = require('socket.io-client');

const [base, token, userId, role] = process.argv.slice(2);
const PATIENCE = 10000;
let failed = 0;

function report(name, fine, detail) {
  if (!fine) failed += 1;
  console.log(`${fine ? 'ok' : 'not ok'} - ${name}`);
  if (!fine && detail !== undefined) console.log(`    ${JSON.stringify(detail)}`);
}

// The next of some events, or undefined after the patience is over.
function once(emitter, ...names) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(undefined), PATIENCE);
    const heard = names.map((name) => [name, (value) => done({ name, value })]);
    function done(result) {
      clearTimeout(timer);
      for (const [name, listener] of heard) emitter.off(name, listener);
      resolve(result);
    }
    for (const [name, listener] of heard) emitter.on(name, listener);
  });
}

function open(options, namespace = '/notifications') {
  return io(base + namespace, { forceNew: true, reconnection: false, ...options });
}

async function signsIn(name, options, transport) {
  const socket = open(options);
  const heard = await once(socket, 'connected', 'error', 'connect_error');
  const expected = { message: 'Successfully connected', userId: Number(userId), role };
  report(`${name}: connected`, heard && heard.name === 'connected' && JSON.stringify(heard.value) === JSON.stringify(expected), heard);
  if (transport) report(`${name}: over ${transport}`, socket.io.engine.transport.name === transport, socket.io.engine.transport.name);
  return socket;
}

async function refused(name, options, message) {
  const socket = open(options);
  const ended = once(socket, 'disconnect');
  const heard = await once(socket, 'connected', 'error', 'connect_error');
  report(`${name}: event error`, heard && heard.name === 'error' && heard.value.message === message, heard);
  const left = await ended;
  report(`${name}: disconnected by the server`, left && left.value === 'io server disconnect', left);
  socket.close();
}

async function syncs(name, socket) {
  const answer = await socket.timeout(PATIENCE).emitWithAck('notifications:sync', {}).catch((error) => String(error));
  report(`${name}: notifications:sync is acknowledged`, answer && answer.status === 'success' && answer.complete === true, answer);
}

async function main() {
  const auth = { token };
  const extraHeaders = { Authorization: `Bearer ${token}` };

  let socket = await signsIn('polling only', { auth, transports: ['polling'] }, 'polling');
  await syncs('polling only', socket);
  socket.close();

  socket = await signsIn('WebSocket only', { auth, transports: ['websocket'] }, 'websocket');
  await syncs('WebSocket only', socket);
  const wrong = await socket.timeout(PATIENCE).emitWithAck('notifications:sync', { since: 'yesterday' }).catch(String);
  report('a bad since is refused', wrong && wrong.status === 'error' && /since/.test(wrong.message), wrong);
  const unknown = await socket.timeout(PATIENCE).emitWithAck('notifications:read', { id: 'nothing' }).catch(String);
  report('an unknown notification is refused', unknown && unknown.message === 'Notification not found', unknown);
  socket.close();

  socket = open({ auth });
  const upgraded = new Promise((resolve) => socket.io.engine.once('upgrade', (transport) => resolve(transport.name)));
  const began = socket.io.engine.transport.name;
  report('the default begins with polling', began === 'polling', began);
  const ended = await Promise.race([upgraded, new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
  report('the default upgrades to WebSocket', ended === 'websocket', ended);
  await syncs('after the upgrade', socket);

  // the connection is lost, not closed: the client comes back by itself
  const back = open({ auth, reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 50 });
  await once(back, 'connected');
  const again = once(back, 'connected');
  back.io.engine.close();
  const heard = await again;
  report('a client that lost its connection comes back', heard && heard.value.userId === Number(userId), heard);
  back.close();
  socket.close();

  socket = await signsIn('Authorization header, polling', { extraHeaders, transports: ['polling'] });
  socket.close();
  socket = await signsIn('Authorization header, WebSocket', { extraHeaders, transports: ['websocket'] });
  socket.close();
  socket = await signsIn('Authorization header, upgrade', { extraHeaders });
  socket.close();
  socket = await signsIn('query token', { query: { token }, transports: ['websocket'] });
  socket.close();

  for (const transports of [['polling'], ['websocket'], undefined]) {
    const by = transports ? transports[0] : 'default';
    await refused(`no token, ${by}`, { transports }, 'Authentication required');
    await refused(`a wrong token, ${by}`, { transports, auth: { token: `${token}x` } }, 'Invalid token');
    await refused(`a token that is none, ${by}`, { transports, auth: { token: 'eyJhbGc...' } }, 'Invalid token');
  }

  socket = open({ auth }, '/nowhere');
  const error = await once(socket, 'connect', 'connect_error');
  report('namespace /nowhere does not exist', error && error.name === 'connect_error' && error.value.message === 'Invalid namespace', error && { name: error.name, message: String(error.value) });
  socket.close();
  socket = open({ auth }, '/');
  const joined = await once(socket, 'connect', 'connect_error');
  report('the default namespace is joined', joined && joined.name === 'connect', joined && { name: joined.name });
  socket.close();
}

main().then(
  () => process.exit(failed ? 1 : 0),
  (error) => {
    console.log(`not ok - ${error.stack}`);
    process.exit(1);
  },
);
