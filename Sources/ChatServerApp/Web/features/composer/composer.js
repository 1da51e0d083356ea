// Where one writes: drafts, replies, edits, mentions, emoji, and the word that one is typing.

import { keyOf } from '../../model/changes.js';
import { draftKey } from '../../model/drafts.js';
import { h, icon, iconButton } from '../../ui/dom.js';
import { commandOf } from '../../ui/keys.js';
import { byteLength, mentionsIn, oneLine } from '../../ui/markup.js';
import { nameOf, titleOf } from '../../ui/names.js';
import { t } from '../../ui/texts.js';
import { toast } from '../../ui/toast.js';
import { insert } from './insertion.js';

const TEXT_BYTES_MAX = 16_384;
const WARN_BYTES = 15_000;
const DRAFT_DELAY_MS = 300;
const MENTIONS_MAX = 50;
/** What is pasted, where it is an address and nothing else. */
const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i;
/** The line of a list or a quote: the next one begins so too. */
const LIST_LINE = /(?:^|\n)[ \t]*(?:-|>|\d{1,9}\.) [^\n]*$/;
const GROWS_BY_ITSELF = CSS.supports('field-sizing', 'content');

export class Composer {
  /** The message whose thread is replied to; 0: what is written goes to the room. */
  thread;
  #chat;
  #room;
  #options;
  #offs;
  #typedAt = 0;
  #draftTimer = 0;
  /** What is offered for what is being written: loaded with the first. */
  #suggestions = null;

  /**
   * @param {import('../../model/chat.js').Chat} chat @param {import('../../model/room-state.js').RoomState} room
   * @param {{ thread?: number, late: any, onSent: () => void, onUp: () => void }} options
   */
  constructor(chat, room, options) {
    this.#chat = chat;
    this.#room = room;
    this.thread = options.thread ?? 0;
    this.#options = options;
    // On a touch screen there is a button for sending, and no other way to a new line.
    const isTouch = matchMedia('(pointer: coarse)').matches;
    this.textarea = h('textarea', { rows: '1', dir: 'auto', enterkeyhint: isTouch ? 'enter' : 'send', autocomplete: 'off',
      'aria-label': this.#label(), placeholder: this.#label(), 'aria-autocomplete': 'list',
      oninput: (event) => this.#changed(event.inputType === 'insertText'), onkeydown: (event) => this.#key(event, isTouch), onpaste: (event) => this.#pasted(event),
      onblur: () => this.#suggestions?.close(), onclick: () => this.#offer() });
    this.options = h('ul.suggestions', { role: 'listbox', 'aria-label': t('suggestions'), id: `suggestions-${this.thread}`, hidden: true });
    this.bar = h('div.composer-bar', { hidden: true });
    this.error = h('p.composer-error', { role: 'alert' });
    this.send = h('button.send', { type: 'submit', 'aria-label': t('send'), title: t('send') }, icon('send'));
    const emoji = iconButton('smile', t('emoji'), () => options.late.use('emojiPicker', ({ openEmojiPicker }) => (
      openEmojiPicker(options.late, emoji, t('emoji'), (chosen) => insert(this.textarea, chosen)))));
    this.element = h('form.composer', { onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      this.options, this.bar, h('div.composer-box', {}, emoji, this.textarea, this.send), this.error);
    // What one was about, when one last looked at this room.
    const mode = this.#mode;
    this.textarea.value = mode?.kind === 'edit' ? mode.text ?? chat.messages.textOf(room, mode.message) : this.#draft;
    this.#renderMode();
    this.#fit();
    this.#offs = [
      chat.changes.on(['message', 'history'], (keys) => this.#messageChanged(keys)),
      chat.changes.on('draft', (keys) => { if (keys.has(this.#draftKey)) this.#draftChanged(); }),
      chat.changes.on(['person', 'room'], () => this.#relabel()),
    ];
  }

  stop() {
    for (const off of this.#offs) off();
    clearTimeout(this.#draftTimer);
    this.#saveDraft();
    this.#tellTyping(false);
  }

  get isEmpty() {
    return this.textarea.value === '' && this.#mode?.kind !== 'edit';
  }

  get #mode() {
    return this.#chat.sessions.of(this.#room.id).modes.get(this.thread) ?? null;
  }

  get #draftKey() {
    return draftKey(this.#room.id, this.thread);
  }

  get #draft() {
    return this.#chat.drafts.of(this.#draftKey);
  }

  #label() {
    return this.thread ? t('answerInThread') : t('messageTo', { name: titleOf(this.#chat, this.#room) });
  }

  /** The room's name may come later than the room. */
  #relabel() {
    const label = this.#label();
    if (this.textarea.placeholder === label) return;
    this.textarea.setAttribute('aria-label', label);
    this.textarea.placeholder = label;
  }

  focus() {
    this.textarea.focus();
  }

  // Replies and edits

  reply(message) {
    if (this.#mode?.kind === 'edit') this.cancel();
    this.#setMode({ kind: 'reply', message });
    this.focus();
  }

  edit(message) {
    if (this.#mode?.kind !== 'edit') this.#saveDraft();
    this.#setMode({ kind: 'edit', message });
    this.#setText(this.#chat.messages.textOf(this.#room, message));
    this.focus();
    this.textarea.setSelectionRange(this.textarea.value.length, this.textarea.value.length);
  }

  /** What the server has refused goes back to where it was written, below what is being written now. */
  takeBack(entry) {
    if (this.#mode?.kind === 'edit') this.cancel();
    const replied = entry.reply_to && this.#room.timeline.find(entry.reply_to);
    if (replied) this.reply(replied);
    this.#setText([this.textarea.value, entry.text].filter(Boolean).join('\n'));
    this.#saveDraft();
    this.#chat.outbox.discard(entry);
    this.focus();
  }

  /** Ends a reply or an edit. Answers whether there was one. */
  cancel() {
    const mode = this.#mode;
    if (!mode) return false;
    this.#setMode(null);
    if (mode.kind === 'edit') this.#setText(this.#draft);
    return true;
  }

  #setMode(mode) {
    this.#chat.sessions.setMode(this.#room.id, this.thread, mode);
    this.#renderMode();
  }

  #renderMode() {
    const mode = this.#mode;
    this.bar.hidden = !mode;
    if (!mode) return;
    const { kind, message } = mode;
    this.bar.replaceChildren(icon(kind === 'edit' ? 'edit' : 'reply'),
      h('div', {}, h('strong', {}, kind === 'edit' ? t('editing') : t('replyingTo', { name: nameOf(this.#chat, message.user_id) })),
        h('span', { dir: 'auto' }, oneLine(message.text))),
      iconButton('close', t('cancel'), () => { this.cancel(); this.focus(); }));
  }

  /** What is gone can neither be edited nor replied to. What was written stays, as a message to come. */
  #messageChanged(keys) {
    const mode = this.#mode;
    if (!mode || !(keys.has(keyOf(this.#room.id, mode.message.seq)) || keys.has(this.#room.id))) return;
    const { timeline } = this.#room;
    const { seq } = mode.message;
    const known = timeline.find(seq);
    const isHidden = !known && timeline.isLoaded && (timeline.first?.seq ?? Infinity) < seq && (timeline.last?.seq ?? 0) > seq;
    if (!isHidden && !known?.deleted) return;
    const wasChanged = mode.kind === 'edit' && this.textarea.value !== mode.message.text;
    const text = wasChanged ? [this.#draft, this.textarea.value].filter(Boolean).join('\n') : this.#draft;
    this.#setMode(null);
    if (mode.kind === 'edit') this.#setText(text);
    toast(t('messageDeleted'));
  }

  // The text

  #setText(text) {
    this.textarea.value = text;
    this.error.textContent = '';
    this.#changed();
  }

  #saveDraft() {
    const mode = this.#mode;
    if (mode?.kind === 'edit') mode.text = this.textarea.value;
    else this.#chat.drafts.set(this.#draftKey, this.textarea.value);
  }

  /** It was written on, or sent, in another tab. */
  #draftChanged() {
    clearTimeout(this.#draftTimer);
    if (this.#mode?.kind === 'edit') return;
    this.textarea.value = this.#draft;
    this.#fit();
  }

  #fit() {
    const { textarea } = this;
    if (!GROWS_BY_ITSELF && textarea.isConnected) {
      textarea.style.height = 'auto';
      textarea.style.height = `${textarea.scrollHeight}px`;
    }
    this.element.classList.toggle('has-text', textarea.value.trim() !== '');
  }

  /** @param {boolean} [isTyped] whether it was by a key */
  #changed(isTyped) {
    this.#fit();
    const { value } = this.textarea;
    const bytes = value.length > WARN_BYTES / 4 ? byteLength(value) : 0;
    this.error.textContent = bytes > TEXT_BYTES_MAX ? t('tooLong', { count: bytes - TEXT_BYTES_MAX })
      : bytes > WARN_BYTES ? t('nearlyFull', { count: TEXT_BYTES_MAX - bytes }) : '';
    clearTimeout(this.#draftTimer);
    this.#draftTimer = setTimeout(() => this.#saveDraft(), DRAFT_DELAY_MS);
    if (this.#mode?.kind !== 'edit') this.#tellTyping(value.trim() !== '');
    this.#offer(isTyped);
  }

  #tellTyping(isTyping) {
    const { client } = this.#chat;
    const resendMs = client.welcome?.typing?.resend_ms ?? 5_000;
    const now = Date.now();
    if (isTyping ? now - this.#typedAt < resendMs : this.#typedAt === 0) return;
    this.#typedAt = isTyping ? now : 0;
    client.hint('typing', { room: this.#room.id, state: isTyping ? 'start' : 'stop', kind: 'text',
      ...(this.thread && { thread: this.thread }) });
  }

  #key(event, isTouch) {
    const command = commandOf(event, 'writing');
    if (event.isComposing || event.keyCode === 229 || this.#suggestions?.key(event) || !command) return;
    const run = this.#run(isTouch && command === 'send' ? 'line' : command);
    if (!run) return;
    event.preventDefault();
    event.stopPropagation();
    run();
  }

  /** What a key does here; null: what the browser does. */
  #run(command) {
    const { textarea } = this;
    switch (command) {
      case 'send': case 'sendAlways': return () => this.#submit();
      case 'line': return LIST_LINE.test(textarea.value.slice(0, textarea.selectionStart)) ? () => this.#format(({ newLine }) => newLine(textarea)) : null;
      case 'editLast': return textarea.value === '' ? this.#options.onUp : null;
      case 'cancel': return this.#mode ? () => this.cancel() : null;
      case 'mention': case 'emoji': return null;
      default: return () => this.#format(({ format }) => format(textarea, command));
    }
  }

  /** With what is loaded when the page has nothing else to do. */
  #format(work) {
    this.#options.late.use('formatting', work);
  }

  #pasted(event) {
    const { textarea } = this;
    const address = event.clipboardData?.getData('text/plain').trim() ?? '';
    const chosen = textarea.value.slice(textarea.selectionStart, textarea.selectionEnd);
    if (!ADDRESS.test(address) || chosen.trim() === '' || /[[\]\n]/.test(chosen) || ADDRESS.test(chosen.trim())) return;
    event.preventDefault();
    this.#format(({ linkTo }) => linkTo(textarea, address));
  }

  #submit() {
    const text = this.textarea.value.trim();
    if (text === '' || byteLength(text) > TEXT_BYTES_MAX) return;
    const mode = this.#mode;
    this.#setMode(null);
    this.#typedAt = 0;
    if (mode?.kind === 'edit') {
      this.#setText(this.#draft);
      this.#edit(mode.message, text);
      return;
    }
    // The draft goes after the message has gone into the outbox: it is never in neither.
    this.#chat.messages.send(this.#room, text, { replyTo: mode?.message.seq, thread: this.thread || undefined,
      mentions: this.#mentions(text) });
    this.#setText('');
    this.#saveDraft();
    this.#options.onSent();
  }

  /** Whom a text mentions; of whom it mentioned before, those not known here can only be kept. */
  #mentions(text, before = []) {
    const { people } = this.#chat;
    const unknown = before.filter((id) => !people.peek(id));
    return [...new Set([...mentionsIn(text, (name) => people.idOf(name)), ...unknown])].slice(0, MENTIONS_MAX);
  }

  async #edit(message, text) {
    const { messages } = this.#chat;
    if (text === messages.textOf(this.#room, message)) return;
    try {
      await messages.edit(this.#room, message, text, this.#mentions(text, message.mentions));
    } catch (error) {
      // What was written is not thrown away: it is there to be tried again.
      this.edit(message);
      this.#setText(text);
      this.error.textContent = t(error.code === 'forbidden' ? 'notAllowed' : 'notSaved');
    }
  }

  /** Where an "@" or a ":" is written, there may be something to offer. */
  #offer(isTyped = false) {
    if (!(this.#suggestions || /[@:]/.test(this.textarea.value))) return;
    this.#options.late.use('suggestions', ({ Suggestions }) => {
      this.#suggestions ??= new Suggestions(this, this.#chat, this.#room, this.#options.late);
      if (isTyped) this.#suggestions.replaceName();
      this.#suggestions.offer();
    });
  }
}
