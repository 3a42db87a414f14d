// One ticket, four chat clients (crm, helpdesk, rooms, team) and a Socket.IO client, the ticket's owner: each chat client sends
// one message; each receives all four in its own shape, once, in the same order; the owner is told of each that is not theirs.
//
//   node cross_dialect.js PASSWORD BASE [BASE…]     the clients are spread over the servers given
'use strict';
const WebSocket = require('ws');
const { io } = require('socket.io-client');

const [password, ...bases] = process.argv.slice(2);
const at = (n) => bases[n % bases.length];
const PATIENCE = 20000;
let failures = 0;

function check(name, holds, detail) {
    if (!holds) failures += 1;
    console.log(`${holds ? 'ok' : 'not ok'} - ${name}${holds || !detail ? '' : `: ${detail}`}`);
}

async function call(base, method, path, token, body) {
    const headers = { 'content-type': 'application/json' };
    if (token) headers.authorization = `Bearer ${token}`;
    const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
}

async function login(username) {
    const answer = await call(at(0), 'POST', '/api/auth/login', null, { username, password });
    return { username, id: answer.user_id, token: answer.access_token };
}

// A chat client: what it sends, and how it recognises a message.
class Chat {
    constructor(name, who, url, say, read) {
        Object.assign(this, { name, who, url, say, read, seen: [], waiting: [] });
    }

    open() {
        this.socket = new WebSocket(this.url);
        this.socket.on('message', (data) => {
            const frame = JSON.parse(data);
            const message = this.read(frame);
            if (message) this.seen.push(message);
            this.first = this.first || frame;
            this.waiting.splice(0).forEach((wake) => wake());
        });
        return new Promise((resolve, reject) => {
            this.socket.once('error', reject);
            this.socket.once('close', (code) => reject(new Error(`${this.name} closed with ${code}`)));
            this.until(() => this.first).then(resolve, reject);
        });
    }

    async until(holds) {
        const end = Date.now() + PATIENCE;
        while (!holds()) {
            const left = end - Date.now();
            if (left <= 0) throw new Error(`${this.name} waited in vain; it saw ${JSON.stringify(this.seen)}`);
            await new Promise((wake) => {
                const timer = setTimeout(wake, left);
                this.waiting.push(() => { clearTimeout(timer); wake(); });
            });
        }
    }
}

function ws(base, path) {
    return base.replace(/^http/, 'ws') + path;
}

async function main() {
    const [alice, bob, agent, admin] = await Promise.all(['alice', 'bob', 'itagent', 'admin'].map(login));
    const ticket = await call(at(0), 'POST', '/tickets', alice.token, {
        title: 'Cross-dialect', description: 'My laptop shows five dialects', urgency: 'medium',
    });
    await call(at(1), 'PUT', `/tickets/${ticket.ticket_id}`, agent.token, { status: 'assigned' });
    await call(at(1), 'POST', `/api/chat/conversations/${ticket.id}/participants`, agent.token, { participant_ids: ['bob'] });

    const told = [];
    const bell = io(`${at(1)}/notifications`, { auth: { token: alice.token }, transports: ['websocket'] });
    bell.on('notification', (note) => told.push(note));
    await new Promise((resolve, reject) => { bell.once('connected', resolve); bell.once('connect_error', reject); });

    const chats = [
        new Chat('crm', alice, ws(at(0), `/ws/chat/${ticket.id}/?token=${alice.token}`),
            (text) => ({ type: 'message', text }),
            (f) => f.type === 'message:new' && { id: f.message.id, text: f.message.text, from: f.message.sender_username }),
        new Chat('helpdesk', agent, ws(at(1), `/ws/chat/${ticket.ticket_id}?token=${agent.token}`),
            (text) => ({ type: 'chat', ticket_id: ticket.ticket_id, content: text }),
            (f) => f.type === 'new_message' && { id: f.message.id, text: f.message.content, from: f.message.sender_id }),
        new Chat('rooms', admin, ws(at(0), `/api/chats/ws/${ticket.ticket_id}?user_id=admin&token=${admin.token}`),
            (content) => ({ type: 'message', content }),
            (f) => f.type === 'message' && { id: f.message_id, text: f.content, from: f.sender_id }),
        new Chat('team', bob, ws(at(1), `/api/chat/ws/${ticket.id}?token=${bob.token}`),
            (content) => ({ type: 'message', content }),
            (f) => f.type === 'message' && { id: f.message_id, text: f.content, from: f.sender_username }),
    ];
    await Promise.all(chats.map((chat) => chat.open()));
    for (const [n, chat] of chats.entries()) {
        chat.socket.send(JSON.stringify(chat.say(`from ${chat.name}`)));
        await Promise.all(chats.map((each) => each.until(() => each.seen.length > n)));
    }
    // a doubled message would come before the next one: this one proves that none did
    chats[0].socket.send(JSON.stringify(chats[0].say('the end')));
    await Promise.all(chats.map((each) => each.until(() => each.seen.some((m) => m.text === 'the end'))));

    const wanted = [...chats.map((chat) => `from ${chat.name}`), 'the end'];
    for (const chat of chats) {
        const texts = chat.seen.map((message) => message.text);
        check(`${chat.name} received all, once, in order`, JSON.stringify(texts) === JSON.stringify(wanted), JSON.stringify(texts));
        const ids = chat.seen.map((message) => message.id);
        const first = chats[0].seen.map((message) => message.id);
        check(`${chat.name} names the same messages`, JSON.stringify(ids) === JSON.stringify(first), JSON.stringify(ids));
    }
    const names = (chat) => chat.seen.slice(0, 4).map((message) => message.from);
    check('crm names senders by username', names(chats[0]).join() === 'alice,itagent,admin,bob', names(chats[0]).join());
    check('helpdesk names senders by id', names(chats[1]).join() === [alice, agent, admin, bob].map((p) => p.id).join(), names(chats[1]).join());
    check('rooms names senders by username', names(chats[2]).join() === 'alice,itagent,admin,bob', names(chats[2]).join());

    const end = Date.now() + PATIENCE;
    while (told.length < 3 && Date.now() < end) await new Promise((wake) => setTimeout(wake, 50));
    // each is a job of its own, and jobs run side by side
    const contents = told.map((note) => note.data.content).sort();
    check('the owner is told of each message that is not theirs, once',
        JSON.stringify(contents) === JSON.stringify(['from helpdesk', 'from rooms', 'from team']), JSON.stringify(contents));
    const listed = await call(at(0), 'GET', '/notifications?unread_only=true', alice.token);
    const stored = listed.notifications.filter((note) => note.type === 'message_received').length;
    check('every one is stored', stored === 3, String(stored));
    const mine = await call(at(1), 'GET', '/api/v1/support/user/' + alice.id, agent.token);
    check('support lists the ticket that helpdesk made', JSON.stringify(mine).includes('My laptop shows five dialects'));
    chats.forEach((chat) => { chat.socket.removeAllListeners('close'); chat.socket.terminate(); });
    bell.close();
}

main().then(
    () => process.exit(failures ? 1 : 0),
    (error) => { console.log(`not ok - ${error.message}`); process.exit(1); },
);
