// The broadcast room's page: an input, a button and the list of messages. `?room=NAME` chooses a room.

import { element } from './demo-dom.js';
import { timeOfDay } from './demo-format.js';
import { ReconnectingSocket, socketURL } from './demo-socket.js';

const MESSAGES_MAX = 500;
const NEAR_PX = 80;
const STATES = { connecting: 'Connecting…', open: 'Connected', waiting: 'Reconnecting…' };

const room = new URLSearchParams(location.search).get('room');
const socket = new ReconnectingSocket(socketURL(room ? `/broadcast/${encodeURIComponent(room)}` : '/broadcast'));
const [form, text, frame, list, empty, connection] = ['form', 'text', 'frame', 'messages', 'empty', 'connection']
  .map((id) => document.getElementById(id));
let wasLost = false;

function showState() {
  const { state } = socket;
  wasLost ||= state === 'waiting';
  const label = state === 'connecting' && wasLost ? STATES.waiting : STATES[state];
  if (connection.textContent !== label) connection.textContent = label;
  connection.classList.toggle('open', state === 'open');
}

function show(data) {
  const isAtEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight < NEAR_PX;
  const now = new Date();
  const shown = typeof data === 'string' ? data : `Binary message of ${data.byteLength} bytes`;
  list.append(element('li', {}, element('time', { datetime: now.toISOString() }, timeOfDay(now)),
    element('span', { dir: 'auto' }, shown)));
  if (list.childElementCount > MESSAGES_MAX) list.firstElementChild.remove();
  empty.hidden = true;
  if (isAtEnd) frame.scrollTop = frame.scrollHeight;
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  // The text stays where it is while there is no connection: nothing here is kept for later.
  if (text.value !== '' && socket.send(text.value)) text.value = '';
  text.focus();
});
socket.addEventListener('state', showState);
socket.addEventListener('message', (event) => show(event.detail));

if (room) document.getElementById('room').textContent = room;
socket.open();
