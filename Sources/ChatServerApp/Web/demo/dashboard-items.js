// From what the socket says to what a card shows.

const WORD = /[\p{L}\p{M}\p{N}_]+/gu;
// Scripts that do not part words: there a word is found wherever it stands.
const UNPARTED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

const fold = (text) => text.toLocaleLowerCase('en').replaceAll('ß', 'ss');

/** `{ id, text, author, at, feed, tags }`; a message that is no item of a feed is one with a text only. */
export function readItem(message, now = Date.now()) {
  let json = null;
  try {
    json = JSON.parse(message);
  } catch { /* a plain text */ }
  const data = json?.data;
  if (typeof data?.text !== 'string') return { text: message, author: '', at: now, feed: '', tags: [] };
  const users = Array.isArray(json.includes?.users) ? json.includes.users : [];
  const user = users.find(({ id }) => id === data.author_id) ?? users[0];
  const author = [data.author, user?.name, user?.username].find((name) => typeof name === 'string' && name !== '') ?? '';
  const at = Date.parse(data.created_at);
  const rules = Array.isArray(json.matching_rules) ? json.matching_rules : [];
  return {
    text: data.text,
    author,
    at: Number.isNaN(at) ? now : at,
    feed: typeof json.feed === 'string' ? json.feed : '',
    tags: rules.map((rule) => rule?.tag).filter((tag) => typeof tag === 'string'),
  };
}

/** Cuts a text into `{ text, isMatch }`, where the words of the tags are matches. */
export function marked(text, tags) {
  const words = new Set(tags.flatMap((tag) => [...tag.matchAll(WORD)].map(([word]) => fold(word))));
  const unparted = [...words].filter((word) => UNPARTED.test(word));
  const parts = [];
  const add = (piece, isMatch) => {
    if (piece === '') return;
    if (parts.length > 0 && parts.at(-1).isMatch === isMatch) parts.at(-1).text += piece;
    else parts.push({ text: piece, isMatch });
  };
  let end = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    add(text.slice(end, index), false);
    end = index + word.length;
    if (words.has(fold(word))) add(word, true);
    else addUnparted(word, unparted, add);
  }
  add(text.slice(end), false);
  return parts;
}

function addUnparted(word, unparted, add) {
  let start = 0;
  for (let at = 0; at < word.length; at += 1) {
    const found = unparted.find((part) => word.startsWith(part, at));
    if (!found) continue;
    add(word.slice(start, at), false);
    add(found, true);
    start = at + found.length;
    at = start - 1;
  }
  add(word.slice(start), false);
}
