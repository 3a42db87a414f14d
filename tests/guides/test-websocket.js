// The guide's test script, written from its expected output: a driver opens a ticket, an admin works on it, both are told.
// The guide has its reader put in tokens and ids; here they come from the environment.
'use strict';

const { io } = require('socket.io-client');

const BASE_URL = process.env.BASE_URL || 'http://localhost:8080';
const WS_URL = `${BASE_URL}/notifications`;
const API_URL = `${BASE_URL}/api/v1`;
const DRIVER_TOKEN = process.env.DRIVER_TOKEN; // Your driver JWT token
const ADMIN_TOKEN = process.env.ADMIN_TOKEN; // Your admin JWT token
const TEST_USER_ID = Number(process.env.TEST_USER_ID || 1); // Valid user_id (driver)
const TEST_STATION_ID = Number(process.env.TEST_STATION_ID || 1); // Valid station_id

const PATIENCE = 10000;
const results = {
  'Driver Connected': false,
  'Admin Connected': false,
  'Admin Received Create': false,
  'User Received Update': false,
  'User Received Resolved': false,
  'User Received Deleted': false,
};

function log(who, text, data) {
  console.log(`[${new Date().toISOString()}] ${who}: ${text}`);
  if (data !== undefined) console.log(JSON.stringify(data, null, 2));
}

function connect(who, token) {
  const socket = io(WS_URL, { auth: { token }, forceNew: true });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${who} did not connect in time`)), PATIENCE);
    socket.on('connected', (data) => {
      clearTimeout(timer);
      log(who, '✅ Connected successfully', data);
      resolve(socket);
    });
    socket.on('error', (error) => {
      console.log(`${who}: ❌ Connection error`);
      console.log(error);
    });
    socket.on('connect_error', (error) => log(who, `❌ Connect error: ${error.message}`));
  });
}

// Resolves with the next such notification, or with undefined after the patience is over.
function next(socket, event) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), PATIENCE);
    socket.once(event, (notification) => {
      clearTimeout(timer);
      resolve(notification);
    });
  });
}

async function api(method, path, token, body) {
  const response = await fetch(API_URL + path, {
    method,
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) {
    log('API', `❌ ${method} ${path} failed: ${text}`);
    throw new Error(`${method} ${path} answered ${response.status}`);
  }
  return JSON.parse(text);
}

// Whether a notification has the guide's structure.
function sound(notification, type, title, message, priority, supportId) {
  const data = notification && notification.data;
  const keys = ['support_id', 'user_id', 'username', 'description', 'status', 'station_id', 'station_name', 'created_at'];
  const fine =
    data &&
    notification.type === type &&
    notification.title === title &&
    notification.message === message &&
    notification.priority === priority &&
    !Number.isNaN(Date.parse(notification.timestamp)) &&
    data.support_id === supportId &&
    data.user_id === TEST_USER_ID &&
    data.station_id === TEST_STATION_ID &&
    keys.every((key) => key in data);
  if (!fine) log('TEST', `❌ not the guide's ${type}`, notification);
  return Boolean(fine);
}

async function main() {
  log('TEST', '🚀 Starting WebSocket test...');
  log('STEP 1', 'Connecting as driver...');
  const driver = await connect('DRIVER', DRIVER_TOKEN);
  results['Driver Connected'] = true;
  log('STEP 2', 'Connecting as admin...');
  const admin = await connect('ADMIN', ADMIN_TOKEN);
  results['Admin Connected'] = true;
  log('STEP 3', 'Setting up event listeners...');

  log('STEP 4', 'Creating support ticket via API...');
  const description = 'WebSocket test ticket - Battery swap machine not working';
  let told = next(admin, 'support:ticket:created');
  const ticket = await api('POST', '/support', DRIVER_TOKEN, { user_id: TEST_USER_ID, description, station_id: TEST_STATION_ID });
  log('API', '✅ Support ticket created', ticket);
  let heard = await told;
  const name = heard && heard.data && heard.data.username;
  results['Admin Received Create'] =
    sound(heard, 'support_ticket_created', 'New Support Ticket', `User ${name} created a new support ticket`, 'high', ticket.support_id) &&
    heard.data.status === 'open' &&
    heard.data.description === description;
  log('ADMIN', '✅ Received new ticket notification', heard);

  log('STEP 5', 'Updating support ticket via API...');
  told = next(driver, 'support:ticket:updated');
  await api('PATCH', `/support/${ticket.support_id}`, ADMIN_TOKEN, { status: 'in_progress' });
  log('API', '✅ Support ticket updated');
  heard = await told;
  results['User Received Update'] =
    sound(heard, 'support_ticket_updated', 'Support Ticket Updated', 'Your support ticket has been updated', 'medium', ticket.support_id) &&
    heard.data.status === 'in_progress';
  log('DRIVER', '✅ Received ticket update notification', heard);

  log('STEP 6', 'Resolving support ticket via API...');
  let updates = 0;
  driver.on('support:ticket:updated', () => { updates += 1; });
  told = next(driver, 'support:ticket:resolved');
  await api('PATCH', `/support/${ticket.support_id}`, ADMIN_TOKEN, { status: 'closed' });
  log('API', '✅ Support ticket resolved');
  heard = await told;
  results['User Received Resolved'] =
    sound(heard, 'support_ticket_resolved', 'Support Ticket Resolved', 'Your support ticket has been resolved', 'low', ticket.support_id);
  log('DRIVER', '✅ Received ticket resolved notification', heard);

  log('STEP 7', 'Deleting support ticket via API...');
  told = next(driver, 'support:ticket:deleted');
  await api('DELETE', `/support/${ticket.support_id}`, ADMIN_TOKEN);
  log('API', '✅ Support ticket deleted');
  heard = await told;
  results['User Received Deleted'] =
    sound(heard, 'support_ticket_deleted', 'Support Ticket Deleted', `Your support ticket #${ticket.support_id} has been deleted`, 'low', ticket.support_id) &&
    // closing is told once, as resolved
    updates === 0;
  log('DRIVER', '✅ Received ticket deleted notification', heard);
  driver.close();
  admin.close();
}

main()
  .catch((error) => log('TEST', `❌ ${error.message}`))
  .then(() => {
    log('RESULTS', '📊 Test Results:');
    console.log('━'.repeat(40));
    for (const [name, fine] of Object.entries(results)) console.log(`${`${name}:`.padEnd(26)}${fine ? '✅' : '❌'}`);
    console.log('━'.repeat(40));
    const all = Object.values(results).every(Boolean);
    log(all ? 'SUCCESS' : 'FAILURE', all ? '🎉 All tests passed!' : 'Some tests failed');
    process.exit(all ? 0 : 1);
  });
