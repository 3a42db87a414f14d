const { io } = require('socket.io-client');

const WS_URL = process.env.WS_URL || 'http://localhost:8080/notifications';
const TOKEN = process.env.TOKEN; // Driver or admin token

const socket = io(WS_URL, {
  auth: { token: TOKEN }
});

socket.on('connected', (data) => {
  console.log('✅ Connected:', data);
});

socket.on('support:ticket:created', (notification) => {
  console.log('📩 New ticket:', notification);
});

socket.on('support:ticket:updated', (notification) => {
  console.log('📩 Ticket updated:', notification);
});

socket.on('support:ticket:resolved', (notification) => {
  console.log('📩 Ticket resolved:', notification);
});

socket.on('support:ticket:deleted', (notification) => {
  console.log('📩 Ticket deleted:', notification);
});

socket.on('error', (error) => {
  console.error('❌ Error:', error);
});

console.log('Listening for notifications... (Press Ctrl+C to exit)');
