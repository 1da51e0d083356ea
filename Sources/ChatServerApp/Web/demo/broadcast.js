// The broadcast room's page: an input, a button and the list of messages. `?room=NAME` chooses a room.

import { h, setText } from '../ui/dom.js';
import { timeOfDay } from '../ui/format.js';
import { t } from '../ui/texts.js';
import { choices, prepare } from './demo-page.js';
import { ReconnectingSocket, socketURL } from './demo-socket.js';

const MESSAGES_MAX = 500;
const NEAR_PX = 80;
const STATES = { connecting: 'demoConnecting', open: 'demoConnected', waiting: 'reconnecting' };

async function start() {
  await prepare('sign-in', 'chat');
  document.querySelector('.page-choices-place')?.replaceWith(choices());
  const room = new URLSearchParams(location.search).get('room');
  const socket = new ReconnectingSocket(socketURL(room ? `/broadcast/${encodeURIComponent(room)}` : '/broadcast'));
  const [form, text, frame, list, empty, connection] = ['form', 'text', 'frame', 'messages', 'empty', 'connection'].map((id) => document.getElementById(id));
  let wasLost = false;

  function showState() {
    const { state } = socket;
    wasLost ||= state === 'waiting';
    setText(connection, t(state === 'connecting' && wasLost ? STATES.waiting : STATES[state]));
    connection.classList.toggle('open', state === 'open');
  }

  function show(data) {
    const isAtEnd = frame.scrollHeight - frame.scrollTop - frame.clientHeight < NEAR_PX;
    const now = new Date();
    const shown = typeof data === 'string' ? data : t('demoBinary', { count: data.byteLength });
    list.append(h('li', {}, h('time', { datetime: now.toISOString() }, timeOfDay(now)), h('span', { dir: 'auto' }, shown)));
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
}

start();
