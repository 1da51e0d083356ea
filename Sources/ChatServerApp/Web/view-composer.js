// Where one writes: drafts, replies, edits, mentions, emoji, and the word that one is typing.

import { h, icon, iconButton, loadMore, withMore } from './dom.js';
import { byteLength, oneLine } from './format.js';
import { t } from './texts.js';

const TEXT_BYTES_MAX = 16_384;
const WARN_BYTES = 15_000;
const DRAFT_DELAY_MS = 300;
const GROWS_BY_ITSELF = CSS.supports('field-sizing', 'content');

export class Composer {
  /** The message whose thread is answered; null: what is written goes to the room. @type {number | null} */
  thread;
  #chat;
  #room;
  #options;
  #mode = /** @type {{ kind: 'reply' | 'edit', message: any } | null} */ (null);
  #typedAt = 0;
  #draftTimer = 0;
  /** Who is offered behind an "@": loaded with the first. */
  #mentions = null;
  #mentioned = new Map();

  /** @param {any} chat @param {any} room @param {{ thread?: number, onSent: () => void, onUp: () => void }} options */
  constructor(chat, room, options) {
    this.#chat = chat;
    this.#room = room;
    this.thread = options.thread ?? null;
    this.#options = options;
    this.textarea = h('textarea', { rows: '1', dir: 'auto', enterkeyhint: 'send', autocomplete: 'off',
      'aria-label': this.#label(), placeholder: this.#label(), 'aria-autocomplete': 'list',
      oninput: () => this.#changed(), onkeydown: (event) => this.#key(event),
      onblur: () => this.#mentions?.close(), onclick: () => this.#offer() });
    this.options = h('ul.mentions', { role: 'listbox', 'aria-label': t('people'), id: `mentions-${options.thread ?? 0}`, hidden: true });
    this.bar = h('div.composer-bar', { hidden: true });
    this.error = h('p.composer-error', { role: 'alert' });
    this.send = h('button.send', { type: 'submit', 'aria-label': t('send'), title: t('send') }, icon('send'));
    const emoji = iconButton('smile', t('emoji'), () => this.#pickEmoji(emoji));
    this.element = h('form.composer', { onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      this.options, this.bar, h('div.composer-box', {}, emoji, this.textarea, this.send), this.error);
    this.textarea.value = chat.drafts.of(this.#draftKey);
    this.#fit();
  }

  get isEmpty() {
    return this.textarea.value === '' && this.#mode?.kind !== 'edit';
  }

  get #draftKey() {
    return this.thread ? `${this.#room.id}/${this.thread}` : this.#room.id;
  }

  #label() {
    return this.thread ? t('answerInThread') : t('messageTo', { name: this.#chat.titleOf(this.#room) });
  }

  /** The room's name may come later than the room. */
  relabel() {
    this.textarea.setAttribute('aria-label', this.#label());
    this.textarea.placeholder = this.#label();
  }

  focus() {
    this.textarea.focus();
  }

  reply(message) {
    this.#setMode({ kind: 'reply', message });
  }

  edit(message) {
    this.#setMode({ kind: 'edit', message });
    this.#setText(this.#chat.textOf(this.#room, message));
    this.textarea.setSelectionRange(this.textarea.value.length, this.textarea.value.length);
  }

  /** What the server has refused goes back to where it was written, below what is being written now. */
  takeBack(entry) {
    if (this.#mode?.kind === 'edit') this.cancel();
    const { outbox } = this.#chat;
    const replied = entry.reply_to && this.#room.timeline.find(entry.reply_to);
    if (replied) this.reply(replied);
    this.#setText([this.textarea.value, entry.text].filter(Boolean).join('\n'));
    this.#saveDraft();
    outbox.discard(entry);
    this.focus();
  }

  /** Ends a reply or an edit. Answers whether there was one. */
  cancel() {
    if (!this.#mode) return false;
    const wasEdit = this.#mode.kind === 'edit';
    this.#setMode(null);
    if (wasEdit) this.textarea.value = this.#chat.drafts.of(this.#draftKey);
    this.#changed();
    return true;
  }

  stop() {
    clearTimeout(this.#draftTimer);
    this.#saveDraft();
    this.#tellTyping(false);
  }

  #setMode(mode) {
    if (mode && this.#mode === null) this.#saveDraft();
    this.#mode = mode;
    this.bar.hidden = !mode;
    if (!mode) return;
    const { kind, message } = mode;
    const name = this.#chat.nameOf(message.user_id);
    this.bar.replaceChildren(icon(kind === 'edit' ? 'edit' : 'reply'),
      h('div', {}, h('strong', {}, kind === 'edit' ? t('editing') : t('replyingTo', { name })), h('span', { dir: 'auto' }, oneLine(message.text))),
      iconButton('close', t('cancel'), () => { this.cancel(); this.focus(); }));
    this.focus();
  }

  #setText(text) {
    this.textarea.value = text;
    this.error.textContent = '';
    this.#changed();
  }

  #saveDraft() {
    if (this.#mode?.kind !== 'edit') this.#chat.drafts.set(this.#draftKey, this.textarea.value);
  }

  #fit() {
    const { textarea } = this;
    if (!GROWS_BY_ITSELF && textarea.isConnected) {
      textarea.style.height = 'auto';
      textarea.style.height = `${textarea.scrollHeight}px`;
    }
    this.element.classList.toggle('has-text', textarea.value.trim() !== '');
  }

  #changed() {
    this.#fit();
    const { value } = this.textarea;
    const bytes = value.length > WARN_BYTES / 4 ? byteLength(value) : 0;
    this.error.textContent = bytes > TEXT_BYTES_MAX ? t('tooLong', { count: bytes - TEXT_BYTES_MAX })
      : bytes > WARN_BYTES ? t('nearlyFull', { count: TEXT_BYTES_MAX - bytes }) : '';
    clearTimeout(this.#draftTimer);
    this.#draftTimer = setTimeout(() => this.#saveDraft(), DRAFT_DELAY_MS);
    if (this.#mode?.kind !== 'edit') this.#tellTyping(value.trim() !== '');
    this.#offer();
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

  #key(event) {
    if (event.isComposing) return;
    if (this.#mentions?.key(event)) return;
    const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.key === 'Enter' && isPlain) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === 'ArrowUp' && isPlain && this.textarea.value === '') {
      event.preventDefault();
      this.#options.onUp();
    } else if (event.key === 'Escape' && this.cancel()) {
      event.stopPropagation();
    }
  }

  async #submit() {
    const text = this.textarea.value.trim();
    if (text === '' || byteLength(text) > TEXT_BYTES_MAX) return;
    const mode = this.#mode;
    this.#setMode(null);
    this.#typedAt = 0;
    if (mode?.kind === 'edit') {
      this.#setText(this.#chat.drafts.of(this.#draftKey));
      if (text === this.#chat.textOf(this.#room, mode.message)) return;
      try {
        await this.#chat.edit(this.#room, mode.message, text);
      } catch (error) {
        // What was written is not thrown away: it is there to be tried again.
        this.edit(mode.message);
        this.textarea.value = text;
        this.#fit();
        this.error.textContent = t(error.code === 'forbidden' ? 'notAllowed' : 'notSaved');
      }
      return;
    }
    const lower = text.toLowerCase();
    const mentions = [...this.#mentioned].filter(([name]) => lower.includes(`@${name.toLowerCase()}`)).map(([, id]) => id);
    for (const [, name] of text.matchAll(/@([A-Za-z0-9._-]{2,32})/g)) {
      const id = this.#chat.userIdOf(name) ?? this.#chat.userIdOf(name.replace(/[._-]+$/, ''));
      if (id && !mentions.includes(id)) mentions.push(id);
    }
    this.#mentioned.clear();
    // The draft goes after the message has gone into the outbox: it is never in neither.
    this.#chat.send(this.#room, text, { replyTo: mode?.message.seq, thread: this.thread, mentions: mentions.slice(0, 50) });
    this.#setText('');
    this.#saveDraft();
    this.#options.onSent();
  }

  #offer() {
    if (this.#room.kind === 'direct' || !(this.#mentions || this.textarea.value.includes('@'))) return;
    withMore(({ Mentions }) => {
      this.#mentions ??= new Mentions(this.#chat, this.#room, this, ({ username, id }) => {
        this.#mentioned.set(username, id);
        this.#changed();
      });
      this.#mentions.offer();
    });
  }

  async #pickEmoji(anchor) {
    const [{ emojiPicker }, { openPopup }] = await Promise.all([import('./emoji.js'), loadMore()]);
    const picker = emojiPicker((emoji) => {
      popup.close();
      this.textarea.setRangeText(emoji, this.textarea.selectionStart, this.textarea.selectionEnd, 'end');
      this.#changed();
      this.focus();
    });
    const popup = openPopup(anchor, picker, { label: t('emoji') });
    picker.querySelector('input').focus();
  }
}
