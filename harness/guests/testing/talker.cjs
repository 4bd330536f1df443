// A program for a guest: it connects to a server, sends what it draws, and reports what it hears and when.
const net = require('node:net');
const crypto = require('node:crypto');
const { EventEmitter } = require('node:events');

let starts = 0;

exports.talk = (port) => {
  starts += 1;
  const events = new EventEmitter();
  const heard = { starts, text: '', at: [], error: null, drawn: Math.random(), id: crypto.randomUUID() };
  const startedAt = Date.now();
  const socket = net.connect({ host: 'server', port }, async () => {
    await null;
    socket.write(`${crypto.randomBytes(4).toString('hex')} after ${Date.now() - startedAt}`);
    setTimeout(() => heard.at.push(`timeout ${Date.now() - startedAt}`), 50);
    const interval = setInterval(() => {
      heard.at.push(`interval ${Date.now() - startedAt}`);
      if (heard.at.length >= 3) clearInterval(interval);
    }, 20);
  });
  socket.on('data', (bytes) => {
    heard.text += bytes.toString('utf8');
  });
  socket.on('error', (error) => {
    heard.error = error.code;
  });
  socket.on('close', () => events.emit('closed'));
  return { heard, events };
};

exports.reachOut = () => fetch('http://example.org');
exports.readFile = () => require('node:fs').readFileSync('/etc/hosts');
exports.environment = () => Object.keys(process.env);
exports.rejectUnheard = () => void Promise.reject(new Error('nobody listens'));
