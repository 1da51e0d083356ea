// Starts the page: who is signed in decides what is shown.

import { t } from '../ui/texts.js';
import { Chat } from './demo-chat.js';
import { choices, prepare } from './demo-page.js';
import { Router } from './demo-router.js';
import { clearSession, loadSession, onSessionElsewhere, saveSession } from './demo-session.js';
import { ChatAppTransport } from './demo-transport.js';
import { ChatView } from './demo-view-chat.js';
import { SignInView } from './demo-view-signin.js';

class Page {
  #transport = new ChatAppTransport();
  #router = new Router();
  #signIn = new SignInView(this.#transport, (user) => {
    saveSession(user);
    this.#showChat(user);
  });
  // Ends the session in all tabs of this browser, and asks who is there.
  #view = new ChatView(this.#router, () => this.#end(''));
  #chat = null;

  start() {
    onSessionElsewhere((user) => {
      if (user?.id === this.#chat?.me.id) return;
      if (this.#chat) this.#showSignIn(user ? '' : t('demoSignedOut'));
      if (user) this.#showChat(user);
    });
    const user = loadSession();
    if (user) this.#showChat(user);
    else this.#showSignIn('');
  }

  #showChat(user) {
    this.#signIn.hide();
    this.#chat = new Chat(this.#transport, user);
    this.#chat.addEventListener('signedout', (event) => this.#end(event.detail));
    this.#view.show(this.#chat);
    this.#chat.start();
  }

  #end(notice) {
    clearSession();
    this.#showSignIn(notice);
  }

  #showSignIn(notice) {
    this.#chat?.stop({ isForgetting: true });
    this.#chat = null;
    this.#view.hide();
    this.#router.showList();
    this.#signIn.show(notice);
  }
}

async function start() {
  await prepare('sign-in', 'chat');
  for (const place of document.querySelectorAll('.page-choices-place')) place.replaceWith(choices());
  new Page().start();
}

start();
