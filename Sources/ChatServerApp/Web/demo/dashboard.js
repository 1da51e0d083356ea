// The dashboard: topics on the left, what matches them on the right.

import { h, setText } from '../ui/dom.js';
import { avatar } from '../ui/names.js';
import { locale, t } from '../ui/texts.js';
import { choices, prepare } from './demo-page.js';
import { marked, readItem } from './dashboard-items.js';
import { TopicStream } from './dashboard-stream.js';

const CARDS_MAX = 200;
const TOPICS_MAX = 50;
const RATE_SECONDS = 60;
const FEEDS_INTERVAL_MS = 5_000;
const STORED = 'dashboard-topics';
const SUGGESTED = ['cats', 'dogs', 'swift', 'music', 'coffee'];
const STATES = { off: 'demoOff', connecting: 'demoConnecting', open: 'demoLive', waiting: 'reconnecting' };

const $ = (id) => document.getElementById(id);
const stream = new TopicStream();
const clock = () => new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', second: '2-digit' });
/** By topic: its chip's count, and how many items it has matched. */
const topics = new Map();
/** Items that are not shown yet, newest last. */
let waiting = [];
let heldCount = 0;
let isPaused = false;
let wasLost = false;
let frame = 0;
/** Made once the language is known: making one is slow. */
let formatter = null;
/** Items in each of the last seconds, newest last. */
const seconds = new Array(RATE_SECONDS).fill(0);

// Topics

function storedTopics() {
  try {
    const list = JSON.parse(localStorage.getItem(STORED));
    return Array.isArray(list) ? list.filter((topic) => typeof topic === 'string').slice(0, TOPICS_MAX) : [];
  } catch {
    return [];
  }
}

function topicsChanged() {
  const list = [...topics.keys()];
  try {
    localStorage.setItem(STORED, JSON.stringify(list));
  } catch { /* they last as long as the page */ }
  $('suggestions').hidden = list.length > 0;
  stream.follow(list);
  showEmptiness();
}

function addTopic(text) {
  const topic = text.trim().replace(/\s+/g, ' ');
  if (topic === '' || topics.has(topic) || topics.size >= TOPICS_MAX) return;
  const count = h('span', { class: 'count' }, '0');
  const button = h('button', { type: 'button', 'aria-label': t('remove', { name: topic }) }, '×');
  const chip = h('li', {}, h('span', { class: 'name', dir: 'auto' }, topic), count, button);
  button.addEventListener('click', () => {
    const next = chip.nextElementSibling ?? chip.previousElementSibling;
    chip.remove();
    topics.delete(topic);
    topicsChanged();
    (next?.querySelector('button') ?? $('topic')).focus();
  });
  topics.set(topic, { element: count, matches: 0 });
  $('topics').append(chip);
}

// Cards

function card(item) {
  const name = item.author || item.feed || t('message');
  const text = h('p', { class: 'text', dir: 'auto' });
  for (const part of marked(item.text, item.tags)) {
    text.append(part.isMatch ? h('mark', {}, part.text) : part.text);
  }
  const tags = h('p', { class: 'tags' });
  for (const tag of item.tags) tags.append(h('span', { class: 'tag' }, tag));
  if (item.feed) tags.append(h('span', {}, t('demoFrom', { name: item.feed })));
  return h('article', { class: 'card', 'aria-label': name, tabindex: '-1' },
    avatar(name, name), h('span', { class: 'author', dir: 'auto' }, name),
    h('time', { datetime: new Date(item.at).toISOString() }, (formatter ??= clock()).format(item.at)), text,
    ...(tags.childElementCount > 0 ? [tags] : []));
}

function received(message) {
  const item = readItem(message);
  seconds[RATE_SECONDS - 1] += 1;
  for (const tag of item.tags) {
    const topic = topics.get(tag);
    if (topic) topic.matches += 1;
  }
  waiting.push(item);
  heldCount += 1;
  // However much comes, no more is kept than can be shown.
  if (waiting.length > CARDS_MAX) waiting.shift();
  if (frame === 0) frame = requestAnimationFrame(update);
}

function update() {
  frame = 0;
  for (const { element: count, matches } of topics.values()) setText(count, String(matches));
  if (isPaused) {
    setText($('show-new'), t('demoShowNew', { count: heldCount }));
    $('show-new').hidden = heldCount === 0;
    return;
  }
  $('show-new').hidden = true;
  const cards = $('cards');
  cards.prepend(...waiting.reverse().map(card));
  waiting = [];
  heldCount = 0;
  while (cards.childElementCount > CARDS_MAX) cards.lastElementChild.remove();
  showEmptiness();
}

function showEmptiness() {
  $('empty').hidden = $('cards').childElementCount > 0;
  setText($('empty-text'), topics.size === 0
    ? t('demoAddTopic')
    : stream.state === 'off' ? t('demoConnectToSee') : t('demoWaiting'));
}

// Connection, rate, feeds

function showState() {
  const { state } = stream;
  wasLost = state === 'waiting' || (wasLost && state === 'connecting');
  const connection = $('connection');
  setText(connection, t(wasLost ? STATES.waiting : STATES[state]));
  connection.classList.toggle('open', state === 'open');
  connection.classList.toggle('closed', state === 'off');
  setText($('connect'), t(state === 'off' ? 'demoConnect' : 'demoDisconnect'));
  showEmptiness();
}

function tick() {
  setText($('rate'), String(seconds.reduce((sum, count) => sum + count, 0)));
  const highest = Math.max(4, ...seconds);
  const points = seconds.map((count, index) => (
    `${((index * 120) / (RATE_SECONDS - 1)).toFixed(1)},${(27 - (count * 25) / highest).toFixed(1)}`));
  $('spark').setAttribute('points', points.join(' '));
  seconds.shift();
  seconds.push(0);
}

async function showFeeds() {
  if (document.hidden) return;
  let feeds = [];
  try {
    const answer = await fetch('/v1/feeds');
    // Whoever may not see them sees the dashboard without them.
    if (answer.ok) ({ feeds } = await answer.json());
  } catch { /* the state of the connection tells */ }
  $('feeds-section').hidden = feeds.length === 0;
  $('feeds').replaceChildren(...feeds.map((feed) => {
    const isGood = feed.state === 'streaming';
    const row = h('li', { class: isGood ? 'good' : feed.last_error ? 'bad' : '' },
      h('span', { class: 'name' }, feed.name), h('span', { class: 'state' }, feed.state));
    if (feed.last_error && !isGood) row.append(h('span', { class: 'detail' }, feed.last_error));
    return row;
  }));
}

// Buttons

function setPaused(paused) {
  isPaused = paused;
  $('pause').setAttribute('aria-pressed', String(paused));
  setText($('pause'), t(paused ? 'demoResume' : 'demoPause'));
  update();
}

async function start() {
  await prepare('sign-in', 'chat', 'dialogs');
  document.querySelector('.page-choices-place')?.replaceWith(choices());
  $('form').addEventListener('submit', (event) => {
    event.preventDefault();
    addTopic($('topic').value);
    $('topic').value = '';
    topicsChanged();
  });
  $('pause').addEventListener('click', () => setPaused(!isPaused));
  $('show-new').addEventListener('click', () => {
    setPaused(false);
    $('cards').focus();
  });
  $('clear').addEventListener('click', () => {
    $('cards').replaceChildren();
    waiting = [];
    heldCount = 0;
    update();
  });
  $('connect').addEventListener('click', () => (stream.state === 'off' ? stream.open() : stream.close()));
  for (const topic of SUGGESTED) {
    const button = h('button', { type: 'button' }, topic);
    button.addEventListener('click', () => {
      addTopic(topic);
      topicsChanged();
      $('topic').focus();
    });
    $('suggested').append(button);
  }
  stream.addEventListener('state', showState);
  stream.addEventListener('message', (event) => received(event.detail));

  for (const topic of storedTopics()) addTopic(topic);
  topicsChanged();
  stream.open();
  tick();
  setInterval(tick, 1_000);
  showFeeds();
  setInterval(showFeeds, FEEDS_INTERVAL_MS);
}

start();
